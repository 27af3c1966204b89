"""The operation `out_size`: the size that a window of a given kernel, stride and padding leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.derive.catalogue import mistake
from grader.derive.result import Derived
from grader.derive.rules import Rules
from grader.derive.sliding import Sliding, enlarged_sizes, output_sizes, read_padding, same_cells
from grader.derive.specification import Fields, LayerProblem, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.derive.specification import Shape

MAX_CASES: Final = 1_000

_ALIASES: Final = spelled(
    {
        "input": "n size",
        "kernel": "k kernel_size f filter",
        "stride": "s strides",
        "padding": "p pad",
        "dilation": "d dilation_rate",
        "transposed": "transpose",
        "filters": "out_channels",
    }
)
_VARIATIONS: Final = (
    *("no_plus_one", "floor_same", "ceil_valid", "padding_valid", "padding_same", "pad_once"),
    *("stride_1", "stride_squared", "dilation_ignored"),
)


def derive_out_size(spec: Mapping[str, Any]) -> Derived:
    """Derive output sizes, or with `ask: padding` the padding per side that keeps the size.

    `input`, `kernel`, `stride` (1), `padding` (valid), `dilation` (1), `output_padding` (0) are
    numbers, or lists of one length: one entry an axis, or one a case. With `filters` the last entry
    of `input` is its channels, and the last of the result the filters. `transposed: true` enlarges.
    """
    fields = Fields(spec, aliases=_ALIASES)
    for name in ("op", "name", "note", "mistakes"):
        fields.raw(name, None)
    ask = fields.choice(
        "ask",
        {"size": "size", "out": "size", "shape": "size", "output_size": "size", "padding": "padding"},
        "size",
    )
    filters = fields.count("filters", low=1) if "filters" in fields else None
    transposed = fields.flag("transposed", default=False)
    default = None if "input" in fields or ask == "size" else (1,)
    sizes = fields.counts("input", default, low=1)
    if filters is not None and len(sizes) == 3:
        sizes = sizes[:-1]
    sliding, sizes, alone = _cases(fields, sizes)
    extra = fields.sizes("output_padding", len(sizes), (0,), low=0)
    rounding = fields.choice("rounding", ("floor", "ceil"), "floor")
    fields.finish()
    rules = Rules(rounding=rounding)

    def shaped(found: Shape) -> Any:
        value: Any = found[0] if alone else found
        return value if filters is None else (*(found * 2 if alone else found), filters)

    if ask == "padding":
        return _padding(sliding, sizes, alone=alone)
    try:
        value = shaped(_sizes(sizes, sliding, extra, rules, transposed=transposed))
    except LayerProblem as problem:
        raise fields.error(str(problem), problem.field or "kernel") from problem
    found = []
    for name in _VARIATIONS:
        try:
            wrong = shaped(_sizes(sizes, sliding, extra, rules.bent(name), transposed=transposed))
        except LayerProblem:
            continue
        if wrong != value:
            found.append(mistake(name, wrong))
    if transposed:
        try:
            wrong = shaped(output_sizes(sizes, sliding, rules))
            found.append(mistake("transposed_as_conv", wrong))
        except LayerProblem:
            pass  # the input is too small for the mistake to give anything
    return Derived(value, tuple(found))


def _sizes(sizes: Shape, sliding: Sliding, extra: Shape, rules: Rules, *, transposed: bool) -> Shape:
    if transposed:
        return enlarged_sizes(sizes, sliding, extra, rules)
    return output_sizes(sizes, sliding, rules)


def _cases(fields: Fields, sizes: Shape) -> tuple[Sliding, Shape, bool]:
    """Repeat single numbers to the length of the lists; return whether all were single."""
    kernel = fields.counts("kernel", low=1)
    stride = fields.counts("stride", (1,), low=1)
    dilation = fields.counts("dilation", (1,), low=1)
    padding: Any = fields.raw("padding", 0)
    lists = [sizes, kernel, stride, dilation] + ([padding] if isinstance(padding, list | tuple) else [])
    length = max(len(each) for each in lists)
    if length > MAX_CASES or any(len(each) not in {1, length} for each in lists):
        raise fields.error("lists must have one length, one entry an axis or one a case")
    written = [fields.raw(name, 1) for name in ("input", "kernel", "stride", "dilation", "padding")]
    alone = length == 1 and not any(isinstance(each, list | tuple) for each in written)

    def full(values: Shape) -> Shape:
        return values * length if len(values) == 1 else values

    sliding = Sliding(
        full(kernel),
        full(stride),
        read_padding(fields, length, "0"),
        full(dilation),
        fields.flag("ceil_mode", default=False),
    )
    return sliding, full(sizes), alone


def _padding(sliding: Sliding, sizes: Shape, *, alone: bool) -> Derived:
    totals = [
        sum(same_cells(size, stride, reach))
        for size, stride, reach in zip(sizes, sliding.stride, sliding.reach, strict=True)
    ]
    sides = [total // 2 if total % 2 == 0 else same_pair(total) for total in totals]
    value = sides[0] if alone else tuple(sides)
    wrong = totals[0] if alone else tuple(totals)
    return Derived(value, (mistake("total_vs_side", wrong),) if wrong != value else ())


def same_pair(total: int) -> Any:
    """Return an odd total as cells before and after."""
    return (total // 2, total - total // 2)
