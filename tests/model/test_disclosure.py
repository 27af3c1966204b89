"""What students may see does not depend on the key, but for what is right.

Every test marks the same answers by two rubrics that differ in the key alone. Where a row stands the same
under both, everything students are shown must be the same, byte by byte. What is drawn is one answer, but
that covers adaptive sequences as well: whoever cannot tell two keys apart by any answer cannot choose the
next one by what they were shown before.

Student-visible are the files of `WRITERS`, the views of `grader.ci.buildrun.VIEWS` and what Gradescope's
results.json shows: a new one is driven by being in its table.
"""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grader.ci.buildmarking import CiMarked
from grader.ci.buildrun import VIEWS
from grader.ci.findings import Outcomes, findings_of
from grader.cli.ci import ci
from grader.cli.entry import grader
from grader.cli.grade import grade
from grader.files.provenance import CRITERIA_HEADER
from grader.gradebook.packing import pack, unpack
from grader.gradescope.results import Results
from grader.marking.assembly import mark
from grader.model.disclosure import KEPT_BACK, Reader, shown_to
from grader.model.outcome import Evidence
from grader.model.submission import Answer, Part, Place, Student, Submission
from grader.model.totals import deducted
from grader.rubric.loading import read_rubric
from grader.writers import WRITERS
from grader.writers.rendering import render
from grader.writers.summary import summarise
from grader.writers.view import ReportSheet

HERE = Path()
SOME = settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=[*HealthCheck])


def rubric(check: str, *, points: int = 2, head: str = "", also: str = ""):
    return read_rubric(
        f"id: a\n{head}questions:\n  - id: q1\n    criteria:\n{also}"
        f"      - {{id: c, part: p, points: {points}, {check}}}\n"
    )


def submission(text: str = "", part=None) -> Submission:
    place = Place(line=1)
    parts = {} if part is None else {"p": Part(value=part, place=place)}
    answer = Answer(question="q1", place=place, text=text, parts=parts)
    return Submission(source="a.md", students=(Student(id="s"),), answers={"q1": answer})


def outputs(rubric, handed_in: Submission) -> dict[str, str]:
    """Everything that students are shown of one hand-in, whatever it is called."""
    (report,) = mark(rubric, handed_in)
    found = dict(render(report, "s", WRITERS))
    outcomes = Outcomes(title="a", max_points=200)
    marked = CiMarked("a.md", handed_in.answers["q1"].text, report, handed_in)
    outcomes.papers.extend(findings_of([marked], HERE))
    found |= {f"ci {name}": view(outcomes) for name, view in VIEWS.items()}
    results = Results(rubric, HERE / "results.json", finished=True)
    results.judged = {question.id: question for question in report.questions}
    data = results.data()
    data["tests"] = [test for test in data["tests"] if test.get("visibility") != "hidden"]
    found["results.json"] = json.dumps(data)
    return found


def standings(rubric, handed_in: Submission) -> list[tuple[str, Fraction | None, bool]]:
    (report,) = mark(rubric, handed_in)
    rows = [row for question in report.questions for row in question.criteria]
    return [(row.id, row.credit, row.reason in {"missing", "timed_out", "fault"}) for row in rows]


def assert_alike(first, second, handed_in: Submission) -> None:
    """Both rubrics show the same of an answer that neither finds right and that stands the same."""
    stands = standings(first, handed_in)
    assume(stands == standings(second, handed_in))
    assume(all(credit != 1 for _, credit, _ in stands))
    one, other = outputs(first, handed_in), outputs(second, handed_in)
    for name in one:
        assert one[name] == other[name], name


AMOUNTS = st.one_of(
    st.integers(2, 12), st.integers(100, 999_999), st.fractions(0, 9, max_denominator=20)
).map(str)
WORDS = ["slower", "dropout", "training", "inference", "neurons", "random", "average", "faster"]
CLAUSES = [
    "dropout makes the training slower, and some neurons are left out", "it does not make inference slower",
    "maybe the average of the neurons is faster at inference", "a random part of the units is switched off",
    "we are not sure whether trianing is faster", "the neurons are random", "nothing else is changed by it",
    "is the training faster or slower", "predictions cost the same as before, as all units take part",
]  # fmt: skip
SYMBOLS = ["x + w", "2 x + 3 w", "x^2 w", "sqrt(x) + w", "x / w", "x - w", "1/(x + w)", "2^10 * 3", "x"]
CELLS = st.sampled_from(["0", "1", "2", "3", "1/9", "0.5", "-1"])


