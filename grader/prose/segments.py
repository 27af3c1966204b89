"""Cut blocks into words, sentences and clauses."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.notation.lazypatterns import deferred
from grader.notation.vocabulary import word_set
from grader.prose.englishwords import (
    ABBREVIATIONS,
    ASKING,
    AUXILIARIES,
    NEGATORS,
    NO,
    PREDICATES,
    PREPOSITIONS,
    SUBJECTS,
    SUBORDINATORS,
    SURE_VERBS,
    VERBS,
    YES,
)
from grader.prose.lexicon import Lexicon, lexicon
from grader.prose.spelling import MAX_WORD, fold
from grader.records import dataclass

if TYPE_CHECKING:
    import re

    from grader.prose.paragraphs import TextBlock

_TOKEN = deferred(
    r"(?P<word>[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*(?:['’](?:[^\W\d_])+)*|\+|(?<=[^\W\d_]\s)>(?=\s[^\W\d_]))"
    r"|(?P<number>(?:(?<![\w)\]}])[-−])?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?)"
    r"|(?P<lead>[→⇒⟹⟶➔➜:]|[=-]{1,3}>|(?<=[A-Za-z]{3}[ ])=(?=[ ][A-Za-z]{3}))"
    r"|(?P<stop>[.!?…]+)"
    r"|(?P<open>[(\[])|(?P<close>[)\]])"
    r"|(?P<quote>[\"“”„«»])"
    r"|(?P<pause>[,;،、，。；|&]|[–—]|(?<=\s)-(?=\s))"
)
_WHOLE_BRACKET = deferred(r"\(([^()\n]{1,300})\)[ \t]*[.,;]?[ \t]*$")
_VERBAL: Final = AUXILIARIES | VERBS
_OF_COURSE: Final = ("of", "course", "not")
_ANSWER_WORDS: Final = 3  # "it is no"
_LEAD_WORDS: Final = 6  # "Leaky ReLU and its variants:" is a lead, a longer start is a clause
_NOTE_WORDS: Final = 4  # of a note that closes with a yes or no
_FILLER_WORDS: Final = 3  # a piece between commas without a verb is part of its neighbour up to this size
_OPENER_WORDS: Final = 12  # an opening adverbial ("during inference on new instances,") may be longer
_OPENERS: Final = SUBORDINATORS | {"and", "or", "then", "nor", "as"}
_INSERTED: Final = word_set(
    "therefore thus hence however consequently otherwise nevertheless moreover furthermore yet"
)
"""Behind an auxiliary they stand in the clause: "more steps are therefore needed"."""
_SURE_SUBJECTS: Final = SUBJECTS - {
    "the",
    "a",
    "an",
    "its",
    "this",
    "that",
    "these",
    "those",
    "all",
    "one",
    "both",
    "each",
    "no",
}
_SUBJECT_WORDS: Final = 3  # words of a subject behind "and"
# Third persons that are no plural nouns of the field: "and inference slows down".
_SURE_VERBS: Final = SURE_VERBS | word_set(
    "takes makes gives becomes keeps leads slows learns reduces improves requires remains stays avoids prevents solves "
    "allows affects adds produces performs depends prefers recommends applies behaves suffers converts seems "
    "represents wants suits fits says goes comes lets knows thinks happens occurs exists"
)
_CLOSING_QUOTES: Final = "'\"’”»"
_ASIDE_WORDS: Final = 4  # a bracket this short is an aside: "Monte Carlo (MC) dropout"


@dataclass(slots=True)
class Segments:
    """Words with where they stand; all lists run parallel, one entry a word."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    parts: list[str] = field(
        default_factory=list
    )  # the English words whose parts they play; in English the forms
    lexicon: Lexicon = field(default_factory=Lexicon)
    clauses: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    quoted: set[int] = field(default_factory=set)
    questions: set[int] = field(default_factory=set)  # sentences that end in a question mark
    leads: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # block -> first and last word of its lead
    joined: dict[str, list[int]] = field(default_factory=dict)  # "minibatch" -> words written "mini-batch"
    asides: dict[int, int] = field(default_factory=dict)  # word before a short bracket -> word after it
    brackets: dict[int, int] = field(default_factory=dict)  # clause in brackets -> how many words it has
    announced: set[int] = field(default_factory=set)  # words that a colon or an arrow announces
    halts: set[int] = field(default_factory=set)  # words behind a semicolon, or a note that is complete
    clause_count: int = 0
    sentence_count: int = 0
    said: frozenset[str] = frozenset()  # the different words among `parts`


