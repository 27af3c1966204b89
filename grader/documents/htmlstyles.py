"""How elements of a page look: bold, struck out, raised, or not to be seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.documents.styledruns import TINY
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from grader.documents.styledruns import Style

_TAGS: Final[dict[str, dict[str, object]]] = {
    "b": {"bold": True}, "strong": {"bold": True}, "u": {"underlined": True}, "ins": {"underlined": True},
    "s": {"struck": True}, "del": {"struck": True}, "strike": {"struck": True}, "code": {"code": True},
    "tt": {"code": True}, "kbd": {"code": True}, "samp": {"code": True}, "sup": {"script": 1}, "sub": {"script": -1},
}  # fmt: skip
_WHITE: Final = deferred(
    r"white|transparent|#f{3}|#f{6}(?:f{2})?|#f{4}|rgba?\(255,255,255(?:,[0-9.]+)?\)|rgba\([0-9.]+,[0-9.]+,[0-9.]+,0*\.?0*\)|"
    r"hsla?\([^()]*,100%(?:,[0-9.]+)?\)"
)
_LENGTH: Final = deferred(r"(-?[0-9]{0,6}\.?[0-9]{0,6})(px|pt|em|rem|%|cm|mm|)")
_IN_POINTS: Final = {
    "px": 0.75,
    "pt": 1.0,
    "em": 12.0,
    "rem": 12.0,
    "%": 0.12,
    "cm": 28.3,
    "mm": 2.83,
    "": 0.75,
}


def style_of(node: LexborNode, above: Style) -> Style:
    """Return how the text inside an element looks, given how it looks around it."""
    changes = dict(_TAGS.get(node.tag or "", {}))
    attributes = node.attributes
    if "hidden" in attributes or (node.tag == "font" and _is_white(attributes.get("color") or "")):
        changes["concealed"] = True
    css = attributes.get("style")
    if css:
        changes |= _from_css(css)
    if node.tag == "a" and "href" in attributes and changes.get("underlined"):
        del changes["underlined"]
    if above.concealed:
        changes["concealed"] = True
    return above._replace(**changes) if changes else above  # type: ignore[arg-type]


def _from_css(css: str) -> dict[str, object]:
    found = {
        name.strip(): "".join(value.split())
        for name, _, value in (each.partition(":") for each in css.lower()[:5_000].split(";"))
    }
    changes: dict[str, object] = {}
    weight = found.get("font-weight", "")
    if weight:
        changes["bold"] = weight in {"bold", "bolder"} or (weight.isdecimal() and int(weight[:4]) >= 600)
    line = found.get("text-decoration", "") + found.get("text-decoration-line", "")
    if "line-through" in line:
        changes["struck"] = True
    if "underline" in line:
        changes["underlined"] = True
    lifted = {"super": 1, "sub": -1}.get(found.get("vertical-align", ""))
    if lifted is not None:
        changes["script"] = lifted
    if _hides(found):
        changes["concealed"] = True
    return changes


def _hides(found: dict[str, str]) -> bool:
    ground = found.get("background", "") or found.get("background-color", "")
    on_white = not ground or _is_white(ground)
    return (
        found.get("display") == "none"
        or found.get("visibility") in {"hidden", "collapse"}
        or found.get("mso-hide") == "all"
        or (_is_white(found.get("color", "")) and on_white)
        or _points(found.get("font-size", ""), 12.0) <= TINY
        or _number(found.get("opacity", ""), 1.0) <= 0.1
        or any(
            _points(found.get(name, ""), 0.0) < -400 for name in ("left", "top", "text-indent", "margin-left")
        )
        or (found.get("overflow") == "hidden" and _points(found.get("height", ""), 99.0) <= 1)
    )


def _is_white(colour: str) -> bool:
    return _WHITE.fullmatch("".join(colour.lower().split())) is not None


def _points(text: str, default: float) -> float:
    found = _LENGTH.fullmatch(text)
    return default if found is None else _number(found[1], default) * _IN_POINTS[found[2]]


def _number(text: str, default: float) -> float:
    try:
        return float(text) if len(text) < 20 else default
    except ValueError:
        return default
