"""What a comparison says, and what it may be told."""

from __future__ import annotations

from dataclasses import field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from grader.equivalence.forms import FORMS
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

Equal = Literal["equal", "different", "undecided"]
Certainty = Literal["proved", "probable", "disproved", "none"]

DOMAINS: Final = (
    "real",
    "positive",
    "nonnegative",
    "negative",
    "nonzero",
    "integer",
    "natural",
    "probability",
    "count",
    "complex",
    "index",
)
"""Where a symbol may take its values. `natural` is 1, 2, 3, ...; `count` is 0, 1, 2, ...; `probability` lies
strictly between 0 and 1; `index` is no value: as a subscript it numbers data, as `i` does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a comparison, with what decided it.

    `point` and `values` (expected, answer) are set where a point decided. `reason` and `notes` are
    plain sentences for a student that do not reveal the expected formula.
    """

    equal: Equal
    certainty: Certainty
    method: str
    reason: str
    point: tuple[tuple[str, str], ...] = ()
    values: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the answer counts as equal, proved or probable."""
        return self.equal == "equal"


@dataclass(frozen=True, slots=True)
class Options:
    """How two formulas are to be compared.

    `domains` maps symbols to one of DOMAINS (default: real). `rename` lets the answer use other
    names for all symbols but those in `fixed`. `up_to` allows a constant factor or offset.
    `equations` says whether equations must have the same sides up to a factor and the same
    solutions with multiplicity (`"multiplicity"`) or the same solution set (`"solutions"`).
    `require` and `forbid` name functions, operators or symbols the answer must or must not use.
    `form` names forms the answer must have (grader.equivalence.forms.FORMS). `rel` and `abs` let
    values differ. `matrices` are the symbols whose products do not commute. `growth` compares classes
    of growth (`simplest`: constant factors and lower terms must be left out). `symbolic` lets a
    computer algebra system try what else is undecided, for at most `deadline` seconds. `seed` makes the sampled points depend on the rubric and the answer.
    """

    domains: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    default_domain: str = "real"
    rename: bool = False
    fixed: frozenset[str] = frozenset()
    up_to: Literal["", "factor", "offset", "affine"] = ""
    growth: Literal["", "class", "simplest"] = ""
    equations: Literal["multiplicity", "solutions"] = "multiplicity"
    require: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    rel: Fraction | None = None
    abs: Fraction | None = None
    matrices: frozenset[str] = frozenset()
    symbolic: bool = True
    deadline: float = 2.0
    seed: str = ""
    _chosen: tuple[object, ...] = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse domains and forms nobody defined, so that a typing error in a rubric is seen."""
        for name, domain in (*self.domains.items(), ("", self.default_domain)):
            if domain not in DOMAINS:
                msg = f"the domain of '{name}' must be one of {', '.join(DOMAINS)} (got '{domain}')"
                raise ValueError(msg)
        for form in self.form:
            if form not in FORMS:
                msg = f"form must be one of {', '.join(FORMS)} (got '{form}')"
                raise ValueError(msg)

    @property
    def chosen(self) -> tuple[object, ...]:
        """All that is chosen, as a key; made once."""
        if not self._chosen:
            values = ((each.name, getattr(self, each.name)) for each in fields(self) if each.init)
            chosen = tuple(
                tuple(sorted(value.items())) if name == "domains" else value for name, value in values
            )
            object.__setattr__(self, "_chosen", chosen)
        return self._chosen

    @property
    def indices(self) -> frozenset[str]:
        """The symbols that are declared to be indices of data."""
        return frozenset(name for name, domain in self.domains.items() if domain == "index")

    def domain(self, name: str) -> str:
        """Return where a symbol takes its values; a `negative` number is real, and so on."""
        return self.domains.get(name, self.default_domain)


DEFAULT: Final = Options()
