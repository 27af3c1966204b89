"""What patterns need of an answer is told by bits, which are handed out as rubrics are loaded."""

from __future__ import annotations

import pickle
import subprocess
import sys

from grader.finding.reading import Reading
from grader.prose.compiling import compiler
from grader.prose.needs import ALWAYS, MAX_SIGNS, bit, every, shown_by, some
from grader.rubric.loading import make_check


def test_an_answer_shows_what_a_rubric_loaded_later_needs() -> None:
    reading = Reading("The pelican swallows a herring.")
    assert make_check("keywords", {"any": ["=pelican"]}).check(reading, {}).credit == 1
    assert make_check("keywords", {"all": ["herring", "swallow*"]}).check(reading, {}).credit == 1


def test_a_check_finds_the_same_in_another_process() -> None:
    """Its bits mean something else there, where other rubrics were loaded before."""
    check = make_check("keywords", {"any": [{"all": ["unit", "die*"]}, "vanishing gradient"]})
    said = "Some units die. The vanishing gradient stays."
    code = (
        "import pickle, sys; from grader.rubric.loading import make_check; from grader.finding.reading import Reading\n"
        "make_check('keywords', {'any': ['something', 'else', 'entirely', 'otter*']})\n"
        "check = pickle.loads(sys.stdin.buffer.read())\n"
        f"print([item.read for item in check.check(Reading({said!r}), {{}}).evidence])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(check), capture_output=True, check=True
    ).stdout.decode()
    assert told.strip() == str([item.read for item in check.check(Reading(said), {}).evidence])


def test_equal_patterns_are_one() -> None:
    first, second = compiler({}), compiler({"a": ["b"]})
    wanted = {"all": ["training", {"any": ["slow*", "takes longer"]}], "within": "clause"}
    assert first.pattern(wanted) is second.pattern(wanted)
    assert first.pattern(wanted) is not first.pattern({**wanted, "within": "sentence"})


def test_what_is_needed_together_and_of_alternatives() -> None:
    slow, train = (bit("slow"),), (bit("train"),)
    assert set(every([slow, train])) == {*slow, *train}
    assert some([slow, train]) == (slow[0] | train[0],)
    assert some([slow, ()]) == ()
    assert shown_by(["slow", "a word of no rubric"]) == slow[0]


def test_signs_without_a_bit_are_taken_to_be_shown(monkeypatch) -> None:
    monkeypatch.setattr("grader.prose.needs.MAX_SIGNS", 0)
    assert bit("a sign that is one too many") == ALWAYS
    assert MAX_SIGNS > 0
