"""How a rubric is read from YAML, and every problem in it named at its line."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.checks import CHECKS
from grader.documents.cut.addresses import same_addresses
from grader.files.registry import resolve
from grader.files.validation import did_you_mean, shown, validate
from grader.files.yamltree import Tree, load_yaml, read_own_file
from grader.model.errors import RubricError
from grader.records import dataclass
from grader.rubric.digest import check_digest
from grader.rubric.parts import lost_models, with_parts
from grader.rubric.salvaging import salvaged
from grader.rubric.sets import SetReader
from grader.rubric.statedpoints import wrong_sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.checks.contract import Check
    from grader.files.yamltree import Loc
    from grader.model.errors import Problem
from grader.rubric.questions import AUTO, INTERNAL, Criterion, Rubric

# The largest rubric anyone has shown us is 60 kB; a file far beyond is not a rubric.
MAX_BYTES: Final = 4_000_000


def load_rubric(path: Path) -> Rubric:
    """Read and check a rubric file; raises RubricError with every problem found."""
    text = read_own_file(path, MAX_BYTES, RubricError)
    return read_rubric(text, str(path), folder=path.parent)


def imported_files(path: Path) -> tuple[Path, ...]:
    """Return the files that a rubric imports or names as its template, whether they can be read or not; none of a file that is no rubric."""
    try:
        text = read_own_file(path, MAX_BYTES, RubricError)
    except RubricError:
        return ()
    if "import" not in text and "template" not in text:
        return ()
    tree = _tree_of(text, str(path))
    data = tree.data if isinstance(tree.data, dict) else {}
    named = data.get("import")
    template = data.get("template")
    names = [*(named if isinstance(named, list) else [named]), None if template == AUTO else template]
    return tuple(path.parent / name for name in names if isinstance(name, str))


@lru_cache(maxsize=1)
def _tree_of(text: str, path: str) -> Tree:
    """Return what stands in a rubric's file, which is asked for twice: which files it names, and all else. Nobody changes it."""
    return load_yaml(text, path)


def read_rubric(
    text: str, path: str = "rubric", *, folder: Path | None = None, student: str = "", seed: str | None = None
) -> Rubric:
    """Check a rubric given as text; `folder` is where its `import:` files are looked for.

    Where questions have parameters, `student` is whose values are put in, drawn by `seed` or else the rubric's own.
    """
    loader = _Loader(_tree_of(text, path), folder, student=student, seed=seed)
    return _with_source(loader.rubric(), loader, text, path)


def _with_source(rubric: Rubric, loader: _Loader, text: str, path: str) -> Rubric:
    """Return a rubric with the text that it is read from again for each student, where its questions have parameters."""
    if not any(question.parameters for question in rubric.questions):
        return rubric
    source = (text, path, "" if loader.folder is None else str(loader.folder))
    return rubric.model_copy(update={"source": source, "seed": loader.seed})


@dataclass(frozen=True, slots=True)
class Draft:
    """What can be read of a rubric that may be mistaken.

    In `rubric` a criterion whose check was refused has None for it, and keys that were refused are
    left out; it is None where there are no questions. `tree` has the places of all that is in it.
    """

    rubric: Rubric | None
    tree: Tree
    problems: tuple[Problem, ...]


def read_draft(text: str, path: str = "rubric", *, folder: Path | None = None) -> Draft:
    """Read as much of a rubric as there is, for those who look for further faults; never raises."""
    loader = _Loader(load_yaml(text, path), folder)
    try:
        return Draft(_with_source(loader.rubric(), loader, text, path), loader.tree, ())
    except RubricError as error:
        return Draft(loader.draft, loader.tree, error.problems)


def make_check(name: str, params: Any, *, sets: Mapping[str, Any] | None = None) -> Check:
    """Build one check from its YAML keys (scalars as text); raises RubricError."""
    tree = Tree(name, params, {}, {}, ())
    check, problems = validate(resolve(CHECKS, name), params, tree, context={"sets": sets or {}})
    if check is None:
        raise RubricError(problems)
    made: Check = check
    return made


