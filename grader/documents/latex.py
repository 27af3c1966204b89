r"""Read LaTeX into blocks: sections, lists with the labels they are shown with, tables, formulas, code and pictures.

Nothing is run and no other file is opened: what `\input` names is said to be missing. Formulas stay LaTeX, with the
author's own commands written out.
"""

from __future__ import annotations

from typing import Final

from grader.documents.blocks import BlockList, box_of
from grader.documents.document import Block, Document, Picture
from grader.documents.latexlists import ListLevel, list_level
from grader.documents.latexsigns import (
    ACCENTS,
    ARGUMENTS,
    DRAWINGS,
    FORMULAS,
    INCLUDING,
    ITEMS,
    LISTS,
    LOOKS,
    NUMBERED_ENVIRONMENTS,
    QUOTES,
    SECTIONS,
    SHOWN_ENVIRONMENTS,
    SIGNS,
    STEERING,
    SWITCHES,
    TABLES,
    accented,
)  # fmt: skip
from grader.documents.latexspans import latex_until, table_cells
from grader.documents.latextext import LatexText, change_of, with_signs
from grader.documents.latextokens import LatexToken, TokenStream
from grader.documents.pictures import shortened_name
from grader.documents.styledruns import FORMULA, PLAIN, Style, TextRun
from grader.records import dataclass

_BEGIN: Final = r"\begin{document}"
_MATH_END: Final = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_BOXES: Final = {r"\square": "☐", r"\Box": "☐", r"\boxtimes": "☒", r"\checkmark": "☑", r"\blacksquare": "☑"}
_ROW_END: Final = r"\\"
_WHITE: Final = frozenset({"white", "transparent"})


def read(text: str, source: str = "") -> Document:
    """Return the blocks of a `.tex` file, of a whole document or a mere body; raises SubmissionError."""
    stream = TokenStream(text, source)
    reader = LatexReader(stream, starts=_line_starts(text))
    if _BEGIN in text:
        reader.skip_preamble()
        stream.comments.clear()
    reader.read_all()
    hidden = (token for token in stream.comments if token.text)
    reader.blocks.blocks += [
        Block("comment", "", reader.spot(token.start, token.end), hidden=(token.text,)) for token in hidden
    ]
    reader.blocks.blocks.sort(key=lambda block: block.spot.start or 0)
    return reader.blocks.document("latex")


def _line_starts(text: str) -> list[int]:
    starts, at = [0], text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


