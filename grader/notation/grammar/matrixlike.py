"""What is a matrix or a vector by how it is set or declared, so that the order of factors matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.notation.tree import Apply, Matrix, Node, Symbol

if TYPE_CHECKING:
    from grader.notation.grammar.parser import Parser

_MATRIX_HEADS: Final = frozenset({"transpose", "inverse", "matmul", "hadamard", "otimes"})


def is_matrix(p: Parser, node: Node) -> bool:
    """Say whether a factor is known to be a matrix or vector, so that the order matters."""
    if isinstance(node, Apply):
        if node.head in _MATRIX_HEADS:
            return True
        return node.head in {"add", "neg", "softmax", "div"} and any(
            is_matrix(p, part) for part in node.args[:8]
        )
    if isinstance(node, Symbol):
        return node.name in p.names.matrices or (node.name in p.bold and node.name[0].isupper())
    return isinstance(node, Matrix)


def is_bold_vector(p: Parser, node: Node) -> bool:
    """Say whether a factor is a vector by its type: a small letter in bold or under an arrow."""
    if isinstance(node, Apply) and node.head == "index":
        node = node.args[0]
    return isinstance(node, Symbol) and node.name in p.bold and not node.name[0].isupper()
