"""The check `regex`: an answer has one exact form, such as a shape, an identifier or a line of code."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, model_validator

from grader.checks.contract import CheckModel
from grader.files.fields import Flag, Words
from grader.model.outcome import Evidence, Reason
from grader.model.outcomes import for_a_person, right, wrong
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from grader.finding.reading import Reading
    from grader.model.outcome import Outcome

MAX_PATTERN: Final = 2_000  # characters of one pattern
MAX_PROGRAM: Final = 8 << 20  # bytes that the engine may take for one
MAX_TEXT: Final = 50_000  # characters of an answer; a longer one is no line that a pattern describes
# Escaped signs and classes say nothing of where an answer ends; what is optional need not stand there.
_UNTOLD: Final = deferred(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_BEYOND: Final = deferred(r"\$[A-Za-z0-9 ,.](?![?*{])|[A-Za-z0-9 ,]\^")
MAX_QUOTED: Final = 200  # characters of a student's text quoted as evidence


class RegexCheck(CheckModel):
    r"""Judge whether all of an answer is written as a pattern says.

    `expected`    a pattern, or a list of which any will do, in the syntax of RE2: no lookaround and no
                  references back, so that the time is linear in the answer. It has to match the whole
                  answer, but for blanks around it and for a pair of backticks or dollar signs
    `ignore_case` whether small letters are as good as large ones (default false)
    `anywhere`    whether one match inside the answer is enough (default false)

    >>> from grader.finding.reading import Reading
    >>> from grader.rubric.loading import make_check
    >>> check = make_check("regex", {"expected": r"Conv2d\(3, *64(, *kernel_size=\d+)?\)"})
    >>> check.check(Reading("`Conv2d(3, 64, kernel_size=3)`"), {}).reason.value
    'correct'
    """

    expected: Words = Field(min_length=1)
    ignore_case: Flag = False
    anywhere: Flag = False

    @model_validator(mode="after")
    def _compiles(self) -> RegexCheck:
        for pattern in self.expected:
            if len(pattern) > MAX_PATTERN:
                raise ValueError(
                    f"expected: a pattern has at most {MAX_PATTERN:,} characters (got {len(pattern):,})"
                )
        _ = self._programs
        return self

    @cached_property
    def _programs(self) -> tuple[Any, ...]:
        import re2  # noqa: PLC0415 - the engine comes with the rubrics that use it

        options = re2.Options()
        options.case_sensitive = not self.ignore_case
        options.max_mem = MAX_PROGRAM
        options.log_errors = False
        return tuple(_program(re2, pattern, options) for pattern in self.expected)

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a reading that is not blank."""
        del earlier  # a form follows from nothing
        text = reading.alone
        if text is None or len(text) > MAX_TEXT:
            said = (
                "One text is asked for; this is a list or a mapping."
                if text is None
                else "This is too long to be read."
            )
            return for_a_person(Reason.UNREADABLE, _quoted(reading, "", said), keyless=True)
        match = self._match(text)
        if match is not None:
            start, end = match
            said = "This is written as asked for."
            evidence = Evidence(
                read=text[start:end],
                part=reading.part,
                start=start,
                end=end,
                expected=" | ".join(self.expected),
                decided=said,
            )
            return right(evidence)
        said = "This is not written as asked for."
        evidence = _quoted(reading, text, said).model_copy(update={"expected": " | ".join(self.expected)})
        return wrong(evidence)

    def _match(self, text: str) -> tuple[int, int] | None:
        """Return where the first pattern that fits stands; None where none does."""
        start, end = _trimmed(text)
        inside = text[start:end]
        for program in self._programs:
            found = program.search(inside) if self.anywhere else program.fullmatch(inside)
            if found:
                first, last = found.span()
                return start + first, start + last
        return None

    def doubts(self) -> tuple[str, ...]:
        """Return which patterns ask for something behind the end of an answer, or before its beginning."""
        return tuple(
            f"expected.{number}: can never match: {found[0]!r} asks for more where the answer ends or has not begun"
            for number, pattern in enumerate(self.expected)
            if (found := _BEYOND.search(_UNTOLD.sub("\0", pattern)))
        )

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield a text that is itself an answer."""
        found = self._match(public.text[:MAX_TEXT])
        if found:
            yield public.text[found[0] : found[1]], True


def _program(engine: Any, pattern: str, options: Any) -> Any:
    try:
        program = engine.compile(pattern, options)
    except engine.error as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"expected: {pattern!r} is no pattern that can be used: {reason}") from None
    if program.fullmatch(""):
        raise ValueError(f"expected: {pattern!r} fits an empty answer")
    return program


def _trimmed(text: str) -> tuple[int, int]:
    """Return where a text begins and ends without blanks and one pair of marks around it."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if end - start > 1 and text[start] in "`$" and text[start] == text[end - 1]:
        start, end = start + 1, end - 1
        inside = text[start:end]
        start, end = start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())
    return start, max(start, end)


def _quoted(reading: Reading, text: str, said: str) -> Evidence:
    return Evidence(read=text[:MAX_QUOTED], part=reading.part, decided=said)
