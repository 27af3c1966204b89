import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader.writers.markdown import code, escaped, formula, render_markdown

# Everything a viewer may understand, with raw HTML let through: the most dangerous reading.
PLAIN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
WITH_FORMULAS = (
    MarkdownIt("commonmark", {"html": True})
    .enable(["table", "strikethrough"])
    .use(dollarmath_plugin, allow_space=True, double_inline=True)
)
ACTIVE = {"html_block", "html_inline", "link_open", "image", "s_open"}


def kinds(viewer, text):
    tokens = viewer.parse(text)
    return {token.type for token in tokens} | {
        child.type for token in tokens for child in token.children or ()
    }


def words(viewer, text):
    return [
        child.content
        for token in viewer.parse(text)
        for child in token.children or ()
        if child.type in {"text", "code_inline"}
    ]


@pytest.mark.parametrize("viewer", [PLAIN, WITH_FORMULAS], ids=["plain", "formulas"])
def test_nothing_hostile_comes_alive(hostile, viewer):
    text = render_markdown(hostile)
    assert not kinds(viewer, text) & (ACTIVE | {"fence", "code_block"})
    headings = [token.tag for token in viewer.parse(text) if token.type == "heading_open"]
    assert headings == ["h1", "h2", "h2", *["h2", "h3", "h3"] * 2]
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert max(map(len, text.splitlines())) <= 40_100


@given(st.text(alphabet="`*_[]()!<>|~$&@^{}#+-=.:\\/ \n1aw\"'", max_size=60))
def test_any_answer_stays_words(text):
    line = escaped(text)
    for viewer in (PLAIN, WITH_FORMULAS):
        for place in (f"- x **{line}**", f"  - {line}", f"> {line}", f"# {line}"):
            assert not kinds(viewer, place) & ACTIVE
        assert not kinds(viewer, line) & {
            "heading_open",
            "bullet_list_open",
            "fence",
            "hr",
            "blockquote_open",
        }


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org",
        "www.example.org",
        "a@example.org",
        "1. a",
        "- b",
        "a * b_c_d",
        "<b>",
        "&lt;",
        "x | y",
        "`t`",
    ],
)
def test_words_are_shown_as_they_were(text):
    assert "".join(words(PLAIN, escaped(text))) == text


@given(st.text(alphabet="` ab", min_size=1, max_size=20).filter(str.strip))
def test_code_shows_its_ticks(text):
    assert "".join(words(PLAIN, f"x {code(text)} y")).split() == f"x {text} y".split()


def test_formulas_are_kept():
    assert escaped(r"so $\hat{x}_i * y_i$ holds") == r"so $\hat{x}_i * y_i$ holds"
    assert formula("a < b\n+ c") == r"$a \lt  b + c$"


@pytest.mark.parametrize(
    "latex", [r"\href{javascript:x}{y}", r"\def\a{\a}\a", "a`b", "a$b", r"\htmlClass{x}{y}", "x" * 3_000]
)
def test_what_acts_is_shown_as_code(latex):
    assert formula(latex).startswith("`")


def test_the_student_sees_what_counts(everything, make):
    text = render_markdown(everything)
    assert "**8.42 to 9.42 of 16.75 points**" in text
    assert "awaiting review (1 open)" in text
    assert "1 of 2 (partly earned)" in text
    assert "-0.5 (points deducted)" in text
    assert "does not fall below its floor**: +1" in text
    assert "Expected" not in text
    assert "Expected: 903400" in render_markdown(make["everything"](reveal=True))


def test_a_title_with_bars_keeps_its_table(make):
    report = make["report"]([make["question"]("q1", [make["row"]("a")], title="$|x|$ | y")])
    table = [token for token in PLAIN.parse(render_markdown(report)) if token.type == "td_open"]
    assert len(table) == 8


def test_decisions_and_adjustments(handed_in_late):
    text = render_markdown(handed_in_late)
    assert "Handed in 4 March 2026, 03:00 (UTC+01:00)." in text
    assert (
        "| Late: 1 day 3 h after the due date: 10 % of 34 points | -0.4 | | |\n| **Total** | **1.6** |"
        in text
    )
    assert "  - *Decided by a person, 5 March 2026, 09:12 UTC*: Says so in the $2$nd sentence." in text
