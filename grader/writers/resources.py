"""The style sheets and scripts of the pages: beside them in `assets/`, or inside each of them.

Every page has a content security policy that allows exactly its own style sheets and scripts and
nothing else: no network, no image but those that stand inside it, no frame, no other script, so that even a hole in the escaping
could not run anything.

- Inside a page they are named by their hashes, and only the fonts that its formulas need come along.
- Beside it they carry a nonce. Browsers check no hash of a file that was opened from a disk, and
  there `'self'` is every file. The nonce is a digest of the page's own content, so nobody can write
  it into that content, and the same report gives the same bytes. The names of the files hold a
  digest of theirs, so pages of two versions can stand in one folder.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from grader.files.provenance import signed
from grader.records import dataclass
from grader.writers import katex
from grader.writers.atomic import write_text
from grader.writers.displaytext import MAX_FORMULA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grader.writers import Assets

FOLDER: Final = "assets"
PICTURE: Final = '<img src="data:image/'
"""How a picture that stands inside a page begins."""
_DIGEST: Final = 12  # characters of a digest in a file's name
_NONCE: Final = 24  # bytes
_CLOSED: Final = "base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Resources:
    """What a page needs around its body: the policy, and the elements that bring styles and scripts."""

    policy: str
    styles: Markup
    scripts: Markup


def page_resources(name: str, body: str, formulas: Iterable[str] | None, *, assets: Assets) -> Resources:
    """Return what a page needs; `name` is that of its style sheet, `formulas` None where nothing is rendered.

    `body` is everything else that will stand in the page.
    """
    beside = assets == "shared"
    found = _beside(name, body, rendered=formulas is not None) if beside else _inside(name, formulas)
    # Only pictures that stand inside the page itself; what a report quotes is escaped and holds no such tag.
    return replace(found, policy=f"{found.policy}; img-src data:") if PICTURE in body else found


def write_assets(out: Path) -> tuple[Path, ...]:
    """Write what pages share into `assets/`, each file whole or not at all; return the paths.

    Files that stand there already are left alone.
    """
    folder = out / FOLDER
    fresh = not folder.exists()
    try:
        return tuple(_written(folder / name, text) for name, text in _shared().values())
    except OSError:
        if fresh and folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
        raise


@cache
def asset(name: str) -> str:
    """Return one of the files the pages are made of."""
    return (files("grader.writers") / "templates" / name).read_text(encoding="utf-8")


def _beside(name: str, body: str, *, rendered: bool) -> Resources:
    digest = hashlib.sha256(body.encode("utf-8", "replace")).digest()[:_NONCE]
    nonce = base64.b64encode(digest).decode()
    styles, scripts = [f"{name}.css"], [f"{name}.js"] if name == "overview" else []
    if rendered:
        styles.append("formulas.css")
        scripts.append("formulas.js")
    rules = [f"style-src 'nonce-{nonce}'"]
    if scripts:
        rules.append(f"script-src 'nonce-{nonce}'")
    if rendered:
        rules.append("font-src data:")
    # Names and nonces are our own and hold nothing of a report.
    links = [f'<link rel="stylesheet" href="{_path(style)}" nonce="{nonce}">\n' for style in styles]
    calls = [f'<script src="{_path(script)}" nonce="{nonce}"></script>\n' for script in scripts]
    return Resources(_policy(rules), Markup("".join(links)), Markup("".join(calls)))  # noqa: S704


def _inside(name: str, formulas: Iterable[str] | None) -> Resources:
    styles, scripts = [_style(name)], [asset("sorting.js")] if name == "overview" else []
    if formulas is not None:
        styles.append(katex.stylesheet(katex.needed_fonts(formulas)))
        scripts += [katex.script(), _formula_script()]
    rules = [f"style-src {' '.join(map(katex.integrity, styles))}"]
    if scripts:
        rules.append(f"script-src {' '.join(map(katex.integrity, scripts))}")
    if formulas is not None:
        rules.append("font-src data:")
    # Our own files, which hold no text of a report and no tag that could end their element.
    inside = [f"<style>{style}</style>\n" for style in styles]
    code = [f"<script>{script}</script>\n" for script in scripts]
    return Resources(_policy(rules), Markup("".join(inside)), Markup("".join(code)))  # noqa: S704


def _policy(rules: Sequence[str]) -> str:
    return "; ".join(("default-src 'none'", *rules, _CLOSED))


@cache
def _shared() -> dict[str, tuple[str, str]]:
    """Return the shared files: what each is called here, its name with the digest, and its text."""
    texts = {
        "report.css": _style("report"),
        "overview.css": _style("overview"),
        "overview.js": asset("sorting.js"),
        # Fonts stand inside: from a disk, some browsers load no font that stands beside a page.
        "formulas.css": katex.stylesheet(katex.every_font()),
        "formulas.js": f"{katex.licence()}{katex.script()}\n{_formula_script()}",
    }
    signatures = {name: signed(text, "asset", name.rpartition(".")[2]) for name, text in texts.items()}
    return {name: (_hashed(name, text), text) for name, text in signatures.items()}


@cache
def _path(name: str) -> str:
    return f"{FOLDER}/{_shared()[name][0]}"


def _hashed(name: str, text: str) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]}.{ending}"


def _written(path: Path, text: str) -> Path:
    data = text.encode()
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return path
    return write_text(path, text)


@cache
def _style(name: str) -> str:
    """Return the style all our pages share, and a page's own after it."""
    return f"{asset('base.css')}{asset(f'{name}.css')}"


@cache
def _formula_script() -> str:
    return asset("formulas.js").replace("LIMIT", str(MAX_FORMULA))
