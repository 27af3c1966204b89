"""Fuzz by structure: python tests/benchmarks/structures.py [--count 20000] [--seed 1] [--only SUFFIX] [--atheris]

Hand-ins are drawn from the grammar of their format (heads with students, answers with parts, cells, headings,
front matter, formulas, encodings), with hostile pieces in every place and now and then mutated bytes. Each is
read, and what can be read is shown as `grader validate` would, marked, packed and written in every format.

Nothing but SubmissionError may leave a reader and nothing at all the other steps; no question may be
given up by our fault; every text must be UTF-8; no file may have over 2 MB; no step may take longer than
`--limit` seconds of CPU time. Prints a table by reader and the slowest inputs; exits with 1 where one of these
fails. With `--atheris`, where that is installed, it mutates bytes by coverage of the readers instead.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import types
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from grader.executors.filing import MAX_FILE, Sheets, fitting
from grader.forms import form_of
from grader.forms.readingview import read_handin
from grader.forms.telling import laid_out, told
from grader.gradebook.packing import MAX_BODY, pack, unpack
from grader.marking.assembly import for_each_student, mark
from grader.model.disclosure import Reader
from grader.model.errors import SubmissionError
from grader.model.outcome import Reason
from grader.readers import SUFFIXES
from grader.readers.files import read_content
from grader.rubric.loading import read_rubric
from grader.writers import WRITERS
from grader.writers.summary import from_text, summarise, to_text

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
import making
import pdffiles

RUBRIC = read_rubric(
    """
id: fuzz
title: Everything
questions:
  - id: q1
    title: Counting
    criteria:
      - {id: total, part: total, points: 2, number: {expected: 903400, near: [total], mistakes: [{name: m, value: 902700, credit: 1/2, feedback: No biases.}]}}
      - {id: words, points: 1, keywords: {any: [{all: [inference, "slow*"], negated: true, within: clause}]}}
      - {id: claims, points: -1, keywords: {any: [{all: [inference, "slow*"], within: clause}]}}
  - id: q2
    title: Formulas
    criteria:
      - {id: f, part: f, points: 2, formula: {expected: (x - mu)/sqrt(v + eps), defines: [y], symbols: {mu: ['\\mu']}}}
      - {id: m, part: m, points: 2, matrix: {expected: [[1, 2], [3, 4]]}}
  - id: q3
    title: Choosing
    criteria:
      - {id: c, part: c, points: 1, choice: {options: {a: [sigmoid], b: [relu]}, expected: b}}
      - {id: s, part: s, points: 1, matrix: {expected: [[1, 2], [3, 4]], shape_only: yes}}
