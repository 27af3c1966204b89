"""The check `matrix`: values cell by cell, or only the shape."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import model_validator

from grader.checks.alternatives import judge_alternatives
from grader.checks.contract import CheckModel, Holding
from grader.checks.labelled import find_tables
from grader.checks.leaks import sized, written_out
from grader.checks.matrix_comparison import MatrixKey
from grader.checks.matrix_keys import (
    ExpectedRows,
    Factor,
    Factors,
    MatrixMistake,
    Rows,
    values,
    whole,
)
from grader.checks.matrix_words import (
    as_latex,
    in_brackets,
    is_only_one,
    quoted,
    rows_of,
    unclear,
    unreadable,
)
from grader.checks.mistakes import DIFFERING
from grader.checks.sense import refuse_unusual_credit, refuse_wide_tolerance
from grader.checks.shapecredit import ShapeKey, shape_in
from grader.checks.tolerance import AnyTolerance, Tolerance
from grader.files.fields import Amount, AsTuple, Count, Flag, Words
from grader.finding.formularemarks import DENIED, remark_on
from grader.finding.sizechoice import wholly_searched
from grader.finding.statements import (
    MatrixStatement,
    find_matrix_statements,
    is_alternative,
    read_listed,
)
from grader.model.frozen import Frozen
from grader.model.outcome import Evidence, Outcome, Reason
from grader.model.outcomes import for_a_person, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.finding.reading import Reading

CUT: Final = "There is more in this answer than is searched for a matrix; a person will look."


class Labels(Frozen):
    """The labels of a table, in the order of the expected rows and columns."""

    rows: Words = ()
    columns: Words = ()


class MatrixCheck(CheckModel):
    """Judge a matrix, a vector or a shape.

    `expected`   a nested list of numbers, `[[0, 1/9], [1/9, 0]]`; a flat list is a vector or, with `shape_only`, the shape
    `shape_only` whether only the shape is judged: found as `3 x 3`, as `[3, 3]`, or as that of the matrix given
    `axes`       `any`: the order of a shape's axes is free; `one_side`: true: one side of a square is enough
    `size`       the share of the credit that the right shape earns, the rest is earned by cells (default 0)
    `by_cell`    whether each right cell earns its share (default true); false: all cells or none
    `scale`      accepted common factors, `[1, 1/9]` or `{factor: 1/9, feedback: ..., credit: 1}`
    `tolerance`  as in the check `number`; `min_digits` (default 2)
    `near`       words by which it is found in prose; `others`: words that head other parts
    `labels`     the labels of a table's rows and columns, `{rows: [MONK-1, MONK-2], columns: [a1, a2]}`, in the order of
                 `expected`; without them a table's first row and column are left out where they hold words
    `mistakes`   known wrong matrices, each `{name: , expected: [[...]], credit: , feedback: }`

    Beside the check, `hints: yes` tells students which cells are wrong and whether the right values are turned or scaled.

    >>> from grader.finding.reading import Reading
    >>> from grader.rubric.loading import make_check
    >>> check = make_check("matrix", {"expected": [["0", "1/9"], ["1/9", "0"]]})
    >>> check.check(Reading("[[0, 0.11], [0.11, 0]]"), {}).reason.value
    'correct'
    """

    expected: ExpectedRows
    shape_only: Flag = False
    axes: Literal["given", "any"] = "given"
    one_side: Flag = False
    size: Amount = Fraction(0)
    by_cell: Flag = True
    scale: Factors = (Factor(factor=Fraction(1)),)
    tolerance: AnyTolerance = Tolerance()
    min_digits: Count = 2
    near: Words = ()
    others: Words = ()
    labels: Labels | None = None
    mistakes: Annotated[tuple[MatrixMistake, ...], AsTuple, DIFFERING] = ()
    seeks_one: ClassVar[bool] = True

    @model_validator(mode="after")
    def _consistent(self) -> MatrixCheck:
        if self.labels is not None:
            for name, labels, count in (
                ("rows", self.labels.rows, len(self.expected)),
                ("columns", self.labels.columns, len(self.expected[0])),
            ):
                if labels and len(labels) != count:
                    raise ValueError(f"labels: {len(labels)} {name} are named, and expected has {count}")
        if not 0 <= self.size <= 1:
            raise ValueError("size must be between 0 and 1")
        if any(not factor.factor for factor in self.scale) or not self.scale:
            raise ValueError("scale must be a list of factors other than 0")
        if self.shape_only and len(self.expected) == 1 and not all(whole(cell) for cell in self.expected[0]):
            raise ValueError("a shape must consist of positive whole numbers")
        largest = [cell for row in self.expected for cell in row]
        for cell in largest:
            refuse_wide_tolerance(self.tolerance.radius(cell), [each.value for each in largest])
        refuse_unusual_credit((f"scale {factor.factor}", factor.credit) for factor in self.scale)
        for mistake in self.mistakes:
            if values(mistake.expected) == values(self.expected):
                raise ValueError(f"mistake {mistake.name!r} has the values that are right")
        return self

    @property
    def holding(self) -> Holding:
        """A matrix, or a size."""
        return Holding("size" if self.shape_only else "matrix")

    def expectations(self) -> tuple[tuple[str, Any], ...]:
        """Return the expected value and what mistakes give."""
        return (("", self.expected), *((mistake.name, mistake.expected) for mistake in self.mistakes))

    def leaks(self, public: Reading) -> Iterator[tuple[str, bool]]:
        """Yield the sizes or matrices of a text that are right."""
        if self.shape_only:
            return sized(public, self._shape_key.sides)
        return written_out(public, values(self.expected), [factor.factor for factor in self.scale])

    @cached_property
    def _shape_key(self) -> ShapeKey:
        rows: Rows = self.expected
        flat = self.shape_only and len(rows) == 1
        sides = tuple(int(cell.value) for cell in rows[0]) if flat else (len(rows), len(rows[0]))
        return ShapeKey(
            sides, near=self.near, others=self.others, any_order=self.axes == "any", one_side=self.one_side
        )

    @cached_property
    def _key(self) -> MatrixKey:
        told = (self.scale, self.tolerance, self.min_digits, self.size, self.by_cell, self.mistakes)
        return MatrixKey(self.expected, self._shape_key.sides, *told)

    def check(self, reading: Reading, earlier: Mapping[str, Fraction]) -> Outcome:  # noqa: ARG002 - the contract of all checks
        """Judge a part or an answer's prose; pure and total."""
        if isinstance(reading.value, Mapping):
            return unreadable(reading, "A matrix is asked for; this is a mapping.")
        if reading.value is None and not wholly_searched(reading):
            return unreadable(reading, CUT)  # what was not looked at may be another matrix, or deny this one
        if self.shape_only:
            picked = judge_alternatives(reading, lambda each: shape_in(each, self._shape_key))
            return picked or shape_in(reading, self._shape_key)
        if reading.value is not None:
            return self._check_list(reading)
        return self._check_text(reading)

    def _check_list(self, reading: Reading) -> Outcome:
        rows = rows_of(reading.value)
        if rows is None:
            return unreadable(reading, "This is not a list of rows of numbers.")
        found = MatrixStatement(0, 0, (), rows)
        evidence = Evidence(
            read=in_brackets(rows), part=reading.part, read_as=in_brackets(rows), latex=as_latex(rows)
        )
        evidence = evidence.published(read_as=evidence.read_as, latex=evidence.latex)
        return self._key.judge(found, evidence)

    def _check_text(self, reading: Reading) -> Outcome:
        vectors = 1 in self._shape_key.sides
        stated = list(find_matrix_statements(reading, vectors=vectors))
        stated = self._with_tables(stated, reading.text)
        if reading.explicit and not stated:
            listed = read_listed(reading.text)
            if listed is None or not (vectors or len(listed.rows) > 1):
                return unreadable(reading, "This could not be read as a matrix.", keyless=False)
            stated = [listed]
        spans = [(each.start, each.end) for each in stated]
        remarks = {each.start: remark_on(reading, each.start, each.end, spans) for each in stated}
        denied = [each for each in stated if (remark := remarks[each.start]) and remark.kind == "denied"]
        chosen = self._choose([each for each in stated if each not in denied], reading)
        if not chosen and denied:
            return unclear(denied[-1], reading, DENIED)
        if not chosen:
            said = "No matrix was found here."
            return not_found(Evidence(part=reading.part, decided=said))
        last, remark = chosen[-1], remarks[chosen[-1].start]
        if last.problem or remark:
            return unclear(last, reading, last.problem or (remark.said if remark else ""))
        return self._judge_last(chosen, reading, only=is_only_one(reading))

    def _with_tables(self, stated: list[MatrixStatement], text: str) -> list[MatrixStatement]:
        """Return the matrices of a text, those that are tables without their labels."""
        tables = []
        for table in find_tables(text) if "|" in text else ():
            rows = table.chosen(self.labels.rows, self.labels.columns) if self.labels else table.numbers()
            if rows and all(rows) and any(cell.reading is not None for row in rows for cell in row):
                tables.append(MatrixStatement(table.start, table.end, (), rows))
        others = [
            each
            for each in stated
            if not any(table.start < each.end and each.start < table.end for table in tables)
        ]
        return sorted([*others, *tables], key=lambda each: each.start)

    def _judge_last(self, chosen: list[MatrixStatement], reading: Reading, *, only: bool) -> Outcome:
        """Judge the last matrix; a person looks where another one is offered as well and only one is right."""
        outcomes = [
            self._key.judge(each, quoted(each, reading, only=only)) for each in chosen if not each.problem
        ]
        last = outcomes[-1]
        offered = [
            outcome
            for each, outcome in zip([each for each in chosen if not each.problem], outcomes, strict=True)
            if last.credit != 1 or is_alternative(reading.text, each, chosen[-1], explicit=reading.explicit)
        ]
        if len({outcome.credit == 1 for outcome in (*offered, last)}) > 1:
            said = "Several matrices are given here, and one of them is right."
            evidence = tuple(outcome.evidence[0].model_copy(update={"decided": said}) for outcome in outcomes)
            return for_a_person(Reason.AMBIGUOUS, *evidence)
        return last

    def _choose(self, stated: list[MatrixStatement], reading: Reading) -> list[MatrixStatement]:
        """Keep what stands under the label, else what has the right shape, else everything."""
        if len(stated) < 2 or reading.explicit:
            return stated
        regions = reading.regions(self.near, self.others) if self.near else ()
        labelled = [
            each for each in stated if any(region.start <= each.start < region.end for region in regions)
        ]
        fitting = [each for each in stated if each.problem or each.shape == self._shape_key.sides]
        return labelled or fitting or stated
