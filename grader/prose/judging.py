"""Weigh what a criterion's patterns found in an answer: which hits hold, which are in doubt, which say the opposite."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from grader.prose.groups import Group
from grader.prose.guards import bag_sentences, copied_sentences, is_picked
from grader.prose.misspellings import Vocabulary
from grader.prose.nearness import loosened, topicless
from grader.prose.patterns import Term, VerdictPattern
from grader.prose.refutation import CONTRASTS
from grader.prose.search import Search
from grader.prose.suppositions import is_supposed
from grader.prose.undercutting import is_hindered, is_qualified, is_undercut
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.prose.hits import Hit
    from grader.prose.patterns import Pattern
    from grader.prose.proseanswer import Prose

Claim = TypeVar("Claim", bound="Pattern")

GUESSED_EDITS: Final = 2  # a spelling repaired by two edits is a guess


class Finding(NamedTuple):
    """A hit of one alternative of the criterion."""

    claim: Pattern
    hit: Hit
    cues: frozenset[int] = frozenset()  # denials seen, part of the pattern or not


@dataclass
class Findings:
    """What was found, sorted by what it is worth."""

    solid: list[Finding] = field(default_factory=list)
    doubtful: dict[str, list[Finding]] = field(default_factory=dict)  # by why: "hedged", "repaired", ...
    opposite: list[Finding] = field(default_factory=list)


def claims(pattern: Pattern) -> tuple[Pattern, ...]:
    """Return the alternatives of a pattern, each of which would do."""
    if isinstance(pattern, Group) and pattern.some and not pattern.negated:
        plain = Group(some=pattern.some, name=pattern.name, within=pattern.within)
        if _same(plain, pattern):
            return tuple(claim for part in pattern.some for claim in claims(part))
    if (
        isinstance(pattern, Group)
        and len(pattern.every) == 1
        and _same(Group(every=pattern.every, within=pattern.within), pattern)
    ):
        return claims(pattern.every[0])
    return (pattern,)


def _same(plain: Group, group: Group) -> bool:
    return all(
        getattr(plain, name) == getattr(group, name)
        for name in (
            "every",
            "some",
            "order",
            "lacking",
            "outside",
            "unless",
            "about",
            "near",
            "negated",
            "item",
            "of",
        )
    )


def _possible(claims: Sequence[Claim], search: Search) -> list[Claim]:
    """Return those claims that an answer may hold by the words it has."""
    shown = search.shown
    found = []
    for claim in claims:
        for need in claim.needs:
            if not need & shown:
                break
        else:
            found.append(claim)
    return found


def _sets(pattern: Pattern) -> Iterator[Group]:
    """Yield the named sets that a pattern looks for."""
    if isinstance(pattern, Group):
        if pattern.name:
            yield pattern
        for part in (*pattern.every, *pattern.some, *pattern.order):
            yield from _sets(part)


class Judge:
    """A criterion's patterns, ready to be looked for in any number of answers."""

    def __init__(
        self,
        pattern: Pattern,
        *,
        against: Sequence[Pattern] | None = None,
        topics: Sequence[Pattern] = (),
        asks: Sequence[Pattern] = (),
        nearly: Sequence[Pattern] | None = None,
        general: Sequence[Pattern] = (),
    ) -> None:
        self.claims = claims(pattern)
        self.opposes = against is None  # without a list, the other polarity of a pattern speaks against it
        against = against or ()
        self.against = tuple(claim for part in against for claim in claims(part))
        self.topics = tuple(topics)
        self.asks = tuple(asks)
        self.general = tuple(general)
        self._nearly = tuple(nearly or ())
        self.nearly = tuple(claim for part in nearly or () for claim in claims(part))
        self.vocabulary = Vocabulary((pattern, *against, *topics, *self._nearly))
        self._loosened = nearly is None or bool(nearly)  # an empty list says that nothing comes near

    @cached_property
    def loose(self) -> tuple[Group, ...]:
        """The claims with one condition relaxed."""
        return tuple(other for claim in self.claims for other in loosened(claim)) if self._loosened else ()

    @cached_property
    def topicless(self) -> tuple[tuple[Group, Group], ...]:
        """The claims that are bound to a topic, each with the same without the bond."""
        return tuple(pair for claim in self.claims for pair in topicless(claim))

    @property
    def named(self) -> tuple[Pattern, ...]:
        """The topics that its claims must be about."""
        return tuple(topic for claim in self.claims if isinstance(claim, Group) for topic in claim.about)

    @property
    def nearly_words(self) -> tuple[Term, ...]:
        """The single words that its `nearly` looks for, whatever stands around them."""
        parts = [
            part
            for claim in self.nearly
            if isinstance(claim, Group) and not claim.every
            for part in claim.some
        ]
        # A set that is a topic's name is meant to: whoever speaks of it goes to a person.
        topics = {group for topic in self.named for group in _sets(topic)}
        sets = topics.intersection(group for part in self._nearly for group in _sets(part))
        meant = {term for group in sets for term in group.terms()}
        return tuple(
            part
            for part in (*self.nearly, *parts)
            if isinstance(part, Term) and part.kind != "number" and part not in meant
        )

    @property
    def wants_verdict(self) -> bool:
        """Whether a bare yes or no is all that one of the claims asks for."""
        return any(
            isinstance(claim, VerdictPattern)
            or (isinstance(claim, Group) and claim.item is None and claim.parts == (claim.every[:1]) != ()
                and isinstance(claim.parts[0], VerdictPattern))
            for claim in self.claims
        )  # fmt: skip

    def look(self, prose: Prose) -> Search:
        """Return this criterion's look at an answer, which remembers what was found."""
        return Search(prose, self.vocabulary, self.topics, self.asks, self.general)

    def judge(self, search: Search, *, strict: bool, prompt: str = "") -> Findings:
        """Return what an answer says of the criterion.

        `strict` is for claims that cost points: a weak hedge, a quotation, one guessed letter or a topic that
        is only carried over is already too much doubt.
        """
        findings = Findings()
        denied: list[Finding] = []
        prose = search.prose
        doubts = _Doubts(prose, strict=strict, prompt=prompt)
        for claim in _possible(self.claims, search):
            polarity = claim.negated if isinstance(claim, Group) else ""
            for hit in claim.placed(search) if isinstance(claim, Group) else search.find(claim):
                cues = search.cues(hit) if polarity != "either" else frozenset()
                own = hit.own.difference(prose.opening) if hit.own else hit.own
                finding = Finding(claim, hit, cues | own if own else cues)
                wanted = 1 if polarity == "true" else 0
                if polarity != "either" and len(cues) > 1:
                    findings.doubtful.setdefault("undecided", []).append(finding)
                elif polarity == "either" or len(cues) == wanted:
                    why = doubts.why(hit)
                    hindered = not wanted and polarity != "either" and is_hindered(prose, hit)
                    if not why and (hindered or is_undercut(prose, hit, cues)):
                        why = "undecided"
                    if strict and not why and not self._is_own(search, claim, hit, cues):
                        why = "undecided"
                    if why:
                        findings.doubtful.setdefault(why, []).append(finding)
                    else:
                        findings.solid.append(finding)
                elif not strict and polarity and not self._is_taken_at_its_word(hit, prose):
                    findings.doubtful.setdefault("hedged", []).append(finding)
                elif polarity and self.opposes:
                    self._oppose(findings, finding, doubts)
                elif self.opposes and len(cues) == 1:
                    denied.append(finding)
        stated = {finding.claim for finding in findings.solid}
        for finding in denied:  # what is said in one sentence and denied in another is not plain
            if finding.claim in stated:
                self._oppose(findings, finding, doubts)
        for claim in _possible(self.against, search):
            polarity = claim.negated if isinstance(claim, Group) else ""
            for finding in self._settled(claim, polarity, search):
                self._oppose(findings, finding, doubts)
        return findings

    @staticmethod
    def _is_taken_at_its_word(hit: Hit, prose: Prose) -> bool:
        """Whether a sentence is neither hedged nor taken back: one that is may mean the opposite of what it says."""
        return prose.segments.sentences[hit.first] not in prose.strong_hedges

    def _oppose(self, findings: Findings, finding: Finding, doubts: _Doubts) -> None:
        if doubts.why(finding.hit) in {"", "repaired"}:
            findings.opposite.append(finding)

    @staticmethod
    def _is_own(search: Search, claim: Pattern, hit: Hit, cues: frozenset[int]) -> bool:
        """Whether a claim is plainly made by the writer, not by taking back what others say, and of a topic they name."""
        sentences, parts = search.prose.segments.sentences, search.prose.segments.parts
        if any(
            cue < len(sentences) and (sentences[cue] != sentences[hit.first] or parts[cue] in CONTRASTS)
            for cue in cues
        ):
            return False
        return not isinstance(claim, Group) or search.names_topic(hit, claim)

    def near(self, search: Search) -> list[Finding]:
        """Return what comes so near to a claim that its absence is not plain.

        These are the rubric's own `nearly` patterns, and its claims with one condition relaxed, or said where
        nothing in the sentence itself tells of what.
        """
        found: list[Finding] = []
        for claim in _possible(self.nearly, search):
            polarity = claim.negated if isinstance(claim, Group) else ""
            found.extend(self._settled(claim, polarity or "either", search))
        for claim in _possible(self.loose, search) if not found else ():
            found.extend(self._settled(claim, claim.negated, search))
        return found or self._elsewhere(search)

    def _elsewhere(self, search: Search) -> list[Finding]:
        """Return what says it of no topic that its own sentence names, where the topic is named in the answer."""
        found: list[Finding] = []
        for claim, loose in self.topicless:
            if not _possible((loose,), search) or not any(
                search.find(topic) for topic in claim.about or claim.unless
            ):
                continue
            settled = self._settled(loose, loose.negated, search)
            found += [item for item in settled if not search.names_other(item.hit, claim)]
        return found

    def _settled(self, claim: Pattern, polarity: str, search: Search) -> list[Finding]:
        """Return the hits that are denied exactly as asked for."""
        wanted = 1 if polarity == "true" else 0
        hits = claim.placed(search) if isinstance(claim, Group) else search.find(claim)
        found = []
        for hit in hits:
            cues = search.cues(hit)
            if polarity == "either" or len(cues) == wanted:
                found.append(Finding(claim, hit, cues))
        return found


