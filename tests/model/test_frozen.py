import pickle
from fractions import Fraction

import pytest
from pydantic import BaseModel, PrivateAttr, ValidationError

from grader.model.frozen import Exact, Frozen
from grader.model.outcome import Evidence, PublicEvidence
from grader.model.report import CriterionReport

HALF = Fraction(1, 2)
ROW = CriterionReport(
    id="a", title="A", check="number", points=HALF, credit=None, score=None, reason="wrong", feedback="No."
)


class Counted(Frozen):
    most: Exact
    _seen: int = PrivateAttr(default=3)


@pytest.mark.parametrize(
    "update", [None, {}, {"credit": HALF, "feedback": "Yes."}, {"evidence": (Evidence(read="7"),)}]
)
def test_a_copy_is_what_pydantic_makes_of_it(update):
    copy, theirs = ROW.model_copy(update=update), BaseModel.model_copy(ROW, update=update)
    assert copy == theirs
    assert copy is not ROW
    assert copy.model_dump_json() == theirs.model_dump_json()
    assert pickle.loads(pickle.dumps(copy)) == theirs  # noqa: S301 - our own
    assert ROW.credit is None
    with pytest.raises(ValidationError):
        copy.credit = None


def test_a_copy_keeps_what_a_model_holds_for_itself():
    copy = Counted(most=HALF).model_copy(update={"most": Fraction(1)})
    assert (copy.most, copy._seen) == (1, 3)


def test_a_deep_copy_shares_nothing():
    row = ROW.model_copy(update={"evidence": (Evidence(read="7"),)})
    copy = row.model_copy(deep=True)
    assert copy == row
    assert copy.evidence[0] is not row.evidence[0]


def test_valid_values_make_the_same_model():
    made = PublicEvidence.of_valid({**PublicEvidence(read="7", start=0, end=1).__dict__})
    assert made == PublicEvidence(read="7", start=0, end=1)
    assert hash(made) == hash(PublicEvidence(read="7", start=0, end=1))
    assert PublicEvidence.model_validate_json(made.model_dump_json()) == made
