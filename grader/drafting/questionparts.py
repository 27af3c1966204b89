"""The lines of one question as a text, its parts, the options it lists, and the model answer of each."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from grader.documents.cut.labels import read_label
from grader.drafting.assignmentquestion import AssignmentQuestion, QuizKey, QuizOption
from grader.drafting.pointmarks import point_marks, points_of, without_points
from grader.notation.lazypatterns import deferred
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from grader.documents.cut.lines import Line

# Words of the rest of a heading that are a title and not the question itself.
MOST_TITLE: Final = 10
# Options of one question.
MAX_OPTIONS: Final = 20
# Names with points in a row that are a marking guide; one may be a remark.
LEAST_MARKED: Final = 2

_ANSWER_MARK: Final = deferred(
    r"\W*(?:(?:model|sample|reference|suggested|correct|expected|right|our)[ \t]+)?"
    r"(?:answers?|solutions?|ans|sol|(?:muster)?lösung(?:en)?|antwort|svar|lösning(?:sförslag)?|réponse|solución|respuesta|risposta|resposta|løsning"
    r"|(?:answer[ \t])?key|marking(?:[ \t](?:guide|scheme|notes?))?|what is right)\b[ \t]*(?:\([^()\n]{0,40}\))?[ \t*_]*(?P<sign>[:.–—-]|$)[ \t*_]*",
    re.IGNORECASE,
)
# The same in the midst of a line: set apart, or behind the end of a sentence.
_INNER_MARK: Final = deferred(
    r"(?:(?<=[.?!:)$\s])[ \t]*(?P<open>\*\*|__|\*|_)|(?<=[.?!)$][ \t\n]))"
    r"(?:(?:model|sample|correct)[ \t]+)?(?:answer|solution|(?:muster)?lösung|antwort|svar|lösning|réponse|solución|respuesta|risposta)"
    r"[ \t]*:[ \t]*(?P<close>\*\*|__|\*|_)?[ \t]*",
    re.IGNORECASE,
)
_INLINE_OPTION: Final = deferred(r"(?<![\w(])\((?P<id>[a-hA-H])\)[ \t]+")
_LETTER: Final = deferred(r"[(\[]?(?P<letter>[a-z]|[ivx]{1,5})[)\].:]*")
_OPTION: Final = deferred(r"[ \t]*[(\[]?(?P<id>[A-H])[)\].:][ \t]+(?P<text>\S[^\n]*)")
_ASKS: Final = deferred(
    r"\?|^\W*(?:compute|calculate|give|show|explain|write|state|derive|find|name|list|sketch|draw|determine|define|describe|prove|what|why|how|when|which"
    r"|who|is|are|do|does|can|could|should|would|will|estimate|evaluate|simplify|compare|discuss|consider|suppose|let|berechne\w*|bestimme\w*|erkläre\w*"
    r"|gib|geben|nenne\w*|zeige\w*|beräkna|ange|förklara|visa|vad|varför|hur|was|warum|wie|welche\w*)\b",
    re.IGNORECASE,
)
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


@dataclass(slots=True)
class _Piece:
    """The text and the answer of a question or of one of its parts."""

    letter: str = ""
    text: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    options: list[QuizOption] = field(default_factory=list)


@dataclass(slots=True)
class QuestionBody:
    """What stands below the heading of a question, line by line: `begin` at the heading, then `add`."""

    address: tuple[str, ...]
    title: str = ""
    points: Fraction | None = None
    lines: int = 0
    pieces: list[_Piece] = field(default_factory=lambda: [_Piece()])
    answering: bool = False
    at: int = 0  # the piece that lines are added to

    @staticmethod
    def is_answer_mark(line: Line) -> bool:
        """Whether a line begins a model answer."""
        found = _ANSWER_MARK.match(line.plain) if line.style != "solid" else None
        return found is not None and (
            bool(found["sign"])
            or line.style in {"heading", "styled"}
            or not line.plain[found.end() :].strip()
        )

    @property
    def answers(self) -> bool:
        """Whether anything of it is answered."""
        return any(piece.answer for piece in self.pieces)

    def begin(self, line: Line, end: int, *, answers: bool) -> None:
        """Take the line that names the question; of a heading the rest is its title."""
        rest = line.content[end:]
        self._take_points(line.content[:end])  # `Task 1 (3 points)`: a label ends behind them
        bold = rest.find("**") if line.content[:end].lstrip().startswith("**") else -1
        if answers:
            self.answering, self.at = True, 0
            if line.style not in {"heading", "styled"}:
                self._add_text(rest.lstrip("*_ \t"))
            return
        head, rest = (rest[:bold], rest[bold + 2 :]) if bold >= 0 else (rest, "")
        if line.style not in {"heading", "styled"} and _INNER_MARK.search(head):
            head, rest = "", head
        if line.style in {"heading", "styled"} or bold >= 0 or _is_title(head):
            self._take_points(head, bare=True)
            self.title = _plain(without_points(head, bare=True))
        elif head:
            rest = head
        self.lines += 1
        if rest.strip(" \t*_"):
            self._add_halves(self._take_points(rest).strip())

    def add(self, line: Line) -> None:
        """Take one more line."""
        self.lines += 1
        if line.style == "solid":
            self._add_solid(line)
            return
        if self.is_answer_mark(line):
            mark = _ANSWER_MARK.match(line.plain)
            self.answering = True
            rest = line.content[mark.end() :] if mark else ""
            if line.style != "heading" and rest.strip(" \t*_"):
                self._add_labelled(line, rest)
            return
        if line.ticked is not None and not self.answering:
            self._add_option(line.content, right=line.ticked)
        else:
            self._add_labelled(line, line.content)

    def _add_labelled(self, line: Line, content: str) -> None:
        letter, rest = self._letter(line, content)
        picks = self.answering and not rest.strip(" .)")  # `Answer: (a)` picks an option
        if letter and not picks and self._turn_to(letter):
            content = rest
        elif line.kind == "item" and line.marker and line.first and content == line.content:
            content = f"{line.marker} {content}"
        if not self.answering and self.at == 0 and self.points is None:
            content = self._take_points(content)
        if content.strip():
            self._add_halves(content, apart=line.first)

    def _add_halves(self, text: str, *, apart: bool = True) -> None:
        """Add a text, what stands behind `Answer:` in it as the answer."""
        mark = None if self.answering else _INNER_MARK.search(text)
        if mark is None or not text[mark.end() :].strip():
            self._add_text(text, apart=apart)
            return
        self._add_text(text[: mark.start()].rstrip(), apart=apart)
        self.answering = True
        self._add_text(text[mark.end() :])

    def _letter(self, line: Line, content: str) -> tuple[str, str]:
        """Return the letter of the part that a line begins, "" for none, and what follows it."""
        if line.kind == "item" and line.first and (marker := _LETTER.fullmatch(line.marker.strip())):
            return marker["letter"], content
        lead = len(content) - len(content.lstrip("*_ \t"))
        label = read_label(content[lead:])
        if label is None or not label.marked:
            return "", content
        address = label.addresses[0]
        if (
            label.form == "part"
            and label.set_off
            and len(address) == 1
            and not content[lead:].lstrip("([")[:1].isupper()
        ):
            return address[0], content[lead + label.end :].lstrip("*_ \t")
        if len(address) == len(self.address) + 1 and address[:-1] == self.address:
            return address[-1], content[lead + label.end :].lstrip("*_ \t")
        return "", content

    def _turn_to(self, letter: str) -> bool:
        """Go on with a part; False where a letter is no part of this question."""
        known = [piece.letter for piece in self.pieces]
        if letter in known:
            if self.answering or self.pieces[known.index(letter)].answer:
                self.at = known.index(letter)
                return True
            return False
        if self.answering and self.at == 0:
            return False  # items of an answer to a question without parts
        if letter not in _next_letters(known[-1]):
            return False
        self.pieces.append(_Piece(letter))
        self.at, self.answering = len(self.pieces) - 1, False
        return True

    def _take_points(self, text: str, *, bare: bool = False) -> str:
        if self.points is not None or (mark := points_of(text, bare=bare)) is None:
            return text
        self.points = mark.points
        return without_points(text, bare=bare)

    def _add_text(self, text: str, *, apart: bool = True) -> None:
        piece = self.pieces[self.at]
        lines = piece.answer if self.answering else piece.text
        if lines and not apart:
            lines[-1] = f"{lines[-1]}\n{text}"
        else:
            lines.append(text)

    def _add_solid(self, line: Line) -> None:
        piece = self.pieces[self.at]
        if line.kind == "code":
            if not self.answering:
                piece.code.append(line.content)
            self._add_text(f"```\n{line.content}\n```")
        elif line.kind != "output":
            self._add_text(line.content)

    def _add_option(self, text: str, *, right: bool) -> None:
        piece = self.pieces[self.at]
        if len(piece.options) < MAX_OPTIONS:
            piece.options.append(QuizOption(_plain(text), right))
        piece.text.append(f"- [ ] {text}")


def _is_title(text: str) -> bool:
    return (
        0 < len(text.split()) <= MOST_TITLE
        and not text.rstrip().endswith(("?", ".", ":"))
        and _ASKS.search(text) is None
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text).split()).strip(" .:-–—")


def _next_letters(last: str) -> Sequence[str]:
    if not last:
        return ("a", "i", "1")
    following = [chr(ord(last) + 1)] if len(last) == 1 and last.isalpha() else []
    following += [_ROMAN[_ROMAN.index(last) + 1]] if last in _ROMAN[:-1] else []
    return (*following, str(int(last) + 1)) if last.isdecimal() else following


# the questions -------------------------------------------------------------------------------------


def questions_of(body: QuestionBody, *, stem: QuestionBody | None = None) -> list[AssignmentQuestion]:
    """Return a question, or its parts as questions of their own; `stem` stands above all of them."""
    first, *parts = body.pieces
    name = "q" + _joined(body.address)
    above = (*_texts(stem.pieces[:1]),) if stem else ()
    code = tuple(stem.pieces[0].code) if stem else ()
    if parts and not _are_options(parts):
        answered = any(part.answer for part in parts)
        stem_text = (*above, *_texts([first]))
        questions = [_part(body, name, part, stem_text, (*code, *first.code)) for part in parts]
        doubts = (
            ()
            if answered or not first.answer
            else (f"{name}: the model answer is not told apart by the letters of its parts",)
        )
        if doubts:
            questions[0] = _with_answer(questions[0], first, doubts)
        return questions
    options = [QuizOption(_plain("\n".join(part.text)), right=False) for part in parts]
    text = "\n\n".join(
        (*above, *_texts([first]), *(f"({part.letter}) {' '.join(part.text)}" for part in parts))
    )
    answer = "\n\n".join((*first.answer, *(line for part in parts for line in part.answer)))
    if not answer:
        text, answer = _marked(text)
    listed = _options(text, [part.letter for part in parts], options) or tuple(first.options)
    key = _key(listed, answer, tuple(first.options), tuple(part.letter for part in parts) or _letters(text))
    return [AssignmentQuestion(name, body.title, text, answer, body.points, (*code, *first.code), key)]


def _marked(text: str) -> tuple[str, str]:
    """Return a text without the marking guide that follows it (`total (2): 903,400`), and that guide."""
    named = [mark for mark in point_marks(text) if mark.name]
    if len(named) < LEAST_MARKED:
        return text, ""
    return text[: named[0].start].rstrip(), text[named[0].start :]


def _part(
    body: QuestionBody, name: str, part: _Piece, above: tuple[str, ...], code: tuple[str, ...]
) -> AssignmentQuestion:
    joint = "" if len(part.letter) == 1 and part.letter.isalpha() and part.letter != "i" else "."
    own = "\n\n".join(part.text)
    mark = points_of(own)
    text = "\n\n".join((*above, without_points(own) if mark else own))
    share = body.points / len(body.pieces[1:]) if body.points is not None else None
    points = mark.points if mark else share if share is not None and (share * 100).denominator == 1 else None
    listed = _options(own, [], []) or tuple(part.options)
    answer = "\n\n".join(part.answer)
    key = _key(listed, answer, tuple(part.options), _letters(own))
    title = f"{body.title} ({part.letter})" if body.title else ""
    return AssignmentQuestion(
        f"{name}{joint}{part.letter}", title, text, answer, points, (*code, *part.code), key
    )


def _with_answer(question: AssignmentQuestion, first: _Piece, doubts: tuple[str, ...]) -> AssignmentQuestion:
    return AssignmentQuestion(
        question.id,
        question.title,
        question.text,
        "\n\n".join(first.answer),
        question.points,
        question.code,
        question.key,
        doubts,
    )


def _joined(address: tuple[str, ...]) -> str:
    joined = address[0]
    for part in address[1:]:
        joined += part if part.isalpha() and len(part) == 1 else f".{part}"
    return joined


def _texts(pieces: Iterable[_Piece]) -> tuple[str, ...]:
    return tuple(text for piece in pieces for text in piece.text)


def _are_options(parts: Sequence[_Piece]) -> bool:
    """Whether what stands under letters is to be picked from, not answered one by one."""
    picked = _PICKS.fullmatch("\n".join(parts[-1].answer).strip()) is not None
    if any(part.options for part in parts) or any(part.answer for part in (parts[:-1] if picked else parts)):
        return False
    texts = ["\n".join(part.text) for part in parts]
    return not any(_ASKS.search(text) or points_of(text) for text in texts)


def _options(text: str, letters: list[str], options: list[QuizOption]) -> tuple[QuizOption, ...]:
    if letters:
        return tuple(options)
    listed = tuple(QuizOption(_plain(said), right=False) for _, said in _listed(text))
    return listed if len(listed) > 1 else ()


def _listed(text: str) -> list[tuple[str, str]]:
    """Return the options that a text lists with their letters: a line each, or side by side in one."""
    found = [each for line in text.split("\n") if (each := _OPTION.match(line))]
    if len(found) > 1:
        return [(each["id"].lower(), each["text"]) for each in found]
    inline = list(_INLINE_OPTION.finditer(text))
    if len(inline) < 2 or [each["id"].lower() for each in inline] != list("abcdefgh")[: len(inline)]:
        return []
    ends = [*(each.start() for each in inline[1:]), len(text)]
    return [
        (each["id"].lower(), text[each.end() : end].strip(" ,;"))
        for each, end in zip(inline, ends, strict=True)
    ]


def _letters(text: str) -> tuple[str, ...]:
    return tuple(letter for letter, _ in _listed(text))


def _key(
    listed: tuple[QuizOption, ...], answer: str, ticked: tuple[QuizOption, ...], letters: tuple[str, ...]
) -> QuizKey | None:
    """Return the key of a question that lists options, where it is known which are right."""
    if any(option.right for option in ticked):
        return QuizKey("choice", options=ticked)
    if len(listed) < 2:
        return None
    picked = _picked(listed, answer, letters)
    if not any(picked):
        return None
    return QuizKey(
        "choice",
        options=tuple(QuizOption(option.text, right) for option, right in zip(listed, picked, strict=True)),
    )


_PICKS: Final = deferred(
    r"\W*(?:(?:option|answer|choice)s?[ \t]+)?(?P<letters>\(?[a-hA-H]\)?(?:[ \t]*(?:,|and|&|\+)[ \t]*\(?[a-hA-H]\)?){0,7})(?![\w'])[).:]*"
)


def _picked(listed: tuple[QuizOption, ...], answer: str, letters: tuple[str, ...]) -> list[bool]:
    """Return which options a model answer picks: by their letters, else by their words."""
    found = _PICKS.match(answer)
    if found and len(letters) == len(listed):
        wanted = set(re.findall("[a-h]", re.sub("(?i)and", " ", found["letters"]).lower()))
        if wanted <= set(letters):
            return [letter in wanted for letter in letters]
    said = f" {_plain(answer).casefold()} "
    picked = [
        bool(option.text)
        and re.search(rf"(?<!\w){re.escape(option.text.casefold())}(?!\w)", said) is not None
        for option in listed
    ]
    return picked if sum(picked) == 1 else [False] * len(listed)
