"""Building changed copies of trees."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING

from grader.notation.tree import (
    Apply,
    Binder,
    Cases,
    Collection,
    Interval,
    Logic,
    Matrix,
    Node,
    Quantity,
    Relation,
    Symbol,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def map_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with every child replaced by what `change` makes of it; the node itself where nothing changes."""
    if not node.children:
        return node
    if isinstance(node, Apply):
        args = tuple(map(change, node.args))
        same = all(map(is_, args, node.args))
        return node if same else Apply(node.head, args, span=node.span)
    if isinstance(node, Binder):
        names = [name for name in Binder.PARTS[1:] if getattr(node, name) is not None]
        parts = tuple(map(change, node.children))
        same = all(map(is_, parts, node.children))
        return node if same else node.changed(**dict(zip(names, parts, strict=True)))
    if isinstance(node, Relation):
        operands = tuple(map(change, node.operands))
        return node if all(map(is_, operands, node.operands)) else node.changed(operands=operands)
    if isinstance(node, Cases):
        pairs = ((change(value), None if test is None else change(test)) for value, test in node.branches)
        return node.changed(branches=tuple(pairs))
    if isinstance(node, Matrix):
        return node.changed(rows=tuple(tuple(map(change, row)) for row in node.rows))
    if isinstance(node, Collection):
        return node.changed(items=tuple(map(change, node.items)))
    if isinstance(node, Interval):
        return node.changed(lower=change(node.lower), upper=change(node.upper))
    if isinstance(node, Logic):
        return node.changed(args=tuple(map(change, node.args)))
    if isinstance(node, Quantity):
        return node.changed(magnitude=change(node.magnitude))
    return node


def substitute(node: Node, values: Mapping[str, Node]) -> Node:
    """Return the tree with symbols replaced, but for those a binder below binds; it must not capture new ones."""
    if isinstance(node, Symbol):
        return values.get(node.name, node)
    if isinstance(node, Binder) and node.index is not None and node.index.name in values:
        inside = {name: value for name, value in values.items() if name != node.index.name}
        return node.changed(
            body=substitute(node.body, inside),
            lower=None if node.lower is None else substitute(node.lower, values),
            upper=None if node.upper is None else substitute(node.upper, values),
            domain=None if node.domain is None else substitute(node.domain, inside),
        )
    return map_children(node, lambda child: substitute(child, values))


def with_values(node: Node, values: Mapping[Node, Node]) -> Node:
    """Return the tree with whole parts replaced, `a_t` as well as `a`; what is put in is not looked at again."""
    found = values.get(node)
    return found if found is not None else map_children(node, lambda child: with_values(child, values))


def order_of(node: Node) -> str:
    """Return a text by which nodes can be put in one order, the same for equal ones."""
    own = getattr(node, "head", None) or getattr(node, "name", None) or getattr(node, "value", None)
    own = own or getattr(node, "kind", None) or getattr(node, "operator", None)
    return f"{type(node).__name__} {own} ({', '.join(map(order_of, node.children))})"
