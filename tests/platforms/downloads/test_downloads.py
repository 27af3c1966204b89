"""Every platform's shapes, as data: whose hand-ins come of a download, under which names, and what is nobody's."""

from __future__ import annotations

import re
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from grader.files.registry import resolve
from grader.platforms.downloads import DOWNLOADS
from grader.platforms.downloads.contract import Delivery, DownloadEntry, Listing
from grader.platforms.downloads.intake import take_in
from grader.platforms.downloads.listing import _is_noise
from grader.platforms.downloads.recognition import recognise, taken_as
from grader.platforms.downloads.request import Expected

sys.path.insert(0, str(Path(__file__).parent))
from thirty import CLASSES

ROOT = Path(__file__).parents[3]
ROWS = yaml.safe_load((ROOT / "tests/cases/downloads.yaml").read_text(encoding="utf-8"))
HANDED_IN = (ROOT / "submissions/README.md").read_text(encoding="utf-8")


def listing_of(inside: dict[str, str] | list[str]) -> Listing:
    texts = inside if isinstance(inside, dict) else dict.fromkeys(inside, "")
    entries = [
        DownloadEntry(path, lambda text=text: len(text), lambda limit, text=text: text.encode()[:limit])
        for path, text in texts.items()
        if not _is_noise(path)
    ]
    return Listing("given.zip", "given", tuple(entries))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_a_download_is_taken_apart(row) -> None:
    known = row.get("known", ())
    listing = listing_of(row["inside"])
    found = taken_as(row["said"], listing, known) if "said" in row else recognise(listing, known)
    assert (found.name if found else None) == row["platform"]
    if found is None:
        return
    made = list(found.platform.deliveries(found.listing))
    deliveries = [item for item in made if isinstance(item, Delivery)]
    handins: dict[str, list[list[str]]] = {}
    for item in deliveries:
        for student in item.students:
            handins.setdefault(student.id, []).append([file.name for file in item.files])
    assert handins == row["handins"]
    told = {student.id: (item, student) for item in deliveries for student in item.students}
    for student, name in row.get("names", {}).items():
        assert told[student][1].name == name
    for student, moment in row.get("times", {}).items():
        assert told[student][0].submitted == moment
    for student, note in row.get("notes", {}).items():
        assert told[student][0].notes == (note,)
    strays = [str(item) for item in made if not isinstance(item, Delivery)]
    assert len(strays) == len(row.get("stray", ()))
    assert all(said in stray for said, stray in zip(row.get("stray", ()), strays, strict=True))


@pytest.mark.parametrize("name", DOWNLOADS)
def test_every_platform_is_documented_and_has_cases_and_a_class(name) -> None:
    section = HANDED_IN.split("## What a learning platform gives")[1].split("\n## ")[0]
    assert f"`{name}`" in section, f"`{name}` has no row in submissions/README.md"
    assert any(row["platform"] == name for row in ROWS)
    assert any(re.match(name, maker) for maker in CLASSES), (
        "a class of thirty is made in tests/platforms/downloads/thirty.py"
    )
    assert resolve(DOWNLOADS, name).title


@pytest.mark.parametrize("row", [row for row in ROWS if row["platform"]], ids=lambda row: row["why"])
def test_nobody_else_takes_it_for_theirs(row) -> None:
    """What the table tries first must not take what another platform gives."""
    listing = listing_of(row["inside"])
    for name in DOWNLOADS:
        platform = resolve(DOWNLOADS, name)
        if name not in {row["platform"], "folders", "zips"}:
            level = listing
            while level is not None:
                assert not platform.recognises(level, row.get("known", ())), name
                level = level.below()


def test_an_unpacked_download_is_read_as_the_zip_is(tmp_path) -> None:
    with ExitStack() as stack:
        for maker in CLASSES.values():
            made = maker()
            if made.name == "class.zip":
                continue
            where = tmp_path / maker.__name__
            where.mkdir()
            zipped = take_in([made.zip(where)], Expected(), stack)
            unpacked = take_in([made.unpacked(where / "unpacked")], Expected(), stack)
            senders = [{item.sender.key for item in taken.handins} for taken in (zipped, unpacked)]
            assert senders[0] == senders[1]
