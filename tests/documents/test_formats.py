"""The same things said in every format become the same blocks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.documents import DOCUMENTS, read
from grader.documents.sheet import split_sheet
from grader.files.registry import resolve
from grader.model.errors import SubmissionError, UsageError

sys.path.insert(0, str(Path(__file__).parent))
from making import open_document, paragraph, word


def told(raw: bytes | str, name: str) -> list[tuple[str, str, str]]:
    document = read(raw if isinstance(raw, bytes) else raw.encode(), name)
    return [(block.kind, block.marker, block.text) for block in document.blocks if block.kind != "comment"]


def formula(markup: str) -> str:
    ((_, _, text),) = told(word(f"<w:p><m:oMath>{markup}</m:oMath></w:p>"), "a.docx")
    return text.strip("$")


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize("suffix", DOCUMENTS)
def test_every_format_has_a_reader(suffix: str) -> None:
    assert callable(resolve(DOCUMENTS, suffix))


@pytest.mark.parametrize(
    ("markup", "latex"),
    [
        (f"<m:f><m:num>{run('a')}</m:num><m:den>{run('2')}</m:den></m:f>", r"\frac{a}{2}"),
        (f"<m:rad><m:deg>{run('3')}</m:deg><m:e>{run('x')}</m:e></m:rad>", r"\sqrt[3]{x}"),
        (
            f"<m:sSubSup><m:e>{run('x')}</m:e><m:sub>{run('i')}</m:sub><m:sup>{run('2')}</m:sup></m:sSubSup>",
            "x_{i}^{2}",
        ),
        (f"<m:sSup><m:e>{run('ab')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "{ab}^{2}"),
        (
            (
                f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i")}</m:sub><m:sup>{run("n")}</m:sup>'
                f"<m:e>{run('x')}</m:e></m:nary>"
            ),
            r"\sum_{i}^{n} x",
        ),
        (
            (
                '<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e><m:m>'
                f"<m:mr><m:e>{run('1')}</m:e><m:e>{run('2')}</m:e></m:mr></m:m></m:e></m:d>"
            ),
            r"\begin{bmatrix} 1 & 2 \end{bmatrix}",
        ),
        (f'<m:acc><m:accPr><m:chr m:val="̂"/></m:accPr><m:e>{run("y")}</m:e></m:acc>', r"\hat{y}"),
        (f"<m:func><m:fName>{run('log')}</m:fName><m:e>{run('α')}</m:e></m:func>", r"\log\alpha"),
        (
            f"<m:limLow><m:e>{run('argmax')}</m:e><m:lim>{run('k')}</m:lim></m:limLow>",
            r"\operatorname{argmax}_{k}",
        ),
        (f"{run('≤')}{run('x')}", r"\le x"),
    ],
)
def test_equations_of_word(markup: str, latex: str) -> None:
    assert formula(markup) == latex


def test_word_lists_have_the_markers_they_are_shown_with() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (kind, text) in enumerate(
            (("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "(%3)"))
        )
    )
    numbering = f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    body = "".join(
        paragraph(f"x{depth}", f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr>')
        for depth in (0, 1, 1, 2, 0, 1)
    )
    markers = [marker for _, marker, _ in told(word(body, numbering=numbering), "a.docx")]
    assert markers == ["1.", "a)", "b)", "(i)", "2.", "a)"]


def test_what_nobody_sees_in_word_does_not_stand_in_the_text() -> None:
    hidden = (
        "<w:p><w:r><w:t>seen </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>gone</w:t></w:r>"
        '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>white</w:t></w:r>'
        '<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>tiny</w:t></w:r>'
        "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:ins><w:r><w:t>kept</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:strike/></w:rPr><w:t> out</w:t></w:r></w:p>"
    )
    (block,) = read(word(hidden), "a.docx").blocks
    assert block.text == "seen kept ~~out~~"
    assert "".join(block.hidden) == "gonewhitetinydeletedout"


def test_white_words_on_a_dark_ground_are_seen() -> None:
    dark = '<w:tcPr><w:shd w:fill="1F3864"/></w:tcPr>'
    cell = "<w:tc>" + dark + paragraph("Value", "", '<w:color w:val="FFFFFF"/>') + "</w:tc>"
    table = f"<w:tbl><w:tr>{cell}<w:tc>{paragraph('7')}</w:tc></w:tr></w:tbl>"
    (block,) = read(word(table), "a.docx").blocks
    assert block.rows == (("Value", "7"),)


def test_open_document_lists_and_looks() -> None:
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="a"'
        ' style:num-suffix=")"/></text:list-style>'
        '<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/>'
        "</style:style>"
    )
    body = (
        '<text:h text:outline-level="2">Question 1</text:h><text:list text:style-name="L">'
        "<text:list-item><text:p>one</text:p></text:list-item>"
        '<text:list-item><text:p>two<text:span text:style-name="S"> out</text:span></text:p></text:list-item></text:list>'
    )
    assert told(open_document(body, styles), "a.odt") == [
        ("heading", "", "Question 1"),
        ("item", "a)", "one"),
        ("item", "b)", "two ~~out~~"),
    ]


LATEX = r"""
\newcommand{\norm}[1]{\lVert #1 \rVert}
\DeclareMathOperator{\relu}{ReLU}
\begin{document}
\section*{Question 1} % 42
$\norm{x} = \relu(y)$ \textbf{yes} \sout{no} 50\%
\begin{enumerate}[label=(\roman*)]
\item one \item two
\end{enumerate}
\begin{align*} a &= b \label{e} \end{align*}
\begin{tabular}{lr} MONK-1 & 0.957 \\ MONK-2 & 1 \end{tabular}
\input{rest}
\end{document}
"""


def test_latex() -> None:
    document = read(LATEX.encode(), "a.tex")
    assert told(LATEX, "a.tex") == [
        ("heading", "", "Question 1"),
        ("paragraph", "", r"$\lVert x \rVert = \operatorname{ReLU}(y)$ **yes** ~~no~~ 50%"),
        ("item", "(i)", "one"),
        ("item", "(ii)", "two"),
        ("formula", "", r"$$\begin{aligned} a &= b \end{aligned}$$"),
        ("table", "", "| MONK-1 | 0.957 |\n|---|---|\n| MONK-2 | 1 |"),
    ]
    assert document.unread[0][1].startswith(r"\input{rest} names another file")
    spot = document.blocks[0].spot
    assert LATEX[spot.start : spot.end] == r"\section*{Question 1}"
    assert [block.hidden for block in document.blocks if block.kind == "comment"] == [("42",)]


def test_html() -> None:
    page = (
        "<p><b>Question 1</b></p><ol type=i><li>one<li>x<sup>2</sup> and <s>no</s></ol>"
        "<table><tr><th>a<td>1<tr><th>b<td>2</table><p>\\(a_1\\) <span style='color:#fff'>white</span>"
        "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math><img src='http://x/7.png' alt='42'></p>"
    )
    assert told(page, "a.html") == [
        ("paragraph", "", "**Question 1**"),
        ("item", "i.", "one"),
        ("item", "ii.", "x² and ~~no~~"),
        ("table", "", "| a | 1 |\n|---|---|\n| b | 2 |"),
        ("paragraph", "", r"$a_1$ $\frac{a}{2}$"),
    ]
    assert read(page.encode(), "a.html").blocks[-1].pictures[0].name == "42"


def test_rtf() -> None:
    text = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard\b Question 1\b0\par "
        r"{\listtext 1.\tab}L\'f6sung \u8804? 3 {\strike out}{\v gone}\par "
        r"{\mmath{\*\moMath{\mf{\mnum{\mr a}}{\mden{\mr b}}}}}\par}"
    )
    assert told(text, "a.rtf") == [
        ("paragraph", "", "**Question 1**"),
        ("item", "1.", "Lösung ≤ 3 ~~out~~"),
        ("paragraph", "", r"$\frac{a}{b}$"),
    ]


def test_programs_have_text_in_their_comments() -> None:
    found = told("# ## Question 1\n# because 3 > 2\nx = 1\n\ny = 2\n", "a.py")
    assert found == [
        ("heading", "", "Question 1"),
        ("paragraph", "", "because 3 > 2"),
        ("code", "", "x = 1\n\ny = 2"),
    ]


def test_tables_of_answers_hold_a_student_a_row() -> None:
    rows = split_sheet('Name;Email;Question 1\nAda;ada@x.org;"1,5"\nBen;ben@x.org;"a\n\nb"\n', "forms.csv")
    assert [student for student, _ in rows] == ["ada@x.org", "ben@x.org"]
    assert [text for kind, _, text in told(rows[1][1], "forms.csv") if kind == "paragraph"] == ["a", "b"]
    with pytest.raises(SubmissionError, match="holds the answers of 2 students"):
        read(b"Name,Q1\nAda,1\nBen,2\n", "forms.csv")


@pytest.mark.parametrize(
    ("stamp", "submitted"),
    [
        ("2026/11/20 9:14:03 PM GMT+1", "2026-11-20T21:14:03+01:00"),
        ("2026/11/20 12:14:03 AM GMT-3:30", "2026-11-20T00:14:03-03:30"),
        ("2026/11/20 21:14:03 GMT", "2026-11-20T21:14:03+00:00"),
        ("2026/11/20 21:14:03", ""),
        ("2026/13/20 21:14:03 GMT", ""),
        ("soon", ""),
    ],
)
def test_a_form_says_when_it_came_where_it_has_an_offset(stamp, submitted) -> None:
    first = read(f"Timestamp,Username,Q1\n{stamp},ada,1\n".encode(), "forms.csv").blocks[0]
    assert (f"submitted: {submitted}" in first.text) == bool(submitted)
    assert "submitted" in first.text or not submitted


def test_points_that_a_form_gave_are_no_answers() -> None:
    text = "Username,Total score,Question 1,Question 1 [Score],Question 1 [Feedback]\nada,1 / 2,7,1 / 2,ok\n"
    assert [text for _, _, text in told(text, "forms.csv")][1:] == ["Question 1", "7"]


def test_a_file_is_what_its_bytes_are() -> None:
    document = read(rb"{\rtf1 hello}", "a.docx")
    assert document.notes == ("The file is named a.docx and is RTF; it was read as that.",)


def test_other_alphabets_are_guessed_and_said() -> None:
    document = read("问题1：批量归一化使用小批量的均值和方差。学习率为 0.01".encode("gbk"), "a.md")
    assert document.blocks[0].text.startswith("问题1")
    assert "GBK, which is a guess" in document.doubt


def test_a_command_of_the_teachers_converts(tmp_path) -> None:
    command = tmp_path / "convert.py"
    command.write_text("import sys; sys.stderr.write('no text'); sys.exit(3)")
    with pytest.raises(SubmissionError, match="ended with code 3: no text"):
        read(b"x", "a.png", converters={".png": f"{sys.executable} {command} {{input}}"})
    command.write_text("import sys; open(sys.argv[2], 'w').write('# Q')")
    document = read(b"x", "a.png", converters={".png": f"{sys.executable} {command} {{input}} {{output}}"})
    assert [block.text for block in document.blocks if block.kind == "heading"] == ["Q"]


def test_mistaken_converters_are_all_named() -> None:
    from grader.documents.converting import read_converters

    assert read_converters([".PDF=ocr {input} {output}"]) == {".pdf": "ocr {input} {output}"}
    with pytest.raises(UsageError) as caught:
        read_converters(["pdf=x {input}", ".pdf=ocr", ".tif=a 'b {input}"])
    assert len(caught.value.problems) == 4
