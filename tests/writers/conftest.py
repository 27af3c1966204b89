"""Invented reports: one of everything that can stand in a report, and the worst that can be handed in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.model.outcome import Evidence, PublicEvidence
from grader.model.report import Adjustment, CriterionReport, Override, PublicFinding, QuestionReport, Report
from grader.model.submission import Place, Student

DROPOUT = (
    "While the network is trained, dropout slows things down: in every step a random part of the units is "
    "left out, so that about twice as many steps are needed. At test time all units take part, hence "
    "predictions cost the same as before. With MC dropout we run the network $T$ times and average, with "
    "variance $\\frac{1}{T}\\sum_t (y_t - \\bar{y})^2$, which takes longer."
)
NORMALISATION = (
    "We bring each input to mean zero and unit variance,\n\n"
    "$$\\hat{x} = \\frac{x - \\mu}{\\sigma^2 + \\epsilon}$$\n\n"
    "and then let the layer choose scale and shift: $z = \\gamma \\hat{x} + \\beta$."
)


def evidence(text, quote, **more):
    """Point at a quotation inside a text."""
    start = text.index(quote)
    return Evidence(read=quote, start=start, end=start + len(quote), **more)


def row(  # noqa: PLR0913 - a builder names every field it fills
    name,
    *,
    points="1",
    credit="1",
    reason="correct",
    feedback="",
    evidence=(),
    title="",
    check="number",
    override=None,
    hidden=False,
):
    points, credit = Fraction(points), None if credit is None else Fraction(credit)
    return CriterionReport(
        id=name,
        title=title or name.replace("_", " ").capitalize(),
        check=check,
        points=points,
        credit=credit,
        score=None if credit is None else points * credit,
        reason=reason,
        feedback=feedback,
        evidence=tuple(evidence),
        override=override,
        public=PublicFinding(
            reason=reason, feedback=feedback, evidence=tuple(map(public_part, evidence))
        ),  # what was compared with is private, all else is vouched for
        hidden=hidden,
    )


def public_part(evidence):
    return PublicEvidence(**{name: getattr(evidence, name) for name in PublicEvidence.model_fields})


def decided(name, why, *, credit, who="Ana Okafor", when="2026-03-05T09:12:44Z", **more):
    """A row that a person decided."""
    override = Override(student="s1", criterion=name, credit=Fraction(credit), who=who, when=when, why=why)
    return row(name, credit=credit, reason="overridden", override=override, **more)


def late(low, high=None, said="1 day 3 h after the due date: 10 % of 34 points"):
    low = Fraction(low)
    return Adjustment(kind="late", low=low, high=low if high is None else Fraction(high), said=said)


def question(name, rows, *, title="", text="", parts=None, floor=True):
    low = sum((item.range[0] for item in rows), Fraction(0))
    high = sum((item.range[1] for item in rows), Fraction(0))
    least = Fraction(0) if floor else low
    return QuestionReport(
        id=name,
        title=title,
        max_points=sum((max(item.points, Fraction(0)) for item in rows), Fraction(0)),
        low=max(low, least),
        high=max(high, least),
        floor_adjustment=max(least - low, Fraction(0)),
        criteria=tuple(rows),
        text=text,
        parts=parts or {},
        place=Place(line=3),
    )


def report(  # noqa: PLR0913 - a builder names every field it fills
    questions,
    *,
    student=None,
    students=None,
    notes=(),
    reveal=False,
    source="submissions/ada.md",
    adjustments=(),
    submitted="",
):
    student = student or Student(id="s1", name="Ada Example", email="ada@example.org")
    return Report(
        assignment="rq9",
        title="Review questions 9",
        student=student,
        students=students or (student,),
        source=source,
        max_points=sum((item.max_points for item in questions), Fraction(0)),
        low=sum((item.low for item in (*questions, *adjustments)), Fraction(0)),
        high=sum((item.high for item in (*questions, *adjustments)), Fraction(0)),
        questions=tuple(questions),
        adjustments=tuple(adjustments),
        submitted=submitted,
        notes=tuple(notes),
        reveal=reveal,
        rubric_digest="5f0c9a7be21d4488",
        grader_version="0.1.0",
    )


def dropout_question():
    return question(
        "q1",
        [
            row(
                "slow",
                title="Training becomes slower",
                check="keywords",
                evidence=[
                    evidence(
                        DROPOUT,
                        "dropout slows things down",
                        decided="Training and slower stand in one clause.",
                    )
                ],
            ),
            row(
                "same",
                points="3/2",
                title="Inference costs the same",
                check="keywords",
                evidence=[
                    evidence(
                        DROPOUT,
                        "predictions cost the same",
                        decided="Predictions and the same stand in one clause.",
                    )
                ],
            ),
            row(
                "only",
                credit=None,
                reason="hedged",
                title="Units are dropped in training only",
                check="keywords",
                evidence=[
                    evidence(
                        DROPOUT,
                        "At test time all units take part",
                        decided="It is close to an accepted sentence, but not the same.",
                    )
                ],
            ),
            row(
                "mc",
                points="1/4",
                title="MC dropout averages several runs",
                check="keywords",
                evidence=[evidence(DROPOUT, "run the network $T$ times and average")],
            ),
            row(
                "twice",
                points="0",
                title="About twice as many steps",
                check="keywords",
                evidence=[evidence(DROPOUT, "twice as many steps")],
            ),
            row(
                "x_slow",
                points="-1",
                credit="0",
                reason="not_claimed",
                title="Claims that inference is slower",
                check="keywords",
            ),
        ],
        title="Dropout",
        text=DROPOUT,
    )


def formula_question():
    return question(
        "q2",
        [
            row(
                "normalise",
                points="2",
                credit="1/2",
                reason="mistake:no_root",
                title="Formula of the normalised input",
                check="formula",
                feedback="Divide by the standard deviation, $\\sqrt{\\sigma^2 + \\epsilon}$: the root is missing.",
                evidence=[
                    evidence(
                        NORMALISATION,
                        "\\frac{x - \\mu}{\\sigma^2 + \\epsilon}",
                        read_as="(x - mu)/(sigma^2 + epsilon)",
                        latex="\\frac{x-\\mu}{\\sigma^{2}+\\epsilon}",
                        expected="$\\frac{x-\\mu}{\\sqrt{\\sigma^2+\\epsilon}}$",
                        decided="At $x = 2$, $\\mu = 1$, $\\sigma^2 = 4$ it is 0.25 and not 0.5.",
                    )
                ],
            ),
            row(
                "output",
                title="Formula of the output",
                check="formula",
                evidence=[
                    evidence(
                        NORMALISATION,
                        "z = \\gamma \\hat{x} + \\beta",
                        latex="\\gamma\\hat{x}+\\beta",
                        decided="Proved equal.",
                    )
                ],
            ),
            row(
                "test_time",
                points="1/2",
                credit="0",
                reason="not_found",
                title="Moving averages at test time",
                check="keywords",
                feedback="Say what replaces the batch's mean and variance when single examples are predicted.",
            ),
            row(
                "x_formula",
                points="-1/2",
                credit="1",
                reason="claimed",
                title="States a wrong formula",
                check="formula",
            ),
        ],
        title="Batch normalisation",
        text=NORMALISATION,
    )


def number_question():
    parts = {
        "lowest": "2,800",
        "total": "902700",
        "output": (("0", "0", "0"), ("1/9", "0", "0.11"), ("0", "1/9", "1/9")),
    }
    return question(
        "q3",
        [
            row(
                "lowest",
                title="Parameters of the lowest layer",
                evidence=[
                    Evidence(
                        read="2,800",
                        part="lowest",
                        start=0,
                        end=5,
                        read_as="2800",
                        expected="2800",
                        decided="Exactly the value asked for.",
                    )
                ],
            ),
            row(
                "total",
                points="2",
                credit="0",
                reason="mistake:no_bias",
                title="Parameters in all",
                feedback="You left out the biases: every feature map has one.",
                evidence=[
                    Evidence(
                        read="902700",
                        part="total",
                        start=0,
                        end=6,
                        read_as="902700",
                        expected="903400",
                        decided="902700 is what comes out without biases.",
                    )
                ],
            ),
            row(
                "sum",
                points="1/2",
                reason="follow_through",
                title="Sum of the layers",
                evidence=[Evidence(read="902700", part="total", start=0, end=6)],
            ),
            row(
                "output",
                points="3",
                credit="8/9",
                reason="partly",
                title="Values of the output",
                check="matrix",
                feedback="8 of 9 cells are right; look again at row 2, column 1.",
                evidence=[
                    Evidence(
                        read="[[0, 0, 0], [1/9, 0, 0.11], [0, 1/9, 1/9]]",
                        part="output",
                        decided="Row 2, column 1 differs.",
                    )
                ],
            ),
            row("size", credit="0", reason="missing", title="Size of the output"),
        ],
        title="Convolutions",
        parts=parts,
    )


def floored_question():
    return question(
        "q4",
        [
            row("symmetry", credit="0", reason="wrong", title="The symmetry reason", check="keywords"),
            row(
                "x_same",
                points="-1",
                credit="1",
                reason="claimed",
                title="Claims that one shared value is fine",
                check="keywords",
                feedback="All units of a layer would stay the same.",
            ),
        ],
        title="Weights",
        text="One value for all weights is fine.",
    )


def blank_question():
    return question(
        "q5", [row("any", credit="0", reason="missing", title="Anything at all")], title="Free text"
    )


def everything(**more):
    questions = [
        dropout_question(),
        formula_question(),
        number_question(),
        floored_question(),
        blank_question(),
    ]
    return report(questions, **more)


HOSTILE = (
    "<script>document.title='owned'</script> <img src=x onerror=\"document.title='owned'\"> ]]> --> </p></div>\n"
    "$\\href{javascript:document.title='owned'}{x}$ $\\text{<img src=x onerror=document.title='owned'>}$ "
    "$[x](javascript:alert(1))$ $\\htmlData{a=b}{x}$ $\\includegraphics{http://example.org/a.png}$\n"
    "[link](http://example.org) ![image](http://example.org/a.png) <http://example.org> http://example.org "
    "www.example.org a@example.org\n\n[ref]: http://example.org\n[ref]\n"
    "# heading\n- item\n+ item\n1. item\n> quote\n===\n---\n| a | b |\n|---|---|\n```\nfence\n    code\n~~~\n"
    "`tick` ``two`` {{ 7*7 }} {% raw %} &lt;b&gt; &#60;i&#62;\n"
    "\u202eright to left\u202c \u2066isolate \u0007bell \u001b[31mred\u001b[0m \u0000nul \ud800 lone $unbalanced \\( \\["
)


def hostile():
    when = "2026-13-45T<b>"
    student = Student(id="../../etc/passwd", name="=cmd()|' /C calc'!A0 <b>x</b>", email="@sum(1)")
    rows = [
        row(
            "script",
            title="A title",
            feedback="Not <b>this</b>.",
            evidence=[
                Evidence(
                    read=HOSTILE,
                    start=0,
                    end=90,
                    read_as=HOSTILE,
                    latex="\\href{javascript:alert(1)}{x}\\text{<img src=x onerror=alert(1)>}",
                    decided=HOSTILE,
                )
            ],
        ),
        row(
            "far",
            credit="0",
            reason="wrong",
            evidence=[
                Evidence(read="x", start=50, end=10**9),
                Evidence(read="y", start=-5, end=2),
                Evidence(read="z", start=9, end=3),
            ],
        ),
        row("part", evidence=[Evidence(read="<b>", part="<i>", start=0, end=3)]),
        decided("person", HOSTILE, credit="1/2", who=HOSTILE, when=when),
        row(
            "macro",
            credit=None,
            reason="unreadable",
            evidence=[
                Evidence(read="m", latex="\\def\\a{\\a\\a}\\a"),
                Evidence(read="u", latex="\\frac{1"),
                Evidence(read="b", latex="{" * 3000),
            ],
        ),
    ]
    parts = {
        "<i>": "<b>" + HOSTILE,
        "</td>": (("<td>", "</table>"),),
        "deep": {"a": {"b": {"c": {"d": {"e": "<u>"}}}}},
    }
    other = Student(id="<o>", name="<other>")
    return report(
        [
            question("q1", rows, title="Title $x$ | bar", text=HOSTILE, parts=parts),
            question("q<2>", [row("r")], text="x" * 1_000_000),
        ],
        student=student,
        students=(student, other),
        notes=[HOSTILE],
        source="submissions/<script>.md",
        adjustments=[late("-1/3", "-1", said=HOSTILE)],
        submitted=HOSTILE,
    )


def handed_in_late():
    """A report that a person finished, of a submission that came late."""
    rows = [
        decided("slow", "Says so in the $2$nd sentence.", credit="1", title="Training becomes slower"),
        decided("same", "Half of it.", credit="1/2", points="2", feedback="Say why."),
        decided("x_slow", "That is what it claims.", credit="1", points="-1"),
        row("only", evidence=[evidence(DROPOUT, "test time", decided="This passage says it.")]),
    ]
    return report(
        [question("q1", rows, title="Dropout", text=DROPOUT)],
        adjustments=[late("-2/5")],
        submitted="2026-03-04T03:00:00+01:00",
    )


@pytest.fixture(name="everything")
def everything_fixture():
    return everything()


@pytest.fixture(name="hostile")
def hostile_fixture():
    return hostile()


@pytest.fixture
def make():
    """The builders, for tests that need a report of their own."""
    return {
        "row": row,
        "decided": decided,
        "late": late,
        "question": question,
        "report": report,
        "everything": everything,
    }


@pytest.fixture(name="handed_in_late")
def handed_in_late_fixture():
    return handed_in_late()
