"""What similar hand-ins share, side by side: as data, and as a page for those who mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.similarity.similarpairs import FEWEST_HANDINS
from grader.writers.displaytext import one_line, printable
from grader.writers.webpage import environment, framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.similarity.sheets import AnswerSheet
    from grader.similarity.similarpairs import SimilarPair, SimilarPairs
    from grader.similarity.stretches import SharedStretch
    from grader.similarity.wrongvalues import SharedValues

HINT: Final = (
    "A hint for a person, and no accusation: it changes no mark. People who learn together, use one book or ask one "
    "program write alike as well, and who copied from whom it cannot tell."
)
PASSAGE: Final = 8  # words from which a stretch is a passage, and no mere turn of phrase
MAX_EVIDENCE: Final = 40  # things that are shown of a pair
_AROUND: Final = 80  # characters that are shown on either side of what is shared
_SHOWN: Final = 1_500  # characters of a stretch
_DIGITS: Final = 3  # significant digits of a chance


def pairs_data(found: SimilarPairs, limit: float) -> dict[str, Any]:
    """Return what was found as data: pairs, the strongest first, each with its evidence, the strongest first."""
    return {
        "title": found.sheets.title,
        "hint": HINT,
        "hand_ins": len(found.sheets.sheets),
        "compared": found.compared,
        "counts_up_to": found.few,
        "expected_at_most": limit,
        "shortened_answers": found.sheets.shortened,
        "more": found.more,
        "pairs": [_pair(pair, found.sheets.titles) for pair in found.pairs],
    }


def _pair(pair: SimilarPair, titles: Any) -> dict[str, Any]:
    evidence = sorted(_evidence(pair), key=lambda item: (-item["bits"], list(titles).index(item["question"])))
    return {
        "left": _people(pair.left),
        "right": _people(pair.right),
        "expected": float(f"{pair.expected:.{_DIGITS - 1}e}"),
        "evidence": [{"title": titles[item["question"]], **item} for item in evidence[:MAX_EVIDENCE]],
        "more": max(0, len(evidence) - MAX_EVIDENCE),
    }


def _people(sheet: AnswerSheet) -> dict[str, Any]:
    return {
        "students": [{"id": name, "name": full} for name, full in sheet.students],
        "source": sheet.source,
    }


def _evidence(pair: SimilarPair) -> Iterator[dict[str, Any]]:
    for question, shared in pair.values.items():
        yield _of_values(question, shared)
    for question, stretches in pair.stretches.items():
        for group in _together(stretches):
            yield _of_stretches(pair, question, group)


def _together(stretches: Sequence[SharedStretch]) -> Iterator[list[SharedStretch]]:
    """Yield the stretches that stand so close to each other in both answers that they are shown as one."""
    group: list[SharedStretch] = []
    for stretch in stretches:
        if group and not (
            0 <= stretch.left[0] - group[-1].left[1] <= _AROUND
            and 0 <= stretch.right[0] - group[-1].right[1] <= _AROUND
        ):
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


def _of_values(question: str, shared: SharedValues) -> dict[str, Any]:
    return {
        "kind": "wrong values",
        "question": question,
        "holders": shared.holders,
        "of": shared.of,
        "bits": round(shared.bits, 1),
        "values": [
            {
                "criterion": one.criterion,
                "title": one.title,
                "meaning": one.meaning,
                "left": one.read,
                "right": other.read,
            }
            for one, other in zip(shared.left, shared.right, strict=True)
        ],
    }


def _of_stretches(pair: SimilarPair, question: str, shared: Sequence[SharedStretch]) -> dict[str, Any]:
    return {
        "kind": "passage" if max(stretch.words for stretch in shared) >= PASSAGE else "wording",
        "question": question,
        "holders": min(stretch.holders for stretch in shared),
        "words": sum(stretch.words for stretch in shared),
        "bits": round(sum(stretch.bits for stretch in shared), 1),
        "left": _excerpt(pair.left.texts[question], [stretch.left for stretch in shared]),
        "right": _excerpt(pair.right.texts[question], [stretch.right for stretch in shared]),
    }


def _excerpt(text: str, places: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Return a part of an answer in pieces, those that are shared and those around them, cut at words."""
    start, end = places[0][0], places[-1][1]
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = f"…{before.partition(' ')[2]}"
    if len(text) > end + _AROUND:
        after = f"{after.rpartition(' ')[0]}…"
    pieces, done = [(before, False)], start
    for begin, stop in places:
        pieces += [(text[done:begin], False), (_cut(text[begin:stop]), True)]
        done = stop
    pieces.append((after, False))
    told = [{"text": piece, "shared": shared} for piece, shared in pieces if piece]
    return {"start": start, "end": end, "pieces": told}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def shared_words(excerpt: dict[str, Any]) -> str:
    """Return what of an excerpt is shared."""
    return " … ".join(piece["text"] for piece in excerpt["pieces"] if piece["shared"])


def chance_words(expected: float) -> str:
    """Return in words how many such pairs chance would give in a class."""
    if expected >= 1:
        return f"chance would give about {expected:.0f} such pairs in this class"
    if expected >= 1e-9:  # beyond it the model says no more than that it was no chance
        return f"chance would give one such pair in about {_rounded(1 / expected)} classes like this one"
    return "chance would hardly ever give such a pair"


def _rounded(number: float) -> str:
    """Return a number of one or two digits and zeros."""
    digits = f"{number:.1e}"
    return f"{int(float(digits)):,}"


def evidence_words(item: dict[str, Any]) -> str:
    """Return in a line what is shared and how rare it is."""
    if item["kind"] == "wrong values":
        count = len(item["values"])
        what = "the same wrong value" if count == 1 else f"the same {count} wrong values"
        return f"{item['question']}: {what}, as {item['holders']} of {item['of']} hand-ins have"
    who = "these two" if item["holders"] == 2 else f"{item['holders']} hand-ins"
    return f"{item['question']}: the same {item['words']} words, some of them only in {who}"


def people_words(people: dict[str, Any]) -> str:
    """Return who handed something in."""
    return " and ".join(
        one_line(f"{item['name']} ({item['id']})" if item["name"] else item["id"], 60)
        for item in people["students"]
    )


def heading_words(data: dict[str, Any]) -> str:
    """Return what was compared and what chance would give, in a sentence."""
    if not data["compared"]:
        return f"{data['hand_ins']} hand-ins are too few to say what is rare; it takes {FEWEST_HANDINS}."
    count = len(data["pairs"]) + data["more"]
    pairs = "no pair shares" if not count else "1 pair shares" if count == 1 else f"{count:,} pairs share"
    return (
        f"Of {data['hand_ins']:,} hand-ins ({data['compared']:,} pairs), {pairs} so much that chance would give at most "
        f"{data['expected_at_most']:g} such pairs in a class like this one. What more than {data['counts_up_to']} hand-ins have "
        "counts for nothing."
    )


def render_pairs(data: dict[str, Any]) -> str:
    """Return the page of `pairs_data`, which needs nothing beside it."""
    body = (
        environment()
        .get_template("similar.html.j2")
        .render(
            data=data,
            heading=heading_words(data),
            people=people_words,
            chance=chance_words,
            evidence=evidence_words,
            plain=printable,
        )
    )
    return framed("similar", f"{one_line(data['title'])}: similar hand-ins", body, None, assets="inline")
