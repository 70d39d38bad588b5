"""What SQL says of prices is what the library says."""

import random

import numpy as np
import psycopg
import pytest

from linehouse import database
from linehouse.betting.devig import Method, no_vig
from linehouse.settings import Mode


def markets() -> list[tuple[float, float]]:
    """Prices of two sides: usual ones, arbitrages, long shots, what is no price."""
    rng = random.Random(1892)
    usual = [
        (1 + 10 ** rng.uniform(-1.5, 1.5), 1 + 10 ** rng.uniform(-1.5, 1.5)) for _ in range(400)
    ]
    odd = [(1.909, 1.909), (2.1, 2.1), (2.0, 2.0), (1.01, 51.0), (1.2, 101.0), (1.001, 1.001)]
    return usual + odd


@pytest.mark.parametrize("method", list(Method))
def test_margins_are_taken_out_as_the_library_does(fresh_database: Mode, method: Method) -> None:
    prices = markets()
    expected = no_vig(np.asarray(prices), method)
    with database.connect(fresh_database, "analyst") as connection:
        rows = connection.execute(
            "select curated.no_vig_prob(i, i + j, %s), curated.no_vig_prob(j, i + j, %s)"
            " from unnest(%s::numeric[], %s::numeric[]) with ordinality as m (i, j, n) order by n",
            (
                str(method),
                str(method),
                [repr(1 / one) for one, _ in prices],
                [repr(1 / other) for _, other in prices],
            ),
        ).fetchall()
    assert len(rows) == len(prices)
    rejected = 0
    for place, found in enumerate(rows):
        if expected.rejection[place]:
            assert None in found, prices[place]
            rejected += 1
            continue
        fair = [float(one) for one in found]
        assert fair == pytest.approx(list(expected.probabilities[place]), abs=1e-10), prices[place]
        assert sum(fair) == pytest.approx(1, abs=1e-12)
    assert rejected < 150


def test_what_is_no_market_has_no_probability_and_no_other_method_is_guessed(
    fresh_database: Mode,
) -> None:
    with database.connect(fresh_database, "analyst") as connection:
        row = connection.execute(
            "select curated.no_vig_prob(null, 1.05), curated.no_vig_prob(0.5, null),"
            " curated.no_vig_prob(1.0, 1.5), curated.no_vig_prob(0.5, 0.5)"
        ).fetchone()
        assert row == (None, None, None, None)
        with pytest.raises(psycopg.errors.RaiseException, match="logarithmic"):
            connection.execute("select curated.no_vig_prob(0.5, 1.05, 'logarithmic')")
