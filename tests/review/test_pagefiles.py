"""What the page is made of: the vendored script as it was published, ours as small as it should be."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import grader.review
from grader.review.pagefiles import address_of, page_file, template

ASSETS = Path(grader.review.__file__).parent / "assets"
MANIFEST = json.loads((ASSETS / "htmx.json").read_text(encoding="utf-8"))


def test_the_vendored_files_are_those_of_the_manifest() -> None:
    folder = ASSETS / "htmx"
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == MANIFEST["files"]
    assert f'version:"{MANIFEST["version"]}"' in (folder / "htmx.min.js").read_text(encoding="utf-8")


def test_the_licence_goes_with_the_script() -> None:
    content, kind = page_file("htmx.js")
    assert kind.startswith("text/javascript")
    assert b"Permission to use, copy, modify" in content


def test_our_script_stays_small_and_reads_no_html() -> None:
    script = template("review.js")
    assert script.count("\n") < 250
    for word in ("innerHTML", "insertAdjacentHTML", "eval", "Function(", "document.write"):
        assert word not in script


def test_an_address_changes_with_what_it_leads_to() -> None:
    content, _ = page_file("review.css")
    assert address_of("review.css") == f"/assets/review.css?{hashlib.sha256(content).hexdigest()[:12]}"