def matrices(rows: int = 2, columns: int = 2):
    return st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


def near_to(keys: list[str]):
    """Numbers that have something to do with one of the keys, as an attacker would come to try them."""
    tried = []
    for key in map(Fraction, keys):
        tried += [
            key + 7,
            key + 1,
            key * 2,
            key / 2,
            -key,
            key * 100,
            key / 100,
            Fraction(round(key)),
            1 / (key or 1),
        ]
    texts = [str(number) for number in tried] + [f"{float(number):.2g}" for number in tried]
    return st.sampled_from([*texts, *(f"{float(number):.4g}" for number in tried)])


@SOME
@given(st.data())
def test_numbers(data) -> None:
    keys = data.draw(st.lists(AMOUNTS, min_size=2, max_size=2, unique=True))
    slips = [f"mistakes: [{{name: slip{n}, value: {Fraction(key) + 7}}}]" for n, key in enumerate(keys)]
    rubrics = [
        rubric(f"number: {{expected: {key}, near: [total], {slip}}}")
        for key, slip in zip(keys, slips, strict=True)
    ]
    tried = data.draw(st.lists(near_to(keys), min_size=1, max_size=3))
    form = data.draw(
        st.sampled_from(
            [
                "The total is {0}.",
                "It has {0} things. That makes {1} of them, or {2}.",
                "total: {0} + {1} = {2}",
                "We get {0} * {1}.",
                "{0}",
            ]
        )
    )
    text = form.format(*(tried * 3)[:3])
    assert_alike(*rubrics, submission(text) if data.draw(st.booleans()) else submission(part=text))


@SOME
@given(st.data())
def test_numbers_that_follow_from_earlier_ones(data) -> None:
    keys = data.draw(st.lists(AMOUNTS, min_size=2, max_size=2, unique=True))
    also = "      - {id: first, points: 1, number: {expected: 977}}\n"
    rubrics = [rubric(f"number: {{expected: {key}, follows: first * 2}}", also=also) for key in keys]
    place = Place(line=1)
    parts = {
        "first": Part(value=data.draw(AMOUNTS), place=place),
        "p": Part(value=data.draw(near_to(keys)), place=place),
    }
    answer = Answer(question="q1", place=place, parts=parts)
    assert_alike(*rubrics, Submission(source="a", students=(Student(id="s"),), answers={"q1": answer}))


@settings(SOME, max_examples=20)
@given(st.data())
def test_formulas(data) -> None:
    keys = data.draw(st.lists(st.sampled_from(SYMBOLS), min_size=2, max_size=2, unique=True))
    more = data.draw(st.sampled_from(["", ", defines: [y]", ", defines: [y], symbols: {x: [X]}"]))
    rubrics = [
        rubric(f"formula: {{expected: '{key}'{more}, mistakes: [{{name: slip{n}, expected: '7 ({key})'}}]}}")
        for n, key in enumerate(keys)
    ]
    term = data.draw(st.sampled_from([*keys, *SYMBOLS]))
    wrap = data.draw(
        st.sampled_from(
            ["{}", "7 ({})", "{} + 1", "1/({})", "-({})", "({})^2", "({}", "x = 3", "sqrt(-x)", "0"]
        )
    )
    formula = wrap.format(term)
    prose = data.draw(
        st.sampled_from(["Hence $y = {}$ holds.", "We use ${}$ here.", "$y = {}$, or else $z = 5$."])
    )
    assert_alike(
        *rubrics, submission(prose.format(formula)) if data.draw(st.booleans()) else submission(part=formula)
    )


@SOME
@given(st.data())
def test_matrices(data) -> None:
    shape = data.draw(st.sampled_from([(2, 2), (2, 3)]))
    keys = data.draw(st.lists(matrices(*shape), min_size=2, max_size=2, unique_by=str))
    if data.draw(st.booleans()):
        keys[1] = data.draw(matrices(3, 2))
    rubrics = [rubric(f"matrix: {{expected: {json.dumps(key)}, by_cell: no}}") for key in keys]
    answer = data.draw(st.one_of(matrices(), matrices(2, 3), st.sampled_from(keys)))
    turned = data.draw(
        st.sampled_from([answer, [row[::-1] for row in answer[::-1]], answer[:1], [[*answer[0]], ["1"]]])
    )
    text = "[" + ", ".join(f"[{', '.join(row)}]" for row in turned) + "]"
    listed = tuple(tuple(row) for row in turned)
    kinds = [submission(f"The result is {text}."), submission(part=text), submission(part=listed)]
    assert_alike(*rubrics, data.draw(st.sampled_from(kinds)))