"""
)
FORM = form_of(RUBRIC)
STOPPED = 20.0  # seconds after which a step is given up
SLOWEST = 5
MUTATED = 0.3  # the share of drawn hand-ins whose bytes are changed
REPORTED = 1_000  # hand-ins between two lines of progress
SEEDS = 40  # drawn hand-ins of each format that atheris begins with

HOSTILE = [
    "", " ", "\0", "\ud800", "\udfff", "\u202e", "\u200b", "\ufeff", "\x1b[2J", "\x85", "\u2028", "\r\n", "\t", "'", '"', "&", "<script>",
    "]]>", "{{7*7}}", "=1+1", "%", "\\", "`" * 7, "$", "$$", "\\[", "---", "...", "<<", "*a", "&a", "!!x", "|", ">", "#", "- ", ": ",
    "903400", "903,400", "1" * 5000, "9e9999", "-" * 300, "[[1, 2], [3, 4]]", "[" * 70, "{" * 70, "\\frac{" * 50, "x^{" * 50,
    "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}", "y = (x - \\mu)/sqrt(v + eps)", "10^{10^{10}}", "\U0001f469\u200d\U0001f4bb", "א", "中" * 200,
    "inference is not slowed down", "Inference slows. " * 40, "x\n" * 500, "Q99.\n" * 200, "# Question 2\n", "Q1.", "student: a", "a" * 3000,
    "relu or sigmoid", "2 x 2", "0.5 ± 0.1", "1/3", "∑", "½", "−5", "1e5", "NaN", "null", "true", "no",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=5).map("".join),
    st.text(max_size=20),
)
values = st.recursive(
    texts | st.integers(-(10**30), 10**30) | st.floats() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)
words = st.one_of(
    st.sampled_from(["ada", "Ada Lovelace", "s 1", "ä\u200bda", "0"]),
    st.text("abcde 中\u0301", min_size=1, max_size=6),
)
person = words | st.fixed_dictionaries({"id": words}, optional={"name": texts, "email": texts})
anybody = person | texts | values | st.fixed_dictionaries({}, optional={"id": values, "x": values})


def answers_of(names: list[str]) -> st.SearchStrategy:
    """Draw what stands for one question: mostly of a form that can be read."""
    tame = st.dictionaries(st.sampled_from([*names, "text"]), values, max_size=3)
    return st.one_of(texts, tame, tame, st.lists(values, max_size=4))


tame_bodies = st.fixed_dictionaries(
    {},
    optional={
        "q1": answers_of(["total", "words", "claims"]),
        "Q2": answers_of(["f", "m"]),
        "3": answers_of(["c", "s"]),
    },
)
wild_bodies = st.dictionaries(
    st.sampled_from(["q1", "q2", "Q1", "2", "q9"]) | texts,
    st.dictionaries(texts, values, max_size=3) | values,
    max_size=4,
)
times = st.sampled_from(["2026-11-20T21:14+01:00", "0001-01-01", "9999-12-31T24:00+99:99"])
tame = st.fixed_dictionaries(
    {"answers": tame_bodies},
    optional={"students": st.lists(person, min_size=1, max_size=3), "assignment": st.just("fuzz")},
)
wild = st.fixed_dictionaries(
    {"answers": wild_bodies | tame_bodies},
    optional={
        "student": anybody,
        "students": st.lists(anybody, max_size=4) | values,
        "submitted": texts | times,
        "other": values,
    },
)
structured = st.one_of(tame, tame, tame, wild)
headings = st.sampled_from(
    ["# Question 1", "## 2.", "Q3.", "Q1:", "**Question 2**", "3)", "(1)", "\\section*{Question 1}", "Counting\n===", "Q99.", "<h2>Question 3</h2>"]
)  # fmt: skip
lines = st.lists(st.one_of(headings, texts, texts), max_size=10).map("\n".join)
prose = st.one_of(lines, st.tuples(headings, lines).map("\n".join), st.tuples(headings, lines).map("\n".join))
fronts = st.one_of(
    st.just(""),
    st.just("---\nstudents: [ada, ben]\n---\n"),
    st.tuples(
        st.sampled_from(["student", "students", "submitted", "title", "studnet"]),
        st.sampled_from([":", ": "]),
        texts,
    ).map(lambda pieces: f"---\n{''.join(pieces)}\n---\n"),
    texts.map(lambda text: f"---\n{text}\nstudent: a\n...\n"),
)
cells = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["markdown", "code", "raw"]) | values,
        "source": prose | st.lists(prose, max_size=3) | values,
    },
    optional={"execution_count": values, "outputs": values, "metadata": values},
)
notebooks = st.fixed_dictionaries(
    {}, optional={"cells": st.one_of(st.lists(cells, max_size=5), st.lists(cells, min_size=1, max_size=3), values), "worksheets": values, "nbformat": values, "metadata": values}
)  # fmt: skip
tagged = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "li", "td", "b", "pre", "del", "math", "script", "svg"]), texts), max_size=8
).map(lambda parts: "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts))  # fmt: skip
whole_json = st.builds(
    lambda data, digits: json.dumps(data).replace("123", digits),
    structured | values,
    st.sampled_from(["123", "1" * 5000, "-0", "1e999999"]),
)
MADE = {
    ".json": whole_json,
    ".yaml": st.one_of(whole_json, structured.map(lambda data: json.dumps(data, ensure_ascii=False)), st.lists(texts, max_size=12).map("\n".join)),
    ".md": st.tuples(fronts, prose).map("".join),
    ".tex": st.tuples(st.sampled_from(["", "\\begin{document}\n"]), prose, st.sampled_from(["", "\n\\end{document}"])).map("".join),
    ".ipynb": st.one_of(notebooks, notebooks, notebooks, values).map(json.dumps),
    ".html": st.one_of(prose, tagged),
    ".csv": st.lists(st.lists(texts, max_size=4).map(lambda row: ",".join(f'"{cell}"' for cell in row)), max_size=6).map(lambda rows: "\n".join(["id,name,Question 1,Question 2", *rows])),
    ".rtf": prose.map(lambda text: "{\\rtf1\\ansi " + text.replace("\n", "\\par\n") + "}"),
    ".docx": prose,
    ".odt": prose,
    ".pdf": prose,
    ".zip": prose,
}  # fmt: skip
ALIKE = {".yml": ".yaml", ".htm": ".html"} | dict.fromkeys(
    (".txt", ".markdown", ".rmd", ".qmd", ".py", ".r"), ".md"
)
MADE |= {suffix: MADE[other] for suffix, other in ALIKE.items()}


def xml(text: str) -> str:
    """Return text as XML may hold it: markup stays where it is well formed by chance, most is escaped."""
    kept = "".join(char for char in text if char in "\t\n\r" or " " <= char <= "\ud7ff" or char > "\udfff")
    return html.escape(kept)


def as_word(text: str) -> bytes:
    sums = "<m:oMath><m:f><m:num><m:r><m:t>{0}</m:t></m:r></m:num><m:den><m:r><m:t>{0}</m:t></m:r></m:den></m:f></m:oMath>"
    lines = (making.paragraph(xml(line)) for line in text.splitlines())
    return making.word("".join(lines) + f"<w:p>{sums.format(xml(text[:40]))}</w:p>")


def as_open_document(text: str) -> bytes:
    return making.open_document("".join(f"<text:p>{xml(line)}</text:p>" for line in text.splitlines()))


def as_pdf(text: str) -> bytes:
    shown = (
        text.encode("latin-1", "replace")
        .decode("latin-1")
        .replace("\\", "")
        .replace("(", "")
        .replace(")", "")
    )
    lines = [(40, 760 - 14 * row, 10, line) for row, line in enumerate(shown.splitlines()[:60])]
    return pdffiles.page(pdffiles.words(*lines))


BINARY = {
    ".docx": as_word,
    ".odt": as_open_document,
    ".pdf": as_pdf,
    ".zip": lambda text: making.zipped({"answers.md": text.encode("utf-8", "surrogatepass"), "b/more.txt": text[:50].encode("utf-8", "replace")}),
}  # fmt: skip
CODECS = ("utf-8",) * 12 + (
    "utf-8-sig",
    "utf-16",
    "utf-32",
    "utf-16-le",
    "utf-32-be",
    "cp1252",
    "latin-1",
    "cp1251",
    "shift-jis",
)


class Tally:
    """What came of the inputs so far, by reader."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: dict[str, float] = defaultdict(float)
        self.slow: list[tuple[float, str, str, bytes]] = []
        self.failures: list[str] = []

    def fail(self, suffix: str, what: str, raw: bytes) -> None:
        self.counts[suffix]["failed"] += 1
        if len(self.failures) < 20:
            self.failures.append(f"{suffix} {what}: {raw[:300]!r}")
            print(self.failures[-1], flush=True)

    def progress(self, suffix: str) -> str:
        """Return a line on how far the hand-ins of one format are."""
        counts = self.counts[suffix]
        return f"{suffix}: {counts['inputs']} inputs, {counts['failed']} failed"

    def timed(self, suffix: str, step: str, raw: bytes, action):
        """Do a step under the deadline; return what it gives, None where it raised."""
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, STOPPED)
        try:
            return action()
        except SubmissionError as error:
            if step != "read" or not error.problems or len(str(error)) > 20_000:
                self.fail(suffix, f"{step} raised {error}"[:300], raw)
        except Exception:  # noqa: BLE001 - this is what is looked for
            self.fail(suffix, f"{step} raised {traceback.format_exc(limit=-2)}", raw)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            took = time.process_time() - start
            self.seconds[suffix] = max(self.seconds[suffix], took)
            self.slow = sorted([*self.slow, (took, suffix, step, raw)], key=lambda item: -item[0])[:SLOWEST]
            if took > self.limit:
                self.fail(suffix, f"{step} took {took:.1f} s", raw)
        return None

    def judge(self, suffix: str, raw: bytes) -> None:
        """Take one hand-in all the way."""
        self.counts[suffix]["inputs"] += 1
        submission = self.timed(
            suffix, "read", raw, lambda: read_content(raw, f"fuzz/h{suffix}", RUBRIC.outline)
        )
        if submission is None:
            self.counts[suffix]["refused"] += 1
            return
        self.counts[suffix]["read"] += 1
        self.timed(suffix, "show", raw, lambda: [*laid_out(list(told(read_handin(submission, FORM))))])
        reports = self.timed(suffix, "mark", raw, lambda: mark(RUBRIC, submission))
        if reports is None:
            return
        if any(row.reason == Reason.FAULT.value for item in reports[0].questions for row in item.criteria):
            self.fail(suffix, "a question was given up by our fault", raw)
        packed = self.timed(suffix, "pack", raw, lambda: pack(reports[0]))
        if packed is None:
            return
        (report, *_) = for_each_student(unpack(packed.body))
        if report.model_dump_json() != unpack(packed.body).model_dump_json() or len(packed.body) > MAX_BODY:
            self.fail(suffix, "packing changed the report", raw)
        for name in WRITERS:
            files = self.timed(
                suffix,
                f"write {name}",
                raw,
                lambda name=name: fitting(Sheets(report, Reader.STUDENT), "h", name, MAX_FILE),
            )
            for _, text in files or ():
                self.counts[suffix]["files"] += 1
                if len(text.encode()) > MAX_FILE:
                    self.fail(suffix, f"{name} has over {MAX_FILE} bytes", raw)
        self.timed(suffix, "sum up", raw, lambda: from_text(to_text(summarise(report))))


