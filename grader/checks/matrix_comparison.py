"""What a matrix is worth against the expected one: cell by cell, with known mistakes and changes that go unnoticed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.checks.matrix_keys import Factor, MatrixMistake, Rows, times, transforms
from grader.checks.matrix_words import Written, as_mistaken, decided, places_of
from grader.checks.tolerance import Fit, Tolerance
from grader.model.outcome import Evidence, Outcome, Reason
from grader.notation.numbers.cells import with_decimal_commas
from grader.notation.numbers.exact import NumberReading, shown
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.finding.statements import MatrixStatement
    from grader.notation.numbers.cells import Cell

MAX_QUOTED: Final = 200  # characters of a key that are told


@dataclass(frozen=True, slots=True)
class MatrixComparison:
    """An answer against one key: which cells are right, too coarse, or wrong."""

    factor: Factor
    right: int
    coarse: int
    wrong: tuple[tuple[int, int], ...]
    total: int


@dataclass(frozen=True)
class MatrixKey:
    """The expected matrix, how near is right, and what else is known of it."""

    expected: Rows
    sides: tuple[int, ...]
    scale: tuple[Factor, ...]
    tolerance: Tolerance
    min_digits: int
    size: Fraction
    by_cell: bool
    mistakes: tuple[MatrixMistake, ...]

    def judge(self, found: MatrixStatement, evidence: Evidence) -> Outcome:
        """Return what a matrix is worth."""
        rows: Written = found.rows
        expected = self.expected
        listed = ", ".join(f"[{', '.join(cell.text for cell in row)}]" for row in expected)
        evidence = evidence.model_copy(update={"expected": f"[{listed}]"[:MAX_QUOTED]})
        shape = found.shape
        if shape is None:
            said = "The rows differ in length."
            written = said if evidence.public is not None else ""
            return decided(evidence, Fraction(0), Reason.WRONG, said, feedback=said, written=written)
        if shape != self.sides and 1 in shape and shape[::-1] == self.sides:
            rows, shape = tuple(zip(*rows, strict=True)), shape[::-1]  # a vector may lie or stand
        as_vector = self._judge_vector(rows, shape, evidence)
        if as_vector is not None:
            return as_vector
        if shape == self.sides:
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

    def _judge_vector(self, rows: Written, shape: tuple[int, int], evidence: Evidence) -> Outcome | None:
        """Judge what is a vector of the right size if its commas are decimal: `(0,25; 0,5)`; None where it is not."""
        entries = with_decimal_commas(rows)
        if not entries or shape == self.sides or self.sides not in {(len(entries), 1), (1, len(entries))}:
            return None
        lying = self.sides[0] == 1
        outcome = self._judge_cells((entries,) if lying else tuple((cell,) for cell in entries), evidence)
        if shape[1] == 2 or outcome.credit == 0:
            return outcome
        said = "With decimal commas this is a vector of the right size; without, it is not."
        return decided(evidence, None, Reason.AMBIGUOUS, said)

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

    def _compare(self, rows: Written, key: Rows, factor: Factor) -> MatrixComparison:
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
        return MatrixComparison(factor, right, coarse, tuple(wrong), len(key) * len(key[0]))

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

    def _equals(self, rows: Written, key: Rows, factor: Fraction = Fraction(1)) -> bool:
        """Whether every cell is that of a key times a factor, in the notation of the answer."""
        if (len(rows), len(rows[0])) != (len(key), len(key[0])):
            return False
        decimals = self._decimals_of(rows)
        return all(
            self._fit(cell, times(expected, factor), decimals) is Fit.RIGHT
            for row, expected_row in zip(rows, key, strict=True)
            for cell, expected in zip(row, expected_row, strict=True)
        )

    def _named(self, rows: Written) -> list[MatrixMistake]:
        return [mistake for mistake in self.mistakes if self._equals(rows, mistake.expected)]

    def _transform(self, rows: Written) -> tuple[str, str]:
        """Say which simple change of the key the answer is, all that fit, and the same without a value."""
        names = []
        for factor in self.scale:
            for name, key in transforms(self.expected):
                if self._equals(rows, key, factor.factor):
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
