"""The words a reader of English must know: negators, hedges, verdicts, verbs, terms not to be repaired."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from grader.notation.vocabulary import word_set

YES: Final = word_set("yes yeah yep yup sure correct true definitely absolutely certainly right")
NO: Final = word_set("no nope nah false incorrect wrong")
AFTER_NO: Final = word_set(
    "it its this that they these those we you i he she your my our their there because since as if but not all the "
    "you're it's that's"
)
"""Words that may follow a bare "no"; before any other word it is a determiner ("no effect")."""

NEGATORS: Final = word_set(
    "not no never none nobody nothing nowhere neither nor without cannot cant dont doesnt didnt isnt arent wasnt "
    "werent wont wouldnt shouldnt couldnt mustnt neednt hasnt havent hadnt doesn don didn isn aren wasn weren "
    "won wouldn shouldn couldn mustn needn hasn haven hadn ain hardly barely scarcely rarely seldom "
    "unable inability incapable impossible fail fails failed failing unlikely lack lacks lacking "
    "nicht kein keine keinen keiner"
)
"""Words that deny what follows them in their clause. A word ending in n't is one as well."""

FALSEHOODS: Final = word_set("false wrong untrue incorrect myth misconception mistaken")
"""Denials of the whole sentence, where "that" follows: "it is false that ..."."""

FALSE_PREDICATES: Final = word_set(
    "false wrong untrue incorrect mistaken myth misconception fallacy nonsense rubbish mistake bogus erroneous absurd "
    "misunderstanding joke"
)
"""What is said of a thing that is not so: "... is wrong", "... is a myth"."""
TRUTHS: Final = word_set("true correct right so case valid")
"""With a denial before them they say the same: "... is not true", "... is not the case"."""
COPULAS: Final = word_set(
    "is are was were be would must seems seem sounds looks remains isn't aren't wasn't weren't wouldn't can't that's "
    "it's they're cannot"
)
ASKING: Final = word_set("why how what when where which who whose and or so really")
"""Words that a question asks with, or that go on with one."""
APPROVALS: Final = word_set("ok okay good fine acceptable recommended advisable alright allowed")
REFUTING_LEADS: Final = word_set(
    "wrong incorrect untrue false myth misconception nonsense rubbish fallacy mistake"
)
"""Before a colon they refute what follows: "Myth: dropout slows inference"."""
REPORTERS: Final = word_set(
    "one you some many people others somebody someone most students they textbooks beginners"
)
REPORTING_VERBS: Final = word_set(
    "think thinks believe believes say says claim claims assume assumes argue argues suppose supposes guess pretend "
    "pretends"
)
"""What "some people" do: the sentence tells what others hold."""
RETRACTIONS: Final[dict[str, tuple[frozenset[str], ...]]] = {
    "kidding": (frozenset(),),
    "jk": (frozenset(),),
    "joking": (frozenset(),),
    "joke": (frozenset({"a"}),),
    "sarcasm": (frozenset(),),
    "scratch": (frozenset(),),
    "disregard": (frozenset(),),
    "ignore": (frozenset({"please"}), frozenset({"just"})),
    "back": (frozenset({"take", "that"}), frozenset({"take", "it"}), frozenset({"take", "this"})),
    "lied": (frozenset(),),
    "lying": (frozenset({"am"}), frozenset({"was"}), frozenset({"i'm"})),
    "guessing": (frozenset({"am"}), frozenset({"just"}), frozenset({"i'm"})),
    "wrong": (frozenset({"i", "was"}), frozenset({"i", "am"}), frozenset({"i'm"})),
}
"""Words that take back all that was said before, with words one set of which must stand shortly before them."""

CORRECTIONS: Final = word_set("wait sorry oops correction")
"""Words with which a writer corrects what they have just said: "no wait, that is ..."."""

PREVENTERS: Final = word_set(
    "prevent prevents prevented preventing stop stops stopped stopping keep keeps keeping kept hinder hinders "
    "hindered hindering"
)
"""Verbs that deny with a later "from": "prevents the network from learning"."""

NOT_DENYING: Final = word_set("only just merely simply solely necessarily exclusively forget")
"""After "not" these take its force away: "not only slower but ..."."""

STRONG_HEDGES: Final = (
    ("maybe",), ("perhaps",), ("not", "sure"), ("unsure",), ("i", "guess"), ("i", "suppose"), ("don't", "know"),
    ("dont", "know"), ("do", "not", "know"), ("no", "idea"), ("not", "certain"), ("idk",), ("not", "really", "sure"),
    ("something", "with"), ("something", "to", "do"), ("allegedly",), ("supposedly",), ("purportedly",), ("so-called",),
)  # fmt: skip
"""Signs that the writer does not claim what the sentence says."""

ROUGHLY: Final = word_set("maybe perhaps")
AMOUNTS: Final = word_set("twice double doubled factor times x half")
"""Behind "slower, maybe" they say how much it is."""

WEAK_HEDGES: Final = (
    ("may",), ("might",), ("could",), ("sometimes",), ("not", "always"), ("some", "cases"), ("certain", "cases"),
    ("possibly",), ("probably",), ("potentially",), ("not", "necessarily"), ("it", "depends"), ("occasionally",),
    ("negligible",), ("negligibly",), ("insignificant",), ("insignificantly",), ("imperceptibly",), ("marginal",), ("marginally",),
)  # fmt: skip
"""Signs of a weakened claim: enough to earn a point, too little to take one away."""

