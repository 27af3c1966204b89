"""The style sheets and scripts of the page: ours, the vendored htmx, and KaTeX as the reports have it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from grader.writers import katex
from grader.writers.displaytext import MAX_FORMULA
from grader.writers.resources import asset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.resources.abc import Traversable

CSS: Final = "text/css; charset=utf-8"
JAVASCRIPT: Final = "text/javascript; charset=utf-8"
FOLDER: Final = "/assets"
_DIGEST: Final = 12


def template(name: str) -> str:
    """Return a template of the page, or a file that is made of ours."""
    return (_here() / "templates" / name).read_text(encoding="utf-8")


@cache
def page_file(name: str) -> tuple[bytes, str]:
    """Return what a file of the page holds and its kind; raises KeyError."""
    make, kind = _FILES[name]
    return make().encode(), kind


@cache
def address_of(name: str) -> str:
    """Return where a file of the page stands; the address changes with what it holds, so that it may be kept for ever."""
    digest = hashlib.sha256(page_file(name)[0]).hexdigest()[:_DIGEST]
    return f"{FOLDER}/{name}?{digest}"


def _here() -> Traversable:
    return files("grader.review")


def _style() -> str:
    return f"{asset('base.css')}{asset('report.css')}{template('review.css')}"


def _formulas() -> str:
    return f"{katex.licence()}{katex.script()}\n{asset('formulas.js').replace('LIMIT', str(MAX_FORMULA))}"


def _htmx() -> str:
    folder = _here() / "assets" / "htmx"
    licence = (folder / "LICENSE").read_text(encoding="utf-8").strip()
    return f"/*\n{licence}\n*/\n{(folder / 'htmx.min.js').read_text(encoding='utf-8')}"


_FILES: Final[Mapping[str, tuple[Callable[[], str], str]]] = {
    "review.css": (_style, CSS),
    "review.js": (lambda: template("review.js"), JAVASCRIPT),
    # Every font stands inside: an answer that comes later may need one that this page did not.
    "formulas.css": (lambda: katex.stylesheet(katex.every_font()), CSS),
    "formulas.js": (_formulas, JAVASCRIPT),
    "htmx.js": (_htmx, JAVASCRIPT),
}
