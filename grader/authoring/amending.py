"""Put an example, a wording or a known mistake into the text of a rubric, which stays as it is but for that.

What is put in stands where its author would have put it, in the style of what stands there; comments stay. The result is
compared with what was meant, so that a rubric is either amended rightly or not at all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import yaml

from grader.model.errors import Problem, UsageError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KINDS: Final = ("accept", "reject", "mistake")
_PHRASE: Final = 12  # words up to which a wording is a pattern; a longer one is only an example
_EMPTY: Final = ("[]", "{}")


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a criterion is to learn from an answer."""

    criterion: str
    kind: str  # one of KINDS
    words: str
    check: str = ""  # the key of the check

    @property
    def example(self) -> str:
        """The words on one line."""
        return " ".join(self.words.split())


def amended(text: str, amendments: Sequence[Amendment], path: str) -> str:
    """Return a rubric's text with amendments. Raises UsageError for one that can only be made by hand."""
    for amendment in amendments:
        text = _amended(text, amendment, path)
    return text


def _amended(text: str, amendment: Amendment, path: str) -> str:
    criterion = _criterion(text, amendment, path)
    params = _child(criterion, amendment.check)
    if amendment.kind == "mistake":
        if not isinstance(params, yaml.MappingNode):
            raise _by_hand(path, amendment, f"write {amendment.check!r} as a mapping first")
        known = _child(params, "mistakes")
        names = {item["name"] for item in _plain(known) or () if isinstance(item, dict) and "name" in item}
        number = next(n for n in range(1, len(names) + 2) if f"seen_{n}" not in names)
        item = {"name": f"seen_{number}", "expected": amendment.example, "credit": 0}
        return _with_item(text, params, "mistakes", item, path, amendment)
    key = "accepts" if amendment.kind == "accept" else "rejects"
    branches = _child(params, "any")
    if (
        amendment.kind == "accept"
        and isinstance(branches, yaml.SequenceNode)
        and len(amendment.example.split()) <= _PHRASE
    ):
        text = _with_item(text, params, "any", amendment.example, path, amendment)
        criterion = _criterion(text, amendment, path)
    return _with_item(text, criterion, key, amendment.example, path, amendment)


def _criterion(text: str, amendment: Amendment, path: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for node in _criteria(root):
        if _plain(_child(node, "id")) == amendment.criterion:
            return node
    raise _by_hand(path, amendment, "it does not stand in this file but in one that this imports")


def _criteria(root: Any) -> Iterator[yaml.MappingNode]:
    questions = _child(root, "questions")
    for question in questions.value if isinstance(questions, yaml.SequenceNode) else ():
        criteria = _child(question, "criteria")
        for node in criteria.value if isinstance(criteria, yaml.SequenceNode) else ():
            if isinstance(node, yaml.MappingNode):
                yield node


def _child(node: Any, key: str) -> Any:
    """Return the node under a key; None where there is none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _plain(node: Any) -> Any:
    return None if node is None else yaml.SafeLoader("").construct_document(node)


def _with_item(
    text: str, mapping: yaml.MappingNode, key: str, item: Any, path: str, amendment: Amendment
) -> str:
    """Return the text with one more item in the list under a key of a mapping; the list is made where there is none."""
    known = _child(mapping, key)
    if known is not None and not isinstance(known, yaml.SequenceNode):
        raise _by_hand(path, amendment, f"write {key!r} as a list first")
    said = json.dumps(item, ensure_ascii=False)  # every JSON is YAML
    if known is None and mapping.flow_style:
        place, put = mapping.end_mark.index - 1, f"{', ' if mapping.value else ''}{key}: [{said}]"
    elif known is None:
        place, put = _line_after(text, mapping, mapping.start_mark.column, f"{key}: [{said}]")
    elif known.flow_style:
        place, put = known.end_mark.index - 1, f"{', ' if known.value else ''}{said}"
    else:
        place, put = _line_after(text, known, known.start_mark.column, f"- {said}")
    result = f"{text[:place]}{put}{text[place:]}"
    _compare(text, result, item, path, amendment)
    return result


def _line_after(text: str, node: Any, column: int, line: str) -> tuple[int, str]:
    """Return where a line is put after all that belongs to a node in block style, and the line."""
    end = _end(node)
    if text[:end].endswith("\n"):
        return end, f"{' ' * column}{line}\n"
    after = text.find("\n", end)
    return (len(text), f"\n{' ' * column}{line}\n") if after < 0 else (after, f"\n{' ' * column}{line}")


def _end(node: Any) -> int:
    """Return where the last scalar or flow collection of a node ends; a block's own end is behind what follows it."""
    while node.value and not isinstance(node, yaml.ScalarNode) and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return int(node.end_mark.index)


def _compare(before: str, after: str, item: Any, path: str, amendment: Amendment) -> None:
    """Raise UsageError where something else has changed than one list that is one item longer."""
    try:
        old, new = (_flat(yaml.safe_load(text)) for text in (before, after))
    except yaml.YAMLError as error:
        raise _by_hand(path, amendment, "its text is written in an unusual way") from error
    # What was empty is one place less; nothing else may be gone or other than it was.
    kept = {place: value for place, value in old.items() if value not in _EMPTY or new.get(place) == value}
    same = all(new.get(place) == value for place, value in kept.items())
    if not same or len(new) - len(kept) != len(_flat(item)):
        raise _by_hand(path, amendment, "its text is written in an unusual way")


def _flat(data: Any, place: str = "") -> dict[str, str]:
    if isinstance(data, dict) and data:
        pairs = [(str(key), value) for key, value in data.items()]
    elif isinstance(data, list) and data:
        pairs = [(str(number), value) for number, value in enumerate(data)]
    else:
        return {place: repr(data)}
    return {name: said for key, value in pairs for name, said in _flat(value, f"{place}/{key}").items()}


def _by_hand(path: str, amendment: Amendment, why: str) -> UsageError:
    rule = f"criterion {amendment.criterion!r} can only be changed by hand: {why} (wanted: {amendment.kind} {amendment.example!r})"
    return UsageError([Problem(path, 0, 0, rule)])
