"""What a quiz says is right, as checks."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.drafting.checkdraft import CheckDraft
from grader.drafting.formuladrafts import formula_draft
from grader.drafting.proseclaims import prose_check
from grader.notation.numbers.exact import NumberError, read_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.drafting.assignmentquestion import QuizKey, QuizOption

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def quiz_drafts(key: QuizKey) -> list[CheckDraft]:
    """Return the check for what a question of a quiz takes as right; none where it says nothing."""
    if key.kind == "truth":
        return [CheckDraft("choice", {"expected": "true" if key.truth else "false"})]
    if key.kind == "choice":
        return [_choice(key.options)] if any(option.right for option in key.options) else []
    if key.kind == "matching":
        answers = list(dict.fromkeys(answer for _, answer in key.pairs))
        return [CheckDraft("choice", {"options": answers, "expected": dict(key.pairs)})] if key.pairs else []
    if key.kind == "number" and key.values:
        return [_number(key)]
    return [_short(key.values)] if key.values else []


def key_answer(key: QuizKey) -> str:
    """Return a right answer as a student would write it, "" where the quiz says none."""
    if key.kind == "truth":
        return "True" if key.truth else "False"
    if key.kind == "choice":
        return "\n".join(option.text for option in key.options if option.right)
    if key.kind == "matching":
        return "\n".join(f"{item}: {answer}" for item, answer in key.pairs)
    return key.values[0] if key.values else ""


def _choice(options: Sequence[QuizOption]) -> CheckDraft:
    letters = dict(zip(_LETTERS, options, strict=False))
    right = [letter for letter, option in letters.items() if option.right]
    keys: dict[str, Any] = {
        "options": {letter: option.text for letter, option in letters.items()},
        "expected": right[0] if len(right) == 1 else right,
    }
    return CheckDraft("choice", keys, ({**keys, "options": list(letters)},))


def _number(key: QuizKey) -> CheckDraft:
    first, *others = key.values
    keys: dict[str, Any] = {"expected": first}
    if others:
        keys["accept"] = others
    try:
        wide = Fraction(read_number(key.tolerance).value) if key.tolerance else Fraction(0)
    except NumberError:
        wide = Fraction(0)
    return CheckDraft("number", {**keys, "tolerance": {"abs": key.tolerance}} if wide else keys, (keys,))


def _short(values: Sequence[str]) -> CheckDraft:
    """Return the check for short texts: a number or formula where they are, else an option, as nothing else is as exact."""
    first, *others = values
    try:
        read_number(first)
    except NumberError:
        formula = formula_draft(first) if re.search(r"[=+*/^]", first) else None
        if formula is not None:
            return formula
        ((name, keys),) = prose_check(first).items()
        if name == "keywords":
            keys = {**keys, "any": [re.sub(r"[^\w' -]+", " ", text).strip() for text in values]}
        return CheckDraft(name, keys, doubts=("a short text: see that other ways to say it are known",))
    return CheckDraft(
        "number", {"expected": first, **({"accept": others} if others else {})}, ({"expected": first},)
    )
