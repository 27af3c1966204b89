"""Words before a piece that make a bound of it, in every language that prose hears."""

from __future__ import annotations

import pytest

from grader.prose.bounds import is_bound


@pytest.mark.parametrize(
    "before",
    [
        "It is at most ",
        "It is at least $",
        "This takes less than ",
        "It is no more than or equal to ",
        "It is more than or equal to ",
        "There are up to ",
        "It is bounded above by ",
        "It exceeds ",
        "Es sind höchstens ",
        "Es sind mindestens ",
        "Das sind weniger als $",
        "Es geht bis zu ",
        "Det är högst ",
        "Det är åtminstone ",
        "Det är färre än ",
        "C'est au plus ",
        "C'est au moins ",
        "La somme est inférieure à ",
        "Il y en a moins de ",
        "Es como máximo ",
        "Son al menos ",
        "La suma es mayor que ",
        "Son más de ",
    ],
)
def test_bounds(before: str) -> None:
    assert is_bound(f"{before}42", len(before))


@pytest.mark.parametrize(
    "before",
    [
        "It is ",
        "At most two rows are odd, so it is ",
        "The formula below is $",
        "The table has fewer rows than columns: ",
        "It is faster than before and gives ",
        "Es sind ",
        "Höchstens zwei Zeilen fehlen: ",
        "Det är ",
        "C'est ",
        "Es ",
        "Alors, de plus, ",
    ],
)
def test_no_bounds(before: str) -> None:
    assert not is_bound(f"{before}42", len(before))
