"""The criteria of one question, drafted from its model answer and tried on it."""

from __future__ import annotations

import re
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.drafting.answerpieces import AnswerPiece, pieces_of
from grader.drafting.checkdraft import CheckDraft, CriterionDraft, best_keys
from grader.drafting.formuladrafts import DOMAINS
from grader.drafting.networkdrafts import (
    NAME,
    DescribedNetwork,
    described_network,
    network_draft,
    unanswered_draft,
)
from grader.drafting.proseclaims import (
    ANY_WORD,
    TO_BE_WRITTEN,
    asks_yes_or_no,
    content_words,
    prose_check,
    says_enough,
    says_yes_or_no,
    sentences_of,
)
from grader.drafting.quizdrafts import key_answer, quiz_drafts
from grader.drafting.valuedrafts import asks_why, value_drafts
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.drafting.assignmentquestion import AssignmentQuestion

# Characters of a model answer that is written down as an example.
MAX_EXAMPLE: Final = 2_000
# Words of the name of a piece by which it is found.
MOST_LABEL: Final = 4
# Characters of a piece that is told to be left out.
MAX_QUOTED: Final = 160
_HUNDREDTH: Final = Fraction(1, 100)
PROSE: Final = "prose: these are the model answer's words; an answer without all of them goes to a person"
WITHIN: Final = (
    "found in its own piece of the model answer, but not in the whole: say under `near` by which words"
)
_UNKNOWN: Final = {"any": [TO_BE_WRITTEN], "nearly": [{"set": ANY_WORD}]}
_WRITE: Final = "write what a right answer says; until then every answer goes to a person"
_KINDS: Final = {"number": "number", "matrix": "matrix", "formula": "formula", "choice": "choice"}


@dataclass(slots=True)
class QuestionDraft:
    """A question of the rubric that is drafted; `doubts` are about the question as a whole."""

    question: AssignmentQuestion
    data: dict[str, Any] = field(default_factory=dict)
    criteria: list[CriterionDraft] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def question_draft(question: AssignmentQuestion) -> QuestionDraft:
    """Return the criteria of a question; there is always one, if only for a person to judge by."""
    draft = QuestionDraft(question, doubts=list(question.doubts))
    network = described_network(f"{question.title}. {question.text}", question.code)
    rows = list(_rows(question, network, draft))
    if not rows:
        rows = [(AnswerPiece("", points=question.points), _to_be_written(question))]
    points = _points(rows, question, draft)
    whole = "\n".join(
        f"{piece.label}: {piece.text}" if piece.label else piece.text for piece in _distinct(rows)
    ).strip()
    for (piece, check), share in zip(rows, points, strict=True):
        draft.criteria.append(
            _criterion(draft, piece, check, share, whole, several=len(rows) > 1, network=network)
        )
    return draft


Row = tuple[AnswerPiece, CheckDraft]


def _distinct(rows: Sequence[Row]) -> list[AnswerPiece]:
    return list(dict.fromkeys(piece for piece, _ in rows if piece.text and not piece.shared))


def _rows(
    question: AssignmentQuestion, network: DescribedNetwork | None, draft: QuestionDraft
) -> Iterator[Row]:
    """Yield what is worth points in a model answer with the check for it."""
    if question.key is not None:
        for check in quiz_drafts(question.key):
            yield AnswerPiece(key_answer(question.key)), check
        if not asks_why(question.text) or not question.answer:
            return
    if not question.answer.strip():
        if network is not None and question.key is None:
            told = unanswered_draft(network, f"{question.title} {question.text}")
            yield from [(AnswerPiece(""), told)] if told is not None else []
        return
    asked = f"{question.title}. {question.text}"
    for piece in pieces_of(question.answer, question.id):
        if piece.points is not None and piece.points <= 0:
            name = f"{question.id}_{piece.name}" if piece.name else "a piece"
            why = "takes points away for a false claim" if piece.points else "is worth nothing"
            draft.left_out.append(
                f"{name} ({float(piece.points):g}) {why}; write it yourself where it is needed: {piece.text[:MAX_QUOTED]}"
            )
            continue
        for check in _checks(
            piece, asked, alone=piece.points is None and not piece.name, keyed=question.key is not None
        ):
            yield piece, network_draft(network, check, asked, piece) if network is not None else check


