"""Sentences in other words and another layout, and sentences that say the opposite, of another thing, or less.

What is changed in a passage are words that the criterion looks for: of others nobody can tell what they do to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.authoring.mutation.mutants import Mutant
from grader.notation.lazypatterns import deferred

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]

# Each is as good as the other.
_SAME: Final = (
    ("does not", "doesn't"), ("do not", "don't"), ("is not", "isn't"), ("are not", "aren't"), ("cannot", "can not"),
    ("cannot", "can't"), ("should not", "shouldn't"), ("must not", "mustn't"), ("it is", "it's"), ("because", "since"),
    ("normalis", "normaliz"), ("initialis", "initializ"), ("standardis", "standardiz"), ("regularis", "regulariz"),
    ("behaviour", "behavior"), ("neighbour", "neighbor"), ("centre", "center"), ("for example", "e.g."),
    ("mini-batch", "minibatch"), ("mini-batch", "mini batch"), ("slow down", "slow-down"),
    ("neurons", "units"), ("learnt", "learned"), ("during training", "while training"), ("at test time", "during test time"),
)  # fmt: skip
# Each is the opposite of the other.
_OPPOSITES: Final = (
    ("faster", "slower"), ("fast", "slow"), ("quicker", "slower"), ("quickly", "slowly"), ("higher", "lower"),
    ("high", "low"), ("larger", "smaller"), ("large", "small"), ("longer", "shorter"), ("more", "fewer"),
    ("increases", "decreases"), ("increase", "decrease"), ("better", "worse"), ("best", "worst"), ("always", "never"),
    ("with", "without"), ("good", "bad"), ("expensive", "cheap"), ("same", "different"), ("identical", "different"),
    ("on", "off"), ("before", "after"), ("maximum", "minimum"), ("maximal", "minimal"), ("positive", "negative"),
    ("reduces", "increases"), ("speeds up", "slows down"), ("slows down", "speeds up"), ("slow down", "speed up"),
    ("training", "inference"), ("adds", "subtracts"), ("turn up", "turn down"), ("least", "most"),
)  # fmt: skip
# What may be denied by a "not" behind it; "has" need not be an auxiliary, and "not only" denies nothing.
_AUXILIARY: Final = deferred(
    r"\b(?:is|are|was|were|can|could|will|would|should|must|may|does|do|did)\b(?! (?:just|only|simply)\b)"
)
_NEGATIVE: Final = deferred(
    r"n['’]t\b|\b(?:not|no|none|nothing|never|nor|neither|nobody|without|hardly|cannot)\b", re.IGNORECASE
)
_DENIAL: Final = deferred(
    r"\b(?:is|are|was|were|can|could|will|would|should|must|may|does|do|did|has|have|had)(?: not\b|n['’]t\b)|\bcannot\b"
)
_SENTENCE: Final = deferred(r"[^.!?;\n]+(?:[.](?=\S)[^.!?;\n]*)*[.!?;]?")
# A list, a verdict, a label or a question is no sentence that can be denied as a whole.
_NO_SENTENCE: Final = deferred(
    r"^\W*(?:[0-9a-z][.)]|yes\b|no\b|not\b|so\b|otherwise\b|that is why\b|why\b)|[:?>+|\[$&]|->",
    re.IGNORECASE,
)
_CLAUSE_END: Final = deferred(r"[,;:]|\b(?:and|but|or|since|because|as|so|which|that|if|when|while)\b")
_VERDICT: Final = deferred(r"\W*(?:yes|no)\b", re.IGNORECASE)
_WORD: Final = deferred(r"[A-Za-z]+")
_OF_SENTENCES: Final = frozenset({"negation", "topic"})
_DAMAGING: Final = frozenset({"negation", "topic", "opposite"})
_LEAST_WORDS: Final = 4  # of a sentence that is denied as a whole: fewer may be a heading
_LONG: Final = 8  # letters of a word in which a slip of the finger leaves no doubt what is meant
_WIDTH: Final = 40  # columns of a text that is wrapped
_LEADS: Final = ("Answer: ", "As said in the lecture, ", "- ")


def variations(text: str, spans: Sequence[Span]) -> Iterator[Mutant]:
    """Yield a text in other words and another layout."""
    for one, other in (pair for each in _SAME for pair in (each, each[::-1])):
        match = re.search(
            rf"(?<![\w']){re.escape(one)}(?!['’])" + (r"(?!\w)" if one[-1] != "s" and one[-1] != "z" else ""),
            text,
        )
        if match:
            yield _changed("synonym", text, match.span(), other)
    yield from _layouts(text)
    yield from _reordered(text)
    for start, end in spans:
        for match in _WORD.finditer(text, start, end):
            word = match[0]
            if len(word) >= _LONG and word.islower():
                middle = len(word) // 2
                slip = f"{word[: middle - 1]}{word[middle]}{word[middle - 1]}{word[middle + 1 :]}"
                if slip != word:
                    yield _changed("typo", text, match.span(), slip)


def _layouts(text: str) -> Iterator[Mutant]:
    def whole(changed: str) -> Mutant:
        return Mutant("layout", damages=False, answer=changed, start=0, end=len(changed))

    yield whole(f"{text}\n")
    yield whole(text.replace(" ", "  "))
    yield whole(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"))
    if "\n" in text:
        yield whole(text.replace("\n", "\r\n"))
        return
    yield whole(_wrapped(text))
    yield whole(text.rstrip("."))
    yield whole(f"{text[:1].lower()}{text[1:]}")
    if not _NO_SENTENCE.search(text):
        yield whole(f"**{text}**")
        for lead in _LEADS:
            yield whole(f"{lead}{text[:1].lower()}{text[1:]}" if lead.endswith(", ") else f"{lead}{text}")


def _reordered(text: str) -> Iterator[Mutant]:
    """Yield a list in another order; one of bullets has none of its own."""
    lines = text.rstrip().split("\n")
    bullets = [number for number, line in enumerate(lines) if line.startswith("- ")]
    if len(bullets) == len(lines) > 1:
        changed = "\n".join(lines[::-1])
        yield Mutant("order", damages=False, answer=changed, start=0, end=len(changed))


def _wrapped(text: str) -> str:
    lines = [""]
    for word in text.split(" "):
        if len(lines[-1]) + len(word) > _WIDTH and lines[-1] and word[:1].isalpha():
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\n".join(lines)


def damages(text: str, spans: Sequence[Span], knows: Callable[[str], bool]) -> Iterator[Mutant]:
    """Yield a text in which a passage says the opposite; `knows` tells the words looked for."""
    for start, end in spans:
        if not _VERDICT.match(text):  # "Yes, ..." answers whatever comes behind it
            yield from _denied(text, start, end)
            yield from _turned(text, start, end, knows)


def swaps(text: str, names: tuple[Sequence[str], Sequence[str]]) -> Iterator[Mutant]:
    """Yield a text that says the same of another thing; `names` are those of the thing, and of others."""
    own, others = names
    known = sorted(own, key=len, reverse=True)
    mention = re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})\b", re.IGNORECASE) if own else None
    matches = list(mention.finditer(text)) if mention is not None else []
    if len(matches) != 1:  # of what is named again the second name may do
        return
    for other in others:
        if not re.search(rf"\b{re.escape(other)}", text, re.IGNORECASE):
            yield _changed("topic", text, matches[0].span(), other)


def _denied(text: str, start: int, end: int) -> Iterator[Mutant]:
    """Deny the sentence of a passage, or take back the denial in it."""
    sentence = next(
        (each.span() for each in _SENTENCE.finditer(text) if each.start() <= start < each.end()), None
    )
    if sentence is None or end > sentence[1]:
        return
    first = sentence[0] + len(text[slice(*sentence)]) - len(text[slice(*sentence)].lstrip())
    said = text[first : sentence[1]]
    if len(said.split()) >= _LEAST_WORDS and not _NO_SENTENCE.search(said):
        lead = said if said[:2].isupper() or said[1:2].isupper() else f"{said[:1].lower()}{said[1:]}"
        yield _changed("negation", text, (first, sentence[1]), f"It is not true that {lead}")
    denials = list(_DENIAL.finditer(text, first, sentence[1]))
    if len(denials) == 1 and _governs(text, denials[0].start(), start, end):
        word = denials[0][0]
        kept = "can" if word == "cannot" or word.startswith("can") else re.sub(r" not$|n['’]t$", "", word)
        yield _changed("negation", text, denials[0].span(), kept)
    negative = _NEGATIVE.search(text, first, sentence[1])  # of two denials nobody can tell what they come to
    verbs = [] if negative else list(_AUXILIARY.finditer(text, first, sentence[1]))
    if len(verbs) == 1 and _governs(text, verbs[0].start(), start, end):
        yield _changed("negation", text, verbs[0].span(), f"{verbs[0][0]} not")


def _governs(text: str, verb: int, start: int, end: int) -> bool:
    """Whether a verb stands in a passage, or before it in the same clause."""
    return verb < end and (verb >= start or _CLAUSE_END.search(text, verb, start) is None)


def _turned(text: str, start: int, end: int, knows: Callable[[str], bool]) -> Iterator[Mutant]:
    """Put the opposite of a word in its place."""
    for one, other in (pair for each in _OPPOSITES for pair in (each, each[::-1])):
        # "As slow as ever" is as fast as ever; and what is said twice is still said.
        matches = list(re.compile(rf"(?<!\bas )\b{re.escape(one)}\b").finditer(text, start, end))
        if len(matches) == 1 and all(knows(word) for word in one.split()):
            yield _changed("opposite", text, matches[0].span(), other)


def _changed(operator: str, text: str, span: Span, new: str) -> Mutant:
    """Put new words in the place of a span. A denial or a topic changes all of its sentence, another word itself."""
    changed = f"{text[: span[0]]}{new}{text[span[1] :]}"
    start, end = span[0], span[0] + len(new)
    if operator in _OF_SENTENCES:
        start, end = next(
            (each.span() for each in _SENTENCE.finditer(changed) if each.start() <= start < each.end()),
            (start, end),
        )
    return Mutant(operator, damages=operator in _DAMAGING, answer=changed, start=start, end=end)
