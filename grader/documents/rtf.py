r"""Read Rich Text Format (1.9): paragraphs, the markers that lists are shown with, tables, struck and hidden text.

Equations are read from the Office Math inside; pictures and objects are pictures.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from grader.documents.blocks import BlockList, box_of
from grader.documents.document import Document, Picture, Spot
from grader.documents.omml import omml_to_latex
from grader.documents.styledruns import PLAIN, TINY, Style, TextRun, inline_formula, marked_up
from grader.model.errors import Problem, SubmissionError
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

# Groups inside each other; Word itself stays below 40.
MAX_DEPTH: Final = 200
MAX_TOKENS: Final = 400_000
MAX_PARAGRAPHS: Final = 10_000

_TOKEN: Final = deferred(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z])|(?P<brace>[{}])"
    r"|[\r\n]+|(?P<text>[^\\{}\r\n]+)",
    re.IGNORECASE | re.DOTALL,
)
# Groups that hold no text of the document.
_DESTINATIONS: Final = frozenset(
    [
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "generator",
        "listtable",
        "listoverridetable",
        "revtbl",
        "rsidtbl",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "xmlnstbl",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "annotation",
        "atnid",
        "atnauthor",
        "atnref",
        "atrfstart",
        "atrfend",
        "fldinst",
        "mmathPict",
        "objdata",
        "objclass",
        "bkmkstart",
        "bkmkend",
        "pnseclvl",
        "panose",
        "filetbl",
        "mmathPr",
        "defchp",
        "defpap",
        "wgrffmtfilter",
        "falt",
        "template",
        "passwordhash",
        "userprops",
        "docvar",
        "ftnsep",
        "ftnsepc",
        "aftnsep",
        "aftnsepc",
        "mctrlPr",
        "tc",
        "xe",
        "nonshppict",
        "blipuid",
        "picprop",
    ]
)
_KNOWN: Final = frozenset(
    [
        "shppict",
        "listtext",
        "pntext",
        "fldrslt",
        "footnote",
        "mmath",
        "shptxt",
        "moMath",
        "moMathPara",
        "result",
    ]
)
_PICTURES: Final = {
    "pngblip": "image/png",
    "jpegblip": "image/jpeg",
    "emfblip": "image/emf",
    "wmetafile": "image/wmf",
}
_SIGNS: Final = {
    "tab": " ", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "softline": "\n", "lbr": "\n",
}  # fmt: skip
_PAGES: Final = {
    "437": "cp437",
    "850": "cp850",
    "932": "cp932",
    "936": "gbk",
    "949": "cp949",
    "950": "big5",
    "10000": "mac_roman",
}
_SWITCHES: Final = {
    "b": "bold",
    "strike": "struck",
    "striked": "struck",
    "v": "concealed",
    "deleted": "concealed",
}


@dataclass(slots=True)
class _State:
    """What holds inside a group."""

    style: Style = PLAIN
    skipped: bool = False
    picture: str | None = None  # the media type of a picture whose bytes come
    marker: bool = False
    skip_after: int = 1  # characters that stand for one in Unicode
    math: Element | None = None  # the part of an equation that the group holds


def read(text: str, source: str = "") -> Document:
    """Return the blocks of an RTF file, given as the characters of its bytes; raises SubmissionError."""
    if not text.lstrip().startswith("{\\rtf"):
        raise SubmissionError(
            [Problem(source, 0, 0, "is no RTF, whatever its name says; save it again as .docx or PDF")]
        )
    reader = _Reader(source)
    for number, token in enumerate(_TOKEN.finditer(text)):
        if number > MAX_TOKENS:
            raise SubmissionError(
                [Problem(source, 0, 0, f"has more than {MAX_TOKENS:,} parts, which no answer needs")]
            )
        reader.take(token)
    # LibreOffice leaves groups of equations open; what is cut off ends anywhere.
    if len(reader.states) > 1 and not text.rstrip(" \r\n\x00").endswith("}"):
        raise SubmissionError(
            [Problem(source, 0, 0, "is cut off: groups are left open at its end; save it again")]
        )
    reader.end_paragraph()
    reader.end_table()
    return reader.blocks.document("rtf")


@dataclass(slots=True)
class _Reader:
    source: str
    blocks: BlockList = field(default_factory=BlockList)
    states: list[_State] = field(default_factory=lambda: [_State()])
    runs: list[TextRun] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # the marker of an item, as it is collected
    colours: list[str] = field(default_factory=list)
    page: str = "cp1252"
    bytes: bytearray = field(default_factory=bytearray)  # of the code page, not yet decoded
    skip: int = 0
    paragraph: int = 0
    level: int = 0
    outline: int = 0
    in_table: bool = False
    row: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # of the table's cells
    opening: bool = False  # whether a group has just begun
    colour_at: int | None = None

    def take(self, token: re.Match[str]) -> None:
        """Read one token."""
        brace = token["brace"]
        if token["hex"] is not None:
            self._byte(int(token["hex"], 16))
            return
        self._decode()
        state = self.states[-1]
        if brace == "{":
            if len(self.states) > MAX_DEPTH:
                rule = f"is nested more than {MAX_DEPTH} deep, which no answer needs"
                raise SubmissionError([Problem(self.source, 0, 0, rule)])
            self.states.append(replace(state))
            self.opening = True
            return
        opening, self.opening = self.opening, False
        if brace == "}":
            self._close()
        elif token["word"] is not None:
            number = token["number"]
            self._word(token["word"], int(number) if number is not None else None, opening=opening)
        elif token["symbol"] is not None:
            self._symbol(token["symbol"], state)
        elif token["text"] is not None:
            self._text(token["text"])

    def _close(self) -> None:
        if len(self.states) > 1:
            state = self.states.pop()
            if state.picture is not None and self.states[-1].picture is None and not state.skipped:
                self.pictures.append(Picture("picture", state.picture))
            if state.math is not None and self.states[-1].math is None:
                self.runs.append(inline_formula(omml_to_latex(state.math)))
        self.skip = 0

    def _byte(self, value: int) -> None:
        if self.skip:
            self.skip -= 1
        elif not self.states[-1].skipped:
            self.bytes.append(value)

    def _decode(self) -> None:
        if self.bytes:
            text, self.bytes = bytes(self.bytes).decode(self.page, "replace"), bytearray()
            if "\ufffd" in text:
                self.blocks.doubt = (
                    "Letters of this RTF file could not be read in the alphabet that it names."
                )
            self._text(text)

    def _text(self, text: str) -> None:
        state = self.states[-1]
        if self.skip:
            gone = min(self.skip, len(text))
            self.skip -= gone
            text = text[gone:]
        if state.skipped or state.picture is not None or not text:
            return
        if (
            not text.isascii()
        ):  # bytes of the file beyond ASCII, which RTF does not have but some programs write
            text = (
                text.encode("latin-1", "replace").decode(self.page, "replace")
                if text.isprintable() and max(text) < "Ā"
                else text
            )
        if state.math is not None:
            self._math_text(state.math, text)
        elif state.marker:
            self.said.append(text)
        else:
            self.runs.append(TextRun(text, state.style))

    def _math_text(self, element: Element, text: str) -> None:
        """Add text to a run of an equation, or give a property its value."""
        if element.tag != "m:r":
            element.set("m:val", (element.get("m:val", "") + text).strip())
            return
        inner = element[-1] if len(element) else SubElement(element, "m:t")
        inner.text = (inner.text or "") + text

    def _symbol(self, symbol: str, state: _State) -> None:
        if symbol == "*":
            state.skipped = True  # until the destination turns out to be one that is known
        elif symbol in {"\n", "\r"}:
            self.end_paragraph()
        elif symbol in {"~", "_", "-"}:
            self._text({"~": " ", "_": "-", "-": ""}[symbol])
        elif symbol in {"\\", "{", "}"}:
            self._text(symbol)

    def _word(self, word: str, number: int | None, *, opening: bool) -> None:
        state = self.states[-1]
        if (opening and word in _DESTINATIONS) or word in {"fldinst", "nonshppict", "mmathPict"}:
            state.skipped = True
            self.colour_at = 0 if word == "colortbl" else self.colour_at
        elif word in _KNOWN:
            state.skipped = len(self.states) > 1 and self.states[-2].skipped
            state.marker = state.marker or word in {"listtext", "pntext"}
            state.math = Element("m:oMath") if word == "moMath" else state.math
        elif state.math is not None and opening and word.startswith("m"):
            above, state.math = state.math, Element(f"m:{word[1:]}")
            above.append(state.math)
        elif word in {"red", "green", "blue"}:
            self._colour(word, number or 0)
        elif state.skipped:
            return
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word == "uc":
            state.skip_after = min(max(number or 0, 0), 8)
        elif word in {"pict", "objemb", "objlink"}:
            state.picture = ""
        elif word in _PICTURES and state.picture is not None:
            state.picture = _PICTURES[word]
        elif word == "ansicpg" and number is not None:
            self.page = _PAGES.get(
                str(number), f"cp{number}" if 1250 <= number <= 1258 or number == 874 else "cp1252"
            )
        elif word == "mac":
            self.page = "mac_roman"
        elif word in _SIGNS:
            self._text(_SIGNS[word])
        else:
            self._layout(word, number, state)

    def _unicode(self, number: int) -> None:
        code = number + 65_536 if number < 0 else number
        self._text(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")
        self.skip = self.states[-1].skip_after

    def _colour(self, word: str, number: int) -> None:
        if self.colour_at is None:
            return
        if word == "red":
            self.colours.append("")
        if self.colours:
            self.colours[-1] += f"{min(max(number, 0), 255):02x}"

    def _layout(self, word: str, number: int | None, state: _State) -> None:
        if word in {"par", "sect", "page"}:
            self.end_paragraph()
        elif word == "pard":
            self.in_table, self.level, self.outline = False, 0, 0
        elif word == "plain":
            state.style = PLAIN
        elif word == "intbl":
            self.in_table = True
        elif word == "ilvl":
            self.level = min(number or 0, 8)
        elif word == "outlinelevel":
            self.outline = min((number or 0) + 1, 6)
        elif word in {"cell", "nestcell"}:
            self._end_cell()
        elif word in {"row", "nestrow"}:
            self.rows.append(self.row)
            self.row = []
        elif word in _SWITCHES:
            state.style = state.style._replace(**{_SWITCHES[word]: number != 0})
        elif word in {"ul", "uld", "uldb", "ulw"}:
            state.style = state.style._replace(underlined=number != 0)
        elif word == "ulnone":
            state.style = state.style._replace(underlined=False)
        elif word in {"super", "sub", "nosupersub"}:
            script = 0 if word == "nosupersub" or number == 0 else 1 if word == "super" else -1
            state.style = state.style._replace(script=script)
        elif word == "cf":
            # Colours are counted from 1; the first of the table, 0, is the reader's own.
            white = (
                number is not None
                and 0 < number <= len(self.colours)
                and self.colours[number - 1] == "ffffff"
            )
            state.style = state.style._replace(concealed=white)
        elif word == "fs" and number is not None and number / 2 <= TINY:
            state.style = state.style._replace(concealed=True)

    def _end_cell(self) -> None:
        line = marked_up(self.runs)
        self.runs = []
        self.cell.append(line.text)
        self.hidden += line.hidden
        self.row.append(" ".join(filter(None, self.cell)))
        self.cell = []
        self.in_table = True

    def end_paragraph(self) -> None:
        """End the paragraph at hand."""
        runs, self.runs = self.runs, []
        pictures, self.pictures = tuple(self.pictures), []
        said, self.said = "".join(self.said).strip(), []
        self.paragraph += 1
        if self.paragraph > MAX_PARAGRAPHS:
            rule = f"has more than {MAX_PARAGRAPHS:,} paragraphs, which no answer needs"
            raise SubmissionError([Problem(self.source, 0, 0, rule)])
        if self.in_table:
            line = marked_up(runs)
            self.cell.append(line.text)
            self.hidden += line.hidden
            if pictures:
                self.blocks.add("paragraph", marked_up([]), Spot(self.paragraph), pictures=pictures)
            return
        self.end_table()
        spot = Spot(self.paragraph)
        line = marked_up(runs, plain=bool(self.outline))
        ticked, text = box_of(line.text)
        if self.outline and line.text:
            self.blocks.add("heading", line, spot, depth=self.outline, marker=said, pictures=pictures)
        elif said:
            marker = said if said[:1].isalnum() or said.startswith("(") else "-"
            shown = line._replace(text=text)
            self.blocks.add(
                "item", shown, spot, depth=self.level, marker=marker, ticked=ticked, pictures=pictures
            )
        else:
            self.blocks.add("paragraph", line, spot, ticked=ticked, pictures=pictures)

    def end_table(self) -> None:
        """End the table at hand, if there is one."""
        rows, self.rows = [*self.rows, *([self.row] if self.row else [])], []
        self.row = []
        if rows:
            inner = BlockList()
            if self.hidden:
                inner.add(
                    "paragraph", marked_up([])._replace(hidden=tuple(self.hidden)), Spot(self.paragraph)
                )
            self.hidden = []
            self.blocks.add_table(rows, Spot(self.paragraph), inner)
