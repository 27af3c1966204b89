"""The check `choice`: one option, several, true or false, or a matching."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import BeforeValidator, model_validator

from grader.checks.alternatives import judge_alternatives
from grader.checks.contract import CheckModel, Holding
from grader.checks.leaks import named
from grader.checks.mistakes import DIFFERING, Mistake
from grader.checks.sense import refuse_repeated
from grader.fields import AsTuple, Flag, Words
from grader.finding.options import MAX_LENGTH, FoundOption, Spellings, find_options, folded, truth_of
from grader.model import Evidence, Outcome, Reason
from grader.outcomes import for_a_person, mistaken, partly
from grader.prose.doubt import Stance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.finding.reading import Reading

MAX_OPTIONS: Final = 60

_PAIR: Final = re.compile(
    r"^[ \t]*(?:[-*+] |\d+[.)] )?[ \t]*(.{1,80}?)[ \t]*(?::|=>|->|→|\\to|\\rightarrow|=|–|—)[ \t]*(.+)$",
    re.MULTILINE,
)


_WEAKENED: Final = re.compile(
    r"\b(?:partly|partially|half|mostly|somewhat|lying\s+if\s+\w+\s+(?:say|said|wrote))[\s*_`\"'(]*$",
    re.IGNORECASE,
)


class Pick(NamedTuple):
    """An option that was named, and where."""

    option: str
    start: int
    end: int
    stance: Stance = Stance.STATED


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
    >>> from grader.rubric import make_check
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

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield the right options that a text names alone; in the name of a part that is hardly chance."""
        names = named(public, self.options, frozenset(_ids(self.expected)))
        return ((spelling, public.explicit) for spelling in names)

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        alone = "options: there is only one, so that whoever answers at all is right"
        right = [set(_ids(each)) for each in (self.expected, *self.accept) if not isinstance(each, Mapping)]
        mistaken = [
            f"mistakes: {mistake.name!r} is the choice that is right, and is never told"
            for mistake in self.mistakes
            if set(mistake.expected) in right
        ]
        return (*([alone] if len(self.options) == 1 else ()), *mistaken)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings.of(self.options)

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Read the picks and compare them; unreadable or contradicting picks go to a person."""
        del earlier
        if isinstance(self.expected, Mapping):
            return self._judge_matching(reading, self._pairs(reading))
        found = judge_alternatives(reading, self._check_plain, self._option_of, self._is_listed)
        return found or self._check_plain(reading)

    def _option_of(self, text: str) -> str | None:
        """Return the option that a text is, whatever emphasis it has."""
        return self._spellings.ids.get(folded(text))

    def _is_listed(self, text: str) -> bool:
        return any(each.listed for each in find_options(text, self._spellings))

    def _check_plain(self, reading: Reading) -> Outcome:
        picks = self._picks(reading)
        if not picks:
            return _unsure(reading, Reason.UNREADABLE, "No option was recognised in this.")
        picks = _without_contrasts(picks)
        if any(pick.stance is not Stance.STATED for pick in picks):
            return _unsure(reading, Reason.AMBIGUOUS, "An option is named with a denial or a doubt.")
        if reading.text.rstrip(" \n*_").endswith("?"):
            return _unsure(reading, Reason.HEDGED, "The choice is put as a question.")
        chosen = tuple(dict.fromkeys(pick.option for pick in picks))
        if isinstance(self.expected, str) and len(chosen) > 1:
            return _unsure(reading, Reason.AMBIGUOUS, f"More than one option is named: {', '.join(chosen)}.")
        return self._judge(reading, chosen, picks)

    def _picks(self, reading: Reading) -> list[Pick]:
        if reading.value is not None and not isinstance(reading.value, str):
            words = [str(item) for item in _leaves(reading.value)]
            known = [self._spellings.ids.get(folded(word)) for word in words]
            return [Pick(option, 0, 0) for option in known if option] if all(known) else []
        found = reading.options(self._spellings)
        # A bracket behind a letter is no end of a clause: "c) is not right".
        plain = reading.kept(_without_brackets, found)
        return [
            Pick(each.option, each.start, each.end, Stance.STATED if each.listed else _stance(plain, each))
            for each in found
        ]

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

    def _pairs(self, reading: Reading) -> dict[str, str]:
        """Read `item: option` pairs from a mapping or from lines of prose; names folded."""
        if isinstance(reading.value, Mapping):
            pairs: Iterable[tuple[str, str]] = [
                (str(key), str(value)) for key, value in reading.value.items()
            ]
        else:
            pairs = [(found[1], found[2]) for found in _PAIR.finditer(reading.text[:MAX_LENGTH])]
        read = {}
        for item, said in pairs:
            if not said.strip():
                continue
            picks = self._picks(reading.with_text(said))
            options = {pick.option for pick in picks}
            if len(options) == 1 and all(pick.stance is Stance.STATED for pick in picks):
                read[folded(item)] = options.pop()
            elif said.strip():
                read[folded(item)] = ""  # said, but not as one option
        return read

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


def _stance(reading: Reading, found: FoundOption) -> Stance:
    stance = reading.stance(found.word_start, found.word_end)
    weak = _WEAKENED.search(reading.text[max(0, found.word_start - 40) : found.word_start])
    return Stance.DOUBTED if weak and stance is Stance.STATED else stance


def _without_brackets(reading: Reading, found: tuple[FoundOption, ...]) -> Reading:
    """Return the reading of the same text without the brackets that close behind options."""
    text = reading.text
    for each in found:
        if text[each.word_end : each.word_end + 1] == ")":
            text = f"{text[: each.word_end]} {text[each.word_end + 1 :]}"
    return reading.with_text(text)


def _without_contrasts(picks: list[Pick]) -> list[Pick]:
    """Return the picks without options that are only named to be set apart: `c, not a`, `c; a would be wrong`."""
    stated = {pick.option for pick in picks if pick.stance is Stance.STATED}
    denied = {pick.option for pick in picks if pick.stance is Stance.DENIED}
    if not stated or stated & denied:
        return picks
    return [pick for pick in picks if pick.stance is not Stance.DENIED]


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


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
