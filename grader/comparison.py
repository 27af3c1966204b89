"""Compare two written formulas outside a rubric: how each is read, and the verdict."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from grader.equivalence import Options, compare_readings, near_miss
from grader.files.fields import Amount, Flag, Words
from grader.files.validation import validate
from grader.files.yamltree import Tree
from grader.model.frozen import Frozen
from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.grammar.quantities import for_answers
from grader.notation.names import Names
from grader.notation.printing.text import to_latex, to_text
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Symbol
from grader.records import dataclass

SYNTAXES: Final = {"auto": "auto", "latex": "auto", "ascii": "text", "text": "text", "maxima": "maxima"}


class ComparisonOptions(Frozen):
    """What a comparison may be told; the names are those of the check `formula`."""

    symbols: Mapping[str, Words] = Field(default_factory=dict)
    functions: Words = ()
    matrices: Words = ()
    constants: Words = ("e", "pi")
    where: Mapping[str, str] = Field(default_factory=dict)
    domain: str = "real"
    rename: Flag = False
    fixed: Words = ()
    up_to: Literal["", "factor", "offset", "affine"] = ""
    growth: Literal["", "class", "simplest"] = ""
    require: Words = ()
    forbid: Words = ()
    form: Words = ()
    rel: Amount | None = None
    abs: Amount | None = None

    def options(self, seed: str) -> Options:
        return Options(
            domains=dict(self.where),
            default_domain=self.domain,
            rename=self.rename,
            fixed=frozenset(self.fixed),
            up_to=self.up_to,
            growth=self.growth,
            require=self.require,
            forbid=self.forbid,
            form=self.form,
            rel=self.rel,
            abs=self.abs,
            matrices=frozenset(self.matrices),
            seed=seed,
        )

    def names(self, also: tuple[str, ...] = ()) -> Names:
        symbols = {name: tuple(others) for name, others in self.symbols.items()}
        for name in also:
            symbols.setdefault(name, ())
        return Names.declare(
            symbols, functions=self.functions, constants=self.constants, matrices=frozenset(self.matrices)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two formulas as they were read, and what was found; `expected` and `answer` are None where unreadable."""

    verdict: str  # equal | different | undecided | unreadable
    certainty: str  # proved | probable | disproved | none
    evidence: str
    expected: FormulaReading | None = None
    answer: FormulaReading | None = None
    near_miss: str = ""
    point: tuple[tuple[str, str], ...] = ()
    values: tuple[str, str] | None = None


def compare_texts(
    expected: str, answer: str, *, syntax: str = "auto", options: ComparisonOptions | None = None
) -> Comparison:
    """Read both and compare them; never raises for what they say."""
    options = options or ComparisonOptions()
    left = right = None
    try:
        left = read_formula(expected, names=options.names(), syntax=SYNTAXES[syntax])
        names = for_answers(options.names(_symbols(left)), left.tree)
        right = read_formula(answer, names=names, syntax=SYNTAXES[syntax])
    except ReadingError as error:
        which = "expected formula" if left is None else "answer"
        said = f"The {which} cannot be read: {error.message} (at character {error.position + 1})."
        return Comparison("unreadable", "none", said, left, right)
    except ValueError as error:  # a symbol that cannot be declared
        return Comparison("unreadable", "none", f"symbols: {error}", left, right)
    given = options.options(expected)
    verdict, tree = compare_readings(left, right, options=given)
    return Comparison(
        verdict.equal,
        verdict.certainty,
        " ".join((verdict.reason, *verdict.notes)),
        left,
        right,
        near_miss=(near_miss(left.tree, tree, options=given) or "")
        if verdict.certainty == "disproved"
        else "",
        point=verdict.point,
        values=verdict.values,
    )


def _symbols(reading: FormulaReading) -> tuple[str, ...]:
    """Name the symbols of the expected formula, so that an answer may run them together."""
    found = {
        node.name for node in reading.tree.walk() if isinstance(node, Symbol) and node.name.isidentifier()
    }
    return tuple(sorted(found))


def compare_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Compare one case of the bulk command: `{expected, answer, syntax, options}` to a verdict with its time."""
    started = time.perf_counter()
    found = _compare_case(case)
    return {
        "verdict": found.verdict,
        "certainty": found.certainty,
        "evidence": f"{found.evidence} {found.near_miss}".strip(),
        "seconds": round(time.perf_counter() - started, 6),
    }


def _compare_case(case: Mapping[str, Any]) -> Comparison:
    given = case.get("options") or {}
    options, problems = validate(ComparisonOptions, given, Tree("options", given, {}, {}, ()))
    syntax = str(case.get("syntax") or "auto")
    said = [problem.message for problem in problems]
    said += [f"{key!r} is missing" for key in ("expected", "answer") if not isinstance(case.get(key), str)]
    if syntax not in SYNTAXES:
        said.append(f"syntax must be one of {', '.join(SYNTAXES)} (got {syntax!r})")
    if said:
        return Comparison("unreadable", "none", f"The case is not valid: {'; '.join(said)}.")
    return compare_texts(case["expected"], case["answer"], syntax=syntax, options=options)


def shown_reading(reading: FormulaReading) -> tuple[str, str]:
    """Print how a formula was read, plain and as LaTeX."""
    return to_text(reading.tree), to_latex(reading.tree)
