"""A page of a PDF is drawn by a process of its own; what cannot be drawn is nothing, and takes nothing along."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path

import pytest

from grader.documents.pdf import pagepicture

_spec = importlib.util.spec_from_file_location("pdffiles", Path(__file__).parent / "pdffiles.py")
pdffiles = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pdffiles)

PAGE = pdffiles.page(pdffiles.words((60, 700, 20, "An answer.")))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_page_is_as_wide_as_people_can_read_it() -> None:
    width, height = size(pagepicture.page_picture(PAGE, 1))
    assert width == pagepicture.WIDTH
    assert abs(height - width * 800 / 600) <= 1


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_page_that_is_not_there_is_nothing(number) -> None:
    assert pagepicture.page_picture(PAGE, number) == b""


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7\n", b"not one", PAGE[:200]])
def test_what_is_no_pdf_is_nothing(raw) -> None:
    assert pagepicture.page_picture(raw, 1) == b""


def test_a_page_as_tall_as_a_tower_is_drawn_smaller() -> None:
    tall = PAGE.replace(b"[0 0 600 800]", b"[0 0 60 9999]")
    width, height = size(pagepicture.page_picture(tall, 1))
    assert width * height < 4 * pagepicture.WIDTH**2


def test_one_that_takes_too_long_is_nothing(monkeypatch) -> None:
    monkeypatch.setattr(pagepicture, "SECONDS", 0)
    assert pagepicture.page_picture(PAGE, 1) == b""
