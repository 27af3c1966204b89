"""Bytes become text; what is no more than a guess is doubted, and what is no text is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.documents.encoding import decode
from grader.model.errors import SubmissionError

GERMAN = "# Frage 1\nDie Größe ist 903.400 – für alle Schichten.\n"
FRENCH = "# Question 1\nLa valeur créée était déjà 5 ; c’est « sûr ».\n"
POLISH = "# Pytanie 1\nWartość wynosi 903400, więc mała liczba żądań.\n"
RUSSIAN = "# Вопрос 1\nЧисло параметров равно 903400.\n"
JAPANESE = "# 問題 1\nパラメータの数は 903400 です。\n"
TURKISH = "# Soru 1\nParametre sayısı 903400, eğitim yavaşlar.\n"
MINUS = "# Question 1\nThe total is −5, and naïve − is not.\n"


@pytest.mark.parametrize("text", [GERMAN, FRENCH, POLISH, RUSSIAN, JAPANESE, TURKISH, MINUS])
@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
def test_every_form_of_unicode_is_read_for_sure(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec), "f")
    assert (decoded.text, decoded.doubt) == (text, "")
    assert bool(decoded.note) == codec.endswith(("-le", "-be"))


@pytest.mark.parametrize("text", [GERMAN, FRENCH])
def test_western_text_is_read_as_windows_1252_with_a_note(text: str) -> None:
    decoded = decode(text.encode("cp1252"), "f")
    assert (decoded.text, decoded.doubt) == (text, "")
    assert decoded.note == "The file is not UTF-8 (line 2); it was read as Windows-1252."


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GERMAN, "mac-roman"), (GERMAN, "cp850"), (FRENCH, "mac-roman"), (POLISH, "cp1250"), (POLISH, "iso8859-2"),
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (JAPANESE, "shift-jis"), (JAPANESE, "euc-jp"),
        (JAPANESE, "gb18030"), (JAPANESE, "iso2022-jp"), (TURKISH, "cp1254"),
    ],
)  # fmt: skip
def test_other_encodings_are_doubted(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec, "ignore"), "f")
    assert decoded.doubt
    assert decoded.note == decoded.doubt


def test_damaged_utf_8_is_read_where_it_is_whole_and_doubted() -> None:
    raw = MINUS.encode()
    decoded = decode(raw[:20] + b"\x92" + raw[20:], "f")
    assert "−5" in decoded.text
    assert decoded.doubt.startswith("The file is damaged UTF-8 (from line 2)")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("a\nb\0c".encode("utf-16"), "f:2: is binary, not text (UTF-16 with the character U+0000)"),
        ("a\x07".encode("utf-32"), "f:1: is binary, not text (UTF-32 with the character U+0007)"),
        (b"\xff\xfea", "f: begins like UTF-16 text and is not"),
        (b"\xff\xfe\x00\x00abc", "f: begins like UTF-32 text and is not"),
        (b"one\ntwo\0three", "f:2: is binary, not text (byte 0x00)"),
        (bytes(range(256)), "f:1: is binary, not text (byte 0x00)"),
        (b"\x00" * 40, "f:1: is binary, not text (byte 0x00)"),
        (b"\xef\xbb\xbf \n", "f: is empty"),
    ],
)
def test_what_is_no_text_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        decode(raw, "f")
    assert [str(problem) for problem in caught.value.problems] == [says]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_text_that_can_be_written_or_are_refused(raw: bytes) -> None:
    with suppress(SubmissionError):
        decode(raw, "f").text.encode()


def test_nothing_is_lost_by_a_doubtful_encoding(classroom) -> None:
    text = "# Q1\nЧисло параметров: total 7840\n# Q2\nrelu\n"
    (classroom.files / "a.md").write_bytes(text.encode("koi8-r"))
    classroom.grade()
    rows = {name: classroom.row("a", name) for name in ("q1_count", "q1_bias", "q2_pick")}
    assert [rows[name]["score"] for name in rows] == [None, None, 3]  # what is earned stays earned
    assert rows["q1_count"]["reason"] == "undecided"
    assert "which is a guess" in rows["q1_count"]["evidence"][-1]["decided"]
    assert "which is a guess" in classroom.report("a")["notes"][0]


def test_a_question_that_a_doubtful_encoding_may_hide_goes_to_a_person(classroom) -> None:
    (classroom.files / "a.md").write_bytes("# Q1\nтекст total 7850\n".encode("cp1251"))
    classroom.grade()
    assert classroom.row("a", "q2_pick")["score"] is None
