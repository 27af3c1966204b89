"""The stances a writer may take to what they name, and the words and signs without which nothing but one is taken.

Most answers hold none of them and are never read as prose for it: this module loads little.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Final

from grader.notation.lazypatterns import deferred


class Stance(StrEnum):
    """What a writer says of a piece they name."""

    STATED = "stated"
    DENIED = (
        "denied"  # said not to be it, or given up for another: "not 5", "5 is wrong", "at first I thought 5"
    )
    DOUBTED = "doubted"  # asked, hedged, or denied in a way that may mean anything
    LIMITED = "limited"  # said to hold under a condition alone: "only if n > 30"


# Words without any of which nothing is denied or doubted: most answers are never read as prose for this.
_SIGNS: Final = deferred(
    r"\?|n['’]t|\b(?:no[tr]?|nope|never|neither|nor|none|nobody|no\s+one|cannot|cant|isnt|dont|doesnt|wont|wasnt|arent|nowhere|hardly|barely|scarcely|rarely"
    r"|seldom|un(?:likely|sure|true|able)|impossible|fail\w*|false|wrong|incorrect|mistak\w*|myth|misconception|fallacy|nonsense|rubbish"
    r"|bogus|erroneous\w*|absurd|misunderstanding|jok\w+|kidding|jk|sarcasm|scratch|disregard|ignore|lied?|lying|guess\w*|doubt\w*"
    r"|nicht|kein\w*|dubious|questionable|debatable|instead|rather|far\s+from|anything|everything|other\s+than|except|apart|all\s+but|wait|oops|ups"
    r"|nah|correct\w*|edit|erratum|sorry|maybe|perhaps|may|might|could|possibl[ey]|probably|potentially|sometimes|suppose\w*|idk|thought"
    r"|assume\w*|believe\w*|think\w*|say|says|said|claim\w*|argue\w*|pretend\w*|suspected|initially|originally|at\s+first"
    r"|mistakenly|wrongly|falsely|previously|opposite|contrary|reverse|otherwise|else|bad|poor|terrible|horrible|invalid|unsuitable|useless"
    r"|unlike|rules?\s+out|ruled|confused?|exclude\w*|reject\w*|discard\w*|dismiss\w*|suppose|too|out|contradicts?|convinced|used\s+to"
    r"|earlier|initial|first|special\s+case"
    r"|harmful|allegedly|supposedly|something|avoid\w*|disagree\w*|turned\s+out|only|if|when(?:ever)?|unless|provided|assuming|as\s+long\s+as"
    r"|sometimes|approx\w*|for\s+(?:\w+\s+)?(?:small|large|big|tiny|huge|special|certain|some|even|odd|positive|negative))\b",
    re.IGNORECASE,
)
_SUPPOSITIONS: Final = deferred(
    r"\b(?:if|unless|were|had|would\w*|suppos(?:e|ing)|imagin(?:e|ing)|pretend(?:ing)?|assum(?:e|ing)|let['’]?s\s+say|us\s+say)\b",
    re.IGNORECASE,
)
_WORD: Final = deferred(r"[^\W\d_]+")


def mentions_doubt(text: str) -> bool:
    """Whether a text holds a word or sign, in any language known, without any of which nothing is denied or doubted."""
    return _holds(_SIGNS, text)


def mentions_supposition(text: str) -> bool:
    """Whether a text holds a word, in any language known, without any of which nothing is only supposed."""
    return _holds(_SUPPOSITIONS, text)


def _holds(signs: re.Pattern[str], text: str) -> bool:
    if signs.search(text) is not None:
        return True
    words = _WORD.findall(text.casefold().replace("-", ""))
    return bool(words) and not _foreign(signs).isdisjoint(words)


@cache
def _foreign(signs: re.Pattern[str]) -> frozenset[str]:
    """Return the words of other languages that play the part of such a sign."""
    from grader.prose.lexicon import words_played  # noqa: PLC0415 - a number alone has no words

    return words_played(lambda part: signs.fullmatch(part) is not None)
