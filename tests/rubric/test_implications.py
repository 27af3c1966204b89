from __future__ import annotations

from fractions import Fraction

from grader.model.outcome import Evidence, Outcome, Reason
from grader.rubric.implications import settled

MET = Outcome(credit=Fraction(1), reason=Reason.CORRECT)
LOST = Outcome(credit=Fraction(0), reason=Reason.NOT_FOUND)
OPEN = Outcome(credit=None, reason=Reason.UNDECIDED, evidence=(Evidence(read="alike"),))
HEDGED = Outcome(credit=None, reason=Reason.HEDGED)
CLAIMED = Outcome(credit=Fraction(1), reason=Reason.CLAIMED)


def test_a_waiting_row_is_settled_through_others() -> None:
    found = settled({"c": OPEN, "b": OPEN, "a": MET}, implies={"a": ("b",), "b": ("c",)}, excludes={})
    assert [found[name].credit for name in "abc"] == [1, 1, 1]
    assert found["b"].evidence[0].read == "alike"


def test_a_loop_ends_and_settles_nothing_by_itself() -> None:
    loop = {"a": ("b",), "b": ("a",)}
    assert settled({"a": OPEN, "b": OPEN}, implies=loop, excludes={}) == {"a": OPEN, "b": OPEN}
    assert settled({"a": MET, "b": OPEN}, implies=loop, excludes={})["b"].credit == 1


def test_only_what_was_not_recognized_is_settled() -> None:
    outcomes = {"a": MET, "b": LOST, "c": HEDGED}
    assert settled(outcomes, implies={"a": ("b", "c")}, excludes={}) == outcomes


def test_a_claim_waits_where_its_opposite_was_found() -> None:
    guarded = settled({"a": MET, "x": CLAIMED}, implies={}, excludes={"a": ("x",)})["x"]
    assert (guarded.credit, guarded.reason) == (None, Reason.CONTRADICTORY)
    assert settled({"a": LOST, "x": CLAIMED}, implies={}, excludes={"a": ("x",)})["x"] == CLAIMED