class _Doubts:
    """Why a hit may not be what the writer claims."""

    def __init__(self, prose: Prose, *, strict: bool, prompt: str) -> None:
        self.prose = prose
        self.strict = strict
        self.prompt = prompt
        self._copied: frozenset[int] | None = None
        self._known: dict[Hit, str] = {}

    def why(self, hit: Hit) -> str:
        """Return the name of the doubt, "" where there is none."""
        known = self._known.get(hit)
        if known is None:
            known = self._known[hit] = self._why(hit)
        return known

    def _why(self, hit: Hit) -> str:
        prose = self.prose
        of = prose.segments.sentences
        sentences = {of[hit.first], of[hit.last]}
        if len(sentences) > 1:
            sentences.update([of[word] for word in hit.words])
        if not sentences.isdisjoint(prose.twice_denied):
            return "undecided"
        if not (sentences.isdisjoint(prose.questions) and sentences.isdisjoint(prose.strong_hedges)):
            return "hedged"
        if hit.words and is_supposed(prose, hit.first, hit.last):
            return "undecided"
        if self.strict and (not sentences.isdisjoint(prose.contested) or is_qualified(prose, hit)):
            return "undecided"
        if self.strict and (
            sentences & prose.weak_hedges or any(word in prose.segments.quoted for word in hit.words)
        ):
            return "hedged"
        if hit.repaired and hit.edits >= (1 if self.strict else GUESSED_EDITS):
            return "repaired"
        if not sentences.isdisjoint(bag_sentences(prose)) or is_picked(prose, hit):
            return "stuffed"
        if self.prompt:
            if self._copied is None:
                self._copied = copied_sentences(prose, self.prompt)
            if sentences & self._copied:
                return "copied"
        return ""
