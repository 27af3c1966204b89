"""Plant copies in a generated class that answers rq3, and measure which of them `grader similar` finds.

    python tests/benchmarks/similar.py [--students 1000] [--seed 1] [--plants 10] [--expected 0.1] [--work FOLDER]

The class is that of classroom.py, in which everybody takes sentences from a common pool; to every prose answer comes a
passage of its author's own (two sentences of some 25 bits each), a tenth of the class quotes the same textbook sentence, and a fifth makes a slip of a digit.
Of each kind so many pairs are planted:

verbatim  two prose answers are taken over, with other typing slips;
reworded  four prose answers are taken over, every seventh word replaced, sentences in another order;
partly    the own passages of two answers are taken over, the rest is not;
values    the same four slips of digits in q5 and q6, and no text.

Prints by kind how many are found, how many other pairs are, and the seconds of CPU. The same seed gives the same figures.
With --work the class is marked there once and found again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from classroom import Classroom, HandIn
from classroom_files import render
from classroom_wording import reword

from grader.gradebook import Gradebook
from grader.similarity.sharedwording import words_in
from grader.similarity.sheets import read_sheets
from grader.similarity.similarpairs import SimilarPair, similar_pairs

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = ROOT / "rubrics/rq3.yaml"
KINDS = ("verbatim", "reworded", "partly", "values")
PROSE = ("q1", "q2", "q3", "q4")
TEXTBOOK = (
    "A layer that sees inputs whose distribution keeps moving has to adapt to the movement before it can adapt to "
    "the task, and this is why deep networks without any such remedy are slow to train."
)
# Every sentence of somebody's own takes one of each: its pieces are those of one in sixteen.
SLOTS = (
    "From what I tried|When I think about it|Going by the exercises|As far as I can tell|Looking at the plots|In my notes|To put it simply|For a beginner like me|After some reading|Judging by the demo|If I remember well|Seen from the outside|Compared with last week|On a small example|In practice|By the definition",
    "the gradient|this step|every unit|the whole layer|our model|the small network|a single neuron|the optimiser|that formula|the training loop|the last layer|such a trick|the loss|each weight|the signal|the batch",
    "behaves like|turns into|cannot do without|quickly reaches|ends up near|reminds me of|depends on|hides behind|works against|settles at|runs away from|leans on|drifts towards|is balanced by|gets lost in|keeps close to",
    "a moving target|the flat region|its own average|a steep valley|the saturated part|some old value|a fair coin|the noisy estimate|a narrow band|the first guess|an easy shortcut|its mirror image|a safe margin|the other half|a long queue|the running sum",
    "which surprised me|and that costs time|so I would not worry|but only at first|as the picture shows|which is the point|and nobody minds|so it evens out|but not for long|as one would hope|which takes a while|and the rest follows|so the scale matters|but it depends|as in the lab|which I checked twice",
    "because small errors add up|while the others wait|until the numbers agree|since nothing else changes|unless the rate is tiny|as long as data are left|before anything is updated|after a handful of epochs|if the sums are kept|whenever two signs differ|though the order is free|once the mean is gone|where the slope is low|given enough examples|even with a bad start|provided it is centred",
)


def hand_ins(classroom: Classroom, students: int) -> list[HandIn]:
    made: list[HandIn] = []
    while (reached := sum(len(item.students) for item in made)) < students:
        made.append(classroom.hand_in(len(made), most=students - reached, own_values=True))
    return made


def own_passage(random: Random) -> str:
    drawn = ([random.choice(slot.split("|")) for slot in SLOTS] for _ in range(2))
    return " ".join(f"{first}, {' '.join(rest[:3])}, {rest[3]}, {rest[4]}." for first, *rest in drawn)


def slip(random: Random, number: int) -> int:
    """Return a number with one digit wrong."""
    digits = list(str(number))
    place = random.randrange(1, len(digits))
    digits[place] = random.choice([digit for digit in "0123456789" if digit != digits[place]])
    return int("".join(digits))


def slips(random: Random, count: int) -> tuple[dict[str, int], list[list[int]]]:
    """Return values of q5 and a matrix of q6 (nine times the output) with so many slips in each."""
    parts = {"lowest": 2800, "middle": 180200, "top": 720400, "total": 903400}
    rows = [[0, 0, 0], [1, 0, 1], [0, 1, 1]]
    for name in random.sample(sorted(parts), count):
        parts[name] = slip(random, parts[name])
    for cell in random.sample(range(9), count):
        rows[cell // 3][cell % 3] = random.choice((2, 3, 4, -1, -2))
    return parts, rows


def with_values(made: HandIn, parts: dict[str, int], rows: list[list[int]]) -> None:
    made.suffix = ".yaml"
    made.answers["q5"] = dict(parts)
    made.answers["q6"] = {
        "size": [3, 3],
        "output": [[f"{cell}/9" if cell else "0" for cell in row] for row in rows],
    }


def reworded(random: Random, text: str, words: list[str]) -> str:
    sentences = text.split(". ")
    random.shuffle(sentences)
    kept = [
        random.choice(words) if random.random() < 1 / 7 else word for word in ". ".join(sentences).split(" ")
    ]
    return " ".join(kept)


def plant(made: list[HandIn], seed: int, plants: int) -> dict[frozenset[str], str]:
    """Change hand-ins so that some are copies of others; return the pairs with their kinds."""
    random = Random(f"{seed} planted")  # noqa: S311 - wording, no secrets
    own: dict[tuple[int, str], str] = {}
    for item in made:
        for question in PROSE:
            if isinstance(item.answers.get(question), str) and item.answers[question]:
                own[item.number, question] = own_passage(random)
                item.answers[question] += f"\n\n{own[item.number, question]}"
        if random.random() < 0.1:
            item.answers["q3"] = f"{item.answers.get('q3') or ''}\n\n{TEXTBOOK}".strip()
        if random.random() < 0.2:
            with_values(item, *slips(random, 1))
    whole = [item for item in made if all((item.number, question) in own for question in PROSE)]
    chosen = random.sample(whole, 2 * plants * len(KINDS))
    words = [word for item in whole[:50] for word in item.answers["q1"].split()]
    planted = {}
    for place, kind in enumerate(kind for kind in KINDS for _ in range(plants)):
        source, copy = chosen[2 * place : 2 * place + 2]
        planted[frozenset({source.students[0], copy.students[0]})] = kind
        if kind == "values":
            values = slips(random, 2)
            for item in (source, copy):
                with_values(item, *values)
        for question in random.sample(PROSE, {"verbatim": 2, "reworded": 4, "partly": 2, "values": 0}[kind]):
            if kind == "verbatim":
                copy.answers[question] = reword(random, source.answers[question], slips=0.02)
            elif kind == "reworded":
                copy.answers[question] = reworded(random, source.answers[question], words)
            else:
                before = copy.answers[question].removesuffix(own[copy.number, question])
                copy.answers[question] = before + own[source.number, question]
    return planted


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plants", type=int, default=10)
    parser.add_argument("--expected", type=float, default=0.1)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    classroom = Classroom(options.seed)
    made = hand_ins(classroom, options.students)
    planted = plant(made, options.seed, options.plants)
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        book = work / f"similar-{options.students}-{options.seed}-{options.plants}.gradebook"
        if not book.exists():
            folder = work / book.stem
            folder.mkdir(parents=True)
            for item in made:
                path = folder / f"{item.students[0]}{item.suffix}"
                path.write_text(render(item), encoding="utf-8")
            command = [Path(sys.executable).parent / "grade", folder, "--rubric", RUBRIC, "--gradebook", book]
            words = ["--out", work / f"{book.stem}-reports", "--format", "csv"]
            subprocess.run([*command, *words], check=False, stdout=subprocess.DEVNULL)
        pool = [text.text for texts in classroom.pool.values() for text in texts]
        measure(book, planted, options.expected, pool)


def measure(book: Path, planted: dict[frozenset[str], str], limit: float, pool: list[str]) -> None:
    start = time.process_time()
    with Gradebook(book, readonly=True) as opened:
        sheets = read_sheets(opened, "rq3")
    read = time.process_time()
    found = similar_pairs(sheets, limit=limit)
    done = time.process_time()
    pairs = [frozenset(pair.names) for pair in found.pairs]
    print(
        f"{len(sheets.sheets)} hand-ins, {found.compared:,} pairs: read in {read - start:.1f} s, compared in {done - read:.1f} s of CPU"
    )
    for kind in KINDS:
        wanted = [pair for pair, name in planted.items() if name == kind]
        print(f"  {kind:9} {sum(pair in pairs for pair in wanted)} of {len(wanted)} found")
    others = [pair for pair in found.pairs if frozenset(pair.names) not in planted]
    known = [spelled(text) for text in pool]
    drawn = [
        pair for pair in others if all(any(text in each for each in known) for text in stretches_of(pair))
    ]
    print(f"  {len(drawn)} pairs drew the same text of the pool, which few others did")
    print(f"  {len(others) - len(drawn)} other pairs, where at most {limit:g} is what chance gives")
    for pair in others:
        if pair not in drawn:
            print(
                f"    {pair.names}: expected {pair.expected:.2g}, values {sorted(pair.values)}, {stretches_of(pair)}"
            )


def spelled(text: str) -> str:
    return " ".join(word for word, _, _ in words_in(text))


def stretches_of(pair: SimilarPair) -> list[str]:
    return [
        spelled(pair.left.texts[name][slice(*item.left)])
        for name, shared in pair.stretches.items()
        for item in shared
    ]


if __name__ == "__main__":
    main()
