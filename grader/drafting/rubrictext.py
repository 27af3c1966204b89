"""The YAML of a drafted rubric, with a comment at everything that its author is to look at."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any, Final

import yaml

from grader.drafting.proseclaims import ANY_WORD, ANY_WORDS, needs_any_word
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.drafting.checkdraft import CriterionDraft
    from grader.drafting.criteriondrafts import QuestionDraft

WIDTH: Final = 110
MARGIN: Final = 20  # what stands before the keys of a check on its line
MAX_ID: Final = 80  # characters, as a rubric allows
TO_CHECK: Final = "TO CHECK"
"""What every comment for the author begins with."""

_HEAD: Final = (
    "Drafted by `grader init`. Look at every TO CHECK, then delete it; `grader check` finds what is wrong in the rest.",
    "Right answers in other words: write them under `accepts`, wrong ones under `rejects`.",
)


_PLAIN: Final = deferred(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?")


class _Dumper(yaml.SafeDumper):
    """Write texts of several lines as blocks, short lists on one line, and no list as an alias of another."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if _PLAIN.fullmatch(text):  # a rubric reads scalars as text: no quotes are needed
        return dumper.represent_scalar(
            "tag:yaml.org,2002:float" if "." in text else "tag:yaml.org,2002:int", text
        )
    unseen = not text.replace("\n", "").isprintable()
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style='"' if unseen else "|" if "\n" in text else None
    )


_Dumper.add_representer(str, _text)


def rubric_text(name: str, title: str, drafts: Sequence[QuestionDraft], *, source: str) -> str:
    """Return a rubric as text; `name` is its id, `source` the file that it was made from."""
    lines = [f"# {line}" for line in _HEAD]
    lines += [f"# From {' '.join(source.split())}", ""]
    lines += _dumped({"id": name, **({"title": title} if title else {})})
    if any(_needs_any_word(criterion) for draft in drafts for criterion in draft.criteria):
        lines += [
            "",
            *_comments(
                ["an answer with one of these words is never wrong by itself, but goes to a person"], ""
            ),
        ]
        lines += [f"sets: {_flow({ANY_WORD: list(ANY_WORDS)})}"]
    lines += ["", "questions:"]
    for draft in drafts:
        lines += _question(draft)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _needs_any_word(criterion: CriterionDraft) -> bool:
    return needs_any_word({criterion.check.name: criterion.check.keys})


def _question(draft: QuestionDraft) -> Iterator[str]:
    question = draft.question
    head: dict[str, Any] = {"id": question.id}
    head |= {"title": question.title} if question.title else {}
    head |= {"text": question.text.strip()} if question.text.strip() else {}
    yield from _comments([f"{TO_CHECK}: {doubt}" for doubt in draft.doubts], "  ")
    yield from _item(_dumped(head), "  ")
    if draft.data:
        yield "    data:"
        for name, spec in draft.data.items():
            yield from (f"      {line}" for line in _data(name, spec))
    yield "    criteria:"
    for criterion in draft.criteria:
        yield from _criterion(criterion)
    yield from _comments([f"{TO_CHECK}: left out: {said}" for said in draft.left_out], "      ")
    yield ""


def _criterion(criterion: CriterionDraft) -> Iterator[str]:
    yield from _comments([f"{TO_CHECK}: {doubt}" for doubt in criterion.doubts], "      ")
    yield from _comments(criterion.remarks, "      ")
    row: dict[str, Any] = {"id": criterion.id}
    row |= {"part": criterion.part} if criterion.part else {}
    row |= {"title": criterion.title} if criterion.title else {}
    points = float(criterion.points)
    row["points"] = int(points) if points.is_integer() else points
    row[criterion.check.name] = _laid_out(criterion.check.keys)
    if criterion.accepts:
        short = _FlowList(criterion.accepts)
        fits = all("\n" not in text for text in short) and len(_flow({"accepts": short})) < WIDTH - MARGIN
        row["accepts"] = short if fits else list(criterion.accepts)
    yield from _item(_dumped(row), "      ")


def _data(name: str, spec: dict[str, Any]) -> list[str]:
    whole = f"{name}: {_flow(spec)}"
    if len(whole) < WIDTH:
        return [whole]
    head = {key: value for key, value in spec.items() if key != "layers"}
    inner = _flow(head)[1:-1]
    lines = [f"{name}: {{{inner}, layers: ["]
    lines += [f"  {_flow(layer)}," for layer in spec["layers"]]
    return [*lines[:-1], f"{lines[-1].rstrip(',')}]}}"]


def _laid_out(keys: Any) -> Any:
    """Return the keys of a check to be written on one line where they fit, else a key a line."""
    if not isinstance(keys, dict) or len(_flow(keys)) <= WIDTH - MARGIN:
        return _Flow(keys) if isinstance(keys, dict) else keys
    return {
        key: _Flow(value)
        if isinstance(value, dict)
        else _FlowList(value)
        if isinstance(value, list)
        else value
        for key, value in keys.items()
    }


class _FlowList(list[Any]):
    """A list that is written on one line."""


class _Flow(dict[str, Any]):
    """A mapping that is written on one line."""


_Dumper.add_representer(
    _Flow, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", dict(data), flow_style=True)
)


_Dumper.add_representer(
    _FlowList,
    lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", list(data), flow_style=True),
)


def _flow(data: dict[str, Any]) -> str:
    return yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=True, width=100_000
    ).strip()


def _dumped(data: dict[str, Any]) -> list[str]:
    return yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=WIDTH
    ).splitlines()


def _item(lines: Sequence[str], margin: str) -> Iterator[str]:
    """Yield the lines of a mapping as an item of a list."""
    for number, line in enumerate(lines):
        yield f"{margin}{'- ' if not number else '  '}{line}"


def _comments(said: Sequence[str], margin: str) -> Iterator[str]:
    for each in said:
        plain = re.sub(r"[^\x20-\x7e\u00a1-\uffff]+", " ", each)
        for line in textwrap.wrap(plain, WIDTH - len(margin)):
            yield f"{margin}# {line}"


def rubric_id(name: str) -> str:
    """Return a name as the id of a rubric: letters, digits and the signs that may stand in one."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-._")
    return plain[:MAX_ID] or "rubric"
