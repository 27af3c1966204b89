"""The engine of the formula grammar: a cursor over tokens and operator precedence.

What each token means at the start of an operand and between operands stands in two tables that
`grammar` fills; here are only precedence, limits, messages and the record of ambiguities.
Every rule consumes a token before it reads on, and the steps are counted: no input makes it loop.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final, Protocol

from grader.notation.syntaxerrors import MAX_NESTING, MAX_STEPS_PER_TOKEN, SPARE_STEPS, ReadingError
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from grader.notation.grammar.tokens import Token
    from grader.notation.tree import Node, Span

# Binding powers, loosest first.
ANY: Final = 0
CONDITION: Final = 6
GIVEN: Final = 7
CHOICE: Final = 8  # \choose and \over reach to the ends of their group
IFF: Final = 10
IMPLIES: Final = 12
OR: Final = 14
AND: Final = 16
NOT: Final = 18
RELATION: Final = 20
UNION: Final = 24
INTERSECTION: Final = 26
SUM: Final = 30
PRODUCT: Final = 40
JUXTAPOSITION: Final = 42  # only with `implicit_first`; otherwise as PRODUCT
UNARY: Final = 45
POWER: Final = 50
POSTFIX: Final = 60

_NAMES_OF_KINDS: Final = {
    "end": "the end", "\\{": "`{`", "\\}": "`}`", "newline": "a line break", "|(": "`|`", "|)": "`|`",
    "‖(": "`||`", "‖)": "`||`", "end_env": "the end of the environment", "relation": "", "given": "`|`",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GrammarRules:
    """The grammar: token kind -> what it begins, and -> how it binds and goes on behind an operand."""

    operands: Mapping[str, Callable[[Parser], Node]]
    operators: Mapping[str, tuple[int, Callable[[Parser, Node], Node]]]


class DeclaredNames(Protocol):
    """What the grammar asks of the names that a rubric declares, one by one; see `names` and `askednames`."""

    @property
    def symbols(self) -> Container[str]: ...
    @property
    def words(self) -> Mapping[str, str]: ...
    @property
    def functions(self) -> Container[str]: ...
    @property
    def constants(self) -> Mapping[str, str]: ...
    @property
    def matrices(self) -> Container[str]: ...
    @property
    def implicit_first(self) -> bool: ...
    @property
    def quantity(self) -> bool: ...
    def match(self, tokens: Sequence[Token], at: int, *, plain: bool) -> tuple[str, int] | None:
        """Return the symbol whose longest spelling begins at a token, and the token behind it.

        `plain` says that a letter declared as itself, and by itself, is read as one that is not declared.
        """


@dataclass(slots=True)
class Choices:
    """Which way to read what is ambiguous, and the record of what was."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def choose(self, what: str, ordinary: str, others: tuple[str, ...], note: str) -> str:
        """Return the reading to take where a text has several, and record that there were others."""
        if what not in self.others:
            self.others[what] = others
            self.note(note)
        chosen = self.chosen.get(what, ordinary)
        return chosen if chosen in others else ordinary

    def note(self, note: str) -> None:
        """Record how something was understood, once."""
        if note not in self.notes:
            self.notes.append(note)

    def kept(self) -> tuple[dict[str, tuple[str, ...]], int]:
        """Return what `restore` needs to forget what is recorded from here on."""
        return dict(self.others), len(self.notes)

    def restore(self, kept: tuple[dict[str, tuple[str, ...]], int]) -> None:
        """Forget what was recorded in a try that failed."""
        self.others = kept[0]
        del self.notes[kept[1] :]


