"""Answer words: how people choose between lettered options, in English, German, Danish, French and Spanish. Pure.

Of Italian, Portuguese, Dutch and Swedish it knows the shortest ways.
What is not here is not a choice: an unknown way to choose is free text, which is kept and logged, never a wrong option.

Source: SPEC section 1 (question), document 003 section 6.
"""

from __future__ import annotations

import re

_REASON = (
    r"because|since|as|please|pls|it\s+is|is|for|but|would|seems|looks|sounds|then|and\s+then"
    r"|weil|denn|bitte|ist|aber|fordi|tak|er|men|parce|car|merci|s'il|est|mais|porque|por\s+favor|pues|es|pero"
    r"|perch[ée]|per\s+favore|grazie|omdat|alstublieft|eftersom|tack|of\s+course|nat[üu]rlich|selvf[øo]lgelig"
    r"|bien\s+s[ûu]r|claro|certo|certamente"
)
END = rf"(?=$|[).:,;!]|\s*[-\u2013\u2014]\s|\s+(?:{_REASON})\b)"
"""What may follow what was chosen."""
_WE = (
    r"let'?s|let\s+us|let\s+it\s+be|we|i|i'?m|am|bin|i'd|i'll|we'll|would|should|please|just|ok|okay|yes|so|definitely|probably|say|my|mine|our|ours|it's|it"
    r"|is|ich|wir|w[üu]rde|w[üu]rden|bitte|ja|klar|gerne|eindeutig|meine|das|ist|jeg|vi|ville|gerne|helst|tak|mit|det|er"
    r"|je|on|nous|prendrais|oui|plut[ôo]t|c'est|ma|yo|nosotros|s[ií]|vamos|mi|mejor|es|la|el|le|en|io|noi|eu|n[óo]s|ik|wij|vote"
)
_TAKE = (
    r"use|go\s+with|go\s+for|going\s+with|choose|pick|take|prefer|want|vote\s+for|for|try"
    r"|nehme|nehmen|nimm|nehmt|w[äa]hle|w[äa]hlen|will|wollen|f[üu]r|v[æa]lger|v[æa]lg|tager|tag|foretr[æa]kker|vil\s+have"
    r"|choisis|choisissons|prends|prenons|prend|pr[ée]f[èe]re|veux|pour|elijo|elegimos|elige|escojo|quiero|prefiero|con|tomamos"
    r"|prendo|prendiamo|scelgo|scegliamo|preferisco|escolho|prefiro|quero|kies|kiezen|neem|nemen|v[äa]ljer|f[öo]redrar"
)
_NOUN = (
    r"option|choice|answer|letter|variante|m[öo]glichkeit|antwort|buchstabe|mulighed|valgmulighed|svar|bogstav"
    r"|choix|r[ée]ponse|lettre|opci[óo]n|respuesta|letra|num|number|nummer|num[ée]ro|n[úu]mero"
    r"|opzione|risposta|lettera|op[çc][ãa]o|resposta|optie|keuze|antwoord|alternativ"
)
_ARTICLE = r"the|die|der|das|den|det|de|het|le|la|les|l'|el|lo|los|las|il"
LEAD_IN = (
    rf"^(?:(?:{_WE})[\s,:]+)*(?:(?:{_TAKE})\s+)?(?:(?:(?:{_ARTICLE})\s+)?(?:{_NOUN})[\s:]+(?:(?:is|ist|er|est|es)\s+)?)??"
    rf"(?:(?:{_ARTICLE})\s+)?"
)
"""What may stand before what was chosen."""
NOT = re.compile(
    r"\b(?:not|no|none|never|neither|nor|don'?t|do not|anything but|except|without|nicht|kein\w*|nein|weder|ohne"
    r"|ikke|nej|ingen|hverken|pas|non|ni|aucune?|jamais|sauf|tampoco|ninguna?|ninguno|nunca|sin)\b",
    re.IGNORECASE,
)
SHRUG = re.compile(
    r"(?:yes|yep|yeah|no|nope|ok|okay|sure|fine|both|either|any|whatever|whenever|whichever|maybe"
    r"|i (?:don'?t|do not) know(?: yet)?|no idea|not sure(?: yet)?|dunno"
    r"|you decide|up to you|ja|nein|jo|klar|egal|beide|beides|vielleicht|keine ahnung|wei[ßs]+ nicht|ich wei[ßs]+ nicht"
    r"|nej|begge|m[åa]ske|ved ikke|det ved jeg ikke|oui|non|peut-[êe]tre|les deux|je ne sais pas|n'importe"
    r"|s[ií]|tal vez|quiz[áa]s?|los dos|las dos|ambos|ambas|no s[ée]|da igual)[.! ]*"
)
_AND = r",|/|\+|&|\b(?:and|or|und|oder|og|eller|et|ou|y|o)\b"
SEVERAL = re.compile(rf"(?<!\w)\(?([A-Z])\)?\s*(?:{_AND})\s*(?:{_NOUN}\s+)?\(?([A-Z])\b(?!['\w])")
"""Two letters beside each other, with a word between that joins them."""