@dataclass(slots=True)
class LatexReader(LatexText):
    """Reads commands and environments. A footnote or a cell is read by a reader of its own."""

    def skip_preamble(self) -> None:
        """Take up what is defined before the document begins, and leave out the rest."""
        while (token := self.stream.next()) is not None:
            if token.text == r"\begin" and self.stream.name_argument() == "document":
                return
            if token.text == r"\setcounter":
                self._set_counter()
            elif token.text in STEERING:
                self.skip_arguments(STEERING[token.text])

    def take(self, token: LatexToken) -> None:
        """Read one token, and what belongs to it."""
        kind = token.kind
        if kind == "text":
            self.write(with_signs(token.text), token)
        elif kind == "space":
            self.runs.append(TextRun(" ", self.style))
        elif kind == "par":
            self.flush()
        elif kind == "open":
            self.open_group(token)
        elif kind == "close":
            self.style = self.styles.pop() if self.styles else self.style
        elif kind == "math" or token.text in {r"\(", r"\["}:
            self._formula(token)
        elif kind == "code":
            self._code(token)
        elif kind == "amp":
            self.runs.append(TextRun(" ", self.style))
        elif kind in {"word", "symbol"}:
            self._command(token)

    def _command(self, token: LatexToken) -> None:
        name = token.text
        bare = name.rstrip("*")
        if name in SIGNS:
            self.write(SIGNS[name], token)
        elif name in ACCENTS:
            letter, _ = self.line(self.stream.argument())
            self.write(accented(letter, name), token)
        elif name == r"\\" or bare in {r"\newline", r"\linebreak", r"\tabularnewline"}:
            self.stream.optional()
            self.runs.append(TextRun("\n", PLAIN))
        elif bare in SECTIONS and not (bare == r"\part" and self.lists):
            self._section(token, bare)
        elif name == r"\begin":
            self._begin(self.stream.name_argument(), token)
        elif name == r"\end":
            self._end(self.stream.name_argument(), token)
        elif name in ITEMS or name == r"\part":
            self._item(token)
        elif bare in LOOKS:
            self.begin_styled(*LOOKS[bare])
        elif name in SWITCHES:
            self.style = self.style._replace(**change_of(*SWITCHES[name]))
        else:
            self._rarer(name, bare, token)

    def _rarer(self, name: str, bare: str, token: LatexToken) -> None:
        stream = self.stream
        if name == r"\par":
            self.flush()
        elif bare == r"\footnote":
            stream.optional()
            self.notes.append(stream.argument())
        elif bare == r"\includegraphics":
            stream.optional()
            self.pictures.append(Picture(shortened_name(stream.name_argument())))
            self.touch(token)
        elif name in INCLUDING:
            self._refuse_file(token)
        elif name in {r"\color", r"\textcolor"}:
            stream.optional()
            white = stream.name_argument().lower() in _WHITE
            if name == r"\color":
                self.style = self.style._replace(concealed=white)
            elif white:
                self.begin_styled("concealed", True)
        elif name in {r"\iffalse", r"\iftrue"}:
            self._conditional(token, shown=name == r"\iftrue")
        elif name in {r"\setcounter", r"\addtocounter"}:
            self._set_counter()
        elif name in {
            r"\href",
            r"\hypertarget",
            r"\hyperref",
            r"\colorbox",
            r"\fcolorbox",
            r"\multirow",
            r"\multicolumn",
            r"\parbox",
            r"\scalebox",
            r"\resizebox",
        }:
            for _ in range(2 if name in {r"\fcolorbox", r"\multirow", r"\multicolumn", r"\resizebox"} else 1):
                stream.optional()
                stream.argument()
            stream.optional()
        elif bare in {r"\caption", r"\captionof"}:
            stream.optional()
            self.flush()
        elif bare in STEERING:
            self.skip_arguments(STEERING[bare], hidden=bare in {r"\phantom", r"\invisible"})
        elif name == r"\bibitem":
            self.flush()
            stream.optional()
            stream.argument()

    def _section(self, token: LatexToken, name: str) -> None:
        self.flush()
        depth = SECTIONS[name]
        marker = ""
        if not token.text.endswith("*") and self.numbered and depth <= 3:
            self.counts[depth] += 1
            self.counts[depth + 1 :] = [0] * (6 - depth)
            marker = ".".join(str(count) for count in self.counts[1 if depth else 0 : depth + 1])
        self.stream.optional()
        title = self.stream.argument()
        end = max(token.end, self.stream.at)
        text, inner_blocks = self.line(title)
        text = text.replace("**", "")
        hidden = tuple(each for block in inner_blocks.blocks for each in block.hidden)
        self.blocks.blocks.append(
            Block(
                "heading",
                text,
                self.spot(token.start, end),
                depth=max(depth, 1),
                marker=marker,
                hidden=hidden,
            )
        )

    def _item(self, token: LatexToken) -> None:
        self.flush()
        level = self.lists[-1] if self.lists else ListLevel("-")
        label = self.stream.optional()
        title = self.stream.argument() if token.text == r"\titledquestion" else []
        if label is not None and token.text == r"\item":
            said, _ = self.line(label)
            marker = _BOXES.get(said.strip("$"), said).replace("**", "")
            box = box_of(f"{marker} ")[0]
            if level.kind == "" or len(marker) > 12:  # a term that is described
                marker, title = "", label
            elif box is not None:
                self.runs.append(TextRun(f"{marker} "))
                marker = "-"
        else:
            marker = level.marker()
            if level.kind == "☐":
                self.runs.append(TextRun("☐ "))
        if token.text == r"\CorrectChoice":  # as it is shown with the answers
            self.runs.append(TextRun("☑ "))
        self.item = marker, max(len(self.lists) - 1, 0)
        self.touch(token)
        if title:
            text, _ = self.line(title)
            self.runs.append(TextRun(f"{text.replace('**', '')} ", Style(bold=True)))

    def _begin(self, name: str, token: LatexToken) -> None:
        bare = name.rstrip("*")
        if self.stream.begin_own(name, token):
            return
        if bare in FORMULAS:
            self._formula_environment(bare, name, token)
            return
        if name in TABLES:
            self._table(name, token)
            return
        if bare in DRAWINGS:
            self._drawing(name, token)
            return
        if name not in LISTS and bare not in {"math", "flushleft"} and name != "document":
            self.flush()
        self.open_group(token)
        if name in LISTS:
            option = self.stream.optional()
            said = "".join(each.text for each in option or ())
            depth = sum(level.kind == LISTS[name] for level in self.lists)
            self.lists.append(list_level(LISTS[name], said, depth))
        elif name in QUOTES:
            self.quotes += 1
        elif name in self.stream.theorems or name in SHOWN_ENVIRONMENTS or name in NUMBERED_ENVIRONMENTS:
            self._named_environment(name, token)
        else:
            self.stream.optional()
            self.skip_arguments(ARGUMENTS.get(bare, 0))

    def _named_environment(self, name: str, token: LatexToken) -> None:
        """Show the name and number that an environment is shown with."""
        option = self.stream.optional()
        said = self.line(option)[0] if option else ""
        if name in SHOWN_ENVIRONMENTS:
            self.write(SHOWN_ENVIRONMENTS[name] + " ", token, Style(bold=True))
            return
        self.theorems[name] = self.theorems.get(name, 0) + 1
        shown = self.stream.theorems.get(name) or NUMBERED_ENVIRONMENTS[name]
        title = f"{shown} {self.theorems[name]}{f' ({said})' if said else ''}"
        self.blocks.blocks.append(Block("heading", title, self.spot(token.start, token.end), depth=2))

    def _end(self, name: str, token: LatexToken) -> None:
        if name == "document":
            self.ended = self.depth == 0
            return
        if self.stream.end_own(name, token):
            return
        self.flush()
        self.style = self.styles.pop() if self.styles else PLAIN
        if name in LISTS and self.lists:
            self.lists.pop()
            self.item = None
        elif name in QUOTES:
            self.quotes = max(self.quotes - 1, 0)

    def _code(self, token: LatexToken) -> None:
        if token.language == "inline":
            self.write(token.text, token, self.style._replace(code=True))
            return
        self.flush()
        language = "" if token.language == "text" else token.language
        spot = self.spot(token.start, token.end)
        if token.text.strip():
            self.blocks.blocks.append(Block("code", token.text, spot, language=language))

    def _formula(self, token: LatexToken) -> None:
        closing = _MATH_END[token.text]
        latex, end = latex_until(self.stream, closing, "")
        self._show_formula(latex, token, end, display=closing in {"$$", r"\]"})

    def _show_formula(self, latex: str, token: LatexToken, end: int, *, display: bool) -> None:
        if not latex:
            return
        if not display:
            self.write(
                f"${latex}$",
                token._replace(end=max(end, token.end)),
                FORMULA._replace(struck=self.style.struck),
            )
            return
        if self.item is not None:  # the item's own text goes on in the formula
            self.write(f"\n$${latex}$$\n", token._replace(end=max(end, token.end)), FORMULA)
            return
        self.flush()
        spot = self.spot(token.start, max(end, token.end))
        self.blocks.blocks.append(Block("formula", f"$${latex}$$", spot))

    def _formula_environment(self, bare: str, name: str, token: LatexToken) -> None:
        if bare in {"alignat", "IEEEeqnarray"}:
            self.stream.argument()
        elif bare == "empheq":
            self.stream.optional()
            bare = self.stream.name_argument().rstrip("*")
        latex, end = latex_until(self.stream, r"\end", name)
        inner = FORMULAS.get(bare, "")
        if inner and latex:
            latex = f"\\begin{{{inner}}} {latex.removesuffix(_ROW_END).strip()} \\end{{{inner}}}"
        self._show_formula(latex, token, end, display=bare != "math")

    def _table(self, name: str, token: LatexToken) -> None:
        self.flush()
        self.stream.optional()
        for _ in range(TABLES[name]):
            self.stream.argument()
        rows, end = table_cells(self.stream, name)
        inner = BlockList()
        texts: list[list[str]] = []
        for row in rows:
            texts.append([])
            for cell in row:
                text, inner_blocks = self.line(cell)
                texts[-1].append(text)
                inner.blocks += inner_blocks.blocks
        self.blocks.add_table(
            [row for row in texts if any(row)], self.spot(token.start, max(end, token.end)), inner
        )

    def _drawing(self, name: str, token: LatexToken) -> None:
        while (each := self.stream.next()) is not None:
            self.touch(each)
            if each.text == r"\end" and self.stream.name_argument() == name:
                break
        self.pictures.append(Picture(shortened_name(name)))
        self.touch(token)

    def _refuse_file(self, token: LatexToken) -> None:
        name = self.stream.name_argument()
        if token.text in {r"\inputminted", r"\import", r"\subimport"}:
            name = f"{name} {self.stream.name_argument()}"
        said = f"{token.text}{{{name[:100]}}} names another file, which is not opened; hand in one file that holds everything."
        self.blocks.unread.append((self.spot(token.start, token.end), said))
        self.blocks.notes.append(said)

    def _conditional(self, token: LatexToken, *, shown: bool) -> None:
        r"""Leave out what stands between `\iffalse` and `\else` or `\fi`."""
        if shown:
            return
        depth, gone = 0, []
        while (each := self.stream.raw()) is not None:
            if each.text.startswith(r"\if"):
                depth += 1
            elif each.text == r"\fi":
                if not depth:
                    break
                depth -= 1
            elif each.text == r"\else" and not depth:
                break
            gone.append(each.text)
        self.runs.append(TextRun("".join(gone).strip() + " ", Style(concealed=True)))
        self.touch(token)

    def _set_counter(self) -> None:
        name, said = self.stream.name_argument(), self.stream.name_argument()
        value = int(said) if said.lstrip("-").isdecimal() and len(said) < 6 else 0
        if name == "secnumdepth":
            self.numbered = value > 0
        elif name in {"section", "subsection", "subsubsection", "chapter"}:
            self.counts[SECTIONS[f"\\{name}"]] = value
        elif name.startswith("enum") and self.lists:
            self.lists[-1].count = value
        elif name in self.stream.theorems:
            self.theorems[name] = value
