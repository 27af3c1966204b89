import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.writers.displaytext import MAX_ANSWER
from grader.writers.inline import Leaf
from grader.writers.typesetting import Figure, typeset

TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
EMPTY = {"br", "hr", "img"}


def drawn(text, figures=()):
    """Set a text with its leaves as they stand there: a formula in dollars, a box in brackets."""
    signs = {
        "formula": "${}$",
        "display": "$${}$$",
        "code": "`{}`",
        "tag": "«{}»",
        "tick": "[x]",
        "box": "[ ]",
    }
    return "".join(
        signs.get(run.kind, "{}").format(run.text) if isinstance(run, Leaf) else run.replace("\n", "")
        for run in typeset(text, figures)
    )


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("one\n\ntwo $x$", "<p>one</p><p>two $x$</p>"),
        ("so\n\n$$x$$\n\nthen", "<p>so</p><p>$$x$$</p><p>then</p>"),
        ("# A\n\ntext\n\n### B", "<h4>A</h4><p>text</p><h6>B</h6>"),
        ("- a\n    - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- [x] a\n- [ ] b", '<ul><li class="boxed">[x]a</li><li class="boxed">[ ]b</li></ul>'),
        ("> said", "<blockquote><p>said</p></blockquote>"),
        (
            "| a | b |\n|---|--:|\n| $x$ | 2 |",
            (
                '<div class="scroll"><table><thead><tr><th>a</th><th class="r">b</th></tr></thead>'
                '<tbody><tr><td>$x$</td><td class="r">2</td></tr></tbody></table></div>'
            ),
        ),
        ("```python\nx = 1\n  y\n```", "<pre><code>x = 1  y</code></pre>"),
        ("`x` and **y** *z* ~~w~~", "<p>`x` and <strong>y</strong> <em>z</em> <s>w</s></p>"),
        ("H<sub>2</sub>O<br>next", "<p>H<sub>2</sub>O<br>next</p>"),
        (r"\[ x \] and \(y\)", "<p>$$x$$ and $y$</p>"),
        ("\\begin{align}a\\\\b\\end{align}", "<p>$$\\begin{align}a\\\\b\\end{align}$$</p>"),
        ("**a**\n\n---\n\nb", "<p><strong>a</strong></p><hr><p>b</p>"),
        # what Markdown would make of it is not what was meant
        ("(3*3*3+1)*100 + (3*3+1)*200", "<p>(3*3*3+1)*100 + (3*3+1)*200</p>"),
        ("*costs* $5 and $10", "<p><em>costs</em> $5 and $10</p>"),
        ("x_train and x_test", "<p>x_train and x_test</p>"),
        (" 0  1\n-2  3", '<p><span class="figures"> 0  1-2  3</span></p>'),
        ("*one\n\n" + "long " * 20 + "\n---", f"<p>*one</p><p>{('long ' * 20).strip()}</p>"),
    ],
)  # fmt: skip
def test_markdown_is_set_as_it_is_meant(text, page):
    assert drawn(text) == page


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "![a](http://example.org/x.png)",
        "<javascript:alert(1)>",
        "[a]: http://example.org",
        "<div onclick=alert(1)>",
        "<!-- a comment -->",
        '<b style="display:none">',
    ],
)
def test_links_pictures_and_hidden_words_stand_there_as_they_were_written(text):
    (leaf,) = (run for run in typeset(f"*a* {text}") if isinstance(run, Leaf) and text[:5] in run.text)
    assert text in leaf.text


def test_rows_that_a_table_would_not_show_are_shown_as_written():
    text = "| a |\n|---|\n| b | beyond |"
    assert drawn(text) == "<pre>| a ||---|| b | beyond |</pre>"


def test_what_is_nested_too_deeply_is_shown_as_written():
    assert "deep" in drawn(">" * 60 + " deep\n\n*after*")


