"""Groups of patterns: together, in order, any of them, and the conditions on where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from grader.prose.anyof import AnyOf
from grader.prose.hits import Hit, by_place, join
from grader.prose.needs import every, some
from grader.prose.patterns import VerdictPattern, same

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from grader.prose.needs import Needs
    from grader.prose.patterns import Pattern, PatternSearch, Term

SCOPES: Final = ("clause", "sentence", "item", "answer")
"""What a pattern's parts may have to stand in together, the smallest first."""
_CONDITIONS: Final = (
    "every", "some", "order", "lacking", "outside", "unless", "about", "within", "near", "negated", "item", "of", "name",
)  # fmt: skip

_NOTHING: Final = AnyOf(())

HITS_IN_UNIT: Final = 24  # of one pattern in one clause or sentence; more add nothing and cost the square


class Group:
    """Several patterns together, and the conditions on where and how they stand."""

    def __init__(  # noqa: PLR0913 - the keys of a rubric
        self,
        *,
        every: tuple[Pattern, ...] = (),
        some: tuple[Pattern, ...] = (),
        order: tuple[Pattern, ...] = (),
        lacking: tuple[Pattern, ...] = (),
        outside: tuple[Pattern, ...] = (),
        unless: tuple[Pattern, ...] = (),
        about: tuple[Pattern, ...] = (),
        within: str = "sentence",
        near: int | None = None,
        negated: str = "",
        item: int | None = None,
        of: int | None = None,
        name: str = "",
    ) -> None:
        self.every = every  # `all`: in any order
        self.some = some  # `any`
        self.order = order  # `seq`
        self.lacking = lacking  # `none`: not in the same unit
        self.outside = outside  # `except`: the hit must not lie inside one of these
        self.unless = unless
        self.about = about
        self.within = within
        self.near = near
        self.negated = negated  # "", "true", "false" or "either"
        self.item = item
        self.of = of
        self.name = name  # of the set it stands for
        inner = (*every, *some, *order, *lacking, *outside)
        self.depends = bool(unless or about) or any(part.depends for part in inner)
        self.words = AnyOf(some) if some else _NOTHING
        self._excepted = AnyOf(outside) if outside else _NOTHING
        self._unwanted = AnyOf(lacking) if lacking else _NOTHING

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (tuple(getattr(self, name) for name in _CONDITIONS),)

    def changed(self, **conditions: Any) -> Group:
        """Return the same but for some of its conditions."""
        made = {name: getattr(self, name) for name in _CONDITIONS}
        return same(Group(**{**made, **conditions}))

    @cached_property
    def key(self) -> Hashable:
        """What two groups share that find the same: the parts are compared by identity."""
        return tuple(
            tuple(map(id, value)) if isinstance(value, tuple) else value
            for value in (getattr(self, name) for name in _CONDITIONS)
        )

    @cached_property
    def label(self) -> str:
        if self.name:
            return self.name
        parts = [pattern.label for pattern in self.every]
        if self.some:
            some = " | ".join(pattern.label for pattern in self.some)
            parts.append(f"({some})" if len(self.some) > 1 and (parts or self.order) else some)
        if self.order:
            parts.append(" … ".join(pattern.label for pattern in self.order))
        text = " + ".join(parts)
        if self.negated in {"true", "false"}:
            text = f"{'denied' if self.negated == 'true' else 'affirmed'}: {text}"
        for word, patterns in (("none of", self.lacking), ("unless", self.unless), ("about", self.about)):
            if patterns:
                text += f", {word} {' | '.join(pattern.label for pattern in patterns)}"
        if self.item is not None:
            text += f", in sub-answer {self.item}" + (f" of {self.of}" if self.of else "")
        return text

    def terms(self) -> Iterable[Term]:
        for patterns in (
            self.every,
            self.some,
            self.order,
            self.lacking,
            self.outside,
            self.unless,
            self.about,
        ):
            for pattern in patterns:
                yield from pattern.terms()

    @cached_property
    def topics(self) -> tuple[Pattern, ...]:
        """What it, or a part of it, must be about."""
        inner = (part for part in (*self.every, *self.some, *self.order) if isinstance(part, Group))
        return (*self.about, *(topic for part in inner for topic in part.topics))

    @cached_property
    def needs(self) -> Needs:
        """What any hit needs; topics and what is excluded may be said anywhere or nowhere."""
        parts = [pattern.needs for pattern in (*self.every, *self.order)]
        if self.some:
            parts.append(some(pattern.needs for pattern in self.some))
        return every(parts)

    @cached_property
    def parts(self) -> tuple[Pattern, ...]:
        """What must be found together."""
        some = (
            (same(Group(some=self.some, within=self.within)),)
            if self.some and (self.every or self.order)
            else ()
        )
        return (*self.every, *some, *self.order)

    def hits(self, search: PatternSearch) -> list[Hit]:
        """Return the hits that meet every condition, a denial asked for included."""
        found = self.placed(search)
        if found and self.negated in {"true", "false"}:
            wanted = 1 if self.negated == "true" else 0
            settled = []
            for hit in found:
                cues = search.cues(hit)
                if len(cues) == wanted:
                    first, last = min([hit.first, *cues]), max([hit.last, *cues])
                    settled.append(Hit(first, last, (), hit.own | cues, hit.repaired))
            return settled
        return found

    def placed(self, search: PatternSearch) -> list[Hit]:
        """Return the hits where they should stand, denied or not."""
        found = self._found(search)
        if found and self.outside:
            spans = [hit[:2] for hit in self._excepted.hits(search)]
            found = [hit for hit in found if not _inside(hit, spans)] if spans else found
        if found and self.lacking:
            unit = search.prose.unit(self.within)
            taken = {unit[hit.first] for hit in self._unwanted.hits(search)}
            found = [hit for hit in found if unit[hit.first] not in taken and unit[hit.last] not in taken]
        if found and self.item is not None:
            found = self._in_subanswer(found, search)
        if found and self.about:
            found = search.those_about(found, self.about)
        if found and self.unless:
            found = search.those_about(found, self.unless, not_=True)
        return found

    def _in_subanswer(self, found: list[Hit], search: PatternSearch) -> list[Hit]:
        stretch = search.subanswer(self.item or 1, self.of)
        if stretch is None:
            return []
        first, end = stretch
        if any(isinstance(pattern, VerdictPattern) for pattern in self.every):
            led = search.prose.segments.leads.get(search.prose.segments.blocks[first])
            opens = {first, led[1] + 1} if led and led[0] == first else {first}
            return [hit for hit in found if hit.first in opens]  # a verdict opens its sub-answer
        return [hit for hit in found if first <= hit.first and hit.last < end]

    def _found(self, search: PatternSearch) -> list[Hit]:
        if self.some and not self.every and not self.order:
            return self.words.hits(search)
        if not self.every and not self.some and len(self.order) == 1:
            return search.find(self.order[0])
        lists = []
        for pattern in self.every:
            lists.append(search.find(pattern))
            if not lists[-1]:
                return []
        if self.some:
            lists.append(self.words.hits(search))
        if self.order and all(lists):
            lists.append(self._in_order(search))
        if not all(lists):
            return []
        return lists[0] if len(lists) == 1 else self._together(lists, search)

    def _in_order(self, search: PatternSearch) -> list[Hit]:
        lists = []
        for pattern in self.order:
            lists.append(search.find(pattern))
            if not lists[-1]:
                return []
        unit = search.prose.unit(self.within)
        found = lists[0]
        for nexts in lists[1:]:
            firsts = [hit.first for hit in nexts]
            grown = []
            for hit in found:
                k = bisect_right(firsts, hit.last)
                together = k < len(nexts) and unit[firsts[k]] == unit[hit.last]
                if together and (self.near is None or firsts[k] - hit.last - 1 <= self.near):
                    grown.append(join((hit, nexts[k])))
            found = grown
        return found

    def _together(self, lists: list[list[Hit]], search: PatternSearch) -> list[Hit]:
        unit = search.prose.unit(self.within)
        tables = [_by_unit(hits, unit) for hits in lists]
        leads = [search.by_lead(hits) for hits in lists] if search.prose.lead_of else []
        found: list[Hit] = []
        if not any(leads):  # nothing is announced, so that all must stand in the unit itself
            for number in sorted(set(tables[0]).intersection(*tables[1:])):
                found += self._combined([table[number] for table in tables], search)
            return found
        for number in sorted({number for table in tables for number in table}):
            rows = [table.get(number, ()) for table in tables]
            anchor = next(row[0] for row in rows if row)
            block = search.prose.segments.blocks[anchor.first]
            full = [row or _announced(lead, block, search) for row, lead in zip(rows, leads, strict=True)]
            if all(full):
                found.extend(self._combined(full, search))
        return found

    def _combined(self, rows: Sequence[Sequence[Hit]], search: PatternSearch) -> list[Hit]:
        rarest = min(rows, key=len)
        clauses = search.prose.segments.clauses
        found = []
        for hit in rarest[:HITS_IN_UNIT]:
            chosen = [hit if row is rarest else _nearest(row[:HITS_IN_UNIT], hit, clauses) for row in rows]
            if self.near is None or _gap(chosen) <= self.near:
                found.append(join(chosen))
        return found


