"""Reinforcement learning: one update of a value, and discounted returns.

Q-learning looks at the best next action, SARSA at the one taken (`next_action`), TD(0) at the next state's
value. In a terminal next state only the reward counts. Source: Sutton and Barto (2018).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.derive.data.datafields import DataFields, Slips, derived, operation, single
from grader.derive.exactscalars import Scalar, Vector, mean, settled
from grader.records import dataclass

if TYPE_CHECKING:
    from grader.derive.result import Derived


@dataclass(frozen=True)
class Update:
    """What one update of a value needs."""

    value: Scalar
    reward: Scalar
    ahead: Scalar  # what the next state is worth
    alpha: Scalar
    gamma: Scalar

    @property
    def target(self) -> Scalar:
        """The reward and the discounted worth of what follows."""
        return self.reward + self.gamma * self.ahead

    @property
    def error(self) -> Scalar:
        """The temporal-difference error."""
        return self.target - self.value

    @property
    def new(self) -> Scalar:
        """The value after the update."""
        return self.value + self.alpha * self.error


_UPDATE: Final = {
    "q": "Q value v old", "reward": "r", "next": "next_q q_next next_values next_value", "alpha": "lr learning_rate", "gamma": "discount",
    "terminal": "done", "next_action": "action",
}  # fmt: skip


@operation(**_UPDATE)
def q_learning(fields: DataFields) -> Derived:
    """Derive one update; fields: q, reward, next (values of the next state), alpha, gamma, terminal, next_action (sarsa); ask q, target, error."""
    after = fields.vector("next", [0])
    if fields.flag("terminal", default=False):
        after = [Fraction(0)]
    sarsa = fields.op == "sarsa" or "next_action" in fields
    action = fields.whole("next_action", 0, high=len(after) - 1) if sarsa else 0
    ahead = after[action] if sarsa else max(after)
    update = Update(
        fields.number("q"),
        fields.number("reward"),
        ahead,
        fields.number("alpha", low=0, high=1),
        fields.number("gamma", low=0, high=1),
    )
    asks = fields.asked(("q", "target", "error"), "q")

    def values(update: Update = update) -> Any:
        parts = {"q": update.new, "target": update.target, "error": update.error}
        return single([parts[ask] for ask in asks])

    wrong: Slips = {
        "q_no_discount": lambda: values(replace(update, gamma=Fraction(1))),
        "q_no_next": lambda: values(replace(update, ahead=Fraction(0))),
        "q_mean_next": lambda: values(replace(update, ahead=mean(after))),
        "q_other_rule": lambda: values(replace(update, ahead=max(after) if sarsa else after[0])),
        "lr_missing": lambda: values(replace(update, alpha=Fraction(1))),
        "q_old_forgotten": lambda: update.alpha * update.target if asks == ("q",) else None,
        "q_not_subtracted": lambda: update.value + update.alpha * update.target if asks == ("q",) else None,
    }
    return derived(values(), wrong)


def returns(rewards: Vector, gamma: Scalar, last: Scalar) -> Vector:
    """Return the discounted return from every step on; `last` is the value behind the end."""
    found: Vector = []
    ahead = last
    for reward in reversed(rewards):
        ahead = settled([reward + gamma * ahead])[0]
        found.append(ahead)
    return found[::-1]


@operation(rewards="r reward", gamma="discount", last="bootstrap final_value")
def discounted_return(fields: DataFields) -> Derived:
    """Derive discounted returns; fields: rewards, gamma, last (0); ask return, all."""
    rewards, gamma = fields.vector("rewards"), fields.number("gamma", low=0, high=1)
    last = fields.number("last", 0)
    asks = fields.asked(("return", "all"), "return")

    def values(gamma: Scalar = gamma, rewards: Vector = rewards, scale: Scalar = Fraction(1)) -> Any:
        found = [scale * value for value in returns(rewards, gamma, last)]
        return single([found if ask == "all" else found[0] for ask in asks])

    wrong: Slips = {
        "q_no_discount": lambda: values(Fraction(1)),
        "discount_from_first": lambda: values(scale=gamma),
        "return_backwards": lambda: values(rewards=rewards[::-1]),
    }
    return derived(values(), wrong)