SUBORDINATORS: Final = word_set(
    "but however while whereas although though because since thus therefore hence yet except unless which whereby "
    "moreover furthermore besides nevertheless otherwise consequently so albeit"
)
"""Words that begin a new clause wherever they stand."""

SUBJECTS: Final = word_set(
    "it they this these that those we you i he she there one both all each its the a an no none"
)
"""Words that show, after "as", that a clause with its own subject begins."""

AUXILIARIES: Final = word_set(
    "is are was were be been am do does did has have had will would can could should shall may might must cannot "
    "isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't won't wouldn't can't couldn't shouldn't "
    "mustn't it's that's they're there's isnt arent dont doesnt didnt wont cant shouldnt"
)
_GENERAL_VERBS: Final = word_set(
    "use uses used take takes took runs run make makes made need needs give gives gave get gets help helps "
    "become becomes keep keeps lead leads slow slows speed speeds learn learns increase increases decrease "
    "decreases reduce reduces improve improves require requires remain remains stay stays avoid avoids "
    "prevent prevents solve solves allow allows cause causes affect affects change changes add adds break "
    "breaks produce produces work works perform performs depend depends mean means prefer "
    "prefers recommend recommends choose set sets turn turns drop drops apply applies start starts behave "
    "behaves act acts suffer suffers converts seems represent represents want wants suits fits say says goes "
    "comes let lets know knows think thinks happens occurs exists matters matter needn't"
)


def _field() -> dict[str, list[str]]:
    """Return the terms of the field by what is said of them (see `lexicon/field.txt`)."""
    found: dict[str, list[str]] = {}
    text = Path(__file__).with_name("lexicon").joinpath("field.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, words = line.partition(":")
            found.setdefault(name, []).extend(words.split())
    return found


_FIELD: Final = _field()
VERBS: Final = _GENERAL_VERBS | frozenset(_FIELD.pop("verbs"))
"""Verbs as they are written, those of the field among them."""
SURE_VERBS: Final = frozenset(_FIELD.pop("sure_verbs"))
"""Third persons of the field's verbs that are no plural nouns."""
PREDICATES: Final = word_set(
    "unaffected unchanged slower faster longer shorter same normal fine ok okay off on none same equal identical slow "
    "fast affected needed used disabled active inactive"
)
"""What notes say of a thing without a verb: "training slower, inference unaffected"."""
FUNCTION_WORDS: Final = word_set(
    "the a an and or of to in on at by for from with without as is are was were be been being am it its this that "
    "these those they them their there then than we our us you your i my me he she his her not no nor so but if "
    "when while where which who whom whose what how why because since although though however also only just more "
    "most less least very much many some any all each every both either neither one ones do does did done doing has "
    "have had having will would can could should shall may might must cannot about after before during into onto over "
    "under between through until up down out off again further once here other another such own same too even still "
    "yet thus therefore hence per via like upon within toward towards among against else otherwise it's doesn't "
    "don't isn't aren't can't won't wouldn't shouldn't didn't"
)
CONNECTIVES: Final = FUNCTION_WORDS - word_set(
    "between same not no more most less during before after off down up"
)
"""Function words that are not themselves what a rubric asks for: a bag of its phrases has few of them."""

DETERMINERS: Final = word_set("a an the its their our your this these those that some any")
PREPOSITIONS: Final = word_set(
    "during in at for on with after by under once from regarding concerning considering to about when using unlike "
    "like compared of as without"
)
PRONOUNS: Final = word_set("it this that they these those such its their doing here both")
POSSESSIVES: Final = word_set("its their")
FRONTING: Final = word_set("because since as although though albeit")
"""Words that put a reason before what it is given for: "since it has no exponential, ..."."""
COMPARATORS: Final = word_set("than unlike like to over versus vs of instead rather as compared")
OUTDOING: Final = word_set("outperform outperforms outperformed beat beats surpass surpasses exceeds >")
ABBREVIATIONS: Final = word_set("eg ie e.g i.e etc vs cf fig eq resp approx al ca no nr e i g pp")
CONDITIONS: Final = word_set("if when unless with using for given provided under in")


ENGLISH: Final = (
    FUNCTION_WORDS
    | YES
    | NO
    | NEGATORS
    | AUXILIARIES
    | VERBS
    | PREDICATES
    | SUBORDINATORS
    | CONDITIONS
    | PREPOSITIONS
)
"""Words of the language whatever the answer is about."""


HINDERING: Final = frozenset(_FIELD.pop("hindering"))
"""Stems of verbs whose object does not happen."""
TROUBLES: Final = tuple(_FIELD.pop("troubles"))
"""Beginnings of words for what is good to prevent: "prevents vanishing gradients" denies nothing that is asked for."""
PROTECTED: Final = frozenset(_FIELD.pop("protected"))
"""Terms whose neighbours by one slip of the pen are other terms: never repaired, never a repair."""

ABBREVIATED: Final = {
    **{short: word for word, shorts in _FIELD.items() for short in shorts},
    "w/o": "without", "b/c": "because", "bc": "because", "approx": "approximately", "wont": "won't", "dont": "don't",
    "doesnt": "doesn't", "isnt": "isn't", "cant": "can't",
}  # fmt: skip
"""Short forms students write, and the word each is read as."""