@SOME
@given(st.data())
def test_shapes(data) -> None:
    sides = st.lists(st.integers(1, 6), min_size=2, max_size=3)
    keys = data.draw(st.lists(sides, min_size=2, max_size=2, unique_by=str))
    rubrics = [rubric(f"matrix: {{expected: {key}, shape_only: yes, near: [size]}}") for key in keys]
    given_sides = data.draw(st.one_of(sides, st.sampled_from([key[::-1] for key in keys])))
    text = data.draw(st.sampled_from(["{}", "The size is {}.", "a 9 x 9 input makes the size {}"])).format(
        " x ".join(map(str, given_sides))
    )
    assert_alike(*rubrics, submission(text) if data.draw(st.booleans()) else submission(part=text))


OPTIONS = "options: {a: apple pie, b: banana split, c: zebra crossing, d: door}"


@SOME
@given(st.data())
def test_choices(data) -> None:
    several = data.draw(st.booleans())
    sets = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3 if several else 1, unique=True)
    keys = data.draw(st.lists(sets, min_size=2, max_size=2, unique_by=lambda item: str(sorted(item))))
    rubrics = [
        rubric(
            f"choice: {{{OPTIONS}, expected: {json.dumps(key if several else key[0])}, partial: no, "
            f"mistakes: [{{name: slip{n}, choice: {'ab'[n]}}}]}}"
        )
        for n, key in enumerate(keys)
    ]
    answer = data.draw(
        st.sampled_from(["a", "b", "c and d", "not a", "It is (b), the banana split.", "none", "d?"])
    )
    assert_alike(*rubrics, submission(answer) if data.draw(st.booleans()) else submission(part=answer))


@SOME
@given(st.data())
def test_matchings(data) -> None:
    key = st.fixed_dictionaries({"red": st.sampled_from("abcd"), "blue": st.sampled_from("abcd")})
    keys = data.draw(st.lists(key, min_size=2, max_size=2, unique_by=str))
    rubrics = [rubric(f"choice: {{{OPTIONS}, expected: {json.dumps(each)}, partial: no}}") for each in keys]
    answer = data.draw(key)
    assert_alike(*rubrics, submission("\n".join(f"{item}: {option}" for item, option in answer.items())))


@SOME
@given(st.data())
def test_prose(data) -> None:
    keys = data.draw(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True), min_size=2, max_size=2, unique_by=str))  # fmt: skip
    negative = data.draw(st.booleans())
    rubrics = [
        rubric(
            f"keywords: {{any: [{{all: {json.dumps(key)}, within: clause}}]}}", points=-1 if negative else 1
        )
        for key in keys
    ]
    clauses = data.draw(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=3))
    text = " ".join(f"{clause[0].upper()}{clause[1:]}." for clause in clauses)
    assert_alike(*rubrics, submission(text) if data.draw(st.booleans()) else submission(part=text))


# What a teacher's view must tell, and a student's may not.
CASES = [
    ("number: {expected: 918273}", "5", "918,273"),
    ("formula: {expected: 2^10 * 3}", "5", "2^10 * 3"),
    ("formula: {expected: 7919 x^2 + 104729 w}", "x + w", "7919 x^2 + 104729 w"),
    ("formula: {expected: x = 7777}", "x = 3", "x = 7777"),
    ("matrix: {expected: [[771, 772], [773, 774]]}", "[[1, 2], [3, 4]]", "[[771, 772], [773, 774]]"),
    ("matrix: {expected: [[771, 772], [773, 774]]}", "[[1, 2], [3, 4], [5, 6]]", "[[771, 772], [773, 774]]"),
    ("matrix: {expected: [887, 889], shape_only: true}", "5 x 5", "887 x 889"),
    (f"choice: {{{OPTIONS}, expected: c}}", "a", "c"),
    ("keywords: {any: [xylophone]}", "It is a drum with a very deep sound.", "xylophone"),
]


