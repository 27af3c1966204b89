r"""The names a rubric declares, in every spelling students use for them.

`Names.declare({"mu": ["\\mu_B", "mean"], "var": ["\\sigma_B^2", "variance"]})` says that these
spellings, in LaTeX or plain text, are the symbols `mu` and `var` wherever they occur.
"""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from grader.notation.grammar.lexer import looks_latex, tokenise
from grader.notation.grammar.tokens import Token, keys
from grader.notation.syntaxerrors import ReadingError
from grader.notation.vocabulary import ACCENTS, ALIASES
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LEAF: Final = ""
MAX_SPELLING: Final = 200
"""Characters in one declared spelling."""

_BARS: Final = ("|", "given")  # keys of the sign before a condition

_CONSTANT_VALUES: Final = {"e": "e", "E": "e", "pi": "pi", "i": "i", "I": "i", "j": "i", "J": "i"}


@dataclass(frozen=True, slots=True, eq=False)  # what is read with names is remembered by the object
class Names:
    """Declared symbols and functions, and which letters are constants. Made by `Names.declare`."""

    spellings: Mapping[str, Any] = field(default_factory=dict)  # a trie over token keys
    symbols: frozenset[str] = frozenset()  # the canonical names
    words: Mapping[str, str] = field(default_factory=dict)  # spellings of one token -> canonical name
    functions: frozenset[str] = frozenset()
    constants: Mapping[str, str] = field(default_factory=lambda: {"e": "e", "pi": "pi"})
    matrices: frozenset[str] = frozenset()
    implicit_first: bool = False
    quantity: bool = False  # whether a value with a unit is asked for, so that one letter may be a unit

    @classmethod
    def declare(
        cls,
        symbols: Mapping[str, Sequence[str]],
        functions: Sequence[str] = (),
        *,
        constants: Iterable[str] = ("e", "pi"),
        matrices: Iterable[str] = (),
        implicit_first: bool = False,
    ) -> Names:
        """Return names from canonical name -> other spellings.

        `constants` lists which of e, E, pi, i, I, j are constants (a declared symbol wins over
        them); `matrices` lists the canonical names whose products do not commute; with
        `implicit_first`, `a/bc` is a/(b c). Raises ReadingError for a spelling that cannot be read
        and ValueError for a constant that is none of those or a spelling that is declared twice.
        """
        return _declared(
            tuple((name, tuple(others)) for name, others in symbols.items()),
            tuple(functions),
            tuple(constants),
            frozenset(matrices),
            implicit_first=implicit_first,
        )

    def match(self, tokens: Sequence[Token], at: int, *, plain: bool = False) -> tuple[str, int] | None:
        r"""Return the symbol whose longest spelling begins at a token, and the token behind it.

        Group braces take no part, but must close within the spelling: `\sigma_{B}` is `\sigma_B`,
        `\sigma_{B+1}` is not. What is `plain` is no matter here.
        """
        del plain
        node: Any = self.spellings
        found: tuple[str, int] | None = None
        open_braces = 0
        while True:
            token = tokens[at]
            if token.kind == "{":
                open_braces += 1
            elif token.kind == "}":
                if open_braces == 0:
                    return found
                open_braces -= 1
            else:
                node = node.get(token.key)
                if node is None:
                    return found
            at += 1
            if open_braces == 0 and _LEAF in node:
                found = node[_LEAF], at


@lru_cache(maxsize=256)
def _declared(
    symbols: tuple[tuple[str, tuple[str, ...]], ...],
    functions: tuple[str, ...],
    constants: tuple[str, ...],
    matrices: frozenset[str],
    *,
    implicit_first: bool,
) -> Names:
    """Make names; those of criteria that declare the same are one object, and so are their readings."""
    trie: dict[str, Any] = {}
    words: dict[str, str] = {}
    for name, others in symbols:
        for spelling in (name, *others):
            for sequence in _sequences(spelling):
                _insert(trie, sequence, name, spelling)
                if len(sequence) == 1:
                    words[sequence[0]] = name
    chosen = {}
    for constant in constants:
        if constant not in _CONSTANT_VALUES:
            raise ValueError(f"no such constant: {constant!r} (known: {', '.join(_CONSTANT_VALUES)})")
        if constant not in words:
            chosen[constant] = _CONSTANT_VALUES[constant]
    return Names(
        spellings=trie,
        symbols=frozenset(name for name, _ in symbols),
        words=words,
        functions=frozenset(ALIASES.get(name.lstrip("\\"), name.lstrip("\\")) for name in functions),
        constants=chosen,
        matrices=matrices,
        implicit_first=implicit_first,
    )


