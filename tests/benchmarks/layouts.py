"""Lay one right hand-in, and a blank one, out in many ways, and say where a question lost its answer.

    python tests/benchmarks/layouts.py [--count 200] [--seed 1] [--verbose]

A layout is a kind of outline (numbers, parts, parts of parts), a form of heading (words of several languages, styles,
markers, depths), an order, and what stands around the answers: titles, a table of contents, what was asked, marks of
answers, exercises that are not marked, lists inside answers, pictures, appendices. Of the right hand-in every row earns
its points or goes to a person, of the blank one none earns any. Exit status 1 where a row does not.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.marking.assembly import mark
from grader.readers.files import read_content
from grader.rubric.loading import read_rubric

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.rubric.questions import Rubric

Address = tuple[str, ...]

OUTLINES: Final[dict[str, tuple[tuple[str, Address], ...]]] = {
    "numbers": tuple((f"q{number}", (str(number),)) for number in range(1, 6)),
    "letters": tuple(
        (f"{number}{part}", (str(number), part)) for number, part in ("1a", "1b", "1c", "2a", "2b")
    ),
    "prefixed": tuple((f"task{n}{p}", (n, p)) for n, p in ("1a", "1b", "2a", "2b", "2c")),
    "dots": tuple(
        (f"{n}.{p}", (n, p)) for n, p in (("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("2", "3"))
    ),
    "roman": tuple(
        (f"{n}.{p}", (n, p)) for n, p in (("1", "i"), ("1", "ii"), ("1", "iii"), ("2", "i"), ("2", "ii"))
    ),
    "gaps": tuple((str(number), (str(number),)) for number in (2, 3, 5, 7)),
}
TITLES: Final = (
    "Weights of the first layer",
    "Depth of the tree",
    "Rows that are left",
    "Size of a batch",
    "Epochs until it stops",
)
TEXTS: Final = (
    "A layer has 31 inputs and 17 units with biases. How many weights and biases does it have?",
    "A balanced binary tree has 8192 leaves. How many levels does it have below its root?",
    "Of 926 rows, 509 hold an empty cell and are dropped. How many rows are left?",
    "An epoch of 12800 examples takes 50 steps. How large is a batch?",
    "Training begins at epoch 1 and stops 20 epochs behind the best one, the 43rd. At which epoch does it stop?",
)
VALUES: Final = (544, 13, 417, 256, 63)
SAID: Final = (
    "It has {} of them.", "{}", "We get {}, since nothing else counts.", "The result is **{}**.", "$$ n = {} $$", "So there are {}.\n\nThat is all.",
)  # fmt: skip
WORDS: Final = (
    "Question",
    "Task",
    "Exercise",
    "Problem",
    "Aufgabe",
    "Uppgift",
    "Oppgave",
    "question",
    "TASK",
    "Q",
    "Qestion",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a hand-in is laid out; every field is a choice of the generator."""

    outline: str
    heading: str
    style: str
    order: str
    around: frozenset[str]


def rubric_of(outline: str, *, texts: bool) -> Rubric:
    """Return a rubric of number questions with the outline's ids."""
    lines = ["id: layouts", "questions:"]
    for position, (name, _) in enumerate(OUTLINES[outline]):
        lines.append(f'  - id: "{name}"\n    title: {TITLES[position]}')
        if texts:
            lines.append(f"    text: {TEXTS[position]}")
        lines.append(
            f"    criteria: [{{id: c{position}, points: 1, number: {{expected: {VALUES[position]}}}}}]"
        )
    return read_rubric("\n".join(lines))


def _joined(address: Address) -> str:
    text = address[0]
    for part in address[1:]:
        text += part if part.isalpha() and len(part) == 1 else f".{part}"
    return text


HEADINGS: Final[dict[str, Callable[[Address, str, str], str]]] = {
    "word": lambda address, word, _title: f"{word} {_joined(address)}",
    "word colon": lambda address, word, _title: f"{word} {_joined(address)}:",
    "word bracket": lambda address, word, _title: f"{word} {_joined(address)})",
    "word apart": lambda address, word, _title: (
        f"{word} {address[0]}" + "".join(f" ({part})" for part in address[1:])
    ),
    "word title": lambda address, word, title: f"{word} {_joined(address)}: {title}",
    "number title": lambda address, _word, title: f"{_joined(address)}. {title}",
    "number bracket": lambda address, _word, _title: f"{_joined(address)})",
    "number dot": lambda address, _word, _title: f"{_joined(address)}.",
    "dash": lambda address, _word, title: f"{_joined(address)} - {title}",
    "title": lambda _address, _word, title: title,
    "below": lambda address, word, _title: f"({address[-1]})" if len(address) > 1 else f"{word} {address[0]}",
    "part": lambda address, word, _title: (
        f"Part {address[-1]}" if len(address) > 1 else f"{word} {address[0]}"
    ),
}
STYLES: Final[dict[str, Callable[[str, int], str]]] = {
    "atx": lambda text, depth: f"{'#' * (depth + 1)} {text}",
    "atx closed": lambda text, depth: f"{'#' * (depth + 2)} {text} {'#' * (depth + 2)}",
    "unspaced": lambda text, depth: f"{'#' * (depth + 1)}{text}",
    "bold": lambda text, _depth: f"**{text}**",
    "underscores": lambda text, _depth: f"__{text}__",
    "html": lambda text, depth: f"<h{depth + 1}>{text}</h{depth + 1}>",
    "plain": lambda text, _depth: text,
    "break": lambda text, _depth: f"{text}<br>",
}
AROUND: Final = (
    "title", "names", "contents", "asked", "asked bold", "asked quote", "mark", "mark bold", "foreign", "list", "picture", "appendix", "rules", "sums",
)  # fmt: skip


