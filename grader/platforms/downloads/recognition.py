"""Which platform a zip or a folder comes from, by what is inside, and how deep inside it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.files.registry import resolve
from grader.model.errors import Problem
from grader.platforms.downloads import DOWNLOADS

if TYPE_CHECKING:
    from collections.abc import Container

    from grader.platforms.downloads.contract import Listing, Platform


class Recognised(NamedTuple):
    """A platform, and the listing as it begins there."""

    name: str
    platform: type[Platform]
    listing: Listing


def recognise(listing: Listing, known: Container[str]) -> Recognised | None:
    """Return the platform that something comes from, None for what is no download."""
    for level in listing.levels():
        for name in DOWNLOADS:
            platform: type[Platform] = resolve(DOWNLOADS, name)
            if level.entries and platform.recognises(level, known):
                return Recognised(name, platform, level)
    return None


def taken_as(name: str, listing: Listing, known: Container[str]) -> Recognised:
    """Return what the teacher says a listing is, at the level where it is most so."""
    platform: type[Platform] = resolve(DOWNLOADS, name)
    levels = list(listing.levels())
    for level in levels:
        if platform.recognises(level, known):
            return Recognised(name, platform, level)
    return Recognised(name, platform, min(levels, key=lambda level: _strays(platform, level)))


def _strays(platform: type[Platform], listing: Listing) -> tuple[int, int]:
    """Return how little a listing is what a platform gives: files that are nobody's, then how few hand-ins there are."""
    made = list(platform.deliveries(listing))
    strays = sum(isinstance(item, Problem) for item in made)
    return strays, strays - len(made)
