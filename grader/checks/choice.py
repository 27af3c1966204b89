"""The check `choice`: one option, several, true or false, or a matching."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import BeforeValidator, model_validator

from grader.checks.alternatives import judge_alternatives
from grader.checks.sense import refuse_repeated, refuse_unusual_credit
from grader.fields import Amount, AsTuple, Flag, Words
from grader.model import Evidence, Frozen, Outcome, Reason, Response
from grader.prose.stance import Stance, stance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Beyond this a choice is not an answer but an essay; what is stated up to here decides.
MAX_LENGTH: Final = 20_000
MAX_OPTIONS: Final = 60

_TRUE: Final = (
    "true",
    "yes",
    "t",
    "y",
    "correct",
    "right",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "si",
)
_FALSE: Final = ("false", "no", "f", "n", "incorrect", "wrong", "falsch", "nein", "faux", "non", "falso")
_ANYWHERE: Final = ("true", "false", "correct", "incorrect", "wahr", "falsch")
_DECORATION: Final = " \t\r\n.,;:!?*_`'\"()[]{}"
_PAIR: Final = re.compile(
    r"^[ \t]*(?:[-*+] |\d+[.)] )?[ \t]*(.{1,80}?)[ \t]*(?::|=>|->|→|\\to|\\rightarrow|=|–|—)[ \t]*(.+)$",
    re.MULTILINE,
)
_NEGATION: Final = re.compile(r"(?:\bnot|\bnever|n['’]t|\bnor|\bneither|\bnicht|\bkein\w*)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)  # fmt: skip


# "true positives", "the correct label": a word that qualifies a noun is no verdict.
_QUALIFYING: Final = re.compile(
    r"[ \t]+(?!(?:or|and|if|because|since|as|but|is|was|when|in|for|of|too|then|at|only|unless|so|here|not|answer|statement|wrong|right"
    r"|true|false|wahr|falsch|oder|weil|denn)\b)[a-z]",
    re.IGNORECASE,
)


# "The opposite is true": the verdict on another statement.
_OPPOSITE: Final = re.compile(
    r"\b(?:opposite|contrary|reverse|converse|inverse|gegenteil)\s+(?:of\s+\w+\s+)?(?:is|are|was|holds|would be|ist)\s+(?:\w+\s+)?$",
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


class Wrong(Frozen):
    """A wrong choice worth a word of its own."""

    name: str
    choice: Words
    feedback: str = ""
    credit: Amount = Fraction(0)


class ChoiceCheck(Frozen):
    """Judge which of the given options an answer picks.

    `options`   the ids, as a list, or a mapping of each id to its text or texts (any of them may be written);
                left out for true or false
    `expected`  one id; a list of ids (several are right, all are wanted); a mapping of items to ids (a matching)
    `accept`    other answers that are right, in the form of `expected`
    `partial`   credit by share (default true): of several, right picks less wrong ones; of a matching, right pairs
    `mistakes`  wrong choices with a name, a feedback and a credit: `{name, choice, feedback, credit}`

    >>> from grader.rubric import make_check
    >>> check = make_check("choice", {"options": ["a", "b", "c"], "expected": "b"})
    >>> check.check(Response(text="b)", place={"line": 1}), {}).reason.value
    'correct'
    """

    expected: Annotated[Any, BeforeValidator(_as_expected)]
    options: Annotated[Mapping[str, Words], BeforeValidator(_as_options)] = {}
    accept: Annotated[tuple[Annotated[Any, BeforeValidator(_as_expected)], ...], AsTuple] = ()
    partial: Flag = True
    mistakes: Annotated[tuple[Wrong, ...], AsTuple] = ()

    @model_validator(mode="after")
    def _known(self) -> ChoiceCheck:
        if len(self.options) > MAX_OPTIONS:
            msg = f"options must be at most {MAX_OPTIONS}"
            raise ValueError(msg)
        if not self.options and not (isinstance(self.expected, str) and _truth(self.expected) is not None):
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
        refuse_repeated((mistake.name for mistake in self.mistakes), "two mistakes are named {}")
        refuse_unusual_credit((f"mistake {mistake.name!r}", mistake.credit) for mistake in self.mistakes)
        if self.options and not any(_ids(self.expected)):
            raise ValueError("expected must name at least one option")
        known = [option for mistake in self.mistakes for option in mistake.choice]
        for option in known if self.options else ():
            if option not in self.options:
                raise ValueError(f"mistakes: {option!r} is no option; options are {', '.join(self.options)}")
        for each in (self.expected, *self.accept):
            refuse_repeated(each if isinstance(each, tuple) else (), "expected has {} twice")

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence."""
        alone = "options: there is only one, so that whoever answers at all is right"
        right = [set(_ids(each)) for each in (self.expected, *self.accept) if not isinstance(each, Mapping)]
        mistaken = [
            f"mistakes: {mistake.name!r} is the choice that is right, and is never told"
            for mistake in self.mistakes
            if set(mistake.choice) in right
        ]
        return (*([alone] if len(self.options) == 1 else ()), *mistaken)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """Every way to write an option, folded, to its id."""
        if not self.options:
            return {word: truth for words, truth in ((_TRUE, "true"), (_FALSE, "false")) for word in words}
        return {folded(text): option for option, texts in self.options.items() for text in (option, *texts)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Find an option inside prose: by a text of its own, or by an id that is marked as one."""
        if not self.options:
            # yes and no are verdicts at the start only: "there is no doubt" is not a no
            words = "|".join(map(re.escape, sorted((*_TRUE, *_FALSE), key=len, reverse=True)))
            start = rf"\A\W*(?P<head>{words})\b(?!\s+(?:idea|clue|doubt))"
            return re.compile(rf"{start}|\b(?P<word>{'|'.join(_ANYWHERE)})\b", re.IGNORECASE)
        texts = [text for text in self._spellings if len(text) > 2]
        ids = [re.escape(text) for text in self._spellings if len(text) <= 2]
        parts = [rf"\b{re.escape(text)}\b" for text in sorted(texts, key=len, reverse=True)]
        if ids:
            short = "|".join(sorted(ids, key=len, reverse=True))
            parts.append(rf"(?:^|(?<=\n))[ \t(\[*]*(?P<head>{short})(?=[)\].:*]|[ \t]*$)")
            parts.append(rf"\((?P<round>{short})\)")
            parts.append(
                rf"\b(?:answer|option|choice|antwort)s?(?:[ \t]+is|:)?[ \t]+[(*]*(?P<named>{short})\b"
            )
        return re.compile("|".join(parts), re.IGNORECASE | re.MULTILINE)

    def check(self, response: Response, earlier: Mapping[str, Fraction]) -> Outcome:
        """Read the picks and compare them; unreadable or contradicting picks go to a person."""
        del earlier
        if isinstance(self.expected, Mapping):
            return self._judge_matching(response, self._pairs(response))
        found = judge_alternatives(response, self._check_plain, self._option_of, self._is_listed)
        return found or self._check_plain(response)

    def _option_of(self, text: str) -> str | None:
        """Return the option that a text is, whatever emphasis it has."""
        return self._spellings.get(folded(text))

    def _is_listed(self, text: str) -> bool:
        return bool(self._listed(text))

    def _check_plain(self, response: Response) -> Outcome:
        picks = self._picks(response)
        if not picks:
            return _unsure(response, Reason.UNREADABLE, "No option was recognised in this.")
        picks = _without_contrasts(picks)
        if any(pick.stance is not Stance.STATED for pick in picks):
            return _unsure(response, Reason.AMBIGUOUS, "An option is named with a denial or a doubt.")
        if response.text.rstrip(" \n*_").endswith("?"):
            return _unsure(response, Reason.HEDGED, "The choice is put as a question.")
        chosen = tuple(dict.fromkeys(pick.option for pick in picks))
        if isinstance(self.expected, str) and len(chosen) > 1:
            return _unsure(response, Reason.AMBIGUOUS, f"More than one option is named: {', '.join(chosen)}.")
        return self._judge(response, chosen, picks)

    def _picks(self, response: Response) -> list[Pick]:
        if response.value is not None and not isinstance(response.value, str):
            words = [str(item) for item in _leaves(response.value)]
            known = [self._spellings.get(folded(word)) for word in words]
            return [Pick(option, 0, 0) for option in known if option] if all(known) else []
        text = response.text[:MAX_LENGTH]
        listed = self._listed(text)
        return listed or list(self._in_prose(text, response.language))

    def _listed(self, text: str) -> list[Pick]:
        """Read a text that holds nothing but options: `b`, `a, c`, `a and c`."""
        picks = []
        for found in re.finditer(r"[^,;/&\n]+?(?=\s*(?:,|;|/|&|\n|\band\b|\bund\b|$))", text):
            word = folded(re.sub(r"^\s*(?:and|und)\b", "", found[0]))
            if not word:
                continue
            option = self._spellings.get(word)
            if option is None:
                return []
            picks.append(Pick(option, found.start(), found.end()))
        return picks

    def _in_prose(self, text: str, language: str) -> Iterator[Pick]:
        for found in self._pattern.finditer(text):
            if found.lastgroup == "word" and (
                _QUALIFYING.match(text, found.end())
                or _OPPOSITE.search(text[max(0, found.start() - 40) : found.start()])
            ):
                continue
            word = next((group for group in found.groups() if group), found[0])
            option = self._spellings.get(folded(word))
            if option is None:  # a pattern that ignores case takes a Turkish ı for an I; folding does not
                continue
            start, end = found.span(found.lastgroup) if found.lastgroup else found.span()
            yield Pick(option, found.start(), found.end(), _stance(text, start, end, language))

    def _judge(self, response: Response, chosen: tuple[str, ...], picks: list[Pick]) -> Outcome:
        evidence = tuple(
            Evidence(
                read=response.text[pick.start : pick.end] or pick.option,
                part=response.part,
                start=pick.start if pick.end else None,
                end=pick.end or None,
                read_as=pick.option,
                expected=", ".join(_ids(self.expected)),
            ).published(read_as=pick.option)
            for pick in picks
        )
        shares = [self._share(set(_ids(right)), set(chosen)) for right in (self.expected, *self.accept)]
        best = max(shares)
        if best == 1:
            return Outcome(credit=best, reason=Reason.CORRECT, evidence=evidence)
        for wrong in self.mistakes:
            if set(wrong.choice) == set(chosen):
                return Outcome(
                    credit=max(best, wrong.credit),
                    reason=Reason.MISTAKE,
                    mistake=wrong.name,
                    feedback=wrong.feedback,
                    written=wrong.feedback,
                    evidence=evidence,
                )
        reason = Reason.PARTLY if best else Reason.WRONG
        return Outcome(credit=best, reason=reason, evidence=evidence)

    def _share(self, right: set[str], chosen: set[str]) -> Fraction:
        if isinstance(self.expected, str) or not self.partial:
            folded = {_truth(item) or item for item in right} if not self.options else right
            return Fraction(chosen == folded)
        return max(Fraction(0), Fraction(len(right & chosen) - len(chosen - right), len(right)))

    def _pairs(self, response: Response) -> dict[str, str]:
        """Read `item: option` pairs from a mapping or from lines of prose; names folded."""
        if isinstance(response.value, Mapping):
            pairs: Iterable[tuple[str, str]] = [
                (str(key), str(value)) for key, value in response.value.items()
            ]
        else:
            pairs = [(found[1], found[2]) for found in _PAIR.finditer(response.text[:MAX_LENGTH])]
        read = {}
        for item, said in pairs:
            if not said.strip():
                continue
            picks = self._listed(said) or list(self._in_prose(said, response.language))
            options = {pick.option for pick in picks}
            if len(options) == 1 and all(pick.stance is Stance.STATED for pick in picks):
                read[folded(item)] = options.pop()
            elif said.strip():
                read[folded(item)] = ""  # said, but not as one option
        return read

    def _judge_matching(self, response: Response, pairs: dict[str, str]) -> Outcome:
        wanted = [
            {folded(item): option for item, option in right.items()}
            for right in (self.expected, *self.accept)
        ]
        if not any(item in pairs for item in wanted[0]):
            return _unsure(
                response, Reason.UNREADABLE, "No pair of an item and an option was recognised in this."
            )
        if any(pairs.get(item) == "" for item in wanted[0]):
            return _unsure(
                response, Reason.AMBIGUOUS, "Behind an item there is not one option, plainly said."
            )
        right = max(sum(pairs.get(item) == option for item, option in key.items()) for key in wanted)
        share = Fraction(right, len(wanted[0]))
        credit = share if self.partial else Fraction(share == 1)
        read_as = "; ".join(f"{item}: {option}" for item, option in pairs.items())
        evidence = Evidence(
            read=response.text,
            part=response.part,
            read_as=read_as,
            expected="; ".join(f"{item}: {option}" for item, option in wanted[0].items()),
            decided=f"{right} of {len(wanted[0])} pairs are right.",
        ).published(read_as=read_as)
        reason = Reason.CORRECT if share == 1 else Reason.PARTLY if credit else Reason.WRONG
        return Outcome(credit=credit, reason=reason, evidence=(evidence,))


def _stance(text: str, start: int, end: int, language: str) -> Stance:
    if _NEGATION.search(text[max(0, start - 40) : start]):
        return Stance.DENIED
    if text[end : end + 1] == ")":  # of a letter: "c) is not right"
        text = f"{text[:end]} {text[end + 1 :]}"
    return stance(text, start, end, language=language)


def _without_contrasts(picks: list[Pick]) -> list[Pick]:
    """Return the picks without options that are only named to be set apart: `c, not a`, `c; a would be wrong`."""
    stated = {pick.option for pick in picks if pick.stance is Stance.STATED}
    denied = {pick.option for pick in picks if pick.stance is Stance.DENIED}
    if not stated or stated & denied:
        return picks
    return [pick for pick in picks if pick.stance is not Stance.DENIED]


def _unsure(response: Response, reason: Reason, why: str) -> Outcome:
    return Outcome(
        credit=None,
        reason=reason,
        keyless=True,  # only options were looked for, and these are no secret
        evidence=(Evidence(read=response.text[:200], part=response.part, decided=why),),
    )


def _truth(word: str) -> str | None:
    said = folded(word)
    return "true" if said in _TRUE else "false" if said in _FALSE else None


def _ids(right: Any) -> tuple[str, ...]:
    if isinstance(right, Mapping):
        return tuple(right.values())
    return (right,) if isinstance(right, str) else tuple(right)


def folded(text: str) -> str:
    """Return a text as options and items are compared: without case and without what decorates it."""
    return " ".join(text.casefold().strip(_DECORATION).split())


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