class _Loader:
    """Validate the checks first, each by its own model, then the frame around them."""

    def __init__(
        self, tree: Tree, folder: Path | None, *, student: str = "", seed: str | None = None
    ) -> None:
        self.written = tree
        self.tree = with_parts(tree)
        self.folder = folder
        self.sets = SetReader(tree, folder)
        self.problems = list(tree.problems)
        data = tree.data if isinstance(tree.data, dict) else {}
        self.seed = str(data.get("seed") or "") if seed is None else seed
        self._draw(str(data.get("id", "")), student)
        self.digest = hashlib.sha256()
        self.labels: dict[Loc, dict[str, set[int]]] = {}
        self.draft: Rubric | None = None  # what there is of it, whatever was refused

    def _draw(self, rubric: str, student: str) -> None:
        """Put a student's values into the questions that have parameters."""
        questions = self.tree.data.get("questions") if isinstance(self.tree.data, dict) else None
        if not isinstance(questions, list) or not any(
            isinstance(item, dict) and "parameters" in item for item in questions
        ):
            return
        from grader.rubric.parameters import ParameterError, draw_key, with_values  # noqa: PLC0415 - few rubrics have some

        drawn = list(questions)
        for number, question in enumerate(questions):
            if not isinstance(question, dict) or "parameters" not in question:
                continue
            try:
                drawn[number] = with_values(question, draw_key(rubric, self.seed, student))
            except ParameterError as error:
                self._say(
                    ("questions", number, "parameters", *([error.key] if error.key else ())), error.message
                )
        self.tree = replace(self.tree, data={**self.tree.data, "questions": drawn})

    def rubric(self) -> Rubric:
        data = self.tree.data
        if not isinstance(data, dict):
            if not self.problems:
                self._say((), f"must be a mapping with 'id' and 'questions' (got {shown(data)})")
            raise RubricError(self.problems)
        data = dict(data)
        sets = self.sets.read(data.pop("sets", None), data.pop("import", None))
        self.problems += self.sets.problems
        for text in self.sets.texts:
            self.digest.update(text.encode())
        for loc, criterion, question in self._criteria(data):
            self._check(loc, criterion, question, sets)
        rubric, problems = validate(Rubric, data, self.tree, whose=self._whose)
        self.problems += problems
        amiss = (*wrong_sums(self.written.data), *lost_models(self.written.data))
        self.problems += [self.written.problem(*each) for each in amiss]
        self.draft = rubric or salvaged(data)
        lines: tuple[str, ...] = ()
        if self.draft is not None:
            self._names(self.draft)
            self._contradictions(self.draft)
            lines = self._template(self.draft)
            self._implications(self.draft)
            if self.draft.late is not None and self.draft.due is None:
                self._say(("late",), "a rule for late work needs a 'due' time beside it")
        if self.problems or rubric is None:
            raise RubricError(self.problems)
        self.digest.update(repr(self.tree.data).encode())
        self.digest.update(repr(lines).encode() if lines else b"")
        return rubric.model_copy(update={"digest": self.digest.hexdigest()[:16], "template_lines": lines})

    def _template(self, rubric: Rubric) -> tuple[str, ...]:
        """Read the template that a rubric names."""
        if rubric.template in {"", AUTO}:
            return ()
        # Few rubrics name one, and it loads what reads documents.
        from grader.rubric.template import template_lines  # noqa: PLC0415

        try:
            return template_lines((self.folder or Path()) / rubric.template)
        except ValueError as error:
            self._say(("template",), f"template {error}")
            return ()

    def _say(self, loc: Loc, message: str, *, key: bool = False) -> None:
        self.problems.append(self.tree.problem(loc, self._whose(loc) + message, key=key))

    def _whose(self, loc: Loc) -> str:
        """Name the question and criterion a place belongs to, as far as they have names."""
        node: Any = self.tree.data
        words: list[str] = []
        for group, word in (("questions", "question"), ("criteria", "criterion")):
            step = loc[2 * len(words) : 2 * len(words) + 2]
            if len(step) < 2 or step[0] != group:
                break
            node = node[group][step[1]]
            name = node.get("id") if isinstance(node, dict) else None
            words.append(f"{word} {name!r}" if name else f"{word} number {int(step[1]) + 1}")
        return f"{', '.join(words)}: " if words else ""

    def _criteria(self, data: dict[str, Any]) -> Iterator[tuple[Loc, dict[str, Any], dict[str, Any]]]:
        """Yield every criterion that is a mapping, and its question as it stands in the file.

        The way to it is copied before, so that it may be changed.
        """
        if not isinstance(data.get("questions"), list):
            return
        data["questions"] = [dict(item) if isinstance(item, dict) else item for item in data["questions"]]
        for number, question in enumerate(data["questions"]):
            if not isinstance(question, dict) or not isinstance(question.get("criteria"), list):
                continue
            rows = [dict(item) if isinstance(item, dict) else item for item in question["criteria"]]
            question["criteria"] = rows
            for row, criterion in enumerate(rows):
                if isinstance(criterion, dict):
                    yield (
                        ("questions", number, "criteria", row),
                        criterion,
                        self.tree.data["questions"][number],
                    )

    def _check(
        self, loc: Loc, criterion: dict[str, Any], question: dict[str, Any], sets: Mapping[str, Any]
    ) -> None:
        """Replace the check's key by the validated check; say what is wrong with it."""
        own = set(Criterion.model_fields) - INTERNAL
        unknown = [name for name in criterion if name not in own and name not in CHECKS]
        for name in unknown:
            hint = did_you_mean(name, [*own, *CHECKS])
            self._say((*loc, name), f"unknown key {name!r}{hint}", key=True)
            del criterion[name]
        named = [name for name in criterion if name in CHECKS]
        if len(named) != 1 and not unknown:
            got = f"got {', '.join(named)}" if named else "got none"
            self._say(loc, f"must have exactly one check of {', '.join(CHECKS)} ({got})")
        check = None
        for name in named:
            model = resolve(CHECKS, name)
            params = model.spelled_out(criterion.pop(name))
            if isinstance(params, dict):
                if {"derive", "ask"} & params.keys():
                    criterion["derived"] = f"{params.get('derive')}: {params.get('ask', 'value')}"
                    params = self._derived(params, (*loc, name), question)
                    if "expected" not in params:
                        continue  # what kept it from being derived has been said
                params = {**self._defaults(model, loc, criterion, question), **params}
            too_large = self.sets.too_large(params)
            if too_large:
                self._say((*loc, name), f"{name} {too_large} allowed")
                continue
            check, problems = validate(
                model, params, self.tree, loc=(*loc, name), whose=self._whose, context={"sets": sets}
            )
            self.problems += problems
            criterion["digest"] = check_digest(name, params, sets)
        criterion["check_name"] = named[0] if named else ""
        criterion["check"] = check

    def _derived(self, params: dict[str, Any], loc: Loc, question: dict[str, Any]) -> dict[str, Any]:
        """Write out what the check leaves to derivation from the question's data."""
        from grader.rubric.derivation import filled_in  # noqa: PLC0415 - most rubrics derive nothing

        data = question.get("data")
        filled, faults = filled_in(params, data if isinstance(data, dict) else {})
        for fault in faults:
            at = (*loc, fault.key) if fault.key else (*loc[:2], "data", fault.data, *fault.path)
            self._say(at, fault.message)
        return filled

    def _defaults(
        self, model: Any, loc: Loc, criterion: dict[str, Any], question: dict[str, Any]
    ) -> dict[str, Any]:
        """Fill in what the frame around a check tells it: that it hunts a false claim, examples, its neighbours' labels."""
        found: dict[str, Any] = {}
        siblings = question["criteria"]
        for key in ("accepts", "rejects"):
            if key in model.model_fields and isinstance(criterion.get(key), list):
                found[key] = [text for text in criterion[key] if isinstance(text, str)]
        if "subject" in model.model_fields and isinstance(question.get("title"), str):
            found["subject"] = question["title"]
        if model.may_contradict() and _is_negative(criterion.get("points")):
            found["contradiction"] = "true"
        if "others" in model.model_fields:
            labels = self._labels(loc[:2], siblings)
            row = loc[-1]
            found["others"] = [label for label, rows in labels.items() if row not in rows]
        return found

    def _labels(self, question: Loc, criteria: list[Any]) -> dict[str, set[int]]:
        """Return the labels that the criteria of a question look for, each with the rows that do; found once a question."""
        if question not in self.labels:
            self.labels[question] = {}
            for row, criterion in enumerate(criteria):
                for label in _labels_of(criterion):
                    self.labels[question].setdefault(label, set()).add(row)
        return self.labels[question]

    def _names(self, rubric: Rubric) -> None:
        """Ids are unique, and a criterion that follows from others names earlier ones."""
        seen: dict[str, str] = {}
        for number, question in enumerate(rubric.questions):
            known: set[str] = set()
            for row, criterion in enumerate(question.criteria):
                loc = ("questions", number, "criteria", row)
                if criterion.id in seen:
                    self._say((*loc, "id"), f"id {criterion.id!r} is already used in {seen[criterion.id]}")
                seen.setdefault(criterion.id, f"question {question.id!r}")
                for name in _follows(criterion):
                    if name not in known:
                        hint = (
                            did_you_mean(name, known) or "; no earlier criterion of this question has a name"
                        )
                        self._say(
                            (*loc, criterion.check_name, "follows"),
                            f"follows names {name!r}, which is no earlier part{hint}",
                        )
                known.update(criterion.names)
        for first, second in same_addresses([question.id for question in rubric.questions]):
            if first != second:
                rule = (
                    f"the ids {first!r} and {second!r} are the same in a document: give one of them another"
                )
                self._say(("questions",), rule)
        for name, times in Counter(question.id for question in rubric.questions).items():
            if times > 1:
                self._say(("questions",), f"question id {name!r} is used {times} times")

    def _contradictions(self, rubric: Rubric) -> None:
        """Only a check that can look for a false claim may take points away, and such a one gives none."""
        for number, question in enumerate(rubric.questions):
            for row, criterion in enumerate(question.criteria):
                if criterion.check is None:  # it was refused, and this has been said
                    continue
                if criterion.points > 0 and criterion.check.hunts:
                    loc = ("questions", number, "criteria", row, "points")
                    rule = "a check with 'contradiction: true' would give points for a false claim: they must be negative or 0"
                    self._say(loc, rule)
                if criterion.points < 0 and not criterion.check.hunts:
                    loc = ("questions", number, "criteria", row, "points")
                    self._say(
                        loc,
                        f"negative points need a check with 'contradiction: true'; {criterion.check_name!r} here has none",
                    )

    def _implications(self, rubric: Rubric) -> None:
        """What a criterion implies or excludes are others of its question, of the kind that can be meant."""
        for number, question in enumerate(rubric.questions):
            points = {criterion.id: criterion.points for criterion in question.criteria}
            for row, criterion in enumerate(question.criteria):
                for key, sign, kind in (
                    ("implies", 1, "that gives points"),
                    ("excludes", -1, "with negative points"),
                ):
                    named = getattr(criterion, key)
                    if not named:
                        continue
                    others = [
                        name for name, worth in points.items() if worth * sign >= 0 and name != criterion.id
                    ]
                    for name in named:
                        if criterion.points < 0 or name not in others:
                            hint = (
                                did_you_mean(name, others)
                                if criterion.points >= 0
                                else "; a contradiction has none"
                            )
                            said = f"{key} names {name!r}, which is no other criterion of this question {kind}{hint}"
                            self._say(("questions", number, "criteria", row, key), said)


def _follows(criterion: Criterion) -> tuple[str, ...]:
    """Return the earlier parts that a criterion follows from; none of a check that was refused."""
    return () if criterion.check is None else criterion.check.follows_names


def _labels_of(criterion: Any) -> list[str]:
    """Return the labels a criterion's check looks for, as they stand in the file: one or a list."""
    params = [criterion.get(name) for name in CHECKS] if isinstance(criterion, dict) else []
    near = next((item.get("near") for item in params if isinstance(item, dict)), None)
    labels = near if isinstance(near, list) else [near]
    return [label for label in labels if isinstance(label, str)]


def _is_negative(points: Any) -> bool:
    return isinstance(points, str) and points.strip().startswith("-")
