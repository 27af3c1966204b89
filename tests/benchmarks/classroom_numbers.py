"""What students of `classroom.py` write for formulas, parameter counts and the output matrix: right and wrong, in
many notations. The wrong values are those of the marking guide: biases left out, one bias a layer, channels forgotten,
the image's channels everywhere, a slip of the pen, a wrong sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

LAYERS = ("lowest", "middle", "top")
_WORK = {  # (weights and bias of one filter, of its layer) by how it was counted; the layers see 3, 100, 200 maps
    "right": ("(3*3*{c}+1)*{n}", "{k}*{n}", "(9*{c}+1)*{n}", "(3*3*{c}*{n})+{n}"),
    "no_biases": ("3*3*{c}*{n}", "(3*3*{c})*{n}", "9*{c}*{n}"),
    "one_bias": ("3*3*{c}*{n}+1",),
    "kernels": ("3*3*{n}", "9*{n}"),
    "no_channels": ("(3*3+1)*{n}", "10*{n}"),
    "image_channels": ("(3*3*3+1)*{n}", "28*{n}"),
}
_COUNTS = {
    "right": (2800, 180200, 720400),
    "no_biases": (2700, 180000, 720000),
    "one_bias": (2701, 180001, 720001),
    "kernels": (900, 1800, 3600),
    "no_channels": (1000, 2000, 4000),
    "image_channels": (2800, 5600, 11200),
}
_SHARES = (62, 14, 3, 5, 6, 10)
_NAMES = (
    ("lowest layer", "middle layer", "top layer"),
    ("first layer", "second layer", "third layer"),
    ("Layer 1", "Layer 2", "Layer 3"),
    ("1st conv layer", "2nd conv layer", "3rd conv layer"),
    ("Lowest", "Middle", "Top"),
)
_TOTALS = (
    "Total: {t}", "In total there are {t} parameters.", "The total number of parameters is {t}.", "Sum: {t}",
    "Altogether {t} parameters.", "All in all {t}", "So the CNN has {t} parameters in total.", "total = {t}",
    "{a} + {b} + {c} = {t}", "The sum is {a} + {b} + {c} = {t}.", "which makes {t} parameters in all",
)  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """One student's way of writing mathematics."""

    latex: bool
    group: str
    times: str
    space: str
    slash: bool
    power: bool
    mean: str
    variance: str
    value: str
    size: str
    epsilon: str
    display: tuple[str, str]

    @classmethod
    def drawn(cls, random: Random) -> Hand:
        latex = random.random() < 0.8
        return cls(
            latex=latex,
            group=random.choice(("", "", ",", ",", " ") + (("{,}", r"\,") if latex else ("'",))),
            times=random.choice(
                (r" \times ", r" \cdot ", "*", r"\times ") if latex else ("*", " * ", " x ", "·", "×")
            ),
            space=random.choice(("", " ")),
            slash=random.random() < 0.2,
            power=random.random() < 0.12,
            mean=random.choice(
                (r"\mu_B", r"\mu", r"\mu", r"\mu_{B}", "m_B") if latex else ("mu", "mean", "µ", "mu_B")
            ),
            variance=random.choice(
                (r"\sigma_B^2", r"\sigma^2", r"\sigma^2", r"\sigma_{B}^{2}", "s^2")
                if latex
                else ("sigma^2", "var", "σ²")
            ),
            value=random.choice(("x^{(i)}", "x_i", "x_i", "x_{i}") if latex else ("x_i", "xi", "x(i)")),
            size=random.choice(("m", "m", "m", "n", "N", "m_B")),
            epsilon=random.choice(
                (r"\epsilon", r"\epsilon", r"\varepsilon") if latex else ("eps", "epsilon", "ε")
            ),
            display=random.choice((("$$", "$$"), ("$$", "$$"), ("$", "$"), (r"\[", r"\]")))
            if latex
            else ("", ""),
        )

    def number(self, value: int) -> str:
        digits = str(value)
        return f"{value:,}".replace(",", self.group) if len(digits) > 3 else digits

    def typed(self, value: int) -> str:
        """Return a number as it is typed into a form, where nobody writes LaTeX."""
        return self.number(value).replace("{,}", ",").replace(r"\,", " ")

    def fraction(self, top: str, bottom: str) -> str:
        if self.latex and not self.slash:
            return rf"\frac{{{top}}}{{{bottom}}}"
        top, bottom = (f"({part})" if any(sign in part for sign in "+- ") else part for part in (top, bottom))
        return f"{top}{self.space}/{self.space}{bottom}"

    def root(self, body: str) -> str:
        if self.power:
            return f"({body})^{{1/2}}" if self.latex else f"({body})^0.5"
        return rf"\sqrt{{{body}}}" if self.latex else f"sqrt({body})"


