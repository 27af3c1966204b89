"""The stances a writer may take to what they name, and the words and signs without which nothing but one is taken.

Most answers hold none of them and are never read as prose for it: this module loads nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Stance(StrEnum):
    """What a writer says of a piece they name."""

    STATED = "stated"
    DENIED = (
        "denied"  # said not to be it, or given up for another: "not 5", "5 is wrong", "at first I thought 5"
    )
    DOUBTED = "doubted"  # asked, hedged, or denied in a way that may mean anything


# Words without any of which nothing is denied or doubted: most answers are never read as prose for this.
_SIGNS: Final = re.compile(
    r"\?|n['’]t|\b(?:no[tr]?|nope|never|neither|none|cannot|cant|isnt|dont|doesnt|wont|wasnt|arent|nowhere|hardly|barely|scarcely|rarely"
    r"|seldom|un(?:likely|sure|true|able)|impossible|fail\w*|false|wrong|incorrect|mistak\w*|myth|misconception|fallacy|nonsense|rubbish"
    r"|bogus|erroneous\w*|absurd|misunderstanding|jok\w+|kidding|jk|sarcasm|scratch|disregard|ignore|lied?|lying|guess\w*|doubt\w*"
    r"|nicht|kein\w*|dubious|questionable|debatable|instead|rather|far\s+from|anything|everything|other\s+than|except|apart|all\s+but|wait|oops|ups"
    r"|nah|correct\w*|edit|erratum|sorry|maybe|perhaps|may|might|could|possibl[ey]|probably|potentially|sometimes|suppose\w*|idk|thought"
    r"|assume\w*|believe\w*|think\w*|say|says|said|claim\w*|argue\w*|pretend\w*|suspected|initially|originally|at\s+first"
    r"|mistakenly|wrongly|previously|opposite|contrary|reverse|otherwise|else|bad|poor|terrible|horrible|invalid|unsuitable|useless"
    r"|harmful|allegedly|supposedly|something)\b",
    re.IGNORECASE,
)


def mentions_doubt(text: str) -> bool:
    """Whether a text holds a word or sign without any of which nothing is denied or doubted."""
    return _SIGNS.search(text) is not None
