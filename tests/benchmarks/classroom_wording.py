"""How one student's words differ from another's: sentences put together anew, typing slips, notation.

For `classroom.py`. Nothing here knows the questions; a text goes in and the same text comes out as a particular
student might have written it. All choices come from the `random.Random` that is handed in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from random import Random

# What must stay in one piece: displayed formulas, environments, code, tables.
_BLOCK = re.compile(
    r"\$\$.*?\$\$|\\\[.*?\\\]|\\begin\{(\w+\*?)\}.*?\\end\{\1\}|```.*?```|(?:^[ \t]*\|.*\n?)+",
    re.DOTALL | re.MULTILINE,
)
_LIST_LINE = re.compile(r"[ \t]*(?:[-*•] |\d+[.)] |\\item)")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z$*])")
_MATHS = re.compile(
    r"(\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\\begin\{(?:align|equation).*?\\end\{\w+\*?\}|\\\[.*?\\\])", re.DOTALL
)
_WORD = re.compile(r"(?<![\\\w{])[a-z]{4,}(?![\w}])")
_COMMON_ENGLISH = re.compile(r"\b(?:the|is|are|and|to|of|a|it|in|for|not|that)\b")

# Ways to say the same; the right side of a pair is as good as the left.
_SAME = [
    ("neurons", "units"), ("neurons", "nodes"), ("doesn't", "does not"), ("does not", "doesn't"), ("it's", "it is"),
    ("initialis", "initializ"), ("initializ", "initialis"), ("normalis", "normaliz"), ("normaliz", "normalis"),
    ("inference", "prediction"), ("inference", "inference time"), ("mini-batch", "minibatch"), ("mini-batch", "batch"),
    ("roughly", "about"), ("about", "approximately"), ("hence", "so"), ("therefore", "so"),
    ("because", "since"), ("because", "as"), ("usually", "often"), ("often", "usually"), ("fine", "OK"),
    ("okay", "fine"), ("the same", "an identical"), ("slower", "more slowly"), ("a lot", "much"), ("fast", "quick"),
    ("between -1 and 1", "in [-1, 1]"), ("between -1 and 1", "from -1 to 1"), ("network", "net"), ("should", "must"),
    ("mutually exclusive", "exclusive"), ("e.g.", "for example"), (" two ", " 2 "), ("training", "the training"),
]  # fmt: skip
_OPENERS = [
    "I think that ",
    "In my opinion ",
    "As far as I know, ",
    "As we saw in the lecture, ",
    "Well, ",
    "So, ",
]
_CLOSERS = [
    " I hope this is right.",
    " See the lecture slides.",
    " (chapter 11)",
    " That's all.",
    " Not sure.",
    " :)",
]


@dataclass(frozen=True)
class Piece:
    """A sentence, a line of a list or a block, with the white space after it."""

    text: str
    after: str
    block: bool


@dataclass(frozen=True)
class Wording:
    """One answer of the pool, in pieces."""

    text: str

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(_cut(self.text))

    @cached_property
    def mixes(self) -> bool:
        """Whether its sentences fit among others: English ones do, key words and other languages do not."""
        words = len(self.text.split())
        return words > 8 and len(_COMMON_ENGLISH.findall(self.text)) > 0.09 * words


def _cut(text):
    position = 0
    for match in _BLOCK.finditer(text):
        yield from _cut_prose(text[position : match.start()])
        after = "\n" if match[0].endswith("\n") else "\n\n"
        yield Piece(match[0].strip("\n"), after, block=True)
        position = match.end()
    yield from _cut_prose(text[position:])


def _cut_prose(text):
    for paragraph in re.split(r"\n\s*\n", text):
        lines = paragraph.strip("\n").split("\n")
        items = []
        for line in lines:
            if items and not _LIST_LINE.match(line) and not line.startswith("#"):
                items[-1] += "\n" + line
            else:
                items.append(line)
        for index, item in enumerate(item for item in items if item.strip()):
            last = "\n\n" if index == len(items) - 1 else "\n"
            sentences = _SENTENCE_END.split(item)
            for number, sentence in enumerate(sentences):
                yield Piece(sentence, last if number == len(sentences) - 1 else " ", block=False)


def recombine(random: Random, wordings: list[Wording]) -> str:
    """Draw one answer; let most of them lose, swap and gain sentences from others at about the same place."""
    own = random.choice(wordings)
    if not own.mixes or random.random() < 0.08:
        return own.text
    kept = []
    for index, piece in enumerate(own.pieces):
        chance = random.random()
        if piece.block or chance < 0.66:
            kept.append(piece)
        elif chance < 0.92:
            kept.append(_borrowed(random, wordings, index / len(own.pieces)) or piece)
        elif chance < 0.96:
            kept += [piece, _borrowed(random, wordings, index / len(own.pieces)) or piece]
    if len(own.pieces) < 3:
        kept.append(_borrowed(random, wordings, 0.9) or own.pieces[-1])
    return "".join(piece.text + piece.after for piece in kept).strip()


def _borrowed(random, wordings, share):
    other = random.choice(wordings)
    if not other.mixes:
        return None
    piece = other.pieces[min(int(share * len(other.pieces) + random.random()), len(other.pieces) - 1)]
    return None if piece.block else piece


def reword(random: Random, text: str, *, slips: float) -> str:
    """Change a few expressions for others that mean the same; then make typing slips in a share of the words."""
    for old, new in random.sample(_SAME, 16):
        if old in text and random.random() < 0.7:
            text = text.replace(old, new, random.randint(1, 3))
    if random.random() < 0.12 and text[:1].isupper() and text[1:2].islower():
        text = random.choice(_OPENERS) + text[0].lower() + text[1:]
    if random.random() < 0.08 and text[-1:] == ".":
        text += random.choice(_CLOSERS)
    return with_slips(random, text, slips) if slips else text


def with_slips(random: Random, text: str, share: float) -> str:
    """Swap, drop, double or mistake a letter in this share of the longer words outside formulas and code."""
    parts = _MATHS.split(text)
    for index in range(0, len(parts), 2):
        words = list(_WORD.finditer(parts[index]))
        wanted = share * len(words)
        count = int(wanted) + (random.random() < wanted % 1)
        for match in sorted(random.sample(words, count), key=lambda found: -found.start()):
            parts[index] = (
                parts[index][: match.start()] + _slip(random, match[0]) + parts[index][match.end() :]
            )
    return "".join(parts)


def _slip(random, word):
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + random.choice("aeiourstnl") + word[at + 1 :],
        )
    )


_SIMPLE_FRACTION = re.compile(r"\\frac\{(\w+(?:_\{?\w+\}?)?)\}\{(\w+(?:_\{?\w+\}?)?)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]+)\}")


def renote(random: Random, text: str) -> str:
    """Write formulas that stand in the text in another of the usual notations."""
    if "$" not in text and "\\" not in text:
        return text
    if random.random() < 0.35:
        text = _SIMPLE_FRACTION.sub(random.choice((r"\1/\2", r"\\dfrac{\1}{\2}", r"{\1 \\over \2}")), text)
    if random.random() < 0.2:
        text = _ROOT.sub(r"(\1)^{1/2}", text)
    for old, new, chance in (
        (r"\epsilon", r"\varepsilon", 0.3),
        (r"x^{(i)}", "x_i", 0.3),
        (r"\mu_B", r"\mu", 0.3),
        (r"\sigma_B^2", r"\sigma^2", 0.3),
        (r"\times", r"\cdot", 0.25),
        (r"\hat{x}", r"\hat x", 0.15),
        (" = ", "=", 0.2),
        (" + ", "+", 0.2),
    ):
        if old in text and random.random() < chance:
            text = text.replace(old, new)
    return text