def _made(values: tuple[Any, ...]) -> Group:
    return same(Group(**dict(zip(_CONDITIONS, values, strict=True))))


def _inside(hit: Hit, spans: list[tuple[int, int]]) -> bool:
    k = bisect_right(spans, (hit.first, 1 << 60))
    return any(first <= hit.first and hit.last <= last for first, last in spans[max(0, k - 4) : k])


def _by_unit(hits: list[Hit], unit: list[int]) -> dict[int, list[Hit]]:
    table: dict[int, list[Hit]] = {}
    for hit in hits:
        table.setdefault(unit[hit.first], []).append(hit)
    return table


def _announced(lead: Mapping[int, list[Hit]], block: int, search: PatternSearch) -> Sequence[Hit]:
    """Return hits in the leads and headings that announce a block."""
    if lead:
        for above in search.prose.contexts[block]:
            if above in lead:
                return lead[above]
    return ()


def _nearest(row: Sequence[Hit], hit: Hit, clauses: Sequence[int]) -> Hit:
    """Return the hit nearest to another, a word of its own and in its clause if there is one."""
    if len(row) == 1:
        return row[0]
    k = bisect_left([other.first for other in row], hit.first)
    around = row[max(0, k - 2) : k + 3]
    return min(
        around,
        key=lambda other: (
            _overlap(other, hit),
            clauses[other.first] != clauses[hit.first],
            abs(other.first - hit.first),
        ),
    )


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first <= other.last and other.first <= one.last


def _gap(hits: Sequence[Hit]) -> int:
    """Return the longest stretch of other words between neighbours."""
    ordered = sorted(hits, key=by_place)
    return max(
        (after.first - before.last - 1 for before, after in pairwise(ordered)),
        default=0,
    )
