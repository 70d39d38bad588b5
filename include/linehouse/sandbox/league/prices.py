"""From a chance to a price as a bookmaker would post it: pure maths."""

LONGSHOT_EXPONENT = 0.7
"""Below 1: the margin weighs more on the longshot, as it does at real bookmakers."""
FULL_MARGIN_FROM_PROB = 1 / 12


def prices_american(prob: float, overround: float) -> tuple[int, int]:
    """American prices of a two-way market, of the side with chance `prob` and of the other.

    `overround` is the sum of both implied probabilities (1.045). The margin shrinks for longshots
    of less than 1 in 12, where a full one could not be posted.
    """
    prob = min(max(prob, 0.004), 0.996)
    smaller = min(prob, 1 - prob)
    margin = (overround - 1) * min(1.0, smaller / FULL_MARGIN_FROM_PROB)
    weights = prob**LONGSHOT_EXPONENT, (1 - prob) ** LONGSHOT_EXPONENT
    return (
        american(prob + margin * weights[0] / sum(weights)),
        american(1 - prob + margin * weights[1] / sum(weights)),
    )


def american(implied_prob: float) -> int:
    """The American price of an implied probability, in the steps that bookmakers post."""
    if implied_prob > 0.5:
        price = -100 * implied_prob / (1 - implied_prob)
    else:
        price = 100 * (1 - implied_prob) / implied_prob
    size = abs(price)
    step = 1 if size < 300 else 5 if size < 600 else 10 if size < 1500 else 50
    rounded = round(price / step) * step
    return 100 if rounded == -100 else max(min(rounded, 10_000), -10_000)


def decimal_of(price_american: int) -> float:
    """The decimal price of an American one, rounded to two places as the vendor does."""
    if price_american > 0:
        return round(1 + price_american / 100, 2)
    return round(1 + 100 / -price_american, 2)


def half_point(value: float) -> float:
    """The nearest half or whole point; never minus zero."""
    return round(value * 2) / 2 + 0.0
