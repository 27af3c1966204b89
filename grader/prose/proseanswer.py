"""Read a written answer once: words, clauses, sentences, items, denials; then ask it many questions."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from grader.notation.lazypatterns import deferred
from grader.prose.course import Course, course_of
from grader.prose.englishwords import HINDERING, NO
from grader.prose.hits import Hit
from grader.prose.language import guess_language, script_language
from grader.prose.markup import mask
from grader.prose.needs import ALWAYS, shown_by, shown_by_word, sign_count
from grader.prose.negation import approvals, denies, deny, hedges, verdicts
from grader.prose.paragraphs import cut
from grader.prose.refutation import corrects, doubted, elliptical
from grader.prose.segments import segment
from grader.prose.spelling import is_known, is_misspelled, is_repairable, known_words, stem, stems
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.prose.paragraphs import TextBlock
    from grader.prose.segments import Segments

_TICKS: Final = "✅✓✔☑"
_CROSSES: Final = "❌✗✘✖"
_TICK: Final = deferred(f"[{_TICKS}{_CROSSES}❎↑↓⬆⬇]")
MAX_TEXT = 2_000_000  # characters; a longer "answer" is a dumped file and goes to a person
_KNOWN_SHARE: Final = 0.3  # of the words; below it the text is in a language without a list of its own
_ENOUGH_WORDS: Final = 6
_ASKING: Final = 2  # words of a question that an answer confirms or denies: "Slows inference? No."
STRANGE_WORDS: Final = 2  # unknown words of a sentence; one alone may be a name


@dataclass(eq=False)
class Prose:
    """One answer as it was read. Words are numbered from 0; all positions are such numbers."""

    text: str
    language: str  # the one it should be written in
    segments: Segments
    blocks: list[TextBlock]
    cues: list[tuple[int, ...]]  # for every word the denials that cover it
    opening: dict[int, str]  # words that answer "yes" or "no" at the start of a sentence
    questions: set[int]  # sentences that ask and are not answered at once
    strong_hedges: set[int]
    contested: set[int]  # sentences that call something false, or are called false
    weak_hedges: set[int]
    ticked: set[int]  # sentences beside a tick, a cross or an arrow up or down
    written: dict[tuple[str, str], list[Hit]] = field(
        default_factory=dict
    )  # single words that were asked for
    _stemmed: dict[str, list[Hit]] = field(default_factory=dict)  # words by stem
    _begun: dict[str, list[Hit]] = field(default_factory=dict)  # by prefix
    found: dict[Any, list[Hit]] = field(default_factory=dict)  # what earlier criteria looked up
    found_about: dict[Any, dict[Any, list[Hit]]] = field(
        default_factory=dict
    )  # the same, by what they are about
    commas: dict[int, list[int]] = field(
        default_factory=dict
    )  # words of a list with a comma behind them, by sentence
    slips: tuple[Any, list[str]] | None = (
        None  # unknown words near what all rubrics look for, and what that was
    )
    _shown: tuple[int, int] = (-1, 0)  # for how many signs, and which of them
    bags: frozenset[int] | None = None  # the sentences that only list terms, once somebody asked
    spoken: dict[Any, list[frozenset[str]]] = field(default_factory=dict)  # the topics of every clause
    # By how many there are, and whether they must be plain.
    subanswers: dict[tuple[int | None, bool], list[tuple[int, int]]] = field(default_factory=dict)

    @cached_property
    def corrected(self) -> bool:
        """Whether the writer takes something back that they have just said."""
        return corrects(self.segments)

    @property
    def forms(self) -> list[str]:
        return self.segments.forms

    def __len__(self) -> int:
        return len(self.segments.forms)

    @cached_property
    def by_form(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for i, form in enumerate(self.forms):
            found.setdefault(form, []).append(i)
        return found

    @cached_property
    def stems(self) -> list[str]:
        """The stem of every word."""
        return [stem(form, self.language) for form in self.forms]

    @cached_property
    def by_stem(self) -> dict[str, list[int]]:
        """For every stem the words that are found by it."""
        found: dict[str, list[int]] = {}
        several: set[str] = set()
        for form, places in self.by_form.items():
            for root in stems(form, self.language):
                if root in found:
                    found[root] += places
                    several.add(root)
                else:
                    found[root] = places.copy()
        for root in several:
            found[root].sort()
        return found

    @cached_property
    def hinders(self) -> bool:
        """Whether some verb tells what does not happen: "prevents"."""
        return any(verb in self.by_stem for verb in HINDERING)

    @cached_property
    def unknown(self) -> list[str]:
        """Words that may be misspelled: long enough and not among the common ones."""
        return [form for form in self.by_form if is_repairable(form)] if self.language == "en" else []

    @cached_property
    def roots(self) -> list[int]:
        """For every block the outermost item it belongs to."""
        found: list[int] = []
        for i, block in enumerate(self.blocks):
            found.append(found[block.parent] if 0 <= block.parent < i else i)
        return found

    @cached_property
    def contexts(self) -> list[tuple[int, ...]]:
        """For every block the blocks whose lead or heading announces it, its own first."""
        found: list[tuple[int, ...]] = []
        for i, block in enumerate(self.blocks):
            above = found[block.parent] if 0 <= block.parent < i else ()
            head = (block.heading,) if block.heading >= 0 and block.heading not in above else ()
            found.append((i, *above, *head)[:8])
        return found

    @cached_property
    def lead_of(self) -> dict[int, int]:
        """Words that stand in a lead or heading, and the block they announce."""
        found: dict[int, int] = {}
        for led, (first, last) in self.segments.leads.items():
            found.update(dict.fromkeys(range(first, last + 1), led))
        blocks = self.segments.blocks
        leading = {
            number
            for number in set(blocks)
            if self.blocks[number].kind == "heading" or self._announces(number)
        }
        for i, number in enumerate(blocks) if leading else ():
            if number in leading:
                found.setdefault(i, number)
        return found

    @cached_property
    def headings(self) -> list[int]:
        return [number for number, block in enumerate(self.blocks) if block.kind == "heading"]

    @cached_property
    def titled(self) -> set[int]:
        """Blocks that stand under a short item as its text: no bullets, which may be a list of terms."""
        return {
            number
            for i, block in enumerate(self.blocks)
            if block.kind == "paragraph" and block.parent >= 0 and self._announces(block.parent)
            for number in (i, block.parent)
        }

    @cached_property
    def nested(self) -> set[int]:
        """Blocks of a list in which several short items have notes under them, and these notes."""
        pairs = [
            (i, block.parent)
            for i, block in enumerate(self.blocks)
            if block.kind == "item" and block.parent >= 0 and self._announces(block.parent)
        ]
        return set(chain(*pairs)) if len({parent for _, parent in pairs}) > 1 else set()

    @cached_property
    def _parents(self) -> set[int]:
        return {block.parent for block in self.blocks}

    def _announces(self, number: int) -> bool:
        """Whether a short item is the lead of the items under it."""
        if number not in self._parents:
            return False
        first = bisect_left(self.segments.blocks, number)
        last = bisect_left(self.segments.blocks, number + 1)
        return last - first <= 8

    @property
    def shown(self) -> int:
        """What it shows of itself to patterns: its words, their stems and beginnings, its verdicts."""
        count = sign_count()
        if self._shown[0] != count:
            shown = ALWAYS | shown_by(self.joined_beginnings)
            shown |= shown_by({f"answers {verdict}" for verdict in self.opening.values()})
            for form in self.by_form:
                shown |= shown_by_word(form, self.language, count)
            self._shown = (count, shown)
        return self._shown[1]

    @cached_property
    def _sorted_forms(self) -> list[str]:
        return sorted(self.by_form)

    @cached_property
    def joined_beginnings(self) -> frozenset[str]:
        """The words that were written in two with a hyphen, and all their beginnings."""
        return frozenset(form[:end] for form in self.segments.joined for end in range(2, len(form) + 1))

    def stemmed(self, root: str) -> list[Hit]:
        """Return the words with a stem."""
        found = self._stemmed.get(root)
        if found is None:
            found = self._stemmed[root] = [Hit.of_word(i) for i in self.by_stem.get(root, ())]
        return found

    def begun(self, prefix: str) -> list[Hit]:
        """Return the words that begin so."""
        found = self._begun.get(prefix)
        if found is None:
            forms = self._sorted_forms
            first = end = bisect_left(forms, prefix)
            while end < len(forms) and forms[end].startswith(prefix):
                end += 1
            places = [i for form in forms[first:end] for i in self.by_form[form]]
            if end - first > 1:
                places.sort()
            found = self._begun[prefix] = [Hit.of_word(i) for i in places]
        return found

    def unit(self, scope: str) -> list[int]:
        """Return for every word the number of its clause, sentence, item or answer."""
        if scope == "clause":
            return self.segments.clauses
        if scope == "sentence":
            return self.segments.sentences
        return self._items if scope == "item" else self._whole

    @cached_property
    def _items(self) -> list[int]:
        return [self.roots[block] for block in self.segments.blocks]

    @cached_property
    def _whole(self) -> list[int]:
        return [0] * len(self)

    @cached_property
    def sentence_starts(self) -> list[int]:
        sentences = self.segments.sentences
        return [i for i in range(len(sentences)) if i == 0 or sentences[i] != sentences[i - 1]]

    @cached_property
    def twice_denied(self) -> set[int]:
        """Sentences in which a denial denies another: what they say is for a person to settle."""
        cues, forms = self.cues, self.segments.parts
        sentences = self.segments.sentences
        return {
            sentences[i]
            for i, over in enumerate(cues)
            if over
            and denies(forms[i])
            and any(cue < len(self) and sentences[cue] == sentences[i] for cue in over)
            and i not in self.opening
            and forms[i] != "nor"
        }

    @cached_property
    def course(self) -> Course:
        """How it goes on from clause to clause, whatever is spoken of."""
        return course_of(self.segments, self.sentence_starts)

    def sentence_range(self, sentence: int) -> tuple[int, int]:
        """Return the first word of a sentence and the first one after it."""
        sentences = self.segments.sentences
        return bisect_left(sentences, sentence), bisect_left(sentences, sentence + 1)

    @cached_property
    def foreign(self) -> str:
        """The language the answer is written in where that is not the expected one, else ""."""
        script = script_language(self.text)
        if script and script != self.language:
            return script
        letters = [form for form in self.forms if form[0].isalpha()]
        guess = guess_language(letters, self.language)
        if guess and guess != self.language:
            return guess
        if self.language == "en" and len(letters) >= _ENOUGH_WORDS and not guess:
            known = sum(not known_words().isdisjoint(stems(form)) for form in letters)
            if known < _KNOWN_SHARE * len(letters):
                return "und"
        return ""

    @cached_property
    def strange(self) -> list[tuple[int, list[int]]]:
        """The sentences in which half of the words or more are unknown: how many they have, and which are unknown."""
        found: list[tuple[int, list[int]]] = []
        if self.language != "en":
            return found
        starts, forms = self.sentence_starts, self.forms
        for first, end in zip(starts, [*starts[1:], len(self)], strict=True):
            words = [i for i in range(first, end) if len(forms[i]) > 1 and forms[i].isalpha()]
            unknown = [i for i in words if not is_known(forms[i])]
            if 2 * len(unknown) >= len(words):
                odd = [i for i in unknown if not is_misspelled(forms[i])]
                unknown = odd if 2 * len(odd) < len(unknown) else unknown
            few = len(unknown) < STRANGE_WORDS or 2 * len(unknown) < len(words)
            if not few and "=" not in self.quote(first, end - 1):
                found.append((len(words), unknown))
        return found

    @cached_property
    def partly_foreign(self) -> bool:
        """Whether some item of a mostly readable answer is in another language."""
        if self.foreign:
            return True
        spans: dict[int, list[str]] = {}
        for form, sentence in zip(self.forms, self.segments.sentences, strict=True):
            if form[0].isalpha():
                spans.setdefault(sentence, []).append(form)
        for forms in spans.values():
            if len(forms) >= _ENOUGH_WORDS:
                guess = guess_language(forms, self.language)
                if guess and guess != self.language:
                    return True
        return False

    def quote(self, first: int, last: int) -> str:
        """Return the student's own characters from one word to another."""
        return self.text[self.segments.starts[first] : self.segments.ends[last]]


