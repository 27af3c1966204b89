"""Pictures and links in the text of a document: what stands there as an image, and which characters say nothing.

No name, width or address is ever read as an answer: the markup is blanked, and a `Picture` stands for what a person sees.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.documents.document import Picture
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Characters of a picture's name that anybody reads.
MAX_NAME: Final = 80
# A screenshot has a few hundred kilobytes; larger ones are looked at in the file itself.
MAX_PICTURE: Final = 3_000_000

_TAG: Final = deferred(
    r"</?(?P<name>a|img|iframe|embed|video|audio|source|object|picture|svg|path)\b(?P<attributes>[^<>]{0,2000})>",
    re.IGNORECASE,
)
_IMAGES: Final = frozenset({"img", "embed", "video", "svg", "object", "iframe"})
_SOURCE: Final = deferred(r"""\b(?:src|data)\s*=\s*["']?([^"'<>\s]{1,2000})""", re.IGNORECASE)
_ALT: Final = deferred(r"""\balt\s*=\s*["']([^"'<>]{1,2000})""", re.IGNORECASE)
_URL: Final = deferred(r"(?:https?|ftp)://[^\s)>\]\"'|`]{1,2000}", re.IGNORECASE)
_DATA_URL: Final = deferred(r"\s*data:(?P<media>[\w/+.-]{1,60});base64,(?P<data>.*)", re.DOTALL)
_IMAGE: Final = deferred(
    r"!\[(?P<name>[^\[\]\n]{0,300})\](?:\((?P<source>[^()\n]*(?:\([^()\n]*\)[^()\n]*)?)\)|\[[^\[\]\n]{0,100}\])"
)
_ADDRESS: Final = deferred(r"(?<=\])\([^()\s]{1,2000}(?:[ \t]+\"[^\"\n]{0,300}\")?\)")


def blanked(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """Return a text of the same length in which stretches are blanks; line ends stay."""
    pieces, at = [], 0
    for start, end in sorted(stretches):
        if end > at:
            pieces.append(text[at : max(start, at)])
            pieces.append(re.sub(r"[^\n]", " ", text[max(start, at) : end]))
            at = end
    return "".join([*pieces, text[at:]])


def picture_named(name: str, source: str, attachments: Mapping[str, Picture] | None = None) -> Picture:
    """Return a picture by its alternative text and its address; only an address that holds the picture is read."""
    if data := _DATA_URL.match(source):
        return Picture(shortened_name(name), data["media"], decoded_picture(data["data"]))
    attached = (attachments or {}).get(source.strip().removeprefix("attachment:"))
    shown = shortened_name(name or source.rsplit("/", 1)[-1])
    return replace(attached, name=shown) if attached else Picture(shown)


def decoded_picture(data: str) -> bytes | None:
    """Return the bytes of a picture in base64, None where they are too many or none."""
    if len(data) > MAX_PICTURE * 4 // 3:
        return None
    try:
        return base64.b64decode(data, validate=False) or None
    except (binascii.Error, ValueError):
        return None


def shortened_name(name: str) -> str:
    """Return a picture's name as it is told to people."""
    name = " ".join(name.split())
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def tag_picture(tag: str, attachments: Mapping[str, Picture] | None = None) -> Picture | None:
    """Return the picture that an HTML tag shows, None for another tag."""
    match = _TAG.match(tag)
    if match is None or match["name"].lower() not in _IMAGES or tag.startswith("</"):
        return None
    source, alt = _SOURCE.search(match["attributes"]), _ALT.search(match["attributes"])
    return picture_named(alt[1] if alt else "", source[1] if source else "", attachments)


def markup_stretches(
    text: str, start: int, end: int, attachments: Mapping[str, Picture] | None = None
) -> Iterator[tuple[int, int, Picture | None]]:
    """Yield what says nothing in a stretch of HTML: tags of pictures and links, each with its picture."""
    for match in _TAG.finditer(text, start, end):
        yield *match.span(), tag_picture(match[0], attachments)
    yield from url_stretches(text, start, end)


def url_stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int, None]]:
    """Yield the addresses that stand in a stretch as they are."""
    for match in _URL.finditer(text, start, end):
        yield *match.span(), None


def image_stretches(
    text: str, start: int, end: int, attachments: Mapping[str, Picture] | None = None
) -> Iterator[tuple[int, int, Picture | None]]:
    """Yield the images and addresses of a stretch of Markdown that was not parsed further, such as a table's rows."""
    for match in _IMAGE.finditer(text, start, end):
        yield *match.span(), picture_named(match["name"], match["source"] or "", attachments)
    for match in _ADDRESS.finditer(text, start, end):
        yield *match.span(), None
    yield from markup_stretches(text, start, end, attachments)
