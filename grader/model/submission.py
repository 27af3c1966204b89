"""What is handed in: a student's answers, where they stand, and the outline they are cut by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from grader.model.frozen import Frozen
from grader.model.identity import StudentId


class Student(Frozen):
    """One person; `id` names the reports."""

    id: StudentId
    name: str = ""
    email: str = ""


class Sender(Frozen):
    """Who handed in and when (in ISO 8601, else ""), as far as a file, its name or what it came in says."""

    students: tuple[Student, ...] = ()
    submitted: str = ""
    stated: bool = False  # by the platform that took it in, which outweighs what the file says of itself
    notes: tuple[str, ...] = ()  # what a person should know about how it was handed in

    @property
    def key(self) -> str:
        """A text that tells it from others; "" where nothing is known."""
        return "" if self == NOBODY else self.model_dump_json()


NOBODY = Sender()


class Place(Frozen):
    """Where a stretch of text begins in the file that was handed in."""

    line: int  # from 1
    column: int = 1  # from 1
    offset: int | None = None  # characters from the start of the file; None where the text was decoded
    page: int | None = None  # of a document that has pages, from 1; the line is then one of the page's
    cell: int | None = None  # of a notebook, from 1; the line is then one of the cell's


PartValue = str | tuple["PartValue", ...] | Mapping[str, "PartValue"]


class Part(Frozen):
    """A named piece of an answer: text, or nested lists or a mapping of texts, as it was written."""

    value: Any  # PartValue; spelled Any because pydantic cannot rebuild a recursive alias strictly
    place: Place


SHOWN_MEDIA = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


"""Kinds of pictures that a page shows: a browser draws them, and they hold no program."""


class Image(Frozen):
    """A picture that stands in an answer. It is shown to people; nothing is read out of it, or of its name."""

    name: str = ""
    media: str = ""  # `image/png`; "" where it is not known
    content: str = ""  # in base64; "" where the file does not hold it, or it is too large to keep
    at: int | None = (
        None  # before which character of the answer's text it stands; None where that is not known
    )


class HandedOut(Frozen):
    """A line that most of a class have in one answer, and whether surely not as their own."""

    line: str
    sure: bool


class Answer(Frozen):
    """What was handed in for one question: prose, named parts, or both."""

    question: str
    place: Place
    text: str = ""
    parts: Mapping[str, Part] = {}
    doubt: str = ""  # why this may not be what was handed in, or not all of it; "" where it is sure
    heading: str = ""  # what made it begin there, as `line 12: names its question (Task 1a)`
    cut: str = ""  # why it may begin or end elsewhere in the document; "" where that is sure
    images: tuple[Image, ...] = ()
    handed_out: tuple[
        HandedOut, ...
    ] = ()  # what stood there as in most hand-ins, and is not part of the text

    @property
    def blank(self) -> bool:
        """Whether nothing at all was written."""
        return not self.text.strip() and all(is_blank(part.value) for part in self.parts.values())


def answer_digest(text: str, parts: Mapping[str, Any]) -> str:
    """Return a digest of what was answered to one question: the prose, and the parts' values by name."""
    said = repr((text, sorted(parts.items())))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_blank(value: PartValue) -> bool:
    if isinstance(value, str):
        return not value.strip()
    items = value.values() if isinstance(value, Mapping) else value
    return all(is_blank(item) for item in items)


class Submission(Frozen):
    """One hand-in: by one student, or by a group that shares it."""

    source: str  # the path it was read from
    students: tuple[Student, ...]
    assignment: str = ""
    answers: Mapping[str, Answer] = {}  # by question id
    submitted: str = ""  # ISO 8601 with an offset, "" where it is not known
    notes: tuple[str, ...] = ()  # what a person should know about how it was read
    doubt: str = ""  # as an answer's, of all of them

    def answer_to(self, question: str) -> Answer:
        """Return the answer to a question, a blank one where there is none."""
        found = self.answers.get(question) or Answer(question=question, place=Place(line=1))
        if self.doubt and not found.doubt:
            return found.model_copy(update={"doubt": self.doubt})
        return found


class QuestionOutline(Frozen):
    """A question as a reader knows it: what it is called and which parts it has."""

    id: str
    title: str = ""
    headings: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    text: str = ""  # what is asked; a copy of it in a hand-in is no answer
    handed_out: tuple[HandedOut, ...] = ()  # as lines are compared; they are no answer


class Outline(Frozen):
    """An assignment as a reader knows it: nothing of the key."""

    assignment: str
    questions: tuple[QuestionOutline, ...]
    code: bool = False  # whether the code of notebooks is part of the answers
    answer_marks: tuple[str, ...] = ()  # what begins an answer, beside the usual words
    template: tuple[str, ...] = ()  # the lines of the assignment as it was handed out