def _answered(words: Segments, opening: dict[int, str]) -> dict[int, tuple[str, int]]:
    """Return the questions that the next sentence answers, with yes or no and the word that begins the answer.

    It may stand behind a lead of its own ("A: No."), or be no more than "It does not.", "It is fine."
    """
    found: dict[int, tuple[str, int]] = {}
    sentences = words.sentences
    for question in words.questions:
        first, begin = bisect_left(sentences, question), bisect_left(sentences, question + 1)
        if begin - first < _ASKING or begin == len(sentences) or sentences[begin] in words.questions:
            continue
        lead = words.leads.get(words.blocks[begin])
        start = lead[1] + 1 if lead and lead[0] == begin else begin
        if start == len(sentences) or sentences[start] != sentences[begin]:
            continue
        said = opening.get(start) or elliptical(words, start, words.parts[first:begin])
        if said:
            found[question] = (said, begin)
    return found


def read(text: str, language: str = "en") -> Prose:
    """Read a text of at most MAX_TEXT characters.

    A question that the writer answers at once ("Does it slow inference? No.") counts as the
    statement or its denial.
    """
    masked = mask(text[:MAX_TEXT])
    blocks = cut(masked)
    language = language.partition("-")[0].lower()
    words = segment(masked, blocks, language)
    opening = verdicts(words.parts, _openings(words), words.clauses)
    begun = [i for i, block in enumerate(words.blocks) if i == 0 or block != words.blocks[i - 1]]
    opening = {**approvals(words.parts, begun, words.clauses), **opening}
    cues, refuted, contested = deny(words, opening)
    answered = _answered(words, opening)
    _deny_answered(words, answered, cues)
    strong, weak = hedges(words)
    ticked = _ticked(masked, words)
    return Prose(
        text=text,
        language=language,
        segments=words,
        blocks=blocks,
        cues=cues,
        opening=opening,
        questions=words.questions - set(answered),
        strong_hedges=strong | ticked | doubted(words) - refuted,
        contested=contested,
        ticked=ticked,
        weak_hedges=weak,
    )


