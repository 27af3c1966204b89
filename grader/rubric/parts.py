"""Questions with parts in a rubric: `parts:` of a question become questions of their own, `1` and `a` the question `1a`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.files.yamltree import Loc, Mark, Tree

# Parts of parts of parts: nobody numbers deeper.
MAX_DEPTH: Final = 3
# What a part takes over from its question where it says nothing itself.
_TAKEN_OVER: Final = ("data", "parameters", "hints", "minimum")


def with_parts(tree: Tree) -> Tree:
    """Return a rubric's tree in which every part is a question; each keeps its place in the file."""
    data = tree.data
    questions = data.get("questions") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(questions, list) or not any(map(_has_parts, questions)):
        return tree
    flat: list[Any] = []
    places: dict[Loc, Loc] = {}
    for number, question in enumerate(questions):
        _flatten(question, ("questions", number), flat, places, depth=1)
    return replace(
        tree,
        data={**data, "questions": flat},
        values=_moved(tree.values, places),
        keys=_moved(tree.keys, places),
    )


def lost_models(data: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Yield the model answers beside parts, which belong to no question, and what is wrong with them."""
    for key in ("questions", "parts"):
        items = data.get(key) if isinstance(data, dict) else None
        for number, item in enumerate(items if isinstance(items, list) else ()):
            place = (*loc, key, number)
            if _has_parts(item) and "model" in item and "criteria" not in item:
                yield (
                    (*place, "model"),
                    "a question with parts has no model answer of its own; give each part one",
                )
            yield from lost_models(item, place)


def _has_parts(question: Any) -> bool:
    return isinstance(question, dict) and isinstance(question.get("parts"), list)


def _flatten(question: Any, loc: Loc, flat: list[Any], places: dict[Loc, Loc], *, depth: int) -> None:
    """Add a question, or its parts instead where it has some; criteria beside parts are a question's own."""
    if not _has_parts(question) or depth > MAX_DEPTH:
        places[loc] = ("questions", len(flat))
        flat.append(question)
        return
    own = {key: value for key, value in question.items() if key != "parts"}
    if "criteria" in own:
        places[loc] = ("questions", len(flat))
        flat.append(own)
    for number, part in enumerate(question["parts"]):
        if isinstance(part, dict):
            taken = {key: own[key] for key in _TAKEN_OVER if key in own}
            part = {**taken, **part, "id": joined_id(str(own.get("id", "")), str(part.get("id", "")))}  # noqa: PLW2901
        _flatten(part, (*loc, "parts", number), flat, places, depth=depth + 1)


def joined_id(question: str, part: str) -> str:
    """Return the id of a part: `1a` of `1` and `a`, `1.2` of `1` and `2`, `1.ii` of `1` and `ii`."""
    if not question or not part:
        return question or part
    close = question[-1].isdecimal() and len(part) == 1 and part.isalpha()
    return f"{question}{part}" if close else f"{question}.{part}"


def _moved(marks: dict[Loc, Mark], places: dict[Loc, Loc]) -> dict[Loc, Mark]:
    """Return the places of what moved, under where it is now."""
    found: dict[Loc, Mark] = {}
    for loc, mark in marks.items():
        at = next((loc[:length] for length in range(len(loc), 1, -1) if loc[:length] in places), None)
        found[loc if at is None else (*places[at], *loc[len(at) :])] = mark
    return found
