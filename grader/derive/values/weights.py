"""Read the weights that stand beside a layer into arrays of the shape the layer computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.derive.values.exactarrays import Array, array_of

if TYPE_CHECKING:
    from grader.derive.rules import Conventions
    from grader.derive.specification import Fields, SpecError


class Weights:
    """The tensors of one layer by name; a nested list alone is the kernel."""

    def __init__(self, fields: Fields, conventions: Conventions) -> None:
        self.fields, self.conventions = fields, conventions
        self.torch = conventions.framework == "torch"

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def error(self, message: str) -> SpecError:
        """Return the error to raise about these weights."""
        return self.fields.error(message)

    def raw(self, name: str) -> Array:
        """Return a tensor as it was written."""
        if name not in self.fields:
            raise self.error(f"values need its weights: {name!r} is missing")
        return array_of(self.fields.array(name))

    def shaped(self, name: str, shape: tuple[int, ...], default: int | None = None) -> Array:
        """Return a tensor of exactly this shape; a number alone fills it."""
        if name not in self.fields and default is not None:
            return np.full(shape, default, dtype=object)
        found = self.raw(name)
        if found.ndim == 0:
            return np.full(shape, found.item(), dtype=object)
        if found.shape != shape:
            raise self.error(f"{name} must have the shape {list(shape)} (got {list(found.shape)})")
        return found

    def matrix(self, name: str, rows: int, columns: int) -> Array:
        """Return a matrix for row vectors times matrix; PyTorch writes it the other way round."""
        found = self.raw(name)
        if found.ndim == 1 and 1 in {rows, columns} and found.size == rows * columns:
            return found.reshape(rows, columns)
        if self.torch and found.shape == (columns, rows):
            return found.T
        if found.shape == (rows, columns):
            return found
        if found.shape == (columns, rows):
            return found.T
        raise self.error(
            f"{name} must have {rows} rows (inputs) and {columns} columns (outputs) or the other way round"
            f" (got {list(found.shape)})"
        )

    def filters(self, name: str, kernel: tuple[int, ...], channels: int, filters: int) -> Array:
        """Return a kernel as (..., C, F) from k x k, C x k x k, F x k x k, F x C x k x k or Keras's order."""
        found = self.raw(name)
        axes = len(kernel)
        if found.shape == (filters, channels, *kernel):
            return np.moveaxis(found, (1, 0), (-2, -1))
        if found.shape == (*kernel, channels, filters):
            return found
        if found.shape == kernel and channels == filters == 1:
            return found[..., None, None]
        if found.ndim == axes + 1 and filters == 1 and found.shape == (channels, *kernel):
            return np.moveaxis(found, 0, -1)[..., None]
        if found.ndim == axes + 1 and channels == 1 and found.shape == (filters, *kernel):
            return np.moveaxis(found, 0, -1)[..., None, :]
        raise self.error(
            f"{name} must have the shape {[filters, channels, *kernel]} (filters, channels, kernel)"
            f" (got {list(found.shape)})"
        )
