"""Two formulas that are compared, with all that rules make of both: each thing once, when it is first asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from grader.equivalence.normal.normalizer import Normalizer
from grader.equivalence.numeric.sampling import Sampler
from grader.equivalence.preparation.domains import assumed_domains
from grader.equivalence.preparation.prepared import prepare
from grader.equivalence.verdict import DEFAULT
from grader.notation.tree import kind_of, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.equivalence.preparation.prepared import Prepared
    from grader.equivalence.verdict import Options
    from grader.notation.tree import Node

_OF_DOMAINS: Final = frozenset({"domains", "default_domain"})  # options on which a preparation depends


class Pair:
    """The expected formula and the answer, and how they are to be compared. It does not change."""

    __slots__ = ("_assumed", "_domains", "_kinds", "_names", "_prepared", "answer", "expected", "options")

    def __init__(self, expected: Node, answer: Node, options: Options = DEFAULT) -> None:
        self.expected, self.answer, self.options = expected, answer, options
        self._prepared: Prepared | None = None
        self._domains: Mapping[str, str] | None = None
        self._assumed: Mapping[str, str] | None = None
        self._kinds: tuple[str, str] | None = None
        self._names: frozenset[str] | None = None

    def of(self, expected: Node, answer: Node) -> Pair:
        """Return two other formulas that are compared alike; the pair itself where they are its own."""
        if expected is self.expected and answer is self.answer:
            return self
        return Pair(expected, answer, self.options)

    def under(self, **changes: Any) -> Pair:
        """Return the same formulas under changed options; what was made of them is kept where it stays the same."""
        other = Pair(self.expected, self.answer, replace(self.options, **changes))
        other._kinds, other._names = self._kinds, self._names
        if _OF_DOMAINS.isdisjoint(changes):
            other._prepared, other._domains, other._assumed = self._prepared, self._domains, self._assumed
        return other

    @property
    def trees(self) -> tuple[Node, Node]:
        """Both formulas, the expected one first."""
        return self.expected, self.answer

    @property
    def kinds(self) -> tuple[str, str]:
        """What sort of thing each of them is."""
        if self._kinds is None:
            self._kinds = kind_of(self.expected), kind_of(self.answer)
        return self._kinds

    @property
    def names(self) -> frozenset[str]:
        """The symbols of both."""
        if self._names is None:
            self._names = names_in(self.expected) | names_in(self.answer)
        return self._names

    @property
    def prepared(self) -> Prepared:
        """Both with canonical indices, and symbols for what stays unknown."""
        if self._prepared is None:
            self._prepared = prepare(self.expected, self.answer, declared=self.options.indices)
        return self._prepared

    @property
    def domains(self) -> Mapping[str, str]:
        """Where the symbols of the prepared formulas take their values, as far as that is declared."""
        if self._domains is None:
            self._domains = self.prepared.domains(self.options)
        return self._domains

    @property
    def assumed(self) -> Mapping[str, str]:
        """The same, with what is assumed of the others."""
        if self._assumed is None:
            prepared = self.prepared
            self._assumed = assumed_domains(
                prepared.expected, prepared.answer, self.domains, self.options.default_domain
            )
        return self._assumed

    def sampler(self, domains: Mapping[str, str] | None = None) -> Sampler:
        """Return what evaluates the prepared formulas at points, of these domains or the declared ones."""
        prepared, options = self.prepared, self.options
        known = self.domains if domains is None else domains
        return Sampler(prepared.expected, prepared.answer, known, options.default_domain, options.seed)

    def normalizer(self, domains: Mapping[str, str] | None = None) -> Normalizer:
        """Return what brings the prepared formulas into normal form, by these domains or the assumed ones."""
        return Normalizer(self.assumed if domains is None else domains, self.options.default_domain)