def encoded(suffix: str, text: str, codec: str) -> bytes:
    """Return a hand-in's bytes: of what is no text, the format's own."""
    if suffix in BINARY:
        return BINARY[suffix](text)
    return text.encode(codec, "surrogatepass" if codec.startswith("utf") else "replace")


def mutated(raw: bytes, source: random.Random) -> bytes:
    """Change some bytes, or cut, double or swap stretches."""
    data = bytearray(raw)
    for _ in range(source.randrange(1, 5)):
        at, to = sorted((source.randrange(len(data) + 1), source.randrange(len(data) + 1)))
        kind = source.randrange(4)
        if kind == 0 and data:
            data[at % len(data)] = source.randrange(256)
        elif kind == 1:
            del data[at : min(to, at + 40)]
        elif kind == 2:
            data[at:at] = data[at : min(to, at + 200)]
        else:
            data[at:at] = source.choice(HOSTILE).encode("utf-8", "surrogatepass")
    return bytes(data)


def draw(suffix: str, count: int, first: int, take: Callable[[str, str], None]) -> None:
    """Draw hand-ins of one format as text and encoding."""

    @seed(first)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(text=MADE[suffix], codec=st.sampled_from(CODECS))
    def each(text: str, codec: str) -> None:
        take(text, codec)

    each()


