"""The field in which formulas have a normal form, as far as its rules need it: `normal` does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.equivalence.normal.signs import Signs

if TYPE_CHECKING:
    from grader.equivalence.normal.quotients import Quotient
    from grader.notation.tree import Binder, Node


class Field(Signs):
    """Quotients of sums of atoms, and what turns trees into them."""

    letters: Any  # words.Letters where symbols stand for matrices, else None
    real: bool

    def normal(self, node: Node) -> Quotient:
        """Return the normal form. Raises TooLargeError, UndefinedError."""
        raise NotImplementedError

    def normal_binder(self, node: Binder) -> Quotient:
        """Return the normal form of a sum, a product or the like."""
        raise NotImplementedError

    def pi(self) -> Quotient:
        """Return the number pi."""
        raise NotImplementedError

    def opaque(
        self, head: str, *args: Quotient, nonnegative: bool = False, real: bool | None = None
    ) -> Quotient:
        """Return an unknown function of known arguments as an atom."""
        raise NotImplementedError

    def find_opaque(self, head: str, *args: Quotient) -> Quotient | None:
        """Return the atom of an unknown function of known arguments, where there is one."""
        raise NotImplementedError
