"""How prices are written, told by the prices themselves."""

from collections.abc import Iterable


def price_format(prices: Iterable[str | float]) -> str:
    """`american` or `decimal`, by what most of the prices can only be: one under -99 is American,
    one from 1 to 100 decimal. `american` where none tells."""
    american = decimal = 0
    for price in prices:
        try:
            number = float(price)
        except ValueError:
            continue
        american += number <= -100
        decimal += 1 <= number < 100
    return "decimal" if decimal > american else "american"
