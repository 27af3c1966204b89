"""What equal answers have in common: the key under which one decision of a person settles all of them.

Answers of words are equal where their texts are, but for white space and case: words that only resemble each other are
no one-click groups (a person's decision about one was wrong for the other in 6 of 100). Values are equal where
the same numbers, matrices or formulas were read and the machine hesitated over the same.
"""

from __future__ import annotations

import json
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from grader.gradebook.runs import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.gradebook.store import Gradebook

# Checks whose evidence is the value that was read; of any other one the whole answer is compared.
_OF_VALUES: Final = frozenset({"number", "matrix", "formula"})
# Reasons that are about the value; any other one is about the document, its words or a fault of ours.
_ABOUT_VALUES: Final = frozenset({"ambiguous", "undecided", "not_precise_enough", "contradictory"})


def alike_key(question: Mapping[str, Any], row: Mapping[str, Any], rule: str) -> str:
    """Return the key of a row of a report as it is kept (JSON); `rule` is the digest of its criterion."""
    meaning = _value(row) or _words(question)
    said = repr((row["id"], rule, row["reason"], meaning, *_variant(question)))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def answer_key(question: Mapping[str, Any], row: Mapping[str, Any], rule: str) -> str:
    """Return the key of a row under which the very same answer is found again, "" for a blank one.

    Nothing is known of a blank answer but that nothing was read: what a person decides of one is about a hand-in.
    """
    said = _words(question)
    if not any(said[1:]):
        return ""
    return sha256(
        repr((row["id"], rule, said, *_variant(question))).encode("utf-8", "surrogatepass")
    ).hexdigest()[:16]


def _variant(question: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what was drawn for a student: what is equal in words answers another question then."""
    drawn = question.get("variant", "")
    return (drawn,) if drawn else ()


def report_data(body: bytes) -> Any:
    """Return a packed report as plain data, without building its models: many are read for a few of their rows."""
    return json.loads(zlib.decompress(body))


def kept_report(
    book: Gradebook, number: int, rules: dict[str, Mapping[str, str]]
) -> tuple[Any, Mapping[str, str]]:
    """Return a report as plain data, and the digest of each criterion that it was marked by.

    `rules` remembers the digests by rubric: those of a class are read once. Raises KeyError for no such report.
    """
    row = book.row("SELECT rubric, body FROM reports WHERE id = ?", (number,))
    if row is None:
        raise KeyError(number)
    rubric, body = row
    if rubric not in rules:
        rules[rubric] = {name: str(rule.get("rule", "")) for name, rule in rules_of(book, rubric).items()}
    return report_data(body), rules[rubric]


def open_rows_of(report: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the rows of a report's data that await a person, each with its question."""
    for question in report["questions"]:
        for row in question["criteria"]:
            if row["credit"] is None:
                yield question, row


def _value(row: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Return what was read and why that did not decide; None where the row is not about a value."""
    if row["check"] not in _OF_VALUES or row["reason"] not in _ABOUT_VALUES or not row["evidence"]:
        return None
    found = {
        (item["read_as"] or item["latex"], item["decided"], item["expected"]) for item in row["evidence"]
    }
    return ("value", *sorted(found)) if all(value for value, *_ in found) else None


def _words(question: Mapping[str, Any]) -> tuple[Any, ...]:
    words = " ".join(question["text"].split()).casefold()
    pictures = [image["content"] or image["name"] for image in question["images"]]
    return ("words", words, sorted(question["parts"].items(), key=repr), pictures)