@dataclass(slots=True, eq=False)
class _Piece:
    """A stretch of a sentence between two boundaries."""

    words: list[int]
    opener: str  # what stands before it: "", "pause", "conjunction", "lead", "open", "close"
    outer: _Piece | None = None  # the piece that a closed bracket returns to
    joins: _Piece | None = None  # the piece whose clause this one belongs to
    clause: int = -1


class _Cutter:
    """Collects the words of one sentence and hands them out as clauses at its end."""

    def __init__(self, out: Segments) -> None:
        self.out = out
        self.pieces: list[_Piece] = [_Piece([], "")]
        self.depth: list[_Piece] = []

    def cut(self, opener: str) -> None:
        if self.pieces[-1].words:
            self.pieces.append(_Piece([], opener))
        elif opener != "pause" or self.pieces[-1].opener == "close":
            self.pieces[-1].opener = opener
            self.pieces[-1].outer = None

    def open(self) -> None:
        outer = self.pieces[-1]
        self.cut("open")
        self.depth.append(outer)

    def close(self) -> None:
        if self.depth:
            outer = self.depth.pop()
            inner = self.pieces[-1]
            self.cut("close")
            if outer.words and outer is not inner:
                self.pieces[-1].outer = outer
                if inner.opener == "open" and inner.words and len(inner.words) <= _ASIDE_WORDS:
                    self.out.asides[outer.words[-1]] = inner.words[-1] + 1

    def end(self) -> None:
        out = self.out
        pieces = [part for piece in self.pieces if piece.words for part in _split(piece, out.parts)]
        if pieces:
            size = len(out.forms) - len(out.clauses)  # the words of this sentence
            out.clauses += [0] * size
            out.sentences += [out.sentence_count] * size
            if len(pieces) > 1 or _ends_in_verdict(pieces[0], out) or _answers(pieces[0], out):
                _join(pieces, out)
            for piece in pieces:
                home = piece
                while home.joins is not None:
                    home = home.joins
                if home is not piece:
                    piece.joins = home  # keeps the chain of a long enumeration short
                if home.clause < 0:
                    home.clause = out.clause_count
                    out.clause_count += 1
                if home.opener == "open":
                    out.brackets[home.clause] = out.brackets.get(home.clause, 0) + len(piece.words)
                for word in piece.words:
                    out.clauses[word] = home.clause
            out.sentence_count += 1
        self.pieces = [_Piece([], "")]
        self.depth = []


def _split(piece: _Piece, forms: list[str]) -> list[_Piece]:
    """Return the clauses that conjunctions make of a piece; the piece itself is the last of them."""
    words = piece.words
    end = words[-1] + 1
    cuts = [
        k
        for k in range(1, len(words))
        if forms[words[k]] in _OPENERS
        and not (forms[words[k]] in _INSERTED and forms[words[k - 1]] in AUXILIARIES)
        and (_starts_clause(forms, words[k], end) or _starts_statement(forms, words, k))
    ]
    if not cuts:
        return [piece]
    parts = [_Piece(words[i:j], "conjunction") for i, j in zip([0, *cuts[:-1]], cuts, strict=True)]
    parts[0].opener = piece.opener
    parts[0].outer, piece.outer = piece.outer, None
    piece.words, piece.opener = words[cuts[-1] :], "conjunction"
    return [*parts, piece]