def fuzz(suffix: str, count: int, first: int, tally: Tally) -> None:
    """Take hand-ins of one format all the way; some of them are mutated before."""
    source = random.Random(f"{first}{suffix}")  # noqa: S311 - repeatable, nothing secret

    def take(text: str, codec: str) -> None:
        if tally.counts[suffix]["inputs"] < count:
            raw = encoded(suffix, text, codec)
            tally.judge(suffix, mutated(raw, source) if source.random() < MUTATED else raw)
            if not tally.counts[suffix]["inputs"] % REPORTED:
                print(tally.progress(suffix), flush=True)

    before = -1
    while before < tally.counts[suffix]["inputs"] < count:  # a strategy may run dry before
        before = tally.counts[suffix]["inputs"]
        draw(suffix, count, first, take)
        first += 1


def fuzz_by_coverage(suffixes: list[str], tally: Tally, count: int, first: int) -> None:
    """Let atheris mutate bytes, beginning with drawn hand-ins, towards code that was not run before."""
    import atheris

    for name, module in sorted(sys.modules.items()):
        if name.startswith(("grader.readers.", "grader.documents.", "grader.files.yamltree")):
            for item in vars(module).values():
                if isinstance(item, types.FunctionType) and item.__module__ == name:
                    atheris.instrument_func(item)
    left = iter(range(count))

    def one(raw: bytes) -> None:
        if next(left, None) is None:
            code = table(tally)
            sys.stdout.flush()
            os._exit(code)  # atheris would take SystemExit for a find
        tally.judge(suffixes[raw[0] % len(suffixes)] if raw else suffixes[0], raw[1:])

    with tempfile.TemporaryDirectory() as folder:
        for number, suffix in enumerate(suffixes):

            def keep(text: str, codec: str, number: int = number, suffix: str = suffix) -> None:
                name = f"{number}-{len(os.listdir(folder))}"  # noqa: PTH208 - a few hundred
                Path(folder, name).write_bytes(bytes([number]) + encoded(suffix, text, codec))

            draw(suffix, SEEDS, first, keep)
        atheris.Setup(
            [sys.argv[0], folder, f"-atheris_runs={2 * count}", "-max_len=4096", "-verbosity=0"], one
        )
        atheris.Fuzz()


