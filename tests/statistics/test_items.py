"""Discrimination and reliability of a made class, against numpy and a bootstrap."""

import numpy as np
import pytest

from grader.statistics.items import LEAST_STUDENTS, discrimination_of, reliability_of

STUDENTS, ITEMS = 240, 8


@pytest.fixture(scope="module")
def scores() -> np.ndarray:
    """Give scores in hundredths that one ability and chance decide; the last item is chance alone."""
    draw = np.random.default_rng(11)
    ability = draw.normal(size=(STUDENTS, 1))
    hard = np.linspace(-1, 1, ITEMS)
    earned = (ability - hard + draw.normal(size=(STUDENTS, ITEMS))) > 0
    earned[:, -1] = draw.random(STUDENTS) > 0.5
    return 100 * earned.astype(int)


def test_discrimination_is_the_correlation_with_the_rest(scores) -> None:
    totals = scores.sum(axis=1)
    for item in scores.T:
        found = discrimination_of(list(item), list((totals - item) / 700))
        assert found.value == pytest.approx(np.corrcoef(item, totals - item)[0, 1])
        assert found.students == STUDENTS


def test_what_is_open_is_left_out(scores) -> None:
    item = [None if number % 5 == 0 else int(score) for number, score in enumerate(scores[:, 0])]
    kept = [number for number in range(STUDENTS) if number % 3 and number % 5]
    rest = scores.sum(axis=1) - scores[:, 0]
    found = discrimination_of(
        item, [None if number % 3 == 0 else float(has) for number, has in enumerate(rest)]
    )
    assert found.students == len(kept)
    assert found.value == pytest.approx(np.corrcoef(scores[kept, 0], rest[kept])[0, 1])


def test_too_few_students_tell_nothing(scores) -> None:
    few = scores[: LEAST_STUDENTS - 1]
    assert discrimination_of(list(few[:, 0]), list(few[:, 1] / 100)) is None
    assert reliability_of(few.tolist()) is None
    assert reliability_of(scores[:, :1].tolist()) is None
    assert reliability_of([]) is None


def test_where_all_have_the_same_nothing_correlates() -> None:
    assert discrimination_of([100] * 30, [number / 30 for number in range(30)]) is None
    assert reliability_of([[100, 50]] * 30) is None


def test_alpha_is_that_of_the_covariances(scores) -> None:
    covariances = np.cov(scores, rowvar=False)
    alpha = ITEMS / (ITEMS - 1) * (1 - np.trace(covariances) / covariances.sum())
    found = reliability_of(scores.tolist())
    assert (found.students, found.items) == (STUDENTS, ITEMS)
    assert found.alpha == pytest.approx(alpha)


def test_its_error_is_that_of_drawing_the_class_again(scores) -> None:
    draw = np.random.default_rng(5)
    again = [reliability_of(scores[draw.integers(0, STUDENTS, STUDENTS)].tolist()).alpha for _ in range(200)]
    assert reliability_of(scores.tolist()).error == pytest.approx(np.std(again), rel=0.25)
