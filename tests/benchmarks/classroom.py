"""Generate a class that answers rq3, as varied as a real one.

    python tests/benchmarks/classroom.py OUT --students N [--seed S] [--cases ANSWERS.jsonl] [--structured]

Every student draws for each question a wording from a pool (the sample class of submissions/ and, with --cases,
labelled answers: lines with `question` and `text`), takes over sentences from others, makes typing slips, and has an
own way to write formulas and numbers; values are right or wrong as in the marking guide, answers may be missing, some
hand in as groups, in YAML, JSON, Markdown, LaTeX and notebooks. A student depends on the seed and on its own number
only, so a class of 1,000 is the beginning of a class of 10,000. --structured writes small YAML files with a short
text and parts instead, made of a few hundred distinct answers, for classes of 100,000. Prints the share of distinct
answers. In folders of 1,000 files where there are more than that.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from classroom_files import SUFFIXES, render
from classroom_numbers import Hand, cells, convolution, counts, formulas, matrix, parameters
from classroom_wording import Wording, recombine, renote, reword

from grader.readers.discovery import find_files
from grader.readers.files import read_file
from grader.rubric.loading import load_rubric

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = ROOT / "rubrics/rq3.yaml"
QUESTIONS = ("q1", "q2", "q3", "q4", "q5", "q6")
SHARD = 1000
BLANK, GIVES_UP, GROUP = 0.03, 0.02, 0.06  # shares of answers, of students, of hand-ins
# Share of slips among longer words, and of students who type like that.
SLIPS, TYPISTS = (0.0, 0.012, 0.04, 0.12), (45, 33, 17, 5)
FORMULA_BLOCK = re.compile(r"\$\$.*?\$\$|\\begin\{align.*?\\end\{align\*?\}|\\\[.*?\\\]", re.DOTALL)


@dataclass
class HandIn:
    """What one student or group hands in, and the values behind it where the generator chose them."""

    number: int
    students: tuple[str, ...]
    suffix: str
    answers: dict[str, str | dict[str, object]] = field(default_factory=dict)
    counts: tuple[int, ...] | None = None  # the three layers and the total
    matrix: tuple[tuple[int, ...], ...] | None = None


def read_pool(cases: Path | None = None) -> dict[str, list[Wording]]:
    """Read the wordings by question from the sample class, and from a file of labelled answers if there is one."""
    outline = load_rubric(RUBRIC).outline
    texts = defaultdict(list)
    for file in find_files([ROOT / "submissions"]):
        for question, answer in read_file(file, outline).answers.items():
            texts[question].append(answer.text)
    if cases is not None:
        for line in cases.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            # Marks of comments and quotations, and the number the question had where the answer comes from.
            text = re.sub(r"^[#>] ?", "", case["text"], flags=re.MULTILINE)
            texts[case["question"].lower()].append(re.sub(r"^[2-9]\. +", "", text))
    return {
        question: [Wording(text.strip()) for text in found if text.strip()]
        for question, found in texts.items()
    }


class Classroom:
    """A class for a seed: hand-ins by number."""

    def __init__(self, seed: int, cases: Path | None = None) -> None:
        self.seed = seed
        self.pool = read_pool(cases)

    def hand_ins(self, students: int) -> Iterator[HandIn]:
        """Yield hand-ins until so many students are reached."""
        reached = number = 0
        while reached < students:
            made = self.hand_in(number, most=students - reached)
            reached += len(made.students)
            number += 1
            yield made

    def hand_in(self, number: int, *, most: int = 3, suffix: str = "", own_values: bool = False) -> HandIn:
        """Make one hand-in; `own_values` keeps answers to q5 and q6 whose values are not known out of it."""
        random = Random(f"{self.seed} {number}")  # noqa: S311 - wording, no secrets
        size = min(most, random.choice((2, 2, 3)) if random.random() < GROUP else 1)
        students = tuple(f"s{number:06d}{'abc'[place] if size > 1 else ''}" for place in range(size))
        chosen = random.choices(list(SUFFIXES), list(SUFFIXES.values()))[0]
        made = HandIn(number, students, suffix or chosen)
        hand, slips = Hand.drawn(random), random.choices(SLIPS, TYPISTS)[0]
        for question in QUESTIONS[:4]:
            made.answers[question] = self._prose(random, question, hand, slips)
        structured = made.suffix in {".yaml", ".json"} and random.random() < 0.75
        self._parameters(random, made, hand, slips, structured=structured, own=own_values)
        self._convolution(random, made, structured=structured, own=own_values)
        last = random.randrange(1, 6) if random.random() < GIVES_UP else 6
        for place, question in enumerate(QUESTIONS):
            if place >= last or random.random() < BLANK:
                made.answers[question] = ""
        return made

    def _prose(self, random, question, hand, slips):
        text = recombine(random, self.pool[question])
        if question == "q3" and random.random() < 0.7:
            words = FORMULA_BLOCK.sub("", text).strip()
            text = f"{words}\n\n{formulas(random, hand)}" if random.random() < 0.93 else words
        return renote(random, reword(random, text, slips=slips))

    def _parameters(self, random, made, hand, slips, *, structured, own):
        if not own and not structured and random.random() < 0.2:
            text = recombine(random, self.pool["q5"])
            made.answers["q5"] = renote(random, reword(random, text, slips=slips))
            return
        way, layers, total = counts(random)
        made.counts = (*layers, total)
        text = parameters(random, hand, way, layers, total)
        if not structured:
            made.answers["q5"] = reword(random, text, slips=slips)
            return
        plain = random.random() < 0.5
        told = [value if plain else hand.typed(value) for value in made.counts]
        parts = dict(zip(("lowest", "middle", "top", "total"), told, strict=True))
        if random.random() < 0.1:
            parts = {"total": parts["total"]}
        made.answers["q5"] = {"text": text, **parts} if random.random() < 0.35 else parts

    def _convolution(self, random, made, *, structured, own):
        if not own and not structured and random.random() < 0.15:
            made.answers["q6"] = recombine(random, self.pool["q6"])
            return
        made.matrix = matrix(random)
        if structured:
            n = len(made.matrix)
            size = random.choice(([n, n], f"{n}x{n}", f"{n} x {n}", f"({n}, {n})", f"{n} by {n}"))
            made.answers["q6"] = {"size": size, "output": cells(random, made.matrix)}
        else:
            made.answers["q6"] = convolution(random, made.matrix)


def structured_files(seed: int, students: int, cases: Path | None = None) -> Iterator[tuple[str, str]]:
    """Yield name and text of small YAML files that combine a few hundred distinct answers."""
    pool = read_pool(cases)
    random = Random(f"{seed} structured")  # noqa: S311 - wording, no secrets
    q4, q5, q6 = [], [], []
    for _ in range(300):
        text = reword(random, recombine(random, pool["q4"]), slips=random.choices(SLIPS, TYPISTS)[0])
        q4.append(f"  q4: {json.dumps(text[:200], ensure_ascii=False)}\n")
        _, layers, total = counts(random)
        told = [f'"{Hand.drawn(random).typed(value)}"' for value in (*layers, total)]
        named = zip(("lowest", "middle", "top", "total"), told, strict=True)
        q5.append(f"  q5: {{{', '.join(f'{name}: {value}' for name, value in named)}}}\n")
        rows = matrix(random)
        output = json.dumps(cells(random, rows)).replace('"', "")
        q6.append(f"  q6: {{size: [{len(rows)}, {len(rows)}], output: {output}}}\n")
    for number in range(students):
        answers = random.choice(q4) + random.choice(q5) + random.choice(q6)
        yield f"s{number:06d}.yaml", f"assignment: rq3\nstudent: s{number:06d}\nanswers:\n{answers}"


def write_class(
    out: Path, students: int, *, seed: int = 1, cases: Path | None = None, structured: bool = False
) -> dict[str, Counter]:
    """Write a class into a folder; return how often each answer occurs, by question (empty if structured)."""
    seen: dict[str, Counter] = defaultdict(Counter)
    sharded = students > SHARD
    if structured:
        files = structured_files(seed, students, cases)
    else:
        files = _rendered(Classroom(seed, cases).hand_ins(students), seen)
    folder = out
    folder.mkdir(parents=True, exist_ok=True)
    for place, (name, text) in enumerate(files):
        if sharded and place % SHARD == 0:
            folder = out / f"{place // SHARD:03d}"
            folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
    return seen


def _rendered(hand_ins, seen):
    for made in hand_ins:
        for question, answer in made.answers.items():
            seen[question][answer if isinstance(answer, str) else json.dumps(answer)] += 1
        yield f"{made.students[0]}{made.suffix}", render(made)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--students", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--structured", action="store_true")
    options = parser.parse_args()
    begin = time.perf_counter()
    seen = write_class(
        options.out, options.students, seed=options.seed, cases=options.cases, structured=options.structured
    )
    print(f"{options.students} students written to {options.out} in {time.perf_counter() - begin:.1f} s")
    for question, answers in sorted(seen.items()):
        blank = answers.pop("", 0)
        given = answers.total()
        print(f"{question}: {given} answers, {len(answers) / max(given, 1):.1%} distinct, {blank} blank")


if __name__ == "__main__":
    main()
