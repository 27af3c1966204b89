import hashlib
import json
from pathlib import Path

import pytest

import grader.writers
from grader.writers import katex

ASSETS = Path(grader.writers.__file__).parent / "assets"
MANIFEST = json.loads((ASSETS / "katex.json").read_text(encoding="utf-8"))


def test_the_vendored_files_are_those_of_the_manifest():
    folder = ASSETS / "katex"
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == MANIFEST["files"]
    assert MANIFEST["version"] in (folder / "katex.min.css").read_text(encoding="utf-8")
    assert "LICENSE" in found


def test_nothing_in_them_can_end_its_element():
    assert "</script" not in katex.script().lower()
    assert "</style" not in katex.stylesheet(katex.needed_fonts(["x"])).lower()


@pytest.mark.parametrize(
    ("formula", "font"),
    [
        ("x", None),
        (r"\frac{\alpha}{\sqrt{2}}", None),
        (r"\mathbb{R}", "KaTeX_AMS-Regular"),
        (r"a \leqslant b", "KaTeX_AMS-Regular"),
        (r"\mathcal{N}", "KaTeX_Caligraphic-Regular"),
        (r"\mathbf{W}", "KaTeX_Main-Bold"),
    ],
)
def test_only_needed_fonts_are_inside(formula, font):
    plain, fonts = set(katex.needed_fonts([])), set(katex.needed_fonts([formula]))
    assert (fonts - plain == set()) if font is None else (font in fonts - plain)
    sheet = katex.stylesheet(tuple(sorted(fonts)))
    assert sheet.count("@font-face") == len(fonts) == sheet.count("data:font/woff2;base64,")
    assert sheet.count("url(") == len(fonts)


def test_every_font_named_is_there():
    every = (
        set(katex._ALWAYS)
        | {font for fonts in katex._BY_COMMAND.values() for font in fonts}
        | {"KaTeX_AMS-Regular"}
    )
    assert {f"fonts/{font}.woff2" for font in every} == {
        name for name in MANIFEST["files"] if name.endswith("woff2")
    }
