"""What is not seen does not count: the text a check gets is the one that is shown, places kept."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.prose.hidden import seen

HIDDEN = [
    "<!-- @ -->",
    "<!-- @",
    "<p hidden>@</p>",
    '<b style="display: none">@</b>',
    '<i style="color:#FFFFFF; font-weight: bold">@</i>',
    "<span style='visibility:hidden'><em>@</em></span>",
    '<span style="font-size:0px">@</span>',
    '<font color="white">@</font>',
    "<template>@</template>",
    '<img alt="@" src="a.png">',
    "[comment]: <> (@)",
    '[//]: # "@"',
    "% @",
    r"$\phantom{@}$",
    r"$\vphantom{\frac{@}{2}}$",
    r"\textcolor{white}{@}",
    r"{\color[HTML]{FFFFFF} @}",
    "\\begin{comment}\n@\n\\end{comment}",
    r"\iffalse @ \fi",
    r"\begin{align} x %@" + "\n",
    '[see](a/b "@")',
]


@pytest.mark.parametrize("text", HIDDEN)
def test_hidden_words_are_blanked_and_named(text: str) -> None:
    text = text.replace("@", "the sum is 77")
    found = seen(f"before\n\n{text}")
    assert "77" not in found.text
    assert any("77" in hidden for hidden in found.hidden)
    assert len(found.text) == len(f"before\n\n{text}")
    assert found.text.startswith("before\n\n")
    assert "77" in seen(text, reveal=True).text


@pytest.mark.parametrize(
    "text",
    [
        "85 % of 77",
        "about 5% or 77",
        "if a < b and b > 77",
        "`<!-- 77 -->` is how a comment is written",
        "```html\n<!-- 77 -->\n% 77\n```",
        "<details><summary>more</summary>77</details>",
        '<span style="color:blue">77</span>',
        '<span style="opacity:0.7">77</span>',
        '<p style="background-color:white">77</p>',
        r"\textcolor{red}{77}",
        "[^1]: 77 of them",
        r"$x \% 77$",
        "\\begin{itemize}\n\\item 85 % of 77\n\\end{itemize}",
    ],
)
def test_what_is_shown_counts(text: str) -> None:
    found = seen(text)
    assert "77" in found.text
    assert not found.hidden


@pytest.mark.parametrize("text", ["~~77~~", "<s>77</s>", "<del>7 or 77</del>", r"\sout{77}"])
def test_struck_out_words_are_gone_and_hide_nothing(text: str) -> None:
    assert seen(f"{text} 78").text.split() == ["78"]
    assert not seen(f"{text} 78").hidden
    assert "77" not in seen(f"{text} 78", reveal=True).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("7\u200b7", "77"),
        ("7\u00ad7", "77"),
        ("dro\u200bpout", "dropout"),
        ("1&nbsp;077", "1\u00a0077"),
        ("&minus;77", "−77"),
        ("&frac12;", "½"),
        ("x &lt; 77", "x < 77"),
    ],
)
def test_words_are_written_out(text: str, shown: str) -> None:
    assert re.sub(" +", " ", seen(text).text).strip(" ") == shown
    assert len(seen(text).text) == len(text)


@given(st.text(st.sampled_from("<>!-~%&;\\{}[]()#:`\"' \n=/apshidenwtc05"), max_size=200))
def test_any_text_keeps_its_length_and_lines(text: str) -> None:
    for reveal in (False, True):
        found = seen(text, reveal=reveal)
        assert len(found.text) == len(text)
    assert [at for at, char in enumerate(text) if char == "\n"] == [
        at for at, char in enumerate(seen(text).text) if char == "\n"
    ]


@pytest.mark.parametrize(
    "piece", ["<!--", "<b hidden>", "~~a", "\\phantom{", "\\color{white}", "&", "<a ", "`", "%\\item "]
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    """Ten times the text takes nowhere near a hundred times as long: compared with itself, so that load does not matter."""
    spent = []
    for size in (2_000, 20_000):
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            seen(piece * size)
            best = min(best, time.process_time() - begun)
        spent.append(best)
    assert spent[1] < 40 * max(spent[0], 0.001)