def formulas(random: Random, hand: Hand) -> str:
    """Write some of the four formulas of batch normalisation, most of them right."""
    s, eps, mean, value = hand.space, hand.epsilon, hand.mean, hand.value
    hat = random.choice((r"\hat{x}", r"\hat{x}_i", r"\hat x", r"\hat{x}^{(i)}")) if hand.latex else "x_hat"
    variance = f"{hand.variance}{s}+{s}{eps}"
    bottom, gamma, beta = hand.root(variance), *((r"\gamma", r"\beta") if hand.latex else ("gamma", "beta"))
    low, high = (rf"\sum_{{i=1}}^{{{hand.size}}} ", r"\sum_i ") if hand.latex else ("sum", "sum")
    total = random.choice((low, high))
    body = value if hand.latex else f"({value})"
    square = f"({value}{s}-{s}{mean})^2" if hand.latex else f"(({value}{s}-{s}{mean})^2)"
    one, less = hand.fraction("1", hand.size), hand.fraction("1", f"{hand.size}-1")
    if random.random() < 0.2:  # the forms of the guide's contradiction, and others
        bottom = random.choice(
            (
                variance,
                hand.root(variance.replace("+", "-")),
                f"{hand.root(hand.variance)}{s}+{s}{eps}",
                hand.variance,
            )
        )
    multiply = " " if hand.latex else " * "
    by = one if random.random() < 0.85 else less
    squares = square if random.random() < 0.92 else square.replace("^2", "")
    z = f"{random.choice('zzyz')}{s}={s}"
    lines = [
        f"{mean}{s}={s}{one if random.random() < 0.93 else ''}{multiply if one else ''}{total}{body}",
        f"{hand.variance}{s}={s}{by}{multiply}{total}{squares}",
        f"{hat}{s}={s}{hand.fraction(f'{value}{s}-{s}{mean}', bottom)}",
        f"{z}{gamma}{multiply}{hat}{s}+{s}{beta}"
        if random.random() < 0.93
        else f"{z}{beta}{multiply}{hat}{s}+{s}{gamma}",
    ]
    count = random.choice((4, 4, 4, 3, 2, 1))
    chosen = [lines[index] for index in sorted(random.sample(range(4), count))]
    if hand.latex and random.random() < 0.15:
        return (
            "$$\\begin{aligned}\n"
            + " \\\\\n".join(line.replace("=", "&=", 1) for line in chosen)
            + "\n\\end{aligned}$$"
        )
    return "\n\n".join(hand.display[0] + line + hand.display[1] for line in chosen)


def counts(random: Random) -> tuple[str, tuple[int, int, int], int]:
    """Draw how a student counted the parameters: the way, the three layers, the total."""
    way = random.choices(list(_COUNTS), _SHARES)[0]
    layers = list(_COUNTS[way])
    if random.random() < 0.06:  # a digit is lost on the way
        index = random.randrange(3)
        digits = str(layers[index])
        at = random.randrange(len(digits))
        layers[index] = int(digits[:at] + digits[at + 1 :] or "0")
    total = sum(layers)
    if random.random() < 0.05:
        total += random.choice((-1000, -300, -100, 100, 300, 9000, -180000))
    return way, (layers[0], layers[1], layers[2]), total


