"""What is found about a tree is found once, and stays where the tree is."""

from __future__ import annotations

import pickle

from grader.notation.formulareader import read_formula
from grader.notation.tree import Node, Symbol, fact


def test_a_fact_is_found_once_for_a_tree_and_again_for_another():
    asked: list[Node] = []

    @fact
    def letters(tree: Node) -> int:
        asked.append(tree)
        return sum(isinstance(node, Symbol) for node in tree.walk())

    first, second = (read_formula("x + y").tree for _ in range(2))
    first, second = (type(tree)(tree.head, tree.args) for tree in (first, second))
    assert [letters(first), letters(first), letters(second)] == [2, 2, 2]
    assert len(asked) == 2
    assert first == second


def test_a_tree_is_packed_without_what_was_found_about_it():
    tree = read_formula("x_i + 1").tree
    assert tree.holds("index")
    size = len(pickle.dumps(type(tree)(tree.head, tree.args)))

    @fact
    def large(_: Node) -> list[int]:
        return list(range(10_000))

    assert len(large(tree)) == 10_000
    packed = pickle.dumps(tree)
    assert len(packed) < size + 1_000
    assert pickle.loads(packed) == tree  # noqa: S301 - packed above