def _has_verb(piece: _Piece, out: Segments) -> bool:
    if len(piece.words) > 1 and out.parts[piece.words[-1]] in PREDICATES:
        return True
    parts = out.parts
    return not _VERBAL.isdisjoint([parts[word] for word in piece.words])


def _is_verdict(piece: _Piece, out: Segments) -> bool:
    if len(piece.words) > len(_OF_COURSE):
        return False
    forms = tuple(out.parts[word] for word in piece.words)
    return (len(forms) == 1 and forms[0] in YES | NO) or (
        len(forms) > 1 and forms == _OF_COURSE[: len(forms)]
    )


def _ends_in_verdict(piece: _Piece, out: Segments) -> bool:
    """Whether a note closes with a yes or no: "Training yes, inference no"."""
    return 1 < len(piece.words) <= _NOTE_WORDS and out.parts[piece.words[-1]] in {"yes", "no"}


def _answers(piece: _Piece, out: Segments) -> bool:
    """Whether a clause says what the answer is: "for the weights it is no", "the answer is yes"."""
    if len(piece.words) < _ANSWER_WORDS or out.parts[piece.words[-1]] not in {"yes", "no"}:
        return False
    subject, verb, _ = [out.parts[word] for word in piece.words[-_ANSWER_WORDS:]]
    return verb == "is" and subject in {"it", "answer", "that"}


def _denies(form: str) -> bool:
    return form in NEGATORS or form.endswith("n't")


def _join(pieces: list[_Piece], out: Segments) -> None:
    """Let short pieces without a verb belong to the clause of their neighbour."""
    for i, piece in enumerate(pieces):
        first = out.parts[piece.words[0]]
        size = len(piece.words)
        before = pieces[i - 1] if i else None
        after = pieces[i + 1] if i + 1 < len(pieces) and pieces[i + 1].opener == "pause" else None
        if piece.opener == "close" and piece.outer is not None and first not in SUBORDINATORS:
            piece.joins = piece.outer
        elif (
            piece.opener == "pause"
            and before is not None
            and before.joins is None
            and first in AUXILIARIES
            and not _has_verb(before, out)
            and not _is_verdict(before, out)
        ):
            piece.joins = before  # "the biases, on the other hand, may be zero"
        elif _answers(piece, out) or (_ends_in_verdict(piece, out) and not _has_verb(piece, out)):
            out.announced.add(piece.words[-1])
            out.halts.add(piece.words[-1] + 1)
        elif piece.opener in {"lead", "open"} or _is_verdict(piece, out) or _has_verb(piece, out):
            continue
        elif i > 1 and i + 1 < len(pieces) and pieces[i + 1].words[0] in out.announced:
            continue  # "several classes -> softmax, one probability -> logistic"
        elif before is None or piece.opener == "conjunction":
            opening = size <= _FILLER_WORDS or (first in PREPOSITIONS and size <= _OPENER_WORDS)
            contrast = (
                after is not None and out.parts[after.words[0]] == "but" and _denies(first)
            )  # "not 5, but 6"
            if after is not None and opening and not contrast and (before is None or size <= _FILLER_WORDS):
                piece.joins = after
        elif (
            piece.opener == "pause"
            and (size <= _FILLER_WORDS or first in PREPOSITIONS or first.endswith("ly"))
            and before.joins is not piece
            and (size == 1 or first not in SUBORDINATORS)
            and not any(_denies(out.parts[word]) for word in piece.words)
        ):
            if not _is_verdict(before, out) and not (size > 1 and _ends_in_verdict(before, out)):
                piece.joins = before
            elif after is not None:
                piece.joins = after


