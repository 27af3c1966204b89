"""Which replacements there are for what a check expects, by what its part holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.authoring.givenvalues import as_answers
from grader.authoring.mutation import choicemutants, formulamutants, matrixmutants, numbermutants
from grader.checks.tolerance import Tolerance
from grader.notation.printing.text import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.authoring.mutation.mutants import Replacement
    from grader.checks.contract import Check


def whole_replacements(check: Check, answer: Any) -> Iterator[Replacement]:
    """Yield what may stand for a whole part."""
    return _replacements(check, answer if isinstance(answer, str) else "")


def text_replacements(check: Check, written: str) -> Iterator[Replacement]:
    """Yield what may stand for a passage of a text; lists and what needs lines of its own may not."""
    found = _replacements(check, written)
    return (each for each in found if each.text is not None and "\n" not in each.text)


def right_answers(check: Check) -> Iterator[Any]:
    """Yield the forms of what a check expects, as a student would hand it in."""
    right = next((value for name, value in check.expectations() if not name), None)
    kind = check.holding.kind
    if kind == "formula" and right is not None:
        yield to_text(right.right[0])
    elif right is not None:
        yield from as_answers(right, kind)


def _replacements(check: Check, written: str) -> Iterator[Replacement]:
    right = [value for name, value in check.expectations() if not name]
    if not right:
        return iter(())
    kind = check.holding.kind
    if kind == "number":
        numbers = numbermutants.right_numbers(check.expectations())
        return numbermutants.replacements(written, numbers, check.nearness or Tolerance())
    if kind == "matrix":
        return matrixmutants.replacements(right[0])
    if kind == "size":
        return matrixmutants.size_replacements(right[0])
    if kind == "formula":
        return formulamutants.replacements(written, right[0])
    if kind == "choice":
        options: Mapping[str, str] = check.holding.options
        return choicemutants.replacements(right, options)
    return iter(())
