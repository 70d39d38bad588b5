"""What a price was quoted as is what is bet at and compared with the close."""

import numpy as np
import pandas as pd
import pytest

from linehouse.market.prices import exact_prices, with_prices


def test_a_price_is_the_one_that_the_source_quoted() -> None:
    american = [-105, -111, -110, 150, None, -105, 50, None]
    decimal = [1.95, 1.9, 1.909091, 2.5, 1.95, None, 2.0, 1.0]
    wanted = [1.95, 1.9, 1 + 100 / 110, 2.5, 1.95, 1 + 100 / 105, 2.0, np.nan]
    np.testing.assert_array_equal(exact_prices(american, decimal), wanted)


def test_no_usual_decimal_price_is_moved() -> None:
    told = np.round(np.arange(1.05, 4.0, 0.01), 2)
    american = np.where(told >= 2, np.round((told - 1) * 100), np.round(-100 / (told - 1)))
    np.testing.assert_allclose(exact_prices(american, told), told, rtol=0, atol=5e-7)


def test_lines_of_a_decimal_source_are_shown_as_quoted() -> None:
    lines = pd.DataFrame(
        {
            "market": ["h2h", "totals", "spreads", "h2h"],
            "point": [np.nan, 8.5, np.nan, np.nan],
            "american": [-105, None, -105, None],
            "decimal": [1.95, None, 1.95, None],
        }
    )
    shown, without = with_prices(lines, -110)
    assert shown["decimal"].tolist() == [1.95, pytest.approx(1 + 100 / 110)]
    assert shown["assumed"].tolist() == [False, True]
    assert without.tolist() == [False, False, False, True]