def _checks(piece: AnswerPiece, asked: str, *, alone: bool, keyed: bool) -> list[CheckDraft]:
    """Return the checks for a piece of an answer: one where it has points of its own."""
    truth = says_yes_or_no(piece.text) if asks_yes_or_no(asked) and alone and not keyed else None
    values = (
        [] if keyed else value_drafts(piece.text, f"{asked} {piece.label}" if alone else piece.label or asked)
    )
    if not alone:
        return values[:1] or [
            _claim(piece.text) if not piece.shared and says_enough(piece.text) else _unsaid(piece)
        ]
    checks = [CheckDraft("choice", {"expected": "true" if truth else "false"})] if truth is not None else []
    checks += values
    if not values or asks_why(asked):
        said = (
            re.sub(r"^\W*(?:yes|no|true|false)\b[.,;:!]?\s*", "", piece.text, flags=re.IGNORECASE)
            if truth is not None
            else piece.text
        )
        claims = sentences_of(said)
        if values:
            claims = [claim for claim in claims if not value_drafts(claim, "")]
        checks += [_claim(claim) for claim in claims]
    return checks or [_claim(piece.text) if says_enough(piece.text) else _unsaid(piece)]


def _claim(text: str) -> CheckDraft:
    """Return the check for a piece of prose."""
    ((name, keys),) = prose_check(" ".join(text.split())).items()
    doubt = (
        PROSE
        if name == "keywords"
        else "prose: see that the sentence says what a right answer must say, and no more"
    )
    others: tuple[Any, ...] = ()
    if name == "keywords" and isinstance(keys["any"][0], dict):
        turned = {key: value for key, value in keys["any"][0].items() if key != "negated"}
        words = {"all": content_words(text)[:4], "within": "answer"}
        others = tuple(
            {**keys, "any": [pattern]} for pattern in (turned, {**turned, "negated": "either"}, words)
        )
    return CheckDraft(name, keys, others, (doubt,))


def _unsaid(piece: AnswerPiece) -> CheckDraft:
    """Return the check of a piece for which the model answer has a name alone."""
    named = (
        f"the model answer has no words for {piece.label!r} alone"
        if piece.label
        else "the model answer says too little"
    )
    return CheckDraft("keywords", _UNKNOWN, doubts=(f"{named}: {_WRITE}",))


def _to_be_written(question: AssignmentQuestion) -> CheckDraft:
    """Return the check of a question of which nothing is known: every answer goes to a person."""
    why = (
        "no model answer was found"
        if not question.answer.strip()
        else "nothing in the model answer could be used"
    )
    return CheckDraft("keywords", _UNKNOWN, doubts=(f"{why}: {_WRITE}",))


def _points(rows: Sequence[Row], question: AssignmentQuestion, draft: QuestionDraft) -> list[Fraction]:
    """Share the points of a question among the rows that have none of their own, in hundredths."""
    own = sum((piece.points for piece, _ in rows if piece.points is not None), Fraction(0))
    free = [at for at, (piece, _) in enumerate(rows) if piece.points is None]
    total = question.points
    if total is None:
        total = own + (1 if free else 0)
        if not own and free:
            draft.doubts.append("no points were found; the question is worth 1")
    left = total - own
    if left < 0 or (left > 0 and not free):
        draft.doubts.append(
            f"the pieces of the answer have {float(own):g} points, the question {float(total):g}"
        )
        left = max(left, Fraction(0))
    share = Fraction(int(left / len(free) / _HUNDREDTH), 100) if free else Fraction(0)
    shares = [share if piece.points is None else piece.points for piece, _ in rows]
    if free and left:
        shares[free[0]] += left - share * len(free)
    return shares