@pytest.mark.parametrize(("check", "answer", "told"), CASES)
def test_teachers_are_told_what_was_expected(check, answer, told) -> None:
    handed_in = submission(part=answer)
    (report,) = mark(rubric(check), handed_in)
    for sheet in (
        ReportSheet(report, Reader.TEACHER),
        ReportSheet(mark(rubric(check, head="reveal: yes\n"), handed_in)[0]),
    ):
        pages = dict(render(sheet, "s", WRITERS))
        (row,) = json.loads(pages["s.json"])["questions"][0]["criteria"]
        assert row["evidence"][0]["expected"] == told
        assert "Expected" in pages["s.md"]
        assert "Expected" in pages["s.html"]
    (row,) = csv.DictReader(summarise(report).criteria.splitlines(), CRITERIA_HEADER)
    assert row["expected"] == told


HINTS = [
    ("formula: {expected: a + 3 b}", "a - 3 b", "One sign is different."),
    ("formula: {expected: 2^10 * 3 x}", "5 x", "A constant factor is different."),
    ("formula: {expected: x + 977}", "x + 5", "A constant term is different."),
    ("matrix: {expected: [[971, 2], [3, 4]]}", "[[4, 3], [2, 971]]", "turned by 180 degrees"),
    ("matrix: {expected: [[771, 772], [773, 774]]}", "[[1542, 1544], [1546, 1548]]", "times a common factor"),
    ("matrix: {expected: [[771, 772], [773, 774]]}", "[[1, 772], [773, 774]]", "row 1, column 1 (1)"),
    ("matrix: {expected: [887, 889], shape_only: true}", "889 x 887", "not in this order"),
]


@pytest.mark.parametrize(("check", "answer", "hint"), HINTS)
def test_hints_name_what_differs_where_the_rubric_says_so(check, answer, hint) -> None:
    texts = {}
    for where in ("", "rubric", "question", "criterion"):
        text = (
            f"id: a\n{'hints: yes' if where == 'rubric' else ''}\nquestions:\n  - id: q1\n"
            f"    {'hints: yes' if where == 'question' else ''}\n    criteria:\n"
            f"      - {{id: c, part: p, points: 2, {'hints: yes, ' if where == 'criterion' else ''}{check}}}\n"
        )
        found = outputs(read_rubric(text), submission(part=answer))
        texts[where] = "".join(found.values())
        assert "3072" not in texts[where]
        assert "times 2" not in texts[where]
    assert hint not in texts.pop("")
    assert all(hint in words for words in texts.values())


def test_a_criterion_may_keep_its_hints_back() -> None:
    check = "hints: no, formula: {expected: a + b}"
    found = outputs(rubric(check, head="hints: yes\n"), submission(part="a - b"))
    assert "sign" not in found["s.md"]


def test_a_mistake_is_named_to_students_by_its_authors_words_alone() -> None:
    mistakes = "[{name: own, value: 5, feedback: Count the biases.}, {name: bare_slip, value: 7}]"
    named = rubric(f"number: {{expected: 977, mistakes: {mistakes}, tolerance: exact}}")
    data = {
        answer: json.loads(outputs(named, submission(part=answer))["s.json"])["questions"][0]["criteria"][0]
        for answer in ("500", "5.00", "7.00")
    }
    assert [(row["reason"], row["feedback"]) for row in data.values()] == [
        ("wrong", ""), ("mistake:own", "Count the biases."), ("wrong", ""),
    ]  # fmt: skip
    assert not any("bare_slip" in text for text in outputs(named, submission(part="7.00")).values())


def test_derived_mistakes_are_hints() -> None:
    text = (
        "id: a\n{head}questions:\n  - id: q1\n    data:\n      net: {{op: network, input: [28, 28, 1], layers: "
        "[{{type: flatten}}, {{type: dense, units: 10}}]}}\n    criteria:\n      - {{id: c, part: p, points: 1, number: {{derive: net, "
        "ask: params, mistakes: auto}}}}\n"
    )
    plain, hinting = (read_rubric(text.format(head=head)) for head in ("", "hints: yes\n"))
    assert "bias" not in outputs(plain, submission(part="7840"))["s.md"]
    assert "bias" in outputs(hinting, submission(part="7840"))["s.md"]


HIDDEN = (
    "id: a\ngradescope: {leaderboard: true}\nquestions:\n  - id: q1\n    minimum: 0\n    criteria:\n"
    "      - {id: seen, points: 1/4, number: {expected: 3}}\n"
    "      - {id: kept_back, visibility: VISIBILITY, points: 2, number: {expected: 4}}\n"
    "  - id: q2\n    criteria:\n      - {id: also_kept, visibility: VISIBILITY, points: 5, number: {expected: 4}}\n"
)


