"""What one hand-in may hold, so that nothing that comes of it is without bounds.

Counts and lengths of what names people are refused at their place. Texts and notes are cut, with words
that say so; where an answer was cut, what it would lose goes to a person (`Answer.doubt`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from grader.files.yamltree import writable
from grader.model.errors import Problem
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.model.submission import Answer, Part, Student, Submission

# The largest group anyone has shown us has 8 students. Every report names all of its group.
MAX_STUDENTS: Final = 40
MAX_ID: Final = 200  # characters; a file's name has at most 255 bytes
MAX_NAME: Final = 200
MAX_EMAIL: Final = 254  # RFC 5321
# 30,000 words: a thesis. Whoever pastes a log or a data set may have more.
MAX_ANSWER: Final = 200_000  # characters, of one answer's prose or of one of its parts
MAX_ANSWERS: Final = 2_000_000  # characters, of all of them together
MAX_NOTES: Final = 20
MAX_NOTE: Final = 400  # characters
# Problems of one file that are told; whoever mends these sees the others.
MAX_PROBLEMS: Final = 20
MAX_PROBLEM: Final = 500  # characters


def too_many(count: int) -> str:
    """Say what is wrong with a group of so many students, "" for one of an ordinary size."""
    return f"names {count} students; a group has at most {MAX_STUDENTS}" if count > MAX_STUDENTS else ""


def too_long(student: Student) -> str:
    """Say which text of a student's is too long, "" where none is."""
    for name, text, most in (
        ("id", student.id, MAX_ID),
        ("name", student.name, MAX_NAME),
        ("email", student.email, MAX_EMAIL),
    ):
        if len(text) > most:
            return f"a student's {name} has at most {most} characters (got {len(text)})"
    return ""


def bounded_problems(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the first problems of a file, each of a length that somebody reads."""
    first = [
        Problem(item.path, item.line, item.column, shortened(item.message, MAX_PROBLEM))
        for item in problems[:MAX_PROBLEMS]
    ]
    more = len(problems) - MAX_PROBLEMS
    if more > 0:
        last = problems[MAX_PROBLEMS]
        first.append(Problem(last.path, last.line, 0, f"and {more} more problems from here on"))
    return tuple(first)


def bounded(submission: Submission) -> Submission:
    """Return a hand-in whose texts can be written down and are no longer than they may be."""
    left = _Left(MAX_ANSWERS)
    answers = {name: _answer(answer, left) for name, answer in submission.answers.items()}
    notes = [*submission.notes, *dict.fromkeys(item.doubt for item in answers.values() if item.doubt)]
    return submission.model_copy(
        update={
            "students": tuple(map(_student, submission.students)),
            "answers": answers,
            "notes": bounded_notes(notes),
            "doubt": shortened(submission.doubt, MAX_NOTE),
        }
    )


def bounded_notes(notes: Sequence[str]) -> tuple[str, ...]:
    """Return the first notes, and how many more there were."""
    first = [shortened(note, MAX_NOTE) for note in notes[:MAX_NOTES]]
    more = len(notes) - MAX_NOTES
    return (*first, f"There are {more} more notes like these.") if more > 0 else tuple(first)


def shortened(text: str, most: int) -> str:
    """Return a text that can be written down, cut at so many characters."""
    return writable(text if len(text) <= most else f"{text[: most - 1]}…")


def _student(student: Student) -> Student:
    if student.name.isascii() and student.email.isascii():
        return student
    return student.model_copy(update={"name": writable(student.name), "email": writable(student.email)})


@dataclass(slots=True)
class _Left:
    """How many characters may still come."""

    characters: int

    def take(self, length: int) -> int:
        """Return how many of so many characters there is room for."""
        room = min(length, MAX_ANSWER, self.characters)
        self.characters -= room
        return room


def _answer(answer: Answer, left: _Left) -> Answer:
    doubts: list[str] = []
    text = _text(answer.text, left, f"The answer to {answer.question}", doubts)
    parts = {}
    for name, part in answer.parts.items():
        parts[writable(name)] = _part(part, left, f"The part {name} of {answer.question}", doubts)
    if text is answer.text and not doubts and all(parts[name] is answer.parts.get(name) for name in parts):
        return answer
    return answer.model_copy(
        update={"text": text, "parts": parts, "doubt": answer.doubt or " ".join(doubts[:1])}
    )


def _text(text: str, left: _Left, what: str, doubts: list[str]) -> str:
    room = left.take(len(text))
    if room < len(text):
        doubts.append(f"{what} has {len(text):,} characters; only the first {room:,} of them were read.")
        text = text[:room]
    return writable(text)


def _part(part: Part, left: _Left, what: str, doubts: list[str]) -> Part:
    if isinstance(part.value, str):
        value: Any = _text(part.value, left, what, doubts)
        return part if value == part.value else part.model_copy(update={"value": value})
    length, plain = _measured(part.value)
    if left.take(length) < length:
        doubts.append(f"{what} has {length:,} characters in its lists; it was not read.")
        return part.model_copy(update={"value": ""})
    return part if plain else part.model_copy(update={"value": _written(part.value)})


def _measured(value: Any) -> tuple[int, bool]:
    """Return how many characters a value holds, and whether all of them can surely be written down."""
    length, plain = 0, True
    rest: list[Iterable[Any]] = [(value,)]
    while rest:
        for item in rest.pop():
            if isinstance(item, str):
                length += len(item) + 2
                plain = plain and item.isascii()
            elif isinstance(item, Mapping):
                rest += [item.keys(), item.values()]
            else:
                rest.append(item)
    return length, plain


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, Mapping):
        return {writable(key): _written(item) for key, item in value.items()}
    return tuple(map(_written, value))