def _criterion(
    draft: QuestionDraft,
    piece: AnswerPiece,
    check: CheckDraft,
    points: Fraction,
    whole: str,
    *,
    several: bool,
    network: DescribedNetwork | None,
) -> CriterionDraft:
    name = re.sub(r"\W+", "_", piece.name).strip("_").lower() or _kind(check)
    taken = {each.id for each in draft.criteria}
    ids = (f"{draft.question.id}_{name}{number or ''}" for number in (0, *range(2, 99)))
    row = CriterionDraft(next(each for each in ids if each not in taken), f"{float(points):g}", check)
    row.doubts += check.doubts
    row.remarks += check.remarks
    value = check.name in _KINDS
    if several and value:
        row.part = row.id.removeprefix(f"{draft.question.id}_")
        check = _labelled(check, piece)
    data = (
        {NAME: network.spec}
        if network is not None and isinstance(check.keys, dict) and "derive" in check.keys
        else {}
    )
    example = f"{piece.label}: {piece.text}" if piece.label and piece.text else piece.text
    _settle(row, check, [text for text in dict.fromkeys((example, whole)) if text], data, prose=piece.text)
    draft.data |= data
    return row


def _labelled(check: CheckDraft, piece: AnswerPiece) -> CheckDraft:
    """Return a check among others of its question with the words by which its value is found first."""
    if check.name == "formula":
        return CheckDraft(
            check.name,
            check.keys,
            (*check.others, {**check.keys, "anywhere": True}),
            check.doubts,
            check.remarks,
        )
    if check.name != "number":
        return check
    label = piece.label.lower()
    own = [label] if label and len(label.split()) <= MOST_LABEL else []
    known = [variant["near"] for variant in check.others if "near" in variant]
    near = [list(dict.fromkeys((*words, *own))) for words in known or ([[]] if own else [])]
    named = [{**check.keys, "near": words} for words in near]
    rest = [keys for keys in check.others if "near" not in keys]
    return CheckDraft(
        check.name, (named or [check.keys])[0], (*named[1:], check.keys, *rest), check.doubts, check.remarks
    )


def _settle(
    row: CriterionDraft, check: CheckDraft, texts: Sequence[str], data: Mapping[str, Any], *, prose: str
) -> None:
    """Take the keys that give the model answer full marks, or say that none does; `prose` may stand for a value."""
    keys, right = best_keys(check, texts, data=data)
    if not right and len(texts) > 1:
        keys, right = best_keys(check, texts[:1], data=data)
        if right:
            row.doubts.append(WITHIN)
            texts = texts[:1]
    if not right and texts and check.name in _KINDS:
        # A check that does not even take the model answer would call students wrong who write like it.
        told = f"{_short(check.keys)!r} as a check {check.name!r} does not take the model answer; its words stand for it"
        check, row.part = _claim(prose) if says_enough(prose) else CheckDraft("keywords", _UNKNOWN), ""
        row.doubts[:] = [told, *(check.doubts or (_WRITE,))]
        keys, right = best_keys(check, texts, data={})
    row.check = CheckDraft("keywords", _UNKNOWN) if keys is None else CheckDraft(check.name, keys)
    if keys is None:
        row.doubts.append(f"no check could be made of it: {_WRITE}")
    if right and texts and len(texts[0]) <= MAX_EXAMPLE:
        row.accepts = (texts[0],)
    elif texts and not right and keys != _UNKNOWN:
        row.doubts.append(
            "the model answer as it is worded does not get full marks by it; a person would look"
        )
    if "where" not in keys_of(row.check):
        row.remarks = [remark for remark in row.remarks if not remark.startswith(DOMAINS)]


def keys_of(check: CheckDraft) -> Mapping[str, Any]:
    """Return the keys of a check; none of one that is a sentence."""
    return check.keys if isinstance(check.keys, dict) else {}


def _short(keys: Any) -> str:
    said = str(keys.get("expected", keys) if isinstance(keys, dict) else keys)
    return said if len(said) < 80 else f"{said[:79]}…"


def _kind(check: CheckDraft) -> str:
    if check.name == "matrix" and check.keys.get("shape_only"):
        return "size"
    return _KINDS.get(check.name, "says")