def _sequences(spelling: str) -> list[tuple[str, ...]]:
    """Return the token sequences a spelling stands for: itself and what it is in other notations."""
    if len(spelling) > MAX_SPELLING:
        raise ReadingError(f"a name of more than {MAX_SPELLING} characters: {spelling[:30]}...")
    tokens = tokenise(spelling, latex=looks_latex(spelling))
    sequence = tuple(keys(tokens))
    if not sequence:
        raise ReadingError(f"the name {spelling!r} is empty")
    found = [sequence, *_derivative_sequences(sequence)]
    if len(sequence) == 1 and sequence[0] != spelling and tokens[0].kind in {"function", "constant", "word"}:
        found.append((spelling,))
    marks = [place for place, key in enumerate(sequence) if key in {"_", "^"}]
    if len(marks) == 2 and marks[0] and sequence[marks[0]] != sequence[marks[1]]:  # `u^n_i` is `u_i^n`
        first, second = marks
        found.append((*sequence[:first], *sequence[second:], *sequence[first:second]))
    if any(bar in sequence for bar in _BARS):  # `P(A | B)` is also written `P(A \mid B)`
        found += [tuple(bar if key in _BARS else key for key in sequence) for bar in _BARS]
    if len(sequence) == 3 and sequence[1] == "_":
        base, _, label = sequence
        if label in ACCENTS:  # `x_hat` is also written `\hat{x}`
            found.append(("accent:" + ACCENTS[label], base))
            found.append((base + label,))
        elif label.isdigit():  # `x_1` is also written x1
            found.append((base + label,))
    elif len(sequence) == 2 and sequence[0].startswith("accent:"):
        accent = sequence[0].removeprefix("accent:")
        found.append((sequence[1], "_", accent))
        found.append((sequence[1] + accent,))
    elif len(sequence) == 1 and (digits := _trailing_digits(sequence[0])):
        stem = sequence[0].removesuffix(digits)
        found.append((ALIASES.get(stem, stem), "_", digits))
    return found


def _derivative_sequences(sequence: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    r"""Yield the other ways to write a derivative that is declared in one: `\frac{\partial L}{\partial w}` for `dL/dw`."""
    parts = _derivative_parts(sequence)
    if parts is None:
        return
    above, below = parts
    yield ("frac", "partial", *above, "partial", *below)
    yield ("partial", *above, "/", "partial", *below)
    yield ("partial", "_", *below, *above)
    first, second = f"d{above[0]}", f"d{below[0]}"
    for top in ((first, *above[1:]), ("d", *above)):
        for bottom in ((second, *below[1:]), ("d", *below)):
            yield ("frac", *top, *bottom)
            yield (*top, "/", *bottom)


def _derivative_parts(sequence: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return what is differentiated and the variable, None where a spelling is no derivative."""
    body = sequence[1:] if sequence[0] == "frac" else sequence
    if body.count("partial") == 2 and body[0] == "partial":
        second = body.index("partial", 1)
        above, below = body[1:second], body[second + 1 :]
        if sequence[0] != "frac":
            above = above[:-1] if above[-1:] == ("/",) else ()
    else:
        pair = body if sequence[0] == "frac" else (body[0], *body[2:])
        slashed = sequence[0] == "frac" or sequence[1:2] == ("/",)
        if not slashed or len(pair) != 2 or not all(part[0] == "d" and len(part) > 1 for part in pair):
            return None
        above, below = ((part[1:],) for part in pair)
    return (above, below) if above and below else None


def _trailing_digits(word: str) -> str:
    stem = word.rstrip("0123456789")
    return word[len(stem) :] if stem.isalpha() else ""


def _insert(trie: dict[str, Any], sequence: tuple[str, ...], name: str, spelling: str) -> None:
    node = trie
    for key in sequence:
        node = node.setdefault(key, {})
    if node.setdefault(_LEAF, name) != name:
        raise ValueError(f"the spelling {spelling!r} is declared for {node[_LEAF]!r} and for {name!r}")


NO_NAMES: Final = Names()
"""Nothing declared: letters are symbols, e and pi are constants."""
