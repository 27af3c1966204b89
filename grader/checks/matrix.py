"""The check `matrix`: values cell by cell, or only the shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal

from pydantic import model_validator

from grader.checks.alternatives import judge_alternatives
from grader.checks.contract import CheckModel, Holding
from grader.checks.labelled import find_tables
from grader.checks.leaks import sized, written_out
from grader.checks.matrix_keys import (
    ExpectedRows,
    Factor,
    Factors,
    MatrixMistake,
    Rows,
    times,
    transforms,
    values,
    whole,
)
from grader.checks.matrix_words import (
    Written,
    as_latex,
    as_mistaken,
    decided,
    in_brackets,
    is_only_one,
    places_of,
    quoted,
    rows_of,
    unclear,
    unreadable,
)
from grader.checks.mistakes import DIFFERING
from grader.checks.sense import refuse_unusual_credit, refuse_wide_tolerance
from grader.checks.shapes import ShapeKey, shape_in
from grader.checks.tolerance import AnyTolerance, Fit, Tolerance
from grader.fields import Amount, AsTuple, Count, Flag, Words
from grader.finding.remarks import DENIED, remark_on
from grader.finding.sizes import wholly_searched
from grader.finding.statements import (
    MatrixStatement,
    find_matrix_statements,
    is_alternative,
    read_listed,
)
from grader.model import Evidence, Frozen, Outcome, Reason
from grader.notation.cells import with_decimal_commas
from grader.notation.numbers import NumberReading, shown
from grader.outcomes import for_a_person, not_found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.finding.reading import Reading
    from grader.notation.cells import Cell

CUT: Final = "There is more in this answer than is searched for a matrix; a person will look."

MAX_QUOTED: Final = 200  # characters of a key that are told


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer against one key: which cells are right, too coarse, or wrong."""

    factor: Factor
    right: int
    coarse: int
    wrong: tuple[tuple[int, int], ...]
    total: int


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
    >>> from grader.rubric import make_check
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
        return self._judge(found, evidence)

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
            self._judge(each, quoted(each, reading, only=only)) for each in chosen if not each.problem
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

    def _judge(self, found: MatrixStatement, evidence: Evidence) -> Outcome:
        rows: Written = found.rows
        expected: Rows = self.expected
        listed = ", ".join(f"[{', '.join(cell.text for cell in row)}]" for row in expected)
        evidence = evidence.model_copy(update={"expected": f"[{listed}]"[:MAX_QUOTED]})
        shape = found.shape
        if shape is None:
            said = "The rows differ in length."
            written = said if evidence.public is not None else ""
            return decided(evidence, Fraction(0), Reason.WRONG, said, feedback=said, written=written)
        if shape != self._shape_key.sides and 1 in shape and shape[::-1] == self._shape_key.sides:
            rows, shape = tuple(zip(*rows, strict=True)), shape[::-1]  # a vector may lie or stand
        entries = with_decimal_commas(rows)  # `(0,25; 0,5)` is a vector
        if (
            entries
            and shape != self._shape_key.sides
            and self._shape_key.sides in {(len(entries), 1), (1, len(entries))}
        ):
            lying = self._shape_key.sides[0] == 1
            as_vector = self._judge_cells(
                (entries,) if lying else tuple((cell,) for cell in entries), evidence
            )
            if shape[1] == 2 or as_vector.credit == 0:
                return as_vector
            said = "With decimal commas this is a vector of the right size; without, it is not."
            return decided(evidence, None, Reason.AMBIGUOUS, said)
        if shape == self._shape_key.sides:
            return self._judge_cells(rows, evidence)
        named = self._named(rows)
        said = f"Your matrix is {shape[0]} x {shape[1]}; its size is not right."
        if named:
            return as_mistaken(evidence, named, Fraction(0), said)
        if shape[::-1] == (len(expected), len(expected[0])):
            said += " It has the rows and columns exchanged."
        return decided(
            evidence, Fraction(0), Reason.WRONG, said, feedback=said, hint="The size is not right."
        )

    def _judge_cells(self, rows: Written, evidence: Evidence) -> Outcome:
        comparisons = [self._compare(rows, self.expected, factor) for factor in self.scale]
        best = max(comparisons, key=lambda each: (each.right, each.coarse, each.factor.credit))
        if best.right == best.total:
            reason = Reason.CORRECT if best.factor.credit == 1 else Reason.PARTLY
            said = f"All {best.total} cells are right."
            words = best.factor.feedback
            return decided(evidence, best.factor.credit, reason, said, feedback=words, written=words)
        if best.right + best.coarse == best.total:
            return decided(
                evidence, None, Reason.NOT_PRECISE_ENOUGH, "Some cells are rounded too far to tell."
            )
        share = (
            self.size + (1 - self.size) * Fraction(best.right if self.by_cell else 0, best.total)
        ) * best.factor.credit
        said = f"{best.right} of {best.total} cells are right; {places_of(best.wrong, rows)}."
        named = self._named(rows)
        if named:
            return as_mistaken(evidence, named, share, said)
        if any(cell.reading is None for row in rows for cell in row):
            return decided(evidence, None, Reason.UNREADABLE, f"{said} Some cells could not be read.")
        transform, named_only = self._transform(rows)
        return decided(
            evidence,
            share,
            Reason.PARTLY if share else Reason.WRONG,
            f"{said} {transform}".rstrip(),
            feedback=transform,
            hint=f"{said} {named_only}".rstrip(),
        )

    def _compare(self, rows: Written, key: Rows, factor: Factor) -> Comparison:
        right = coarse = 0
        wrong = []
        decimals = self._decimals_of(rows)
        for at, (row, expected_row) in enumerate(zip(rows, key, strict=True)):
            for column, (cell, expected) in enumerate(zip(row, expected_row, strict=True)):
                fit = self._fit(cell, times(expected, factor.factor), decimals)
                right += fit is Fit.RIGHT
                coarse += fit is Fit.COARSE
                if fit is not Fit.RIGHT:
                    wrong.append((at, column))
        return Comparison(factor, right, coarse, tuple(wrong), len(key) * len(key[0]))

    def _decimals_of(self, rows: Written) -> int | None:
        """Return the decimals at which cells show enough digits: beside 0.24 and 0.67, 0.09 is as precise."""
        readings = [cell.reading for row in rows for cell in row if cell.reading is not None]
        return min(
            (each.decimals for each in readings if each.decimals and each.digits >= self.min_digits),
            default=None,
        )

    def _fit(self, cell: Cell, expected: NumberReading, decimals: int | None) -> Fit:
        if cell.reading is None:
            return Fit.OFF
        fits = [
            self.tolerance.fit(
                each,
                expected,
                min_digits=1 if decimals is not None and each.decimals >= decimals else self.min_digits,
            )
            for each in cell.reading.readings
        ]
        return Fit.RIGHT if Fit.RIGHT in fits else Fit.COARSE if Fit.COARSE in fits else Fit.OFF

    def _equals(self, rows: Written, key: Rows) -> bool:
        """Whether every cell is that of a key, in the notation of the answer."""
        if (len(rows), len(rows[0])) != (len(key), len(key[0])):
            return False
        one = Factor(factor=Fraction(1))
        return self._compare(rows, key, one).right == len(key) * len(key[0])

    def _named(self, rows: Written) -> list[MatrixMistake]:
        return [mistake for mistake in self.mistakes if self._equals(rows, mistake.expected)]

    def _transform(self, rows: Written) -> tuple[str, str]:
        """Say which simple change of the key the answer is, all that fit, and the same without a value."""
        names = []
        for factor in self.scale:
            for name, key in transforms(self.expected):
                scaled = tuple(tuple(times(cell, factor.factor) for cell in row) for row in key)
                if self._equals(rows, scaled):
                    names.append(name)
        if names:
            said = f"These are the right values {' or '.join(dict.fromkeys(names))}."
            return said, said
        common = self._common_factor(rows)
        if common is None:
            return "", ""
        said = "These are the right values times"
        return f"{said} {shown(common)}.", f"{said} a common factor."

    def _common_factor(self, rows: Written) -> Fraction | None:
        """Return c where every cell is c times the expected one, from at least two cells that are not zero."""
        pairs = [
            (cell.reading.value, expected.value)
            for row, expected_row in zip(rows, self.expected, strict=True)
            for cell, expected in zip(row, expected_row, strict=True)
            if cell.reading is not None
        ]
        factors = {answer / expected for answer, expected in pairs if expected}
        zeros_agree = all(not answer for answer, expected in pairs if not expected)
        enough = sum(bool(expected) for _, expected in pairs) >= 2
        factor = next(iter(factors)) if len(factors) == 1 else None
        return factor if zeros_agree and enough and factor not in {None, 0, 1} else None
