"""In which language is this written? By script and by function words; silent when it cannot tell."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from grader.prose.vocabulary import FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_LISTS: Final = {
    "de": "der die das und ist nicht ein eine einen einem einer den dem des zu mit auf für von sind wird werden es sich "
    "auch als bei nur aber weil wenn dass daß kann können oder sie wir man durch nach vor keine kein ja nein haben hat "
    "alle zum zur im am wie sehr gleichen gleich diese dieser dieses beim immer während da also noch mehr ihr war",
    "fr": "le la les des un une et est ne pas que qui dans pour sur avec ce cette ces il elle nous vous ils sont être du "
    "au aux par plus mais ou où car si non oui tous toutes comme leur leurs très même aussi donc alors cela peut ont été "
    "se sa ses son fait c'est n'est d'une d'un qu'il l'inférence l'entraînement lors pendant chaque",
    "es": "el la los las un una y es no que de en para con por se su sus lo al del como más pero si sí son está están ser "
    "porque cuando todos todas mismo misma esto esta este también muy ya cada entre hay puede pueden o durante sin sobre "
    "ya tiene tienen sea mediante",
    "it": "il lo la gli le un una e è non che di in per con si da del della dei delle nel nella sono come più ma se anche "
    "questo questa questi perché quando tutti tutte stesso stessa essere ha hanno viene ogni può al alla ai durante "
    "quindi poiché sì",
    "pt": "o a os as um uma e é não que de em para com por se do da dos das no na nos nas como mais mas sim são está ser "
    "porque quando todos todas mesmo mesma isso isto este esta também muito já cada entre há pode podem ou durante ao à "
    "pois seu sua",
    "nl": "de het een en is niet van voor met op dat die dit zijn wordt worden er ook als bij maar omdat wanneer kan kunnen "
    "of ze wij we men door naar geen ja nee hebben heeft alle dan dus te zal meer zelfde tijdens om uit deze nog wel",
    "sv": "och är inte en ett att det som för med på av den de till om kan inte när eller men vi man från har alla samma "
    "ska blir vid så därför detta dessa ja nej under också mycket inga ingen",
    "da": "og er ikke en et at det som for med på af den de til om kan når eller men vi man fra har alle samme skal bliver "
    "ved så derfor dette disse ja nej under også meget ingen fordi hvis være jeg der hvor",
    "id": "yang dan di ke dari untuk dengan tidak adalah ini itu pada akan karena atau juga dapat bisa oleh sebagai semua "
    "sama jika maka lebih ada saat ketika dalam tetapi namun sehingga agar bahwa ya bukan setiap hanya menjadi tersebut "
    "antara nilai secara kita memperlambat boleh",
    "pl": "i w na z do nie się jest są to że jak ale od po przez dla przy oraz lub być tak ponieważ gdy kiedy może można "
    "wszystkie te ten ta który która które tylko już więc jeśli ich jego nie",
    "tr": "ve bir bu için ile de da değil evet hayır çok daha en gibi olarak olan ama çünkü ise kadar her aynı tüm sonra "
    "zaman veya hem değildir olur eğer",
    "fi": "ja on ei se että joka ovat tai mutta kun niin myös voi kuin sen olla eivät kaikki sama koska jos vain tämä ne "
    "kyllä siis",
    "ro": "și este nu un o de la în cu pe pentru că care sunt ca mai dar sau din prin toate dacă fi se al ale această da",
    "hu": "a az és nem hogy egy is van de ha meg csak mint vagy ez azt minden mert igen lesz nincs között",
    "cs": "a je se na v že z do ne to pro jsou jako ale nebo být protože když ano není které který také jen už všechny při",
    "vi": "và là của không có được cho các một này với trong để khi sẽ thì tất cả những vì như",
}
WORDS_OF: Final = {
    "en": FUNCTION_WORDS | {"no", "yes"},
    **{name: frozenset(text.split()) for name, text in _LISTS.items()},
}
"""Function words by language code; a rubric in a language without a list is never second-guessed."""

_CODES_OF: Final[dict[str, list[str]]] = {}
for _code, _function_words in WORDS_OF.items():
    for _word in _function_words:
        _CODES_OF.setdefault(_word, []).append(_code)

_SCRIPTS: Final = (
    ("CJK", "zh"), ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CYRILLIC", "ru"), ("ARABIC", "ar"),
    ("HEBREW", "he"), ("DEVANAGARI", "hi"), ("THAI", "th"), ("GREEK", "el"),
)  # fmt: skip
_OWN_SCRIPT: Final = frozenset(code for _, code in _SCRIPTS)
_GREEK_WORD = re.compile(r"[α-ωά-ώ]{3}")
_SHARE = 0.2  # of the letters in another script; a quoted term or a name stays below it
_SAMPLE = 4_000  # letters looked at: enough for any verdict, and a bound for a megabyte
# Names of symbols and operators that are words elsewhere: x_hat is not German, y not Spanish.
_MATHEMATICAL: Final = frozenset(
    {"hat", "bar", "tilde", "dot", "max", "min", "log", "sum", "beta", "mu", "pi", "y", "e", "o", "a", "i"}
)
_FEW_WORDS = 5  # below this a single foreign function word without any English one decides


def script_language(text: str) -> str:
    """Return the code of a language written in a script of its own, "" for Latin letters."""
    if text.isascii():
        return ""
    letters = 0
    greek = _GREEK_WORD.search(text) is not None  # single letters are mathematics
    found: dict[str, int] = {}
    for sign in text[:_SAMPLE]:
        if not sign.isalpha():
            continue
        letters += 1
        if sign > "\u036f":
            name = unicodedata.name(sign, "")
            code = next((code for script, code in _SCRIPTS if name.startswith(script)), "")
            if code and (code != "el" or greek):
                found[code] = found.get(code, 0) + 1
    if not found or sum(found.values()) < _SHARE * letters:
        return ""
    if found.get("ja"):
        return "ja"
    return max(sorted(found), key=found.__getitem__)


def guess_language(forms: Sequence[str], expected: str) -> str:
    """Return the language whose function words a stretch of words shows, "" where that is unclear.

    The expected language wins every tie; a stretch without any function words stays unclear.
    """
    if expected not in WORDS_OF:
        return ""
    sample = forms[:_SAMPLE]
    hits = dict.fromkeys(WORDS_OF, 0)
    for form in sample:
        for code in _CODES_OF.get(form, ()):
            if form in _MATHEMATICAL and code != expected and len(sample) <= _FEW_WORDS * 3:
                continue
            if len(form) > 1 or len(sample) > _FEW_WORDS or code == expected:
                hits[code] += 1
    own = hits.pop(expected)
    best = max(hits, key=hits.__getitem__)  # the first of the table wins a tie
    most = hits[best]
    if most > own and (most - own >= 2 or (own == 0 and len(sample) <= _FEW_WORDS)):
        return best
    return expected if own else ""