def parts(**answers: str) -> Submission:
    place = Place(line=1)
    given_parts = {name: Part(value=value, place=place) for name, value in answers.items()}
    answers_by_question = {
        "q1": Answer(question="q1", place=place, parts=given_parts),
        "q2": Answer(question="q2", place=place, parts={"also_kept": Part(value="4", place=place)}),
    }
    return Submission(source="a.md", students=(Student(id="s"),), answers=answers_by_question)


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
@pytest.mark.parametrize("reveal", ["", "reveal: true\n"])
def test_rows_that_are_kept_back_are_kept_back_everywhere(visibility, reveal) -> None:
    text = HIDDEN.replace("VISIBILITY", visibility).replace("id: a\n", f"id: a\n{reveal}")
    # One finds right what is kept back, the other does not.
    one, other = read_rubric(text), read_rubric(text.replace("expected: 4", "expected: 5"))
    handed_in = parts(seen="3", kept_back="4")
    right, wrong = outputs(one, handed_in), outputs(other, handed_in)
    shown = [platform_rows(found.pop("results.json")) for found in (right, wrong)]
    assert shown[0] == shown[1]
    assert [test["score"] for test in shown[0]["tests"]] == [0.25]
    assert "leaderboard" not in shown[0]
    for found in (right, wrong):  # the digest of the rubric is told where the key is revealed
        found["s.json"] = found["s.json"].replace(one.digest, "").replace(other.digest, "")
        found["ci json"] = found["ci json"].replace(one.digest, "").replace(other.digest, "")
        found["s.html"] = re.sub(r"nonce-?[^ >;]*|rubric \w+", "", found["s.html"])
        found["s.md"] = re.sub(r"rubric `\w+`", "", found["s.md"])
        for name, text in found.items():  # a signature is of the text with the digest
            found[name] = re.sub(r"grader:\w+:[0-9a-f]{16}", "", text)
    assert right == wrong
    assert KEPT_BACK in right["s.md"]
    assert "**0.25 of 0.25 points**" in right["s.md"]


def platform_rows(text: str) -> dict:
    """What Gradescope shows of results.json while rows are kept back."""
    data = json.loads(text)
    del data["extra_data"]
    data["tests"] = [test for test in data["tests"] if "visibility" not in test]
    return data


def test_a_late_rule_is_applied_to_what_is_shown() -> None:
    (report,) = mark(read_rubric(HIDDEN.replace("VISIBILITY", "hidden")), parts(seen="3", kept_back="4"))
    late = deducted(report, "late", Fraction(1), "a day late")
    assert late.low == Fraction(25, 4)
    shown = shown_to(late, Reader.STUDENT)
    assert (shown.low, shown.max_points, [line.low for line in shown.adjustments]) == (
        0,
        Fraction(1, 4),
        [Fraction(-1, 4)],
    )
    assert shown_to(late, Reader.TEACHER).low == Fraction(25, 4)


def test_a_false_claim_that_nobody_made_is_not_told() -> None:
    claim = "title: Claims that it halves the time, keywords: {any: [halves]}"
    quiet, revealing = rubric(claim, points=-1), rubric(claim, points=-1, head="reveal: yes\n")
    handed_in = submission("Dropout leaves out some of the units at random.")
    assert not any("halves" in text for text in outputs(quiet, handed_in).values())
    assert "halves" in outputs(revealing, handed_in)["s.md"]
    made = outputs(quiet, submission("Dropout halves the whole time that is needed."))
    assert all("Claims that it halves" in made[name] for name in ("s.md", "s.html", "s.json", "results.json"))


def test_what_failed_by_our_fault_is_told_to_teachers_alone(monkeypatch) -> None:
    for head in ("", "reveal: yes\n"):
        broken = rubric("number: {expected: 918273}", head=head)
        monkeypatch.setattr(type(broken.questions[0].criteria[0].check), "check", lambda *_: 1 / 0)
        (report,) = mark(broken, submission(part="5"))
        assert not any("ZeroDivision" in text for text in outputs(broken, submission(part="5")).values())
        pages = dict(render(ReportSheet(report, Reader.TEACHER), "s", WRITERS))
        assert "Our fault: check failed with ZeroDivisionError" in pages["s.md"]


