"""Passages of prose quoted as evidence, in the student's own characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason
from grader.model.outcomes import for_a_person

if TYPE_CHECKING:
    from grader.prose.judging import Finding, Judge
    from grader.prose.nearness import Miss
    from grader.prose.proseanswer import Prose

_SHOWN: Final = 3  # passages quoted for one verdict


def review(reason: Reason, decided: str, *evidence: Evidence, keyless: bool = False) -> Outcome:
    """Leave an answer to a person, with the reason and what was looked at."""
    return for_a_person(reason, *(evidence or (Evidence(decided=decided),)), keyless=keyless)


def joined(value: Any, depth: int = 0) -> str:
    """Return nested texts as lines, a mapping's names as their leads."""
    if isinstance(value, str):
        return value
    if depth > 20:
        return ""
    if hasattr(value, "items"):
        return "\n".join(f"{name}: {joined(inner, depth + 1)}" for name, inner in value.items())
    return "\n".join(f"- {joined(inner, depth + 1)}" for inner in value)


class Quotes:
    """Evidence in the student's own characters."""

    def __init__(self, prose: Prose, part: str, *, exact: bool) -> None:
        self.prose = prose
        self.part = part
        self.exact = exact  # whether offsets point into the text that was handed in

    def _quote(
        self,
        first: int,
        last: int,
        *,
        decided: str,
        read_as: str = "",
        expected: str = "",
        public: bool = False,
    ) -> Evidence:
        segments = self.prose.segments
        start, end = (segments.starts[first], segments.ends[last]) if self.exact else (None, None)
        read = self.prose.quote(first, last)
        told = (
            PublicEvidence(read=read, part=self.part, start=start, end=end, decided=decided)
            if public
            else None
        )
        return Evidence(
            read=read,
            part=self.part,
            start=start,
            end=end,
            read_as=read_as,
            expected=expected,
            decided=decided,
            public=told,
        )

    def all(self) -> Evidence:
        """Quote the whole answer."""
        return self._quote(0, len(self.prose) - 1, decided="The whole answer was looked at.")

    def findings(self, found: list[Finding], decided: str = "", *, public: bool = False) -> list[Evidence]:
        """Quote findings, the first few; `public` lets students see which passages they are."""
        evidence: list[Evidence] = []
        quoted: set[tuple[int, int]] = set()
        for finding in sorted(found, key=lambda item: (item.hit.edits, item.hit.first, item.hit.last)):
            first, last = min([finding.hit.first, *finding.cues]), max([finding.hit.last, *finding.cues])
            last = min(last, len(self.prose) - 1)
            notes = [
                f"'{self.prose.forms[cue]}' denies" for cue in sorted(finding.cues) if cue < len(self.prose)
            ]
            notes += [
                f"'{self.prose.forms[word]}' read as '{term}'" for word, term, _ in finding.hit.repaired
            ]
            if (first, last) in quoted:
                continue
            quoted.add((first, last))
            quote = self._quote(
                first,
                last,
                read_as="; ".join(notes),
                expected=finding.claim.label,
                decided=decided,
                public=public,
            )
            if self.exact or all(known.read != quote.read for known in evidence):
                evidence.append(quote)
            if len(evidence) == _SHOWN:
                break
        return evidence

    def miss(self, miss: Miss | None, judge: Judge) -> Evidence:
        """Quote the passage that comes nearest to a claim, with what it lacks."""
        if miss is None:
            return Evidence(
                part=self.part,
                expected=" | ".join(claim.label for claim in judge.claims[:_SHOWN]),
                decided="Nothing in the answer speaks of this.",
            )
        return self._quote(
            miss.first,
            miss.last,
            expected=f"found {', '.join(miss.found)}; lacking {', '.join(miss.lacking)} (of {miss.claim.label})",
            decided="This passage comes nearest, but it does not say what is asked for.",
        )