def parameters(random: Random, hand: Hand, way: str, layers: tuple[int, int, int], total: int) -> str:
    """Write the answer about the parameters out: a list, a table, sentences, one line, or the total alone."""
    work = [
        pattern.format(c=c, n=n, k=9 * c + 1)
        for pattern in [random.choice(_WORK[way])]
        for c, n in zip((3, 100, 200), (100, 200, 400), strict=True)
    ]
    work = [text.replace("+", f"{hand.space}+{hand.space}").replace("*", hand.times) for text in work]
    told = [hand.number(count) for count in layers]
    dollar = "$" if hand.latex else ""
    sums = [f"{dollar}{left} = {right}{dollar}" for left, right in zip(work, told, strict=True)]
    names = random.choice(_NAMES)
    ending = random.choice(_TOTALS).format(t=_total(random, hand, total), a=told[0], b=told[1], c=told[2])
    style = random.choice(("list", "list", "sentences", "table", "line", "total"))
    if style == "list":
        mark = random.choice(("- ", "* ", ""))
        return "\n".join(f"{mark}{n}: {s}" for n, s in zip(names, sums, strict=True)) + f"\n\n{ending}"
    if style == "table":
        rows = "\n".join(f"| {n} | {s} |" for n, s in zip(names, sums, strict=True))
        return f"| layer | parameters |\n|---|---|\n{rows}\n\n{ending}"
    if style == "sentences":
        verb = random.choice(("has", "needs", "contains"))
        return (
            " ".join(f"The {n} {verb} {s} parameters." for n, s in zip(names, sums, strict=True))
            + f" {ending}"
        )
    if style == "line":
        return f"{dollar}{' + '.join(work)} = {hand.number(total)}{dollar}"
    return ending


def _total(random, hand, total):
    chance = random.random()
    if chance < 0.06 and total % 100 == 0 and total > 10_000:
        power = len(str(total)) - 1
        digits = str(total).rstrip("0")
        return (
            f"{digits[0]}.{digits[1:]}e{power}"
            if chance < 0.03
            else rf"${digits[0]}.{digits[1:]} \times 10^{power}$"
        )
    told = hand.number(total)
    if "{" in told or "\\" in told:
        return f"${told}$"
    return f"**{told}**" if chance > 0.88 else told


RIGHT = ((0, 0, 0), (1, 0, 1), (0, 1, 1))


def matrix(random: Random) -> tuple[tuple[int, ...], ...]:
    """Draw the output of the convolution: mostly right, else a cell or two or the size is wrong."""
    if random.random() < 0.68:
        return RIGHT
    size = random.choice((3, 3, 3, 4, 5))
    rows = [
        [RIGHT[i][j] if i < 3 and j < 3 else random.choice((0, 1, -1)) for j in range(size)]
        for i in range(size)
    ]
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        rows[random.randrange(size)][random.randrange(size)] = random.choice((-1, 0, 1, 2, 3))
    return tuple(tuple(row) for row in rows)


def cells(random: Random, rows: tuple[tuple[int, ...], ...]) -> list[list[str]]:
    """Write the cells: as sums, or divided by nine as a fraction or a decimal."""
    style = random.choice(("sum", "sum", "sum", "ninth", "decimal", "point"))
    write = {
        "sum": str,
        "ninth": lambda cell: f"{cell}/9" if cell else "0",
        "decimal": lambda cell: f"{cell / 9:.2f}" if cell else "0",
        "point": lambda cell: f"{cell}.0",
    }[style]
    return [[write(cell) for cell in row] for row in rows]


def convolution(random: Random, rows: tuple[tuple[int, ...], ...]) -> str:
    """Write size and matrix in one of several forms."""
    written = cells(random, rows)
    n = len(rows)
    size = random.choice(
        (
            f"Size: {n} x {n}", f"The output is {n}x{n}.", rf"The output has size ${n} \times {n}$:", f"{n} by {n}",
            rf"$\frac{{7-3}}{{2}}+1 = {n}$, so the output is ${n}\times {n}$.", f"The shape of the output is ({n}, {n}).",
            f"The filter fits {n} times in each direction, so the output size is {n}x{n}.", "",
        )
    )  # fmt: skip
    return f"{size}\n\n{_matrix_text(random, written)}".strip()


def _matrix_text(random, written):
    style = random.choice(("bmatrix", "bmatrix", "pmatrix", "list", "table", "code", "numpy", "array"))
    if style in {"bmatrix", "pmatrix", "array"}:
        open_, close = (
            (r"\left[\begin{array}{ccc}", r"\end{array}\right]")
            if style == "array"
            else (rf"\begin{{{style}}}", rf"\end{{{style}}}")
        )
        return f"$$\n{open_}\n" + " \\\\\n".join(" & ".join(row) for row in written) + f"\n{close}\n$$"
    if style == "table":
        head = "|" + " |" * len(written) + "\n|" + "---|" * len(written) + "\n"
        return head + "\n".join("| " + " | ".join(row) + " |" for row in written)
    if style == "code":
        return "```\n" + "\n".join(" ".join(row) for row in written) + "\n```"
    joined = "[" + ", ".join("[" + ", ".join(row) + "]" for row in written) + "]"
    return f"np.array({joined})" if style == "numpy" else joined