def _starts_clause(forms: list[str], i: int, end: int) -> bool:
    """Whether the word begins a clause without a comma before it."""
    form = forms[i]
    if i + 1 >= end:
        return False
    after = forms[i + 1]
    if form == "so":
        return after in SUBJECTS or after in AUXILIARIES
    if form == "as":
        if after in {"if", "though"}:
            return False
        if after == "long" or after in _SURE_SUBJECTS:
            return True
        return any(word in AUXILIARIES for word in forms[i + 2 : min(i + 5, end)])
    if form in {"and", "or", "then", "nor"}:
        ahead = forms[i + 1 : min(i + 3, end)]
        return any(_denies(word) for word in ahead) or after in AUXILIARIES or after in _SURE_SUBJECTS
    if form in {"while", "whilst"} and after.endswith("ing"):
        # "only while training" tells when; "while training is slow" is a clause.
        return i + 2 < end and (forms[i + 2] in AUXILIARIES or forms[i + 2] in VERBS)
    return form in SUBORDINATORS


def _starts_statement(forms: list[str], words: list[int], k: int) -> bool:
    """Whether "and" joins a statement with its own subject and verb to one that has a verb already."""
    if forms[words[k]] != "and" or _VERBAL.isdisjoint([forms[word] for word in words[:k]]):
        return False
    ahead = [forms[word] for word in words[k + 1 : k + 2 + _SUBJECT_WORDS]]
    for at, form in enumerate(ahead):
        if form in PREPOSITIONS or form in _OPENERS:
            return False
        if form in AUXILIARIES or form in _SURE_VERBS:
            return at > 0
    return False


def _ends_sentence(out: Segments, first: int, stop: str, after: str) -> bool:
    if not after or after.isspace():
        if stop == "." and len(out.forms) > first:
            last = out.parts[-1]
            return not (last in ABBREVIATIONS and last not in {"no", "etc"} and out.ends[-1])
        return True
    return stop != "." and not after.isdigit()


def segment(text: str, blocks: list[TextBlock], language: str = "en") -> Segments:
    """Return the words of a masked text with their sentences and clauses. Linear in its length."""
    out = Segments(lexicon=lexicon(language))
    if not out.lexicon.foreign:
        out.parts = out.forms
    for number, block in enumerate(blocks):
        _segment_block(text, block, number, out)
    out.said = frozenset(out.parts)
    return out


def _segment_block(text: str, block: TextBlock, number: int, out: Segments) -> None:
    reader = _BlockReader(text, number, out)
    add, take = reader.add, reader.take
    for start, end in block.spans:
        if start in block.breaks:
            reader.cutter.end()
        for token in _TOKEN.finditer(text, start, end):
            kind = token.lastgroup
            if kind == "word":
                add(fold(token[0]), token.span())
            elif kind == "number":
                add(token[0].replace("−", "-").replace(",", "")[:MAX_WORD], token.span())
            else:
                take(token, end)
    reader.cutter.end()
    out.blocks += [number] * (len(out.forms) - len(out.blocks))
    if block.quoted:
        out.quoted.update(range(reader.first, len(out.forms)))


