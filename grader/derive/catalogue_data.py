"""The named mistakes of the data operations (measures, losses, optimizers, classical methods)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.catalogue import Entry

DATA: Final[Mapping[str, Entry]] = {}