_FIRST, _SECOND, _THIRD, _FOURTH, _LAST = 0, 1, 2, 3, -1
ORDINALS: tuple[tuple[int, str], ...] = (
    (_FIRST, r"first|1st|former|erste[nrs]?|f[øo]rste|premi[èe]re?|primer[oa]?|primo|primeir[oa]|eerste|f[öo]rsta"),
    (_SECOND, r"second|2nd|zweite[nrs]?|anden|andet|deuxi[èe]me|seconde|segund[oa]|second[oa]|tweede"),
    (_THIRD, r"third|3rd|dritte[nrs]?|tredje|troisi[èe]me|tercer[oa]?|terz[oa]|terceir[oa]|derde"),
    (_FOURTH, r"fourth|4th|vierte[nrs]?|fjerde|quatri[èe]me|cuart[oa]"),
    (_LAST, r"last|letzte[nrs]?|sidste|derni[èe]re?|[úu]ltim[oa]|laatste|sista"),
)
_ORDINAL = "|".join(words for _, words in ORDINALS)
_ONE = r"(?:one|option|choice|variante|m[öo]glichkeit|mulighed|choix|opci[óo]n)"
CHOSEN_ORDINAL = re.compile(
    rf"^(?:(?:{_WE})[\s,:]+)*(?:(?:{_TAKE})\s+)?(?:(?:{_ARTICLE})\s*(?P<a>{_ORDINAL})(?:\s+{_ONE})?"
    rf"|(?P<b>{_ORDINAL})\s+{_ONE}|(?P<c>{_ORDINAL})(?=[.! ]*$)){END}",
    re.IGNORECASE,
)
"""The second one, die zweite, la última: with an article, a noun, or alone."""
ANY_ORDINAL = re.compile(rf"\b(?:{_ORDINAL})\b", re.IGNORECASE)
NUMBERED = re.compile(rf"^(?:(?:{_WE})[\s,:]+)*(?:(?:{_TAKE})\s+)?(?:{_NOUN})\s+#?(\d{{1,2}}){END}", re.IGNORECASE)
DRESSED = "*_`~\"'\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019"
"""What people put round a word: Markdown, quotes."""
_PICTURES = r"[\U0001F300-\U0001FAFF\u2600-\u27bf\ufe0f\u200d]+"
SMILE = re.compile(rf"^{_PICTURES}\s*|\s*(?:[:;=8][-']?[)(DPp|/]|{_PICTURES})\s*$")
CONDITION = re.compile(
    r"\b(?:if|unless|provided|depends|wenn|falls|sofern|hvis|medmindre)\b(?!\s+(?:you|possible|m[öo]glich|muligt|du|ihr)\b)",
    re.IGNORECASE,
)
"""A choice for one case only: B if the heating is repaired."""
BARE_NUMBER = re.compile(r"#?(\d{1,2})[.)! ]*")
REMARK = re.compile(
    r"(?:is|would|seems?|looks?|sounds?|ist|w[äa]re|er|est|serait|es|ser[íi]a)\b(?!\s+(?:be\s+)?(?:what|fine|good|best|better"
    r"|ok|okay|it|great|right|perfect|cheaper|simple[rs]t?|easie\w+|enough|my|our|the\s+(?:one|best|way)|gut|besser|prima|fint?"
    r"|bedst|bedre|bon|bien|mieux|parfait|mejor)\b)",
    re.IGNORECASE,
)
"""Something is said about an option, and nothing good: B is too expensive."""
ARTICLE = re.compile(rf"(?<!\S)(?:{_ARTICLE}|an?)\s+", re.IGNORECASE)
YES = frozenset("yes yep yeah ja jo jep oui si sí".split())
NO = frozenset("no nope nein nej non".split())


def place_of(ordinal: str) -> int:
    """Which place an ordinal names, from 0; -1 is the last."""
    return next(place for place, words in ORDINALS if re.fullmatch(words, ordinal, re.IGNORECASE))
