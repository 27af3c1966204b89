"""A check as it is drafted from a model answer: its keys, what is guessed in them, and what its author is to look at."""

from __future__ import annotations

import json
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from grader.drafting.proseclaims import ANY_WORD, ANY_WORDS
from grader.finding.reading import Reading
from grader.marking.judgement import judge
from grader.model.errors import GraderError
from grader.records import dataclass
from grader.rubric.loading import read_rubric

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ID: Final = "trial"


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """One check: `name` with its `keys`, and other keys to try where these do not give the model answer full marks.

    `doubts` are for its author to settle, `remarks` say what was guessed.
    """

    name: str
    keys: Any
    others: tuple[Any, ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class CriterionDraft:
    """One row of the rubric that is drafted."""

    id: str
    points: str
    check: CheckDraft
    part: str = ""
    title: str = ""
    accepts: tuple[str, ...] = ()
    doubts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def full_marks(check: str, keys: Any, texts: Sequence[str], *, data: Mapping[str, Any]) -> bool | None:
    """Whether a check gives each of these texts full marks; None where no rubric with it would load."""
    criterion = {"id": _ID, "points": "1", check: keys}
    question = {"id": "q1", "data": data, "criteria": [criterion]}
    rubric = {"id": _ID, "sets": {ANY_WORD: list(ANY_WORDS)}, "questions": [question]}
    try:
        loaded = read_rubric(json.dumps(rubric, ensure_ascii=False))
    except GraderError:
        return None
    row = loaded.questions[0].criteria[0]
    return all(judge(row, Reading(text), {}).credit == 1 for text in texts)


def best_keys(draft: CheckDraft, texts: Sequence[str], *, data: Mapping[str, Any]) -> tuple[Any, bool]:
    """Return the keys that give the texts full marks, and whether there are such; else the first that load."""
    loading: Any = None
    for keys in (draft.keys, *draft.others):
        right = full_marks(draft.name, keys, texts, data=data)
        if right:
            return keys, True
        if right is not None and loading is None:
            loading = keys
    return loading, False
