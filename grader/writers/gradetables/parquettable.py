"""The table as Parquet, by pyarrow (the extra `parquet`): texts, and amounts as exact decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from grader.writers.atomic import write_bytes
from grader.writers.gradetables import GradeRow
from grader.writers.rounding import HUNDRED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_AMOUNTS: Final = frozenset({"score", "low", "high", "max_points"})
# More points than any rubric has.
_AMOUNT: Final = pa.decimal128(18, 2)


def write(rows: Iterable[GradeRow], path: Path) -> None:
    """Write the table; raises NotOurs for a file that is there already and is another, and OSError."""
    names = GradeRow._fields
    fields = [(name, _AMOUNT if name in _AMOUNTS else pa.string()) for name in names]
    columns = zip(*rows, strict=True)
    held = {name: _cells(name, cells) for name, cells in zip(names, columns, strict=False)}
    table = pa.table({name: held.get(name, []) for name in names}, schema=pa.schema(fields))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    write_bytes(path, sink.getvalue().to_pybytes())


def _cells(name: str, cells: Iterable[Any]) -> list[Any]:
    if name in _AMOUNTS:
        return [None if cell is None else Decimal(cell) / HUNDRED for cell in cells]
    return [cell.encode("utf-8", "replace").decode() for cell in cells]
