"""Equality up to a constant factor, a constant offset, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.equivalence.domains import assumed_domains
from grader.equivalence.normal import Normalizer
from grader.equivalence.preparation import prepare
from grader.equivalence.quotients import Quotient, UndefinedError
from grader.equivalence.ring import ONE, TooLargeError
from grader.equivalence.scalars import compare_scalars, undecided
from grader.equivalence.verdict import Options, Verdict

if TYPE_CHECKING:
    from grader.notation.tree import Node

_WORDS: Final = {
    "factor": "a constant factor",
    "offset": "a constant offset",
    "affine": "a constant factor and offset",
}


def compare_up_to(expected: Node, answer: Node, options: Options) -> Verdict:
    """Compare two formulas that may differ by constants."""
    same = compare_scalars(expected, answer, options)
    if same.equal == "equal":
        return same
    prepared = prepare(expected, answer, declared=options.indices)
    domains = assumed_domains(
        prepared.expected, prepared.answer, prepared.domains(options), options.default_domain
    )
    field = Normalizer(domains, options.default_domain)
    try:
        forms = field.normal(prepared.expected), field.normal(prepared.answer)
        found = _constant(field, forms[0], forms[1], options.up_to)
    except (TooLargeError, UndefinedError, RecursionError):
        return undecided("The machine could not decide whether the formulas differ by a constant only.")
    if found:
        reason = f"Your formula is equal to the expected one up to {_WORDS[options.up_to]}."
        return Verdict("equal", "proved", f"up to {_WORDS[options.up_to]}", reason)
    return same


def _constant(field: Normalizer, expected: Quotient, answer: Quotient, up_to: str) -> bool:
    if up_to == "factor":
        return _ratio_is_constant(field, expected, answer)
    if up_to == "offset":
        return not field.quotient_names(field.minus(expected, answer))
    plain = [_without_offset(form) for form in (expected, answer)]
    return _ratio_is_constant(field, plain[0], plain[1])


def _ratio_is_constant(field: Normalizer, expected: Quotient, answer: Quotient) -> bool:
    if not expected.top or not answer.top:
        return not expected.top and not answer.top
    ratio = field.times(answer, field.inverse(expected))
    if not field.quotient_names(ratio):
        return True
    below = field.number(1)
    for key, power in ratio.bottom.items():
        below = field.times(below, field.integer_power(Quotient(dict(key), {}), power))
    return field.proportional(ratio.top, below.top)


def _without_offset(form: Quotient) -> Quotient:
    if form.bottom:
        return form
    return Quotient({monomial: c for monomial, c in form.top.items() if monomial != ONE}, {})
