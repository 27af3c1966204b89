"""The check `choice`: one option, several, true or false, or a matching."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, model_validator

from grader.checks.alternatives import judge_alternatives
from grader.checks.choice_picks import Pick, find_pairs, find_picks, without_contrasts
from grader.checks.contract import CheckModel, Holding
from grader.checks.leaks import named
from grader.checks.mistakes import DIFFERING, Mistake
from grader.checks.sense import refuse_repeated
from grader.files.fields import AsTuple, Flag, Words
from grader.finding.options import Spellings, find_options, folded, truth_of
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, mistaken, partly
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.finding.reading import Reading

MAX_OPTIONS: Final = 60


def _as_options(value: object) -> object:
    """Let a plain list of ids stand for options without further spellings."""
    if isinstance(value, list | tuple):
        refuse_repeated(map(str, value), "options has {} twice")
        return {str(item): () for item in value}
    return value


def _as_expected(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return value


class ChoiceMistake(Mistake[Words]):
    """A wrong choice worth a word of its own."""


class ChoiceCheck(CheckModel):
    """Judge which of the given options an answer picks.

    `options`   the ids, as a list, or a mapping of each id to its text or texts (any of them may be written);
                left out for true or false
    `expected`  one id; a list of ids (several are right, all are wanted); a mapping of items to ids (a matching)
    `accept`    other answers that are right, in the form of `expected`
    `partial`   credit by share (default true): of several, right picks less wrong ones; of a matching, right pairs
    `mistakes`  wrong choices with a name, a feedback and a credit: `{name, expected, feedback, credit}`

    >>> from grader.finding.reading import Reading
    >>> from grader.rubric.loading import make_check
    >>> check = make_check("choice", {"options": ["a", "b", "c"], "expected": "b"})
    >>> check.check(Reading("b)"), {}).reason.value
    'correct'
    """

    expected: Annotated[Any, BeforeValidator(_as_expected)]
    options: Annotated[Mapping[str, Words], BeforeValidator(_as_options)] = {}
    accept: Annotated[tuple[Annotated[Any, BeforeValidator(_as_expected)], ...], AsTuple] = ()
    partial: Flag = True
    mistakes: Annotated[tuple[ChoiceMistake, ...], AsTuple, DIFFERING] = ()

    @model_validator(mode="after")
    def _known(self) -> ChoiceCheck:
        if len(self.options) > MAX_OPTIONS:
            msg = f"options must be at most {MAX_OPTIONS}"
            raise ValueError(msg)
        if not self.options and not (isinstance(self.expected, str) and truth_of(self.expected) is not None):
            msg = f"expected must be true or false where no options are given (got {self.expected!r})"
            raise ValueError(msg)
        self._refuse_what_is_unclear()
        for right in (self.expected, *self.accept):
            if type(right) is not type(self.expected):
                msg = f"accept must have the form of expected, {self.expected!r} (got {right!r})"
                raise ValueError(msg)
            for option in _ids(right):
                if self.options and option not in self.options:
                    msg = f"expected {option!r} is no option; options are {', '.join(self.options)}"
                    raise ValueError(msg)
        return self

    def _refuse_what_is_unclear(self) -> None:
        spelt: dict[str, str] = {}
        for option, texts in self.options.items():
            for text in (option, *texts):
                if spelt.setdefault(folded(text), option) != option:
                    raise ValueError(
                        f"options {spelt[folded(text)]!r} and {option!r} are both written {text!r}"
                    )
        if self.options and not any(_ids(self.expected)):
            raise ValueError("expected must name at least one option")
        known = [option for mistake in self.mistakes for option in mistake.expected]
        for option in known if self.options else ():
            if option not in self.options:
                raise ValueError(f"mistakes: {option!r} is no option; options are {', '.join(self.options)}")
        for each in (self.expected, *self.accept):
            refuse_repeated(each if isinstance(each, tuple) else (), "expected has {} twice")

    @property
    def holding(self) -> Holding:
        """An option of those given, or one for every item."""
        # One order for all: a rubric's own may have the right option first, or keep the wrong ones together.
        options = {
            option: next(iter(self.options[option]), "") for option in sorted(self.options, key=_natural)
        }
        items = sorted(self.expected, key=_natural) if isinstance(self.expected, Mapping) else ()
        return Holding("choice", options, tuple(items))

    def expectations(self) -> tuple[tuple[str, Any], ...]:
        """Return the right choices and the known wrong ones."""
        wrong = ((mistake.name, mistake.expected) for mistake in self.mistakes)
        return (*(("", right) for right in (self.expected, *self.accept)), *wrong)

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield the right options that a text names alone; in the name of a part that is hardly chance."""
        names = named(public, self.options, frozenset(_ids(self.expected)))
        return ((spelling, public.explicit) for spelling in names)

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        alone = "options: there is only one, so that whoever answers at all is right"
        return (alone,) if len(self.options) == 1 else ()

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings.of(self.options)

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Read the picks and compare them; unreadable or contradicting picks go to a person."""
        del earlier
        if isinstance(self.expected, Mapping):
            return self._judge_matching(reading, find_pairs(reading, self._spellings))
        found = judge_alternatives(reading, self._check_plain, self._option_of, self._is_listed)
        return found or self._check_plain(reading)

    def _option_of(self, text: str) -> str | None:
        """Return the option that a text is, whatever emphasis it has."""
        return self._spellings.ids.get(folded(text))

    def _is_listed(self, text: str) -> bool:
        return any(each.listed for each in find_options(text, self._spellings))

    def _check_plain(self, reading: Reading) -> Outcome:
        picks = find_picks(reading, self._spellings)
        if not picks:
            return _unsure(reading, Reason.UNREADABLE, "No option was recognised in this.")
        picks = without_contrasts(picks)
        if any(pick.stance is not Stance.STATED for pick in picks):
            return _unsure(reading, Reason.AMBIGUOUS, "An option is named with a denial or a doubt.")
        if reading.text.rstrip(" \n*_").endswith("?"):
            return _unsure(reading, Reason.HEDGED, "The choice is put as a question.")
        chosen = tuple(dict.fromkeys(pick.option for pick in picks))
        if isinstance(self.expected, str) and len(chosen) > 1:
            return _unsure(reading, Reason.AMBIGUOUS, f"More than one option is named: {', '.join(chosen)}.")
        return self._judge(reading, chosen, picks)

    def _judge(self, reading: Reading, chosen: tuple[str, ...], picks: list[Pick]) -> Outcome:
        evidence = tuple(
            Evidence(
                read=reading.text[pick.start : pick.end] or pick.option,
                part=reading.part,
                start=pick.start if pick.end else None,
                end=pick.end or None,
                read_as=pick.option,
                expected=", ".join(_ids(self.expected)),
            ).published(read_as=pick.option)
            for pick in picks
        )
        shares = [self._share(set(_ids(right)), set(chosen)) for right in (self.expected, *self.accept)]
        best = max(shares)
        known = next((each for each in self.mistakes if set(each.expected) == set(chosen)), None)
        if best < 1 and known is not None:
            return mistaken((known,), max(best, known.share), *evidence)
        return partly(best, *evidence)

    def _share(self, right: set[str], chosen: set[str]) -> Fraction:
        if isinstance(self.expected, str) or not self.partial:
            folded = {truth_of(item) or item for item in right} if not self.options else right
            return Fraction(chosen == folded)
        return max(Fraction(0), Fraction(len(right & chosen) - len(chosen - right), len(right)))

    def _judge_matching(self, reading: Reading, pairs: dict[str, str]) -> Outcome:
        wanted = [
            {folded(item): option for item, option in right.items()}
            for right in (self.expected, *self.accept)
        ]
        if not any(item in pairs for item in wanted[0]):
            return _unsure(
                reading, Reason.UNREADABLE, "No pair of an item and an option was recognised in this."
            )
        if any(pairs.get(item) == "" for item in wanted[0]):
            return _unsure(reading, Reason.AMBIGUOUS, "Behind an item there is not one option, plainly said.")
        right = max(sum(pairs.get(item) == option for item, option in key.items()) for key in wanted)
        share = Fraction(right, len(wanted[0]))
        credit = share if self.partial else Fraction(share == 1)
        read_as = "; ".join(f"{item}: {option}" for item, option in pairs.items())
        evidence = Evidence(
            read=reading.text,
            part=reading.part,
            read_as=read_as,
            expected="; ".join(f"{item}: {option}" for item, option in wanted[0].items()),
            decided=f"{right} of {len(wanted[0])} pairs are right.",
        ).published(read_as=read_as)
        return partly(credit, evidence)


def _unsure(reading: Reading, reason: Reason, why: str) -> Outcome:
    evidence = Evidence(read=reading.text[:200], part=reading.part, decided=why)
    return for_a_person(
        reason, evidence, keyless=True
    )  # only options were looked for, and these are no secret


def _ids(right: Any) -> tuple[str, ...]:
    if isinstance(right, Mapping):
        return tuple(right.values())
    return (right,) if isinstance(right, str) else tuple(right)


def _natural(text: str) -> tuple[tuple[int, str, str], ...]:
    """Sort numbers inside names by their size: `a2` before `a10`."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple(
        (int(piece[:18]), "", piece) if piece.isdecimal() else (-1, piece.casefold(), piece)
        for piece in pieces
    )