def _ticked(text: str, words: Segments) -> set[int]:
    """Return the sentences with a tick, a cross or an arrow up or down beside them: what they say of the words is for a person to see.

    A tick before a sentence of several words, and a cross before one that denies something, say what the words say.
    """
    found: set[int] = set()
    for sign in _TICK.finditer(text):
        at = bisect_left(words.starts, sign.start())
        begins = at < len(words.starts) and (at == 0 or words.sentences[at] != words.sentences[at - 1])
        if begins and (at == 0 or "\n" in text[words.ends[at - 1] : sign.start()]):
            end = bisect_left(words.sentences, words.sentences[at] + 1)
            denied = any(denies(form) for form in words.parts[at:end]) or words.parts[at] in NO
            if (sign[0] in _TICKS and end - at > 1) or (sign[0] in _CROSSES and denied):
                continue
            found.add(words.sentences[at])
        elif words.sentences:
            found.add(words.sentences[max(0, at - 1)])
    return found


def _openings(words: Segments) -> list[int]:
    """Return the words where a sentence begins, or what a lead or colon announces."""
    size = len(words.forms)
    starts = [
        i
        for i in range(size)
        if i == 0 or words.sentences[i] != words.sentences[i - 1] or words.blocks[i] != words.blocks[i - 1]
    ]
    starts += [last + 1 for _, last in words.leads.values() if last + 1 < size]
    return starts + sorted(i for i in words.announced if i < size)


def _deny_answered(
    words: Segments, answered: dict[int, tuple[str, int]], cues: list[tuple[int, ...]]
) -> None:
    """Let a "no" deny the question before it."""
    for sentence, (verdict, begin) in answered.items():
        if verdict == "no":
            for i in range(bisect_left(words.sentences, sentence), begin):
                cues[i] = (*cues[i], begin)