def test_lines_that_an_editor_wrapped_are_joined_and_others_kept():
    long = "a line that an editor wrapped because it had grown so long"
    assert drawn(f"{long}\nends here").count("<br>") == 0
    assert drawn(f"{long} *a*\nends here").count("<br>") == 0
    assert drawn("short\nline").count("<br>") == 1
    assert drawn(f"{long}\n2 steps").count("<br>") == 1


def test_pictures_stand_where_they_stood():
    text = "- first\n- second with a picture\n\nbetween\n\nlast"
    figures = [
        Figure(text.index("picture"), "<figure>A</figure>"),
        Figure(text.index("last") - 1, "<figure>B</figure>"),
    ]
    assert drawn(text, figures) == (
        "<ul><li>first</li><li>second with a picture<figure>A</figure></li></ul><p>between</p>"
        "<figure>B</figure><p>last</p>"
    )
    assert (
        drawn("", [Figure(0, "<figure></figure>"), Figure(9, "<figure></figure>")]) == "<figure></figure>" * 2
    )


def test_the_first_line_is_indented_as_it_was():
    text = "- [ ] one\n  - [x] two\n  - [ ] three"
    flat = "".join(run for run in typeset(text, indent=2) if isinstance(run, str))
    assert flat.count("<ul>") == 1
    assert "".join(run for run in typeset(text) if isinstance(run, str)).count("<ul>") == 2
    places = [text[run.start : run.end] for run in typeset(text, indent=2) if isinstance(run, Leaf)]
    assert places == ["[ ] ", "one", "[x] ", "two", "[ ] ", "three"]
    rows = [run.text for run in typeset("0 1\n   2", indent=2) if isinstance(run, Leaf)]
    assert rows == ["0 1", " 2"]


def test_prose_needs_no_parser():
    code = (
        "import sys; from grader.writers.typesetting import typeset\n"
        "typeset('It takes 5 steps: $x_1 + x_2$,\\n\\nand (a) no more.')\n"
        "print(any(name.startswith('markdown_it') for name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


SIGNS = "** * _ ` ~~ $ $$ \\( \\) \\[ \\] | <b> </b> <br> <script> &lt; \\* 3*3 [x] ☑ word x_1 ' <u> </sub>"
BREAKS = "\n,\n\n,- ,1. ,> ,# ,```\n,    ,\t,\r,\n|--|--|\n,| ,\n---\n,<!-- c -->, "
PARTS = st.sampled_from([*SIGNS.split(), *BREAKS.split(",")])


@settings(deadline=None)  # the parser is loaded by the first
@given(st.lists(PARTS, max_size=30).map("".join), st.integers(0, 90))
def test_nothing_is_lost_and_every_element_is_closed(text, at):
    open_elements, before, said = [], 0, ""
    for run in typeset(text, [Figure(at, "<figure></figure>")]):
        if isinstance(run, Leaf):
            assert before <= run.start <= run.end <= len(text)
            before, said = run.start, said + run.text
            if not run.kind and len(run.text) == run.end - run.start:
                assert run.text == text[run.start : run.end].replace("\r", " ")
            continue
        for close, name, _ in TAG.findall(run):
            if close:
                assert open_elements.pop() == name
            elif name not in EMPTY:
                open_elements.append(name)
    assert not open_elements
    assert said.count("word") == text.count("word")
    assert said.count("3*3") == text.count("3*3")


@pytest.mark.parametrize(
    "part",
    ["*_", "**a** ", "<", "<!--", "`", "``a`", ">", "- ", "-\n", "|a", "|a|b|\n", "$$a", "\\(", "\\[\n", "\\begin{a}\n",
     "[", "&amp;", "#\n", "a\n===\n", "```\n", "\t- a\n", "<b></i>", "\\", "- [x] a\n", "1 2\n"],
)  # fmt: skip
def test_a_hostile_text_is_set_in_little_work(part):
    started = time.process_time()
    typeset(part * (MAX_ANSWER // len(part)))
    assert time.process_time() - started < 20  # two thirds of a second at most where nothing else runs
