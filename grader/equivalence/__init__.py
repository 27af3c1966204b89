"""Whether two formulas are equal: proved, probable, disproved with a point, or undecided.

Two trees and their options become a `Pair`, which makes once what rules need of both: `preparation/` brings them into
one form, `normal/` proves by normal forms, `numeric/` disproves at points. `comparing.py` has the rules in their order:
each takes the pair and says its verdict, or that it has none; `kinds/` holds a rule for each sort of formula,
`leniency/` what may differ by the rubric's word and what only a person can tell. `slips.py` names what went wrong.

What is named here is loaded when it is first asked for: the values of numbers need a small part of the room only.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from grader.equivalence.comparing import compare
    from grader.equivalence.readings import compare_readings
    from grader.equivalence.slips import near_miss, without_values
    from grader.equivalence.verdict import DEFAULT, DOMAINS, Options, Verdict

__all__ = [
    "DEFAULT",
    "DOMAINS",
    "Options",
    "Verdict",
    "compare",
    "compare_readings",
    "near_miss",
    "without_values",
]

_PLACES: Final = {
    "DEFAULT": "verdict",
    "DOMAINS": "verdict",
    "Options": "verdict",
    "Verdict": "verdict",
    "compare": "comparing",
    "compare_readings": "readings",
    "near_miss": "slips",
    "without_values": "slips",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    return value
