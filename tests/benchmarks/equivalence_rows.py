"""One labelled row, judged by us: its options become ours."""

from __future__ import annotations

import re

from equivalence_numbers import NUMBER_MODES, options_of

from grader.equivalence import Options, Verdict, compare_readings
from grader.equivalence.values import compare_conclusions
from grader.finding.conclusions import find_conclusions, read_conclusion
from grader.finding.formulas import FoundFormula
from grader.finding.numbers import find_numbers
from grader.finding.reading import Reading
from grader.notation.formulareader import FormulaReading, read_formula
from grader.notation.names import Names
from grader.notation.openreadings import read_tail, reading_of_value
from grader.notation.syntaxerrors import ReadingError
from grader.notation.tree import Number, Symbol

NOT_OURS = frozenset({"context", "criteria", "levenshtein", "regex", "string"})
SYNTAX = {"latex": "auto", "ascii": "text", "maxima": "maxima"}
IMAGINARY = {
    "stack": ("I", "E"),
    "numbas": ("i",),
    "mitx": ("i", "j"),
    "prairielearn": ("i", "j", "I"),
    "latex2sympy": ("E", "I", "i"),
    "math-verify": ("i",),
    "lambda-compareExpressions": ("I", "E", "i", "j"),
}
LOWEST_TERMS = "LowestTerms"  # rows that ask how the answer is written, not what it is equal to
ASSUMPTIONS = (
    (re.compile(r"(\w+)\s*(?:>\s*0|is positive)$"), "positive"),
    (re.compile(r"(\w+)\s*is positive integer$"), "natural"),
    (re.compile(r"(\w+)\s*is integer$"), "integer"),
)


def judge(row: dict) -> dict:
    """Return the verdict on a row in the form of the bulk command."""
    mode = row["options"].get("mode", "equiv")
    special = NUMBER_MODES.get(mode)
    if special is not None:
        return special(row)
    if mode == "extract":
        return extracted(row)
    if mode in NOT_OURS:
        return shown("undecided", "none", "needs the settings of the system it comes from")
    options = row["options"]
    names, syntax = declared(row), SYNTAX[row["syntax"]]
    try:
        value = mode == "strip_lhs"
        syntaxes = [SYNTAX.get(options.get(f"{side}_syntax", ""), syntax) for side in ("expected", "answer")]
        expected = read(row["expected"], names, syntaxes[0], value=value)
        answer = read(row["answer"], known(names, row, expected), syntaxes[1], value=value)
    except ReadingError as error:
        return shown("unreadable", "none", f"{error.message} (at {error.position})")
    if options.get("test") == LOWEST_TERMS:
        expected = answer
    if mode == "strip_lhs":
        expected, answer = reading_of_value(expected), reading_of_value(answer)
    return of(compare_readings(expected, answer, options=options_of(row, ours(row)))[0])


def declared(row: dict, extra: tuple[str, ...] = ()) -> Names:
    options = row["options"]
    symbols = {
        name: [other for other in others if other != name]
        for name, others in options.get("symbols", {}).items()
    }
    constants = {"e", "pi"} | set(IMAGINARY.get(row["source"], ()))
    if options.get("domain") == "complex":
        constants |= {"i", "I"}
    for name in ("I", "i", "j"):
        if name in symbols:
            constants |= {name, *symbols.pop(name)} & {"i", "I", "j"}
    for name in (*options.get("variables", ()), *extra):
        symbols.setdefault(name, [])
    symbols = {name: others for name, others in symbols.items() if name not in {"pi", "e"}}
    used = {spelling for name, others in symbols.items() for spelling in (name, *others)}
    return Names.declare(
        symbols,
        functions=options.get("functions", ()),
        constants=sorted(constants - used),
        implicit_first=options.get("convention") == "implicit_higher_precedence",
    )


def known(names: Names, row: dict, expected: FormulaReading) -> Names:
    """Declare the symbols of the expected formula as well: the answer may run them together."""
    found = {
        node.name for node in expected.tree.walk() if isinstance(node, Symbol) and node.name.isidentifier()
    }
    try:
        return declared(row, tuple(sorted(found - names.symbols)))
    except ValueError:
        return names


def read(text: str, names: Names, syntax: str, *, value: bool = False) -> FormulaReading:
    """Read a text; where a value is asked for, what stands behind the last `=` of an unreadable one."""
    try:
        return read_formula(text, names=names, syntax=syntax)
    except ReadingError:
        tail = read_tail(text, names=names, syntax=syntax) if value else None
        if tail is None:
            raise
        return tail


def ours(row: dict) -> Options:
    options, domains = row["options"], {}
    for text in options.get("assume", ()):
        for pattern, domain in ASSUMPTIONS:
            match = pattern.match(text)
            if match:
                domains[match.group(1)] = domain
    mode = options.get("mode")
    return Options(
        domains=domains,
        default_domain="complex" if options.get("domain") == "complex" else "real",
        rename=mode == "rename",
        fixed=frozenset(options.get("fixed", ())),
        growth="simplest" if mode == "big_o" else "",
        up_to="offset" if mode == "antiderivative" else "",
        require=tuple(options.get("required_functions", ())),
    )


def of(verdict: Verdict) -> dict:
    text = " ".join((verdict.reason, *verdict.notes))
    return shown(verdict.equal, verdict.certainty, text)


def shown(verdict: str, certainty: str, evidence: str) -> dict:
    return {"verdict": verdict, "certainty": certainty, "evidence": evidence, "seconds": 0.0}


def extracted(row: dict) -> dict:
    """Judge a row whose answer is a text: its conclusion counts."""
    names = declared(row)
    expected = concluded(row["expected"], names)
    answer = concluded(row["answer"], names)
    if not expected or not answer:
        same = row["expected"].strip("$ ").casefold() == row["answer"].strip("$ ").casefold()
        return shown("equal" if same else "unreadable", "none", "no formula was found")
    return of(compare_conclusions(expected, answer, options=ours(row)))


def concluded(text: str, names: Names) -> list[FormulaReading]:
    """Read what a text concludes with; a number where there is no formula."""
    readings = []
    whole = FoundFormula(text.strip(), 0, len(text), "plain", display=False)
    for found in find_conclusions(text, Reading(text).values) or (whole,):
        try:
            readings.append(read_conclusion(text, found, names))
        except ReadingError:
            candidate = found.text
            numbers = list(find_numbers(candidate))
            if not numbers:
                return []
            value = numbers[-1].reading.value
            readings.append(FormulaReading(Number(value), candidate))
    return readings
