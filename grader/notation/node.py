"""What all nodes of the expression tree have in common: parts, children, equality, facts found once.

They are written out by hand, not made by `dataclass`: a comparison makes and hashes thousands of them, and asks each
for what stands below it. They do not change; `Final` says so to the type checker.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeVar

from grader.notation.heads import HEADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Value = TypeVar("Value")

Span = tuple[int, int]
"""Offsets [start, end) in the text that was read."""

NOWHERE: Final[Span] = (0, 0)


class _Facts(dict[object, Any]):
    """What was found about a tree; where a tree is packed for another process, it goes without."""

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        return type(None), ()


_SIGNS: Final[dict[type | str, int]] = {head: 2 << place for place, head in enumerate(HEADS)}
"""One bit for each head that is known, and for each class of nodes."""
_OTHER: Final = 1
"""One bit for all other heads: which of them, only a walk tells."""


def signs_of(*kinds: type | str) -> int:
    """Return the bits of classes and heads, for a test of many of them at once on the `kinds` of a node."""
    signs = 0
    for kind in kinds:
        signs |= _SIGNS[kind]
    return signs


class Node:
    """Anything in the tree; `span` says where it was written."""

    __slots__ = ("_facts", "_hash", "children", "kinds", "span")

    SIGN: ClassVar[int]
    PARTS: ClassVar[tuple[str, ...]] = ()
    """What a node of this class is made of, in the order in which it is made."""

    span: Span
    children: tuple[Node, ...]
    kinds: int
    """Signs of the classes of this node and all below it, and of the heads of the applications among them."""
    _hash: int | None
    _facts: _Facts | None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.SIGN = _SIGNS[cls] = 1 << len(_SIGNS)

    def __init__(self, children: tuple[Node, ...] = (), *, span: Span = NOWHERE) -> None:
        self.span = span
        self._facts = self._hash = None
        self.children = children
        kinds = self.SIGN
        for child in children:
            kinds |= child.kinds
        self.kinds = kinds

    def __hash__(self) -> int:
        """Return the hash of its parts, found once."""
        if self._hash is None:
            self._hash = hash(self.parts)
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Node) or type(self) is not type(other):
            return NotImplemented
        return self.kinds == other.kinds and self.parts == other.parts

    def __repr__(self) -> str:
        parts = "".join(f", {name}={getattr(self, name)!r}" for name in self.PARTS)
        return f"{type(self).__name__}(span={self.span!r}{parts})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pack what it is made of: hashes are other ones in another process, and facts are found again there."""
        return _made, (type(self), tuple(getattr(self, name) for name in self.PARTS), self.span)

    @property
    def parts(self) -> tuple[object, ...]:
        """What equal nodes have in common."""
        return tuple(getattr(self, name) for name in self.PARTS)

    def changed(self, **parts: Any) -> Self:
        """Return the node with some of its parts replaced."""
        whole = (parts[name] if name in parts else getattr(self, name) for name in self.PARTS)
        kind: Any = type(self)
        changed: Self = kind(*whole, span=self.span)
        return changed

    def holds(self, *kinds: type[Node] | str) -> bool:
        """Whether a node of one of these classes, or an application of one of these heads, is in this tree.

        Most rules of the prover first ask whether there is anything for them in a formula.
        """
        asked = 0
        for kind in kinds:
            asked |= _SIGNS.get(kind, _OTHER)
        found = self.kinds & asked
        if found != _OTHER:
            return found != 0
        return any(isinstance(node, Apply) and node.head in kinds for node in self.walk())

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it, outermost first, without recursion."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            children = node.children
            if children:
                waiting.extend(children[::-1])


def _made(kind: Any, parts: tuple[Any, ...], span: Span) -> Any:
    return kind(*parts, span=span)


class Apply(Node):
    """An operation or function on its arguments, in the order they are written.

    `head` is a key of HEADS, or `call:NAME` for a function nobody declared.
    """

    __slots__ = ("args", "head")
    PARTS: ClassVar = ("head", "args")

    def __init__(self, head: str, args: tuple[Node, ...], *, span: Span = NOWHERE) -> None:
        self.span = span
        self._facts = self._hash = None
        self.head: Final = head
        self.args: Final = args
        self.children = args
        kinds = self.SIGN | _SIGNS.get(head, _OTHER)
        for arg in args:
            kinds |= arg.kinds
        self.kinds = kinds

    def __hash__(self) -> int:
        found = self._hash
        if found is None:
            found = self._hash = hash((self.head, self.args))
        return found

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Apply):
            return NotImplemented
        return self.kinds == other.kinds and self.head == other.head and self.args == other.args


def fact(find: Callable[[Node], Value]) -> Callable[[Node], Value]:
    """Keep on a tree what a function of nothing else finds in it: trees do not change.

    What is found must not be changed either, and finding it must not spend an allowance.
    """

    @wraps(find)
    def recalled(tree: Node) -> Value:
        facts = tree._facts  # noqa: SLF001 - the place for it
        if facts is None:
            facts = _Facts()
            tree._facts = facts  # noqa: SLF001 - the place for it
        elif find in facts:
            known: Value = facts[find]
            return known
        found = facts[find] = find(tree)
        return found

    return recalled
