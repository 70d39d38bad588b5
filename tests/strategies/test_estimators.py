"""What a model is taught, when results do not become known in the order of their games."""

from typing import Any

import numpy as np
import pytest

from linehouse.strategies.estimators import Learner


class Noting:
    """Learns on, and notes each lesson."""

    def __init__(self) -> None:
        self.lessons: list[list[float]] = []

    def partial_fit(self, samples: Any, won: Any, classes: Any) -> None:
        self.lessons.append(won.tolist())


def test_a_model_that_learns_on_is_shown_every_game_once() -> None:
    noting = Noting()
    learner = Learner(noting)  # type: ignore[arg-type]
    samples = np.arange(4.0).reshape(4, 1)
    won = np.array([10.0, 11.0, 12.0, 13.0])  # marks, to tell games apart
    for known in ([1, 2], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3]):  # game 0 is the last to end
        learner.learn(np.array(known), samples[known], won[known])
    assert noting.lessons == [[11.0, 12.0], [10.0], [13.0]]


def test_a_model_that_does_not_is_fitted_to_all_that_is_known() -> None:
    class Fitted:
        def __init__(self) -> None:
            self.sizes: list[int] = []

        def fit(self, samples: Any, won: Any) -> None:
            self.sizes.append(len(won))
            assert samples.mean() == pytest.approx(0)

    fitted = Fitted()
    learner = Learner(fitted)  # type: ignore[arg-type]
    for known in ([1, 2], [0, 1, 2]):
        learner.learn(np.array(known), np.arange(3.0).reshape(3, 1)[known], np.ones(len(known)))
    assert fitted.sizes == [2, 3]
