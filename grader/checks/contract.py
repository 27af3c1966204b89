"""The contract of a check: all that the house asks of one, and what holds where a check says nothing of its own.

Whoever marks, explains, prints a form, calibrates or looks for leaks asks a check these questions and no others, so
that a new check is one file, one line in `grader.checks.CHECKS`, its section in the reference and its cases.
"""

from __future__ import annotations

import inspect
from dataclasses import field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from grader.model.frozen import Frozen
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction

    from grader.checks.mistakes import Mistake
    from grader.finding.reading import Reading
    from grader.model.outcome import Outcome

Kind = Literal["number", "matrix", "size", "formula", "choice", "text"]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a part that a check judges holds, as far as students may know it: nothing here depends on the key."""

    kind: Kind
    options: Mapping[str, str] = field(default_factory=dict)  # of a choice, each with its first text
    items: tuple[str, ...] = ()  # of a matching


class Check(Protocol):
    """A frozen pydantic model whose fields are its YAML keys.

    Scalars reach a check's model as the text that stands in the rubric, so each field's own type
    says what `no`, `2.10` or `1e-3` mean. Bad parameters raise ValueError while the model is
    made; after that everything is pure and total: any text at all gives an Outcome.
    """

    finds_statements: ClassVar[bool]
    seeks_one: ClassVar[bool]
    modest: ClassVar[bool]
    short_forms: ClassVar[tuple[str, ...]]

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:
        """Judge a reading that is not blank.

        `earlier` holds the numbers read by earlier criteria of the same question, by part name
        and by criterion id; a check without `follows_names` looks at none of them.
        """
        ...

    @classmethod
    def reference(cls) -> str:
        """Return what `grader explain` prints of it."""
        ...

    @classmethod
    def may_contradict(cls) -> bool:
        """Whether it can hunt a false claim, for points taken away."""
        ...

    @classmethod
    def spelled_out(cls, params: Any) -> Any:
        """Return the keys that a short form stands for, to which the frame around the check can add."""
        ...

    @property
    def holding(self) -> Holding:
        """What a part holds."""
        ...

    @property
    def follows_names(self) -> tuple[str, ...]:
        """The earlier parts that it may follow from."""
        ...

    @property
    def hunts(self) -> bool:
        """Whether it hunts a false claim: credit 1 means that the claim was found."""
        ...

    @property
    def branches(self) -> tuple[Any, ...]:
        """The alternatives that calibration judges one by one; none where it has no such thing."""
        ...

    def with_branches(self, numbers: Iterable[int]) -> Check:
        """Return this check with only some of its branches; raises ValueError where it could never match."""
        ...

    @property
    def wordings(self) -> tuple[str, ...]:
        """The sentences that count, to which calibration may propose more; none where it looks for no sentence."""
        ...

    def reworded(self, *, accepts: Iterable[str] = (), rejects: Iterable[str] = ()) -> Check | None:
        """Return this check with further wordings that count or do not; None where one of them cannot be looked for."""
        ...

    def knows(self, form: str) -> bool:
        """Whether a folded word is one it looks for already, so that calibration need not propose it."""
        ...

    def mistakable(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of what it asks about, and a name of each thing that may be confused with that."""
        ...

    def expectations(self) -> tuple[tuple[str, Any], ...]:
        """Return the values that it was made with: what is right, under "", the expected one first, and what each mistake gives."""
        ...

    @property
    def known_mistakes(self) -> tuple[Mistake[Any], ...]:
        """The known wrong answers."""
        ...

    @property
    def nearness(self) -> Any:
        """How near to what is expected is right; None where nothing else is."""
        ...

    @property
    def label_words(self) -> tuple[str, ...]:
        """The words by which prose says that this is what was asked for."""
        ...

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield how a text that students see spells what is expected, and whether that can hardly be chance."""
        ...

    def doubts(self) -> tuple[str, ...]:
        """Return what its author may not have meant, sentence by sentence, each with its key before a colon."""
        ...

    def compiled(self, name: str) -> dict[str, Any]:
        """Return what it looks for as a rubric would write it, under the check's name or that of the check it is made into."""
        ...


class CheckModel(Frozen):
    """What holds for a check that says nothing of its own."""

    finds_statements: ClassVar[bool] = (
        False  # whether it looks for a statement: what is not right is not there
    )
    short_forms: ClassVar[tuple[str, ...]] = ()  # JSON types that stand for its keys: see `spelled_out`
    seeks_one: ClassVar[bool] = False  # whether it looks for one thing in an answer that is about that thing
    modest: ClassVar[bool] = False  # whether it leaves all but the plainest to a person

    @classmethod
    def reference(cls) -> str:
        """Return the check's documentation: its docstring."""
        return inspect.getdoc(cls) or ""

    @classmethod
    def may_contradict(cls) -> bool:
        """Whether there is a key `contradiction`."""
        return "contradiction" in cls.model_fields

    @classmethod
    def spelled_out(cls, params: Any) -> Any:
        """What is given: there is no short form."""
        return params

    @property
    def holding(self) -> Holding:
        """A text."""
        return Holding("text")

    @property
    def follows_names(self) -> tuple[str, ...]:
        """No earlier parts."""
        return ()

    @property
    def hunts(self) -> bool:
        """As the key `contradiction` says, where there is one."""
        return bool(getattr(self, "contradiction", False))

    @property
    def branches(self) -> tuple[Any, ...]:
        """No branches."""
        return ()

    def with_branches(self, numbers: Iterable[int]) -> Check:
        """Refuse: there is nothing to leave out."""
        raise ValueError(f"there are no branches here (got {list(numbers)})")

    @property
    def wordings(self) -> tuple[str, ...]:
        """No sentences."""
        return ()

    def reworded(self, *, accepts: Iterable[str] = (), rejects: Iterable[str] = ()) -> Check | None:
        """It learns from no wordings."""
        del accepts, rejects
        return None

    def knows(self, form: str) -> bool:
        """Every word: none need be proposed."""
        del form
        return True

    def mistakable(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Nothing that has a name."""
        return (), ()

    def expectations(self) -> tuple[tuple[str, Any], ...]:
        """No values."""
        return ()

    @property
    def known_mistakes(self) -> tuple[Mistake[Any], ...]:
        """Those of the key `mistakes`, where there is one."""
        return tuple(getattr(self, "mistakes", ()))

    @property
    def nearness(self) -> Any:
        """The key `tolerance`, where there is one."""
        return getattr(self, "tolerance", None)

    @property
    def label_words(self) -> tuple[str, ...]:
        """Those of the keys `near`, `defines` and `row`, as far as there are such."""
        words = (getattr(self, key, None) for key in ("near", "defines", "row"))
        return tuple(word for each in words if isinstance(each, tuple) for word in each)

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Nothing that could leak."""
        del public
        return iter(())

    def doubts(self) -> tuple[str, ...]:
        """No doubts."""
        return ()

    def compiled(self, name: str) -> dict[str, Any]:
        """The keys it was given."""
        return {name: self.model_dump(by_alias=True, exclude_defaults=True)}