def table(tally: Tally) -> int:
    """Print what came of everything; return the exit code."""
    names = ("inputs", "refused", "read", "files", "failed")
    print(f"{'format':10}" + "".join(f"{name:>10}" for name in names) + f"{'slowest':>10}")
    total: Counter[str] = Counter()
    for suffix, counts in tally.counts.items():
        total.update(counts)
        print(
            f"{suffix:10}"
            + "".join(f"{counts[name]:>10}" for name in names)
            + f"{tally.seconds[suffix]:>9.2f}s"
        )
    print(f"{'all':10}" + "".join(f"{total[name]:>10}" for name in names))
    for took, suffix, step, raw in tally.slow:
        print(f"{took:8.3f} s  {suffix} {step}  {raw[:80]!r}")
    for failure in tally.failures:
        print(failure)
    return 1 if tally.failures else 0


def stop(*_: object) -> None:
    raise TimeoutError("stopped")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=5.0, help="seconds of CPU time for one step")
    parser.add_argument("--only", choices=sorted(SUFFIXES), help="one format alone")
    parser.add_argument("--atheris", action="store_true", help="mutate bytes by coverage instead")
    chosen = parser.parse_args()
    suffixes = [chosen.only] if chosen.only else list(SUFFIXES)
    signal.signal(signal.SIGVTALRM, stop)
    tally = Tally(chosen.limit)
    if chosen.atheris:
        fuzz_by_coverage(suffixes, tally, chosen.count, chosen.seed)
    for suffix in suffixes:
        fuzz(suffix, -(-chosen.count // len(suffixes)), chosen.seed, tally)
    sys.exit(table(tally))


if __name__ == "__main__":
    main()
