"""Models by name, for strategies: anything with `fit` (or `partial_fit`) and `predict_proba`."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from linehouse.betting.odds import Floats
from linehouse.market.games import Places


class Estimator(Protocol):
    """A classifier as scikit-learn has them; one with `partial_fit` learns on."""

    def fit(self, X: Any, y: Any) -> Any:
        """Learn from samples (m, f) and classes (m,)."""
        ...

    def predict_proba(self, X: Any) -> Any:
        """Probabilities (m, 2) of class 0 and 1."""
        ...


def _gradient_boosting(seed: int) -> Estimator:
    from sklearn.ensemble import HistGradientBoostingClassifier

    found: Estimator = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=40, random_state=seed
    )
    return found


def _logistic(seed: int) -> Estimator:
    from sklearn.linear_model import LogisticRegression

    found: Estimator = LogisticRegression(C=0.1, max_iter=500, random_state=seed)
    return found


def _neural_net(seed: int) -> Estimator:
    from sklearn.neural_network import MLPClassifier

    found: Estimator = MLPClassifier((16,), alpha=1.0, max_iter=200, random_state=seed)
    return found


def _online(seed: int) -> Estimator:
    from sklearn.linear_model import SGDClassifier

    found: Estimator = SGDClassifier(
        loss="log_loss", alpha=0.01, learning_rate="constant", eta0=0.002, random_state=seed
    )
    return found


ESTIMATORS: dict[str, Callable[[int], Estimator]] = {
    "gradient_boosting": _gradient_boosting,
    "logistic": _logistic,
    "neural_net": _neural_net,
    "online": _online,
}
"""Makers by name, each of a fresh model for a seed; put your own beside them."""


class Learner:
    """A model with its own scale: missing figures count as average ones."""

    def __init__(self, estimator: Estimator) -> None:
        self._estimator = estimator
        self._mean: Floats | None = None
        self._spread: Floats | None = None
        self._taught: Places = np.zeros(0, dtype=np.int64)

    def learn(self, games: Places, samples: Floats, won: Floats) -> None:
        """Learn from all games known by now (m,): their samples (m, f), and who won.

        A model with `partial_fit` is shown those games alone that it has not seen, each once,
        whenever their results became known.
        """
        learns_on = hasattr(self._estimator, "partial_fit")
        if self._mean is None or not learns_on:
            known = np.isfinite(samples)
            number = np.maximum(known.sum(axis=0), 1)
            self._mean = np.where(known, samples, 0).sum(axis=0) / number
            off = np.where(known, samples - self._mean, 0)
            self._spread = np.sqrt((off**2).sum(axis=0) / number)
        if learns_on:
            fresh = ~np.isin(games, self._taught)
            if fresh.any():
                learn_on: Any = self._estimator
                learn_on.partial_fit(self._scaled(samples[fresh]), won[fresh], classes=[0.0, 1.0])
        else:
            with threadpool_limits(1):  # samples are few: threads would only wait for each other
                self._estimator.fit(self._scaled(samples), won)
        self._taught = games

    def probability(self, samples: Floats) -> Floats:
        """Probability of class 1 of each sample (m,)."""
        return np.asarray(
            self._estimator.predict_proba(self._scaled(samples))[:, 1], dtype=np.float64
        )

    def _scaled(self, samples: Floats) -> Floats:
        assert self._mean is not None and self._spread is not None, "it has learnt nothing yet"
        scaled = (samples - self._mean) / np.where(self._spread > 0, self._spread, 1)
        return np.where(np.isfinite(scaled), scaled, 0.0)