class Parser:
    """A position in the tokens of one text."""

    __slots__ = (
        "at",
        "bars",
        "bold",
        "bound",
        "choices",
        "depth",
        "failed",
        "inside",
        "juxtaposition",
        "last_end",
        "latex",
        "names",
        "operand_rules",
        "operator_rules",
        "parted",
        "steps",
        "stop",
        "token",
        "tokens",
    )

    def __init__(
        self, tokens: list[Token], names: DeclaredNames, rules: GrammarRules, choices: Choices, *, latex: bool
    ) -> None:
        self.tokens = tokens
        self.at = 0
        self.token = tokens[0]
        self.last_end = 0
        self.names = names
        self.latex = latex
        self.choices = choices
        self.operand_rules = rules.operands
        self.operator_rules = rules.operators
        self.juxtaposition = JUXTAPOSITION if names.implicit_first else PRODUCT
        self.bound: set[str] = set()  # letters that are an index here, so no constants
        self.bold = frozenset(token.key for token in tokens if token.bold)
        self.bars = 0  # `|` opened and not yet closed in this bracket
        self.inside = ""  # the innermost bracket: its sign, or "call" for arguments
        self.parted = False  # whether blanks part the entries of a `[1 2 3]`
        self.stop = -1  # the token at which an integrand ends
        self.depth = 0
        self.failed: set[tuple[str, int]] = set()  # rules that were tried where, in vain
        self.steps = MAX_STEPS_PER_TOKEN * len(tokens) + SPARE_STEPS

    # reading -------------------------------------------------------------------------------

    def expression(self, power: int) -> Node:
        """Read an expression of operators that bind tighter than `power`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ReadingError(
                f"nested more than {MAX_NESTING} deep at {self.token.start + 1}", self.token.start
            )
        left = self.operand()
        operators = self.operator_rules
        while self.at != self.stop:
            if self.parted and self.begins_entry():
                break
            rule = operators.get(self.token.kind)
            if rule is None or self.starts_operand():
                if self.juxtaposition <= power or not self.starts_operand():
                    break
                left = operators["juxtaposed"][1](self, left)
            elif rule[0] <= power or (self.bars and self.token.kind == "|"):
                break
            else:
                left = rule[1](self, left)
        self.depth -= 1
        return left

    def operand(self) -> Node:
        """Read one operand: a name, number, bracket, function with its argument, signed operand."""
        self.steps -= 1
        if self.steps < 0:
            raise ReadingError("too ambiguous to read", self.token.start)
        token = self.token
        rule = self.operand_rules.get(token.kind)
        if rule is None or self.at == self.stop:
            raise self.unexpected("a number, a name or `(`")
        return rule(self)

    def starts_operand(self) -> bool:
        """Say whether the token can be the next factor of a product written without a sign."""
        token = self.token
        if token.kind in IMPLICIT_FACTORS:
            return not (self.parted and token.spaced)
        return token.key in OPENING_BARS and not self.bars

    def begins_entry(self) -> bool:
        """Say whether a sign begins the next entry, as in `[1 -2]`: a blank before it and none behind."""
        token = self.token
        return token.kind in {"+", "-"} and token.spaced and not self.peek().spaced

    # moving --------------------------------------------------------------------------------

    def advance(self) -> Token:
        """Return the token and step behind it; the end is never passed."""
        token = self.token
        if token.kind != "end":
            self.at += 1
            self.token = self.tokens[self.at]
        self.last_end = token.end
        return token

    def replace(self, pieces: list[Token]) -> None:
        """Put several tokens in the place of the one at the cursor."""
        self.tokens[self.at : self.at + 1] = pieces
        self.token = self.tokens[self.at]
        if self.stop > self.at:
            self.stop += len(pieces) - 1

    def take(self, kind: str) -> bool:
        """Step over a token if it is of that kind."""
        if self.token.kind == kind:
            self.advance()
            return True
        return False

    def peek(self, ahead: int = 1) -> Token:
        """Return a token further on; the end token where there is none."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def jump(self, at: int) -> None:
        """Stand at another token: behind a declared spelling, or back where a try began."""
        self.at = at
        self.token = self.tokens[at]
        self.last_end = self.tokens[at - 1].end if at else 0

    def close(self, opener: Token, *kinds: str) -> Token:
        """Step over the bracket that closes `opener`, or say that it is missing."""
        if self.token.kind in kinds:
            return self.advance()
        shown = {"\\}": "}", "|)": "|", "‖)": "||", "‖": "||", "newline": "\\\\"}.get(kinds[0], kinds[0])
        begin = {"\\{": "{", "|(": "|", "‖(": "||", "‖": "||"}.get(opener.kind, opener.kind)
        place = "" if self.token.kind == "end" else f" before {self.shown()} at {self.token.start + 1}"
        raise ReadingError(
            f"missing `{shown}` for the `{begin}` at {opener.start + 1}{place}",
            self.token.start,
            f"`{shown}`",
        )

    def attempt(self, rule: Callable[[Parser], Node]) -> Node | None:
        """Return what a rule reads, or None, back where it began, if it cannot."""
        key = rule.__name__, self.token.start
        if key in self.failed:
            return None
        state = self.at, self.depth, self.bars, self.stop
        choices = self.choices.kept()
        tokens = list(self.tokens)
        try:
            self.depth += 1
            node = rule(self)
            self.depth -= 1
        except ReadingError:
            self.failed.add(key)
            at, self.depth, self.bars, self.stop = state
            self.tokens[:] = tokens
            self.choices.restore(choices)
            self.jump(at)
            return None
        return node

    # saying --------------------------------------------------------------------------------

    def shown(self) -> str:
        """Return the token as a message names it."""
        token = self.token
        return _NAMES_OF_KINDS.get(token.kind) or f"`{token.text[:30]}`"

    def unexpected(self, expected: str) -> ReadingError:
        """Return the error that something else should stand here."""
        token = self.token
        where = "" if token.kind == "end" else f" at {token.start + 1}"
        return ReadingError(f"expected {expected}, found {self.shown()}{where}", token.start, expected)

    def span_from(self, start: int) -> Span:
        """Return the span from an offset to behind the last token read."""
        return (start, max(start, self.last_end))

    def choose(self, what: str, ordinary: str, others: tuple[str, ...], note: str) -> str:
        """Return the reading to take where a text has several; see Choices."""
        return self.choices.choose(what, ordinary, others, note)


IMPLICIT_FACTORS: Final = frozenset(
    {
        "number", "word", "upright", "quoted", "name", "function", "constant", "(", "[", "{", "\\{", "|(", "‖(", "⌊", "⌈", "⟨",
        "frac", "sqrt", "binom", "accent", "begin", "partial", "nabla", "stackrel", "underset", "braced", "boxed",
    }
)  # fmt: skip
"""Tokens that begin a factor without a sign before it."""

OPENING_BARS: Final = frozenset({"|2", "‖"})
"""Keys of bars that begin a factor where none is open: `|2` is one with a partner further on."""