class _BlockReader:
    """Takes the tokens of one block in order."""

    def __init__(self, text: str, number: int, out: Segments) -> None:
        self.text = text
        self.number = number
        self.out = out
        self.starts, self.ends, self.forms = out.starts, out.ends, out.forms
        self.foreign = out.lexicon.foreign
        self.cutter = _Cutter(out)
        self.first = len(out.forms)  # the block's first word
        self.quote_from = -1

    def add(self, form: str, span: tuple[int, int]) -> None:
        """Take a folded word, or a number, and where it stands."""
        forms, ends = self.forms, self.ends
        start, end = span
        if self.foreign:
            form = self.out.lexicon.word(form)
            self.out.parts.append(self.out.lexicon.part(form))
        index = len(forms)
        if index and ends[-1] == start - 1 and self.text[start - 1] in "-‑" and forms[-1].isalpha():
            self.out.joined.setdefault(fold(forms[-1] + form), []).append(index - 1)
        self.starts.append(start)
        ends.append(end)
        forms.append(form)
        self.cutter.pieces[-1].words.append(index)

    def take(self, token: re.Match[str], end: int) -> None:
        """Take a sign."""
        kind = token.lastgroup
        if kind == "stop":
            self._stop(token, end)
        elif kind == "open":
            if self._is_all_else(token, end) and self._lead():
                self.out.announced.add(len(self.out.forms))
                self.cutter.cut("lead")
            else:
                self.cutter.open()
        elif kind == "close":
            self.cutter.close()
        elif kind == "lead" and (token[0] != "=" or self._names_first()):
            self._lead()
            self.out.announced.add(len(self.out.forms))
            self.cutter.cut("lead")
        elif kind == "quote":
            if self.quote_from >= 0:
                self.out.quoted.update(range(self.quote_from, len(self.out.forms)))
            self.quote_from = len(self.out.forms) if self.quote_from < 0 else -1
        elif kind == "pause":
            self._pause(token[0])

    def _stop(self, token: re.Match[str], end: int) -> None:
        behind = token.end() + (token.end() < end and self.text[token.end()] in _CLOSING_QUOTES)
        after = self.text[behind] if behind < end else ""
        if token[0] == "?" and token.end() < end and self._is_heading():
            self._lead()  # "Training? Slower."
            self.out.announced.add(len(self.out.forms))
            self.cutter.cut("lead")
            return
        if _ends_sentence(self.out, self.first, token[0], after):
            if "?" in token[0] and not self._is_heading():
                self.out.questions.add(self.out.sentence_count)
            self.cutter.end()

    def _is_all_else(self, token: re.Match[str], end: int) -> bool:
        """Whether a bracket holds all that is said of the name before it: "Training (twice as slow)"."""
        if not 0 < len(self.out.forms) - self.first <= _LEAD_WORDS:
            return False
        held = _WHOLE_BRACKET.match(self.text, token.start(), end)
        if held is None or not any(word[:1].islower() for word in held[1].split()):
            return False
        return not any(form in AUXILIARIES or form in VERBS for form in self.out.parts[self.first :])

    def _lead(self) -> bool:
        """Note the words so far as the block's lead if they can be one."""
        size = len(self.out.forms) - self.first
        if self.number in self.out.leads or not 0 < size <= _LEAD_WORDS:
            return False
        if size > _FILLER_WORDS and self.out.parts[self.first] in YES | NO:
            return False  # "Yes, dropout slows training: ..." states something
        self.out.leads[self.number] = (self.first, len(self.out.forms) - 1)
        return True

    def _is_heading(self) -> bool:
        """Whether the words of a question name something and ask nothing: "MC dropout?"."""
        words = [word for piece in self.cutter.pieces for word in piece.words]
        if not 0 < len(words) <= _FILLER_WORDS:
            return False
        parts = [self.out.parts[word] for word in words]
        return not any(
            part in AUXILIARIES or part in VERBS or part in YES | NO or part in ASKING for part in parts
        )

    def _names_first(self) -> bool:
        """Whether a sentence has only named something so far: "ReLU = fast" tells of it, an equation does not."""
        return sum(len(piece.words) for piece in self.cutter.pieces) <= _FILLER_WORDS

    def _names_part(self) -> bool:
        """Whether the words behind a semicolon only name what a dash then tells of: "inference - no"."""
        piece = self.cutter.pieces[-1]
        size = len(piece.words)
        return piece.opener == "lead" and 0 < size <= _FILLER_WORDS and piece.words[0] in self.out.halts

    def _pause(self, sign: str) -> None:
        if sign in "-–—" and (self._lead() or self._names_part()):
            self.out.announced.add(len(self.out.forms))
            self.cutter.cut("lead")
        elif sign != "&":
            if sign in ";；":
                self.out.halts.add(len(self.out.forms))
            self.cutter.cut("lead" if sign in ";；|" else "pause")
