"""Turn the YAML form of a pattern into a Pattern, and say exactly what is wrong where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from grader.notation.lazypatterns import deferred
from grader.prose.englishwords import PROTECTED
from grader.prose.groups import SCOPES, Group
from grader.prose.patterns import Phrase, VerdictPattern, is_not, made_of, remember, same, term
from grader.prose.spelling import fold, is_repairable
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.prose.patterns import Pattern, Term

Place = tuple[str | int, ...]

POLARITIES: Final = ("true", "false", "either")
LISTS: Final = {
    "all": "every", "any": "some", "seq": "order", "none": "lacking", "except": "outside", "unless": "unless",
    "about": "about",
}  # fmt: skip
_EXCLUDING: Final = (("none", "lacking"), ("unless", "unless"), ("except", "outside"))
KEYS: Final = (*LISTS, "set", "verdict", "near", "within", "negated", "item", "of")
_MAX_DEPTH: Final = 20  # nested groups; deeper ones are a mistake
_SHORTEST_PREFIX: Final = 2  # letters before `*`; fewer match nearly everything
# Terms with slips worth a warning.
_CONFUSED: Final = tuple(sorted(word for word in PROTECTED if len(word) > 3))

_WORD = deferred(r"=?[^\W\d_]+(?:['’][^\W\d_]+)*\*?|[-−]?\d+(?:[.,]\d+)*|\+|>")
_SPACE = deferred(r"[\s\-‑]+")


@dataclass(frozen=True)
class _Sets:
    """The named sets of a rubric, and those of them that were compiled."""

    language: str
    sets: Mapping[str, Any]
    written: str
    done: dict[str, Pattern] = field(default_factory=dict)


_SHARED: list[_Sets] = []  # those asked for last at the end
_SHARED_RUBRICS: Final = 16  # rubrics whose compiled sets are kept


def compiler(sets: Mapping[str, Any], language: str = "en") -> Compiler:
    """Return a compiler; the criteria of one rubric share its compiled sets, which nobody changes afterwards."""
    for known in reversed(_SHARED):
        if known.sets is sets and known.language == language:
            return Compiler(sets, language, _done=known.done)
    made = _Sets(language, sets, repr(sets))
    for known in _SHARED:
        if known.written == made.written and known.language == language:
            made = known
    _SHARED[:] = [*[known for known in _SHARED if known is not made][1 - _SHARED_RUBRICS :], made]
    return Compiler(sets, language, _done=made.done)


@dataclass
class Compiler:
    """Compiles patterns, collecting every problem with its place instead of stopping at the first."""

    sets: Mapping[str, Any]
    language: str = "en"
    problems: list[tuple[Place, str]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _done: dict[str, Pattern] = field(default_factory=dict)

    def pattern(self, data: Any, place: Place = ()) -> Pattern | None:
        """Return the pattern that the data describe, None where a problem was noted."""
        if len(place) > _MAX_DEPTH * 2:
            self._wrong(place, f"patterns are nested more than {_MAX_DEPTH} deep")
            return None
        if isinstance(data, str) or (isinstance(data, int | float) and not isinstance(data, bool)):
            return self.text(str(data), place)
        if isinstance(data, Mapping):
            return (
                self._set(data["set"], (*place, "set")) if set(data) == {"set"} else self.group(data, place)
            )
        if isinstance(data, list | tuple):
            return self.group({"any": data}, place)
        self._wrong(place, f"a pattern is a text or a mapping with {_listed(KEYS)} (got {data!r})")
        return None

    def patterns(self, data: Any, place: Place) -> tuple[Pattern, ...]:
        """Return the patterns of a list; a single one may stand for itself."""
        if isinstance(data, list | tuple):
            if not data:
                self._wrong(place, "an empty list can never match")
            found = [self.pattern(item, (*place, i)) for i, item in enumerate(data)]
        else:
            found = [self.pattern(data, place)]
        return tuple(pattern for pattern in found if pattern is not None)

    def topics(self, data: Any, place: Place) -> tuple[Pattern, ...]:
        """Return the topics a text may speak of; a set that is made of sets stands for its members."""
        found: list[Pattern] = []
        for pattern in self.patterns(data, place):
            members = pattern.some if isinstance(pattern, Group) and pattern.name else ()
            whole = members and all(isinstance(part, Group) and part.name for part in members)
            found.extend(members if whole else (pattern,))
        return tuple(found)

    def text(self, text: str, place: Place) -> Pattern | None:
        """Return the term or phrase that a text stands for."""
        known: Pattern | None = made_of(text, self.language)
        if known is None:
            known = self._read(text, place)
            if known is not None:
                remember(text, self.language, known)
        return known

    def _read(self, text: str, place: Place) -> Pattern | None:
        words = []
        end = 0
        inner = text.strip().strip('"')
        for found in _WORD.finditer(inner):
            if _SPACE.sub("", inner[end : found.start()]):
                break
            words.append(found[0])
            end = found.end()
        rest = _SPACE.sub("", inner[end:])
        if rest or not words:
            what = (
                f"{text!r} holds {rest[0]!r}, which no word contains" if rest else f"{text!r} holds no word"
            )
            self._wrong(place, f"{what}: this can never match; a phrase is words with spaces between them")
            return None
        terms = [self._term(word, place) for word in words]
        whole = tuple(each for each in terms if each is not None)
        if len(whole) < len(terms):
            return None
        return whole[0] if len(whole) == 1 else same(Phrase(whole))

    def _term(self, word: str, place: Place) -> Term | None:
        if word[0].isdigit() or word[0] in "-−":
            return term(word.replace("−", "-").replace(",", ""), "number", self.language)
        if word.endswith("*"):
            stump = fold(word[:-1]) if len(word) > _SHORTEST_PREFIX else ""
            if len(stump) < _SHORTEST_PREFIX:
                self._wrong(place, f"{word!r} is too short before the star: it would match nearly every word")
                return None
            return term(stump, "prefix", self.language)
        form = fold(word.lstrip("="))
        if self.language == "en" and (meant := _confusable(form)):
            self._wrong(
                place, f"{form!r} is one edit from the protected term {meant!r}; did you mean {meant!r}?"
            )
            return None
        if form == "not":
            return term(form, "not", self.language)
        return term(form, "exact" if word[0] == "=" or is_not(form) else "stem", self.language)

    def group(self, data: Mapping[str, Any], place: Place) -> Pattern | None:
        """Return the group that a mapping stands for."""
        before = len(self.problems)
        for key in data:
            if key not in KEYS:
                from difflib import get_close_matches  # noqa: PLC0415 - only for a message

                close = get_close_matches(str(key), KEYS, 1)
                hint = f"; did you mean {close[0]!r}?" if close else f"; a pattern has {_listed(KEYS)}"
                self._wrong((*place, str(key)), f"unknown key {str(key)!r}{hint}")
        made: dict[str, Any] = {
            name: self.patterns(data[key], (*place, key))
            for key, name in LISTS.items()
            if data.get(key) is not None
        }
        for key in ("set", "verdict"):
            if data.get(key) is not None:
                found = (
                    self._set(data[key], (*place, key))
                    if key == "set"
                    else self._verdict(data[key], (*place, key))
                )
                made["every"] = (*made.get("every", ()), *([found] if found is not None else ()))
        made.update(self._conditions(data, place))
        if len(self.problems) > before:
            return None
        self._check(made, place)
        return same(Group(**made)) if len(self.problems) == before else None

    def _conditions(self, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, allowed in (("within", SCOPES), ("negated", POLARITIES)):
            if data.get(key) is not None:
                value = str(data[key]).lower()
                value = {"yes": "true", "no": "false"}.get(value, value) if key == "negated" else value
                if value in allowed:
                    made[key] = value
                else:
                    self._wrong((*place, key), f"{key!r} is one of {_listed(allowed)} (got {data[key]!r})")
        for key, least in (("near", 0), ("item", 1), ("of", 1)):
            if data.get(key) is not None:
                try:
                    made[key] = int(str(data[key]))
                except ValueError:
                    self._wrong(
                        (*place, key), f"{key!r} must be a whole number (got {str(data[key])[:60]!r})"
                    )
                    continue
                if made[key] < least:
                    self._wrong((*place, key), f"{key!r} must be at least {least} (got {data[key]!r})")
        return made

    def _check(self, made: Mapping[str, Any], place: Place) -> None:
        """Note what can never match."""
        every, some, order = made.get("every", ()), made.get("some", ()), made.get("order", ())
        if not (every or some or order):
            self._wrong(
                place, "a pattern needs 'any', 'all', 'seq', 'set' or 'verdict': this can never match"
            )
            return
        labels = [part.label for part in every] if len(every) > 1 else []
        if len(set(labels)) < len(labels):
            repeated = next(label for label in labels if labels.count(label) > 1)
            self._wrong(
                (*place, "all"), f"{repeated} is asked for twice in one list: one of them does nothing"
            )
        excluding = [each for each in _EXCLUDING if made.get(each[1])]
        if excluding:
            needed = {pattern.label for pattern in (*every, *order, *(some if len(some) == 1 else ()))}
            for key, name in excluding:
                shared = sorted(needed & {pattern.label for pattern in made[name]})
                if shared:
                    self._wrong(
                        (*place, key), f"{shared[0]} is asked for and excluded at once: this can never match"
                    )
        if "near" in made and len(every) + len(order) + bool(some) < 2:
            self._wrong(
                (*place, "near"), "'near' needs two patterns in 'all' or 'seq' whose distance it bounds"
            )
        if "of" in made and "item" not in made:
            self._wrong((*place, "of"), "'of' says how many sub-answers there are and needs 'item'")
        if made.get("item", 0) > made.get("of", made.get("item", 0)):
            self._wrong((*place, "item"), f"sub-answer {made['item']} of {made['of']} can never be found")
        if "negated" in made and any(isinstance(pattern, VerdictPattern) for pattern in every):
            self._wrong((*place, "negated"), "a verdict is yes or no; it cannot be negated")

    def _verdict(self, data: Any, place: Place) -> Pattern | None:
        said = str(data).lower()
        said = {"true": "yes", "false": "no"}.get(said, said)
        if said in {"yes", "no"}:
            return same(VerdictPattern(said))
        self._wrong(place, f"'verdict' is yes or no (got {data!r})")
        return None

    def _set(self, name: Any, place: Place) -> Pattern | None:
        name = str(name)
        if name not in self.sets:
            from difflib import get_close_matches  # noqa: PLC0415 - as above

            close = get_close_matches(name, list(self.sets), 1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {_listed(self.sets) or 'none'}"
            self._wrong(place, f"unknown set {name!r}; {hint}")
            return None
        if name in self._open:
            self._wrong(place, f"set {name!r} contains itself")
            return None
        if name not in self._done:
            made = self._members(name, place)
            if made is None:
                return None
            self._done[name] = made
        return self._done[name]

    def _members(self, name: str, place: Place) -> Pattern | None:
        """Return what a set stands for; one that names no other set is made once for all rubrics."""
        written = (name, repr(self.sets[name]))
        known: Pattern | None = made_of(written, self.language)
        if known is not None:
            return known
        self._open.append(name)
        inner = Compiler(self.sets, self.language, [], self._open, self._done)
        members = inner.patterns(self.sets[name], ())
        self._open.pop()
        for where, message in inner.problems:
            self._wrong(place, f"set {name!r}{_where(where)}: {message}")
        if inner.problems or not members:
            return None
        made = same(Group(some=members, name=name))
        if "'set':" not in written[1]:
            remember(written, self.language, made)
        return made

    def _wrong(self, place: Place, message: str) -> None:
        self.problems.append((place, message))


def _confusable(form: str) -> str:
    """Return the protected term that a term is one edit away from and might be a slip for."""
    if form in PROTECTED or len(form) < 4 or not is_repairable(form):
        return ""
    near = process.extractOne(form, _CONFUSED, scorer=OSA.distance, score_cutoff=1, processor=None)
    return near[0] if near else ""


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in names)


def _where(place: Place) -> str:
    return (
        f", pattern {' '.join(str(part + 1 if isinstance(part, int) else part) for part in place)}"
        if place
        else ""
    )
