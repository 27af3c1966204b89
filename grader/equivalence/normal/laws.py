"""The laws of powers, exponentials, logarithms and absolute values, each with its condition.

`a^b` is `e^(b log a)` for every a but zero, so `a^(b+c) = a^b a^c` always holds; what needs a
known sign, such as `(ab)^c = a^c b^c` or `log(ab) = log a + log b`, is used only for factors
known to be non-negative. `e^u` is split over the terms of u, which turns trigonometry and
hyperbolic functions into polynomial arithmetic.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Final

from grader.equivalence.normal.quotients import Quotient, Quotients, UndefinedError
from grader.equivalence.normal.ring import ONE, Atom, Coefficient, TooLargeError, check_power, key_of, plain

if TYPE_CHECKING:
    from grader.equivalence.normal.ring import Exponent, Monomial, Poly

LARGEST_PRIME: Final = 1000  # trial division stops here; what is left is kept as one number


def exp_of(field: Quotients, exponent: Quotient) -> Quotient:
    """Return e to a power, split over the terms of the exponent."""
    result = field.number(1)
    for monomial, coefficient in sorted(exponent.top.items()):
        result = field.times(result, _exp_term(field, monomial, coefficient, exponent))
    return result


def _exp_term(field: Quotients, monomial: Monomial, coefficient: Coefficient, whole: Quotient) -> Quotient:
    if not whole.bottom and len(monomial) == 1 and monomial[0][1] == 1:
        atom = field.atoms[monomial[0][0]]
        if atom.kind == "log":  # e^(c log A) = A^c
            return rational_power(field, atom.payload, coefficient)
    if not whole.bottom:
        real = field.is_real({monomial: 1})
        atom = Atom("exp", monomial, real, real, field.names({monomial: 1}))
        return field.single(field.atom(atom), coefficient)
    base = Quotient({monomial: 1}, whole.bottom)
    names = field.quotient_names(base)
    real = all(field.is_real(dict(key)) for key in base.bottom) and field.is_real(base.top)
    return field.single(find_atom(field, Atom("exp", base, real, real, names)), coefficient)


def find_atom(field: Quotients, atom: Atom) -> int:
    """Return the id of an atom whose payload is a quotient, comparing payloads by value."""
    for number, other in enumerate(field.atoms):
        alike = other.kind == atom.kind and other.names == atom.names
        if alike and isinstance(other.payload, Quotient) and field.same(other.payload, atom.payload):
            return number
    return field.add_atom(atom)


def log_of(field: Quotients, argument: Quotient) -> Quotient:
    """Return the natural logarithm, taken apart over factors known to be positive."""
    if not argument.top:
        raise UndefinedError
    content, shared, rest = field.primitive(argument.top)
    sign, rest = field.signed(rest)
    content *= sign
    total = field.number(0)
    kept: list[tuple[int, Exponent]] = []
    for number, power in shared:
        part = _log_atom(field, number, power)
        if part is None:
            kept.append((number, power))
        else:
            total = field.plus(total, part)
    bottom = dict(argument.bottom)
    for key, power in argument.bottom.items():
        sign, below = field.signed(dict(key))
        if field.is_positive(below):
            part = field.times(_log_opaque(field, Quotient(below, {})), field.number(-power))
            total = field.plus(total, part)
            content *= sign**power
            del bottom[key]
    if rest != {ONE: 1} and field.is_positive(rest):
        total = field.plus(total, _log_rest(field, rest))
        rest = {ONE: 1}
    left = Quotient(field.multiply({tuple(kept): 1 if content > 0 else -1}, rest), bottom)
    total = field.plus(total, log_of_number(field, abs(Fraction(content))))
    if left.constant == 1:
        return total
    if left.constant == -1:  # the principal value
        return field.plus(
            total, field.times(field.single(field.i), field.symbol("constant", "pi", nonnegative=True))
        )
    return field.plus(total, _log_of_unknown(field, left))


def _log_of_unknown(field: Quotients, left: Quotient) -> Quotient:
    """Return the logarithm of what has no known sign: log(1/a) = -log(a), as a must be positive to be real."""
    term = left.term
    if field.real and term is not None and term[1] == 1 and len(term[0]) == 1:
        ((number, power),) = term[0]  # log(a^-3) = -3 log(a), as a must be positive
        if field.atoms[number].real and isinstance(power, int) and power % 2 and power != 1:
            return field.times(_log_opaque(field, field.single(number)), field.number(power))
    constant = left.top.get(ONE)
    if field.real and constant in {1, -1} and len(left.top) == 1 and len(left.bottom) == 1:
        ((key, power),) = left.bottom.items()
        if power % 2:
            inside = Quotient(field.scale(dict(key), constant), {})
            return field.times(_log_opaque(field, inside), field.number(-power))
    return _log_opaque(field, left)


def _log_rest(field: Quotients, rest: Poly) -> Quotient:
    """Return the logarithm of a positive polynomial without content."""
    if len(rest) > 1:
        return _log_opaque(field, Quotient(rest, {}))
    ((monomial, _),) = rest.items()  # roots, primes and absolute values
    total = field.number(0)
    for number, power in monomial:
        part = _log_atom(field, number, power) or _log_opaque(field, field.single(number, power))
        total = field.plus(total, part)
    return total


def _log_atom(field: Quotients, number: int, power: Exponent) -> Quotient | None:
    """Return log(a^power) where a law allows to take it apart."""
    atom = field.atoms[number]
    if atom.kind == "exp" and atom.real:
        inside = atom.payload if isinstance(atom.payload, Quotient) else Quotient({atom.payload: 1}, {})
        return field.times(inside, field.number(power))
    if atom.kind == "prime":
        return field.times(log_of_number(field, Fraction(atom.payload)), field.number(power))
    if atom.kind == "root" and atom.nonnegative and isinstance(atom.payload, tuple):
        inside = log_of(field, Quotient(dict(atom.payload), {}))
        return field.times(inside, field.number(power))
    if atom.nonnegative:
        return field.times(_log_opaque(field, field.single(number)), field.number(power))
    if atom.real and power % 2 == 0:
        return field.times(_log_opaque(field, absolute_atom(field, number)), field.number(power))
    return None


def _log_opaque(field: Quotients, argument: Quotient) -> Quotient:
    names = field.quotient_names(argument)
    real = field.is_nonnegative(argument.top) and all(field.is_nonnegative(dict(k)) for k in argument.bottom)
    if argument.constant == 1:
        return field.number(0)
    return field.single(find_atom(field, Atom("log", argument, real, nonnegative=False, names=names)))


def log_of_number(field: Quotients, value: Fraction) -> Quotient:
    """Return the logarithm of a positive rational as a combination of logarithms of primes."""
    total = field.number(0)
    for prime, power in factorize(value).items():
        part = field.single(
            find_atom(field, Atom("log", field.number(prime), nonnegative=True))  # primes are above 1
        )
        total = field.plus(total, field.times(part, field.number(power)))
    return total


def factorize(value: Fraction) -> dict[int, int]:
    """Return the exponents of the small primes in a positive rational, and of what is left."""
    powers: dict[int, int] = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        left, prime = number, 2
        while left > 1 and prime <= LARGEST_PRIME and prime * prime <= left:
            while left % prime == 0:
                powers[prime] = powers.get(prime, 0) + sign
                left //= prime
            prime += 1 if prime == 2 else 2
        if left > 1:
            powers[left] = powers.get(left, 0) + sign
    return {prime: power for prime, power in powers.items() if power}


def power_of(field: Quotients, base: Quotient, exponent: Quotient) -> Quotient:
    """Return base to a power."""
    value = exponent.constant
    if value is not None:
        return rational_power(field, base, value)
    if base.constant == 1:
        return base
    if not base.top:  # 0^x is 0, 1 or nothing, by the sign of x
        raise TooLargeError
    return exp_of(field, field.times(exponent, log_of(field, base)))


def rational_power(field: Quotients, base: Quotient, exponent: Coefficient) -> Quotient:
    """Return base to a rational power, its factors taken out where their signs allow it."""
    exponent = plain(Fraction(exponent))
    if isinstance(exponent, int):
        return field.integer_power(base, exponent)
    if not base.top:
        if exponent < 0:
            raise UndefinedError
        return base
    content, shared, rest = field.primitive(base.top)
    sign, rest = field.signed(rest)
    content *= sign
    result = _number_power(field, abs(Fraction(content)), exponent)
    inside = Quotient({ONE: 1 if content > 0 else -1}, {})
    for number, power in shared:
        part = _atom_power(field, number, power, exponent)
        if part is None:
            inside = field.times(inside, field.single(number, power))
        else:
            result = field.times(result, part)
    if len(rest) == 1 and field.is_nonnegative(rest):
        ((monomial, _),) = rest.items()
        for number, power in monomial:
            part = _atom_power(field, number, power, exponent) or _root(
                field, field.single(number, power), exponent
            )
            result = field.times(result, part)
    elif field.is_positive(rest) and rest != {ONE: 1}:
        result = field.times(result, _root(field, Quotient(rest, {}), exponent))
    else:
        inside = field.times(inside, Quotient(rest, {}))
    return field.times(result, _power_of_bottom(field, inside, base, exponent))


def _power_of_bottom(field: Quotients, inside: Quotient, base: Quotient, exponent: Exponent) -> Quotient:
    """Return (inside / the denominators of base)^exponent."""
    result = field.number(1)
    for key, power in base.bottom.items():
        below = Quotient(dict(key), {})
        if field.is_nonnegative(below.top):
            result = field.times(
                result, field.inverse(_root(field, below, plain(Fraction(exponent * power))))
            )
        elif field.is_real(below.top):  # N/D = N D / D^2
            if power % 2:
                inside = field.times(inside, below)
            even = power + power % 2
            result = field.times(result, field.inverse(_root_of_square(field, below, even * exponent)))
        else:
            raise TooLargeError
    if inside.constant == 1:
        return result
    return field.times(result, _root(field, inside, exponent))


def _root_of_square(field: Quotients, base: Quotient, power: Exponent) -> Quotient:
    """Return |base|^power."""
    return rational_power(field, absolute(field, base), power)


def _number_power(field: Quotients, value: Fraction, exponent: Exponent) -> Quotient:
    """Return a positive rational to a rational power through its primes."""
    check_power(value, exponent)
    result = field.number(1)
    for prime, power in factorize(value).items():
        total = plain(Fraction(power * exponent))
        if isinstance(total, int):
            part = field.number(plain(Fraction(prime) ** total))
        else:
            part = field.single(field.atom(Atom("prime", prime, nonnegative=True)), total)
        result = field.times(result, part)
    return result


def _atom_power(field: Quotients, number: int, power: Exponent, exponent: Exponent) -> Quotient | None:
    """Return (a^power)^exponent where that is a^(power*exponent), or with |a| for an even power."""
    atom = field.atoms[number]
    total = plain(Fraction(power * exponent))
    if atom.nonnegative:
        if atom.kind == "root" and isinstance(atom.payload, tuple):
            return _root(field, Quotient(dict(atom.payload), {}), total)
        return field.single(number, total)
    if atom.real and power % 2 == 0:
        return _positive_power(field, absolute_atom(field, number), total)
    return None


def _positive_power(field: Quotients, base: Quotient, power: Exponent) -> Quotient:
    term = base.term
    if term is None or term[1] != 1 or len(term[0]) != 1:
        return rational_power(field, base, power)
    ((number, own),) = term[0]
    return field.single(number, plain(Fraction(own * power)))


def _root(field: Quotients, base: Quotient, exponent: Exponent) -> Quotient:
    """Return a polynomial to a rational power as an atom, whole powers expanded."""
    fraction = plain(Fraction(exponent) % 1)
    whole = int(Fraction(exponent) - fraction)
    result = field.integer_power(base, whole) if whole else field.number(1)
    if not fraction:
        return result
    if base.bottom:
        raise TooLargeError
    root = square_root(field, base.top) if fraction == Fraction(1, 2) else None
    if root is not None:
        return field.times(result, absolute(field, Quotient(root, {})))
    known = field.is_nonnegative(base.top)
    term = base.term
    if term and term[1] == 1 and len(term[0]) == 1 and term[0][0][1] == 1:
        number = term[0][0][0]
        inside = field.atoms[number]
        # A power of e^u stands for e^(cu), which (e^u)^c is where u is real.
        lawful = inside.real or inside.kind != "exp"
        if lawful and inside.kind not in {"root", "i", "prime", "abs"}:
            return field.times(result, field.single(number, fraction))
    atom = Atom("root", key_of(base.top), field.is_real(base.top), known, field.names(base.top))
    return field.times(result, field.single(field.atom(atom), fraction))


def square_root(field: Quotients, poly: Poly) -> Poly | None:
    """Return the real polynomial whose square this is, where there is one."""
    if len(poly) < 3 or not field.is_real(poly):
        return None
    order = sorted(poly, key=field.grade, reverse=True)
    lead, leading = order[0], Fraction(poly[order[0]])
    if leading <= 0 or any(power % 2 for _, power in lead):
        return None
    top, bottom = _whole_root(leading.numerator), _whole_root(leading.denominator)
    if top is None or bottom is None:
        return None
    first = tuple((number, plain(Fraction(power, 2))) for number, power in lead)
    root: Poly = {first: plain(Fraction(top, bottom))}
    twice, last = field.scale(root, 2), field.grade(first)
    rest = field.add(poly, {lead: -poly[lead]})
    for _ in range(len(poly)):
        if not rest:
            return root
        part = field.divide_lead(rest, twice)
        if part is None or not field.grade(next(iter(part))) < last:
            return None  # where atoms have laws, such as |a|^2 = a^2, the terms need not come in order
        last = field.grade(next(iter(part)))
        change = field.add(field.multiply(field.scale(root, 2), part), field.multiply(part, part))
        rest = field.add(rest, field.scale(change, -1))
        root = field.add(root, part)
    return root if not rest else None


def _whole_root(value: int) -> int | None:
    root = isqrt(value)
    return root if root * root == value else None


def absolute_atom(field: Quotients, number: int) -> Quotient:
    """Return |a| of an atom."""
    inside = field.atoms[number]
    sign = 1 if inside.nonnegative else field.sign({((number, 1),): 1})
    if sign:
        return Quotient({((number, 1),): sign}, {})
    return field.single(field.atom(Atom("abs", number, nonnegative=True, names=inside.names)))


def absolute(field: Quotients, argument: Quotient) -> Quotient:
    """Return the absolute value of a real quotient, factor by factor."""
    if not argument.top:
        return argument
    content, shared, rest = field.primitive(argument.top)
    result = field.number(plain(abs(Fraction(content))))
    for number, power in shared:
        if not field.atoms[number].real:
            raise TooLargeError
        part = field.single(number, power)
        if not field.is_nonnegative_power(number, power):
            part = _positive_power(field, absolute_atom(field, number), power)
        result = field.times(result, part)
    result = field.times(result, _absolute_poly(field, rest))
    for key, power in argument.bottom.items():
        below = field.integer_power(_absolute_poly(field, dict(key)), power)
        result = field.times(result, field.inverse(below))
    return result


def _absolute_poly(field: Quotients, poly: Poly) -> Quotient:
    if field.is_nonnegative(poly):
        return Quotient(poly, {})
    if not field.is_real(poly):
        raise TooLargeError
    sign = field.sign(poly)
    if sign:
        return Quotient(field.scale(poly, sign), {})
    atom = Atom("abs", key_of(poly), nonnegative=True, names=field.names(poly))
    return field.single(field.atom(atom))
