"""The prose criteria of rubrics/rq3.yaml, ready to be asked about a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.files.yamltree import load_yaml
from grader.finding.reading import Reading
from grader.rubric.loading import make_check

if TYPE_CHECKING:
    from grader.model.outcome import Outcome

RUBRICS = Path(__file__).parent.parent.parent / "rubrics"


def _yaml(path: Path) -> Any:
    tree = load_yaml(path.read_text(encoding="utf-8"), path.name)
    assert not tree.problems
    return tree.data


class ProseRubric:
    """The keywords checks of a rubric by criterion."""

    def __init__(self, path: Path) -> None:
        rubric = _yaml(path)
        sets: dict[str, Any] = {}
        for name in rubric.get("import", []):
            sets |= _yaml(path.parent / name)
        sets |= rubric.get("sets", {})
        self.checks = {
            row["id"]: make_check(
                "keywords",
                row["keywords"] | {"contradiction": str(row["points"].startswith("-")).lower()},
                sets=sets,
            )
            for question in rubric["questions"]
            for row in question["criteria"]
            if "keywords" in row
        }

    def outcome(self, name: str, text: str) -> Outcome:
        """Return what one criterion says of a text."""
        return self.checks[name].check(Reading(text=text), {})

    def credits(self, question: str, text: str) -> dict[str, Any]:
        """Return the credit of every criterion of a question, None where a person has to look."""
        return {
            name: self.outcome(name, text).credit for name in self.checks if name.startswith(f"{question}_")
        }


@pytest.fixture(scope="session")
def rq3() -> ProseRubric:
    return ProseRubric(RUBRICS / "rq3.yaml")
