"""Turn the bytes of a file into text, and say how sure that is.

UTF-8 proves itself: text of another encoding is almost never valid in it. UTF-16 and UTF-32 are known
by their mark, and without one by the places of their zero bytes. Anything else is a guess: Windows-1252
is taken for sure where it gives words of the western languages; elsewhere the letters themselves say which
alphabet is likely (`charset-normalizer`), and that it is a guess is told to a person.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from grader.model.errors import Problem, SubmissionError
from grader.notation.lazypatterns import deferred

# Control characters that text does not contain; a file with one of them in it is binary.
_BINARY: Final = frozenset({*range(32)} - {9, 10, 12, 13, 27})
_NO_BINARY: Final = bytes(set(range(256)) - _BINARY)
_BINARY_TEXT: Final = deferred("[{}]".format("".join(map(re.escape, map(chr, sorted(_BINARY))))))
_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_MARKLESS: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# Text in an alphabet of its own has blanks, line ends and digits; the same bytes the other way round have not.
_LEAST_ASCII: Final = 0.1
# Letters that words of the western languages have in a row beyond ASCII: two ("créée"); other alphabets have more.
_FOREIGN_RUN: Final = deferred("[\u0080-\U0010ffff]{4}")
# Western letters, quotes, dashes and what formulas hold between two letters ("x²y", "a×b").
_INSIDE_WORDS: Final = "À-ÖØ-öø-ÿŒœŠšŸŽž‘’\u00ad–—²°·×•…™®"
# The letters of another encoding: a sign inside a word, a capital after a small letter, letters that only
# Icelandic has, and signs that stand beside no letter.
_MISREAD: Final = deferred(
    f"[A-Za-z][^\\x00-\\x7f{_INSIDE_WORDS}][A-Za-z]|[a-z][À-ÖØ-ÞŒŠŸŽ]|[ðþÐÞ]|[¤¦¨¬¯¸](?=[A-Za-zÀ-ÿ])"
)
# ISO 2022 says with escapes which alphabet follows; all its bytes are ASCII.
_ISO_2022: Final = deferred(r"\x1b\$[@AB(]|\x1b\([BIJ]")
_HIGH: Final = bytes(range(0x80, 0x100))
# More than this share of bytes beyond ASCII is no western language.
_MOST_HIGH: Final = 0.25
# Bytes that a guess is made from; the other bytes of a long file say the same.
_LOOKED_AT: Final = 100_000
_NAMES: Final = {
    "gb18030": "GBK", "big5": "Big5", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "cp949": "Korean (CP949)",
    "mac_roman": "Mac Roman", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1252": "Windows-1252",
    "cp1253": "Windows-1253", "cp1254": "Windows-1254", "koi8_r": "KOI8-R",
}  # fmt: skip
_MULTIBYTE: Final = deferred(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")


class Decoded(NamedTuple):
    """The text of a file with Unix line ends; a note where a guess was made; `doubt` where it is unsure."""

    text: str
    note: str = ""
    doubt: str = ""


def decode(raw: bytes, shown: str) -> Decoded:
    """Return the text of a file; raises SubmissionError for what is no text, or none at all."""
    decoded = _decoded(raw, shown)
    if not decoded.text.strip():
        raise SubmissionError([Problem(shown, 0, 0, "is empty")])
    return decoded


def _decoded(raw: bytes, shown: str) -> Decoded:
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return _marked(raw, codec, name, shown)
    control = raw.translate(None, delete=_NO_BINARY)
    if control:
        found = _without_mark(raw) if b"\x00" in control else None
        if found is not None:
            return found
        place = raw.find(control[:1])
        line = raw.count(b"\n", 0, place) + 1
        raise SubmissionError([Problem(shown, line, 0, f"is binary, not text (byte 0x{control[0]:02x})")])
    try:
        text = _one_newline(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _guessed(raw, line)
    said = "The file is written in ISO 2022, which is not read; save it as UTF-8."
    return Decoded(text, said, said) if "\x1b" in text and _ISO_2022.search(text) else Decoded(text)


def _marked(raw: bytes, codec: str, name: str, shown: str) -> Decoded:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        raise SubmissionError([Problem(shown, 0, 0, f"begins like {name} text and is not")]) from error
    control = _BINARY_TEXT.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        rule = f"is binary, not text ({name} with the character U+{ord(control[0]):04X})"
        raise SubmissionError([Problem(shown, line, 0, rule)])
    return Decoded(_one_newline(text))


def _without_mark(raw: bytes) -> Decoded | None:
    """Read UTF-16 or UTF-32 that does not say so, where exactly one of their forms gives plain text."""
    found = []
    for codec in _MARKLESS:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        ascii_count = sum(map(text.count, " \n\r.,:;#=0123456789eaionst"))
        if text and ascii_count >= _LEAST_ASCII * len(text) and not _BINARY_TEXT.search(text):
            found.append((codec, text))
    if len(found) != 1 or any(unicodedata.category(character) == "Cn" for character in set(found[0][1])):
        return None
    codec, text = found[0]
    name = codec.upper().removesuffix("-LE").removesuffix("-BE")
    return Decoded(_one_newline(text), f"The file does not say how it is encoded; it was read as {name}.")


def _guessed(raw: bytes, line: int) -> Decoded:
    """Read what is not UTF-8; `line` is the first that shows it."""
    wrong = len(raw.decode("utf-8", "replace")) - len(raw.decode("utf-8", "ignore"))
    if len(_MULTIBYTE.findall(raw)) >= wrong:  # damaged at a few places: the others are read right
        said = (
            f"The file is damaged UTF-8 (from line {line}); what could not be read there is shown as \ufffd."
        )
        return Decoded(_one_newline(raw.decode("utf-8-sig", "replace")), said, said)
    text = _one_newline(raw.decode("cp1252", "replace"))
    said = f"The file is not UTF-8 (line {line}); it was read as Windows-1252."
    if _is_western(raw, text):
        return Decoded(text, said)
    codec, text = _most_likely(raw) or ("cp1252", text)
    shown = _NAMES.get(codec, codec)
    said = f"The file is not UTF-8 (line {line}); it was read as {shown}, which is a guess: letters may be wrong."
    return Decoded(_one_newline(text), said, said)


def _most_likely(raw: bytes) -> tuple[str, str] | None:
    """Return the encoding in which bytes are most likely words, and their text; None where there is none."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only files of other encodings need it

    known = from_bytes(raw[:_LOOKED_AT], cp_isolation=list(_NAMES)).best()
    if known is None:
        return None
    text = raw.decode(known.encoding, "replace")
    return (known.encoding, text) if text.count("\ufffd") <= 1 + len(text) // 1_000 else None


def _is_western(raw: bytes, text: str) -> bool:
    """Whether bytes read as Windows-1252 give words of the western languages."""
    high = len(raw) - len(raw.translate(None, delete=_HIGH))
    return (
        "\ufffd" not in text
        and high <= _MOST_HIGH * len(raw)
        and not _FOREIGN_RUN.search(text)
        and not _MISREAD.search(text)
    )


def _one_newline(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
