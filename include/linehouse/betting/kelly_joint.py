"""Kelly stakes for bets that are open at the same time, solved together, with a cap on their sum.

Bets of one group exclude each other (the sides of a market); groups are independent. With shares
`f`, `S = sum f` and the wealth `W` that comes out, the transform

    E[exp(-t*W)] = exp(-t*(1-S)) * product over groups of (p0 + sum p*exp(-t*f*d))

gives `E[log W]`, its gradient and its Hessian as integrals over `t` (by `log W = integral of
(exp(-t) - exp(-t*W))/t` and `1/W = integral of exp(-t*W)`), so that the work grows with the number
of bets and not with the 2**n ways in which they can end. The integrals are sums over `t = exp(u)`
at even steps, exact to 13 digits; the optimum is found by Newton's method with a log barrier.
"""

from typing import Any

import numpy as np

from linehouse.betting.kelly import KellyShares
from linehouse.betting.odds import (
    Floats,
    InvalidOddsError,
    Values,
    decimals_of,
    probabilities_of,
)

STEP = 0.25
"""Between the logarithms of neighbouring t."""
LAST_BARRIER = 1e-14
ROUNDS = 50
NOISE = 1e-12
"""A gain in growth below this drowns in rounding."""
SMALLEST_STEP = 1e-13
SMALLEST = 1e-9
"""A share below this is none."""


def kelly_simultaneous(
    probabilities: Values, decimals: Values, cap: float = 0.5, groups: Values | None = None
) -> KellyShares:
    """The shares with the fastest growth, of all that sum to `cap` or less.

    Args:
        probabilities: (n,) of each bet.
        decimals: (n,) prices.
        cap: largest sum of shares, above 0 and below 1: what is staked at once must leave something
            if all of it is lost.
        groups: (n,) label of what each bet is on; bets with the same label exclude each other.
            Without it each bet is independent of all others.

    Raises:
        InvalidOddsError: no probabilities, prices or cap, or a group whose probabilities sum to
            more than 1.
    """
    p, d = probabilities_of(probabilities), decimals_of(decimals)
    if p.shape != d.shape or p.ndim != 1:
        raise InvalidOddsError(f"{p.size} probabilities and {d.size} prices are no list of bets")
    if not 0 < cap < 1:
        raise InvalidOddsError(f"a cap of {cap}: it must lie between 0 and 1")
    labels = np.arange(p.size) if groups is None else np.asarray(groups)
    if labels.shape != p.shape:
        raise InvalidOddsError(f"{labels.size} groups for {p.size} bets")
    member = labels[:, None] == np.unique(labels)[None, :] if p.size else np.zeros((0, 0), bool)
    rest = 1 - p @ member
    if (rest < -1e-9).any():
        raise InvalidOddsError("probabilities of bets that exclude each other sum to more than 1")
    # a group in which no bet is worth anything alone is worth nothing at all
    open_groups = ((p * d > 1)[:, None] & member).any(axis=0)
    considered = member[:, open_groups].any(axis=1)
    shares = np.zeros(p.size)
    growth = 0.0
    if considered.any():
        problem = _Problem(
            p[considered],
            d[considered],
            member[considered][:, open_groups],
            np.maximum(rest[open_groups], 0),
            cap,
        )
        found = problem.optimum()
        shares[considered] = np.where(found < SMALLEST, 0, found)
        growth = problem.growth(shares[considered])
    return KellyShares(p, d, shares, growth, cap)


class _Problem:
    """Growth of shares on given bets; every method takes shares (n,) that sum to less than 1."""

    def __init__(self, p: Floats, d: Floats, member: Any, rest: Floats, cap: float) -> None:
        self._p, self._d, self._rest, self._cap = p, d, rest, cap
        self._group = member.argmax(axis=1)
        self._together = self._group[:, None] == self._group
        last = np.log(50 / (1 - cap))
        self._t = np.exp(np.arange(-38, last + STEP, STEP))

    def growth(self, f: Floats) -> float:
        """E[log W]."""
        _, _, phi = self._transform(f)
        return float(STEP * (np.exp(-self._t) - phi).sum())

    def optimum(self) -> Floats:
        """Shares of fastest growth, each at least a hair above 0."""
        f = np.full(self._p.size, min(0.01, self._cap / 2) / self._p.size)
        barrier = 1e-2
        while barrier > LAST_BARRIER:
            for _ in range(ROUNDS):
                step, gain = self._newton(f, barrier)
                f = self._along(f, step, gain, barrier)
                if gain < 1e-3 * barrier or np.abs(step).max() < SMALLEST_STEP:
                    break
            barrier /= 20
        return f

    def _transform(self, f: Floats) -> tuple[Floats, Floats, Floats]:
        """p*exp(-t*f*d) (n, t), the sums of the groups (g, t), E[exp(-t*W)] (t,)."""
        parts = self._p[:, None] * np.exp(-np.outer(f * self._d, self._t))
        sums = np.repeat(self._rest[:, None], self._t.size, axis=1)
        np.add.at(sums, self._group, parts)
        return parts, sums, np.exp(-self._t * (1 - f.sum())) * sums.prod(axis=0)

    def _newton(self, f: Floats, barrier: float) -> tuple[Floats, float]:
        """Newton's step for growth with barrier, and what it promises."""
        parts, sums, phi = self._transform(f)
        with np.errstate(divide="ignore", invalid="ignore"):
            won = self._d[:, None] * parts / sums[self._group]
        won = np.nan_to_num(won)  # all of a group lost its weight: so has phi
        weight = STEP * self._t * phi
        gradient = (won - 1) @ weight
        second = weight * self._t
        hessian = _products(won - 1, second)
        # bets of one group never win together
        hessian -= np.where(self._together, _products(won, second), 0)
        hessian[np.diag_indices_from(hessian)] += (self._d[:, None] * won) @ second
        left = self._cap - f.sum()
        gradient += barrier / f - barrier / left
        hessian += barrier / left**2
        hessian[np.diag_indices_from(hessian)] += barrier / f**2
        step = np.linalg.solve(hessian, gradient)
        return step, float(gradient @ step)

    def _along(self, f: Floats, step: Floats, gain: float, barrier: float) -> Floats:
        """As far along the step as shares stay above 0, below the cap, and growth improves."""
        falling = step < 0
        size = min(1.0, 0.95 * float((-f[falling] / step[falling]).min(initial=np.inf)))
        if step.sum() > 0:
            size = min(size, 0.95 * (self._cap - f.sum()) / step.sum())
        if gain < NOISE:  # too little to be seen in the growth itself: Newton's step is right
            return f + size * step
        before = self._value(f, barrier)
        for _ in range(30):
            following = f + size * step
            if self._value(following, barrier) >= before + 1e-4 * size * gain - 1e-15:
                return following
            size /= 2
        return f

    def _value(self, f: Floats, barrier: float) -> float:
        return self.growth(f) + barrier * float(np.log(f).sum() + np.log(self._cap - f.sum()))


def _products(rows: Floats, weights: Floats) -> Floats:
    """Weighted products of all pairs of rows (n, n). Not by `@`: so small a product is not worth
    the threads that it would wake."""
    return np.asarray(np.einsum("it,jt->ij", rows * weights, rows))