def make_layout(rng: random.Random) -> Layout:
    """Return one layout that a person could read."""
    outline = rng.choice(sorted(OUTLINES))
    heading, style = rng.choice(sorted(HEADINGS)), rng.choice(sorted(STYLES))
    if style in {"plain", "break"} and heading in {
        "title",
        "word title",
        "number title",
        "dash",
        "word",
        "part",
    }:
        heading = "word colon"
    if style == "unspaced" and heading == "title":
        style = "atx"
    order = rng.choice(("given", "given", "given", "reversed", "shuffled"))
    if heading in {"number bracket", "number dot", "below", "part"}:
        order = "given"
    around = frozenset(rng.sample(AROUND, rng.randrange(4)))
    return Layout(outline, heading, style, order, around)


def lay_out(layout: Layout, rng: random.Random, *, blank: bool) -> str:
    """Return the Markdown of a hand-in: the right answers, or none."""
    word = rng.choice(WORDS)
    questions = list(enumerate(OUTLINES[layout.outline]))
    if layout.order == "reversed":
        questions.reverse()
    elif layout.order == "shuffled":
        rng.shuffle(questions)
    pieces = _front(layout, word)
    parent = ""
    for position, (_, address) in questions:
        nested = layout.heading in {"below", "part"} and len(address) > 1
        if nested and address[0] != parent:
            pieces.append(f"# {word} {address[0]}")
            parent = address[0]
        text = HEADINGS[layout.heading](address, word, TITLES[position])
        pieces.append(STYLES[layout.style](text, 1))
        pieces += _asked(layout, position)
        if not blank:
            pieces += _answer(layout, position, rng)
        elif "mark" in layout.around:
            pieces.append("Your Answer:")
        if "foreign" in layout.around and position == 1 and layout.order == "given":
            pieces += [
                STYLES[layout.style](HEADINGS["word"](("9",), word, ""), 0 if nested else 1),
                "This is not marked: 31337.",
            ]
            parent = "9"
        if "rules" in layout.around:
            pieces.append("---")
    if "appendix" in layout.around:
        pieces += ["# Appendix", "read 12345 rows"]
    return "\n\n".join(pieces) + "\n"


def _front(layout: Layout, word: str) -> list[str]:
    pieces = []
    if "title" in layout.around:
        pieces.append("# Report on assignment 3")
    if "names" in layout.around:
        pieces.append("Ada Example, Bo Example, 3 May")
    if "contents" in layout.around:
        rows = [
            f"{HEADINGS['word'](address, word, '')} . . . . . . {page}"
            for page, (_, address) in enumerate(OUTLINES[layout.outline], 2)
        ]
        pieces += ["Contents", "\n".join(rows)]
    return pieces


def _asked(layout: Layout, position: int) -> list[str]:
    pieces = []
    if "asked" in layout.around:
        pieces.append(TEXTS[position])
    if "asked bold" in layout.around:
        pieces.append(f"**{TEXTS[position]}**")
    if "asked quote" in layout.around:
        pieces.append(f"> {TEXTS[position]}")
    return pieces


def _answer(layout: Layout, position: int, rng: random.Random) -> list[str]:
    said = rng.choice(SAID).format(VALUES[position])
    pieces = []
    if "list" in layout.around:
        pieces.append("1. First we read the text.\n2. Then we count.")
    if "sums" in layout.around:
        pieces.append("Nothing is left out here.")
    if "picture" in layout.around and position == 0:
        return ["![an image 999](scan_12.png)"]
    if "mark" in layout.around:
        said = f"Your Answer: {said}"
    elif "mark bold" in layout.around:
        said = f"**Answer:** {said}"
    return [*pieces, said]


def main(arguments: Sequence[str]) -> int:
    """Run the layouts and say what did not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    rubrics = {
        (outline, texts): rubric_of(outline, texts=texts) for outline in OUTLINES for texts in (False, True)
    }
    told: Counter[str] = Counter()
    for number in range(options.count):
        rng = random.Random(f"{options.seed} {number}")  # noqa: S311 - layouts, no secrets
        layout = make_layout(rng)
        asked = any(name.startswith("asked") for name in layout.around)
        rubric = rubrics[layout.outline, asked or number % 2 == 0]
        for blank in (False, True):
            chances = random.Random(f"{options.seed} {number} text")  # noqa: S311 - as above
            text = lay_out(layout, chances, blank=blank)
            report = mark(rubric, read_content(text.encode(), "layout.md", rubric.outline))[0]
            for question in report.questions:
                credit = question.criteria[0].credit
                what = "person" if credit is None else "earned" if credit else "nothing"
                told[f"{'blank' if blank else 'right'}: {what}"] += 1
                if what == ("earned" if blank else "nothing"):
                    told["failed"] += 1
                    if options.verbose:
                        print(
                            f"--- {number} {layout} {question.id}: {what} ({question.criteria[0].reason})\n{text}"
                        )
    for what, count in sorted(told.items()):
        print(f"{what:16} {count:6}")
    return 1 if told["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