def test_a_report_that_an_older_version_packed_tells_students_how_it_stands_and_no_more() -> None:
    (report,) = mark(rubric("formula: {expected: 2^10 * 3}"), submission(part="5"))
    (question,) = report.questions
    (row,) = question.criteria
    old = row.model_copy(
        update={
            "public": None,
            "evidence": tuple(Evidence(**(dict(item) | {"public": None})) for item in row.evidence),
        }
    )
    report = report.model_copy(update={"questions": (question.model_copy(update={"criteria": (old,)}),)})
    data = json.loads(dict(render(unpack(pack(report).body), "s", WRITERS))["s.json"])
    (shown,) = data["questions"][0]["criteria"]
    assert (shown["reason"], shown["feedback"], shown["evidence"]) == ("wrong", "", [])


ANSWERS = {
    "n": ["5", "the total is 918"], "f": ["x + w", "0"], "fc": ["5", "2^10"], "fe": ["x = 3", "x + 1"],
    "m": ["[[1, 2], [3, 4]]", "[[0, 0], [0, 0]]"], "c": ["a", "b"],
}  # fmt: skip
FRAME = """\
id: lk
gradescope: {{leaderboard: true}}
questions:
  - id: q1
    criteria:
      - {{id: n, points: 2, number: {{expected: {n}, near: [total], mistakes: [{{name: slip_{s}, value: {s}}}]}}}}
      - {{id: f, points: 2, formula: {{expected: "{f}"}}}}
      - {{id: fc, points: 2, formula: {{expected: "{fc}"}}}}
      - {{id: fe, points: 1, formula: {{expected: "x = {e}"}}}}
      - {{id: m, points: 2, matrix: {{expected: {m}}}}}
      - {{id: c, points: 1, choice: {{options: [a, b, c, d], expected: {c}}}}}
"""
KEYS = [
    {"n": 918273, "s": 55511, "f": "7919 x^2 + 104729 w", "fc": "2^10 * 3", "e": 7777, "m": [[771, 772], [773, 774]], "c": "c"},
    {"n": 829347, "s": 66622, "f": "6271 x^3 - 32452 w", "fc": "2^11 * 7", "e": 8888, "m": [[871, 862], [883, 894]], "c": "d"},
]  # fmt: skip


@pytest.fixture
def told(tmp_path, monkeypatch):
    """Run the commands by one key; return every byte that students get to see."""

    def run(key: dict, number: int) -> dict[str, bytes]:
        folder = tmp_path / str(KEYS.index(key)) / str(number)
        (folder / "autograder" / "submission").mkdir(parents=True)
        monkeypatch.chdir(folder)
        Path("key.yaml").write_text(FRAME.format(**key), encoding="utf-8")
        answers = {name: texts[number] for name, texts in ANSWERS.items()}
        handed_in = json.dumps({"student": "w", "answers": {"q1": answers}})
        for place in ("w.json", "autograder/submission/w.json"):
            Path(place).write_text(handed_in, encoding="utf-8")
        runner = CliRunner()
        seen = {}
        assert runner.invoke(grade, ["w.json", "--rubric", "key.yaml", "--quiet"]).exit_code == 0
        for file in Path("reports").glob("w.*"):
            seen[str(file)] = file.read_bytes()
        # Whatever files `grader ci` can write, it writes; a new option is among them.
        files = [
            (option.opts[0], f"ci-{option.name}")
            for option in ci.params
            if option.name not in {"submissions", "rubric"} and getattr(option.type, "name", "") == "path"
        ]
        assert {"--summary", "--junit", "--codequality", "--classroom"} <= {name for name, _ in files}
        wanted = [word for pair in files for word in pair]
        for way in ([], ["--json"]):
            result = runner.invoke(
                grader, ["ci", "w.json", "--rubric", "key.yaml", "--annotations", "github", *wanted, *way]
            )
            assert result.exit_code == 0, result.output
            seen[f"stdout {way}"] = result.stdout.encode()
            seen[f"stderr {way}"] = result.stderr.encode()
        seen |= {name: Path(name).read_bytes() for _, name in files}
        result = runner.invoke(grader, ["gradescope", "run", "--root", "autograder", "--rubric", "key.yaml"])
        assert result.exit_code == 0, result.output
        results = json.loads(Path("autograder/results/results.json").read_text(encoding="utf-8"))
        results.pop("execution_time")
        seen["results.json"] = json.dumps(results).encode()
        return seen

    return run


@pytest.mark.parametrize("number", [0, 1])
def test_every_command_tells_the_same_whatever_the_key(told, number) -> None:
    one, other = (told(key, number) for key in KEYS)
    assert set(one) == set(other)
    for name in one:
        assert one[name] == other[name], name
