"""What a block's words offer a rule: sentences, telling words, figures, names, criteria. Pure.

A word tells something when it is neither a stop word nor what every plan is written with. No rule follows what a text
says; it only counts, quotes and cuts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

TITLE_MAX = 80
LEAST_TELLING = 2
STOP = frozenset(
    """a about above after again against all also although am an and any are as at be because been before being below
    between both but by can cannot could did do does doing down during each either else etc even ever every few for from
    further had has have having he her here him his how however i if in into is it its just least less let like may me
    might more most much must my neither no nor not of off on once one only onto or other others our out over own per
    rather same shall she should since so some such than that the their them then there these they this those through
    thus to too toward under until up upon us very via was we were what when where whether which while who whom whose
    why will with within without would yet you your use used using well get make made""".split()
)
GENERIC = frozenset(
    """decision decisions assumption assumptions task tasks proposal gap evidence research block item thing things stuff
    something everything anything nothing someone everyone somehow way ways lot kind tbd todo tba na none test testing
    title content text example sample placeholder lorem ipsum untitled new old misc various several general overall
    good better best bad worse great nice fine ok okay right wrong success successful succeed work works working fail
    improve improved improvement improvements optimize optimise optimal enhance enhanced leverage synergy synergies
    appropriate adequate suitable relevant proper properly effective efficient efficiently robust comprehensive holistic
    strategic strategy important key critical essential various stakeholder stakeholders best-practice practices
    consider explore investigate examine think discuss review soon later eventually possible possibly maybe perhaps
    needed necessary required ensure address handle manage deal matter matters issue issues plan plans project projects
    goal goals need needs want go going be people team time future always never more big small easy hard""".split()
)
"""What any plan can say about anything."""
VAGUE = re.compile(
    r"\b(?:as (?:needed|appropriate|required|necessary)|best practices?|look into|think about|some kind of|in general|"
    r"various (?:ways|things|options)|and so on|etc\b|somehow|at some point|going forward|"
    r"more (?:efficient|effective)ly?|"
    r"improve (?:things|everything|quality|communication|efficiency)|be (?:better|proactive)|synerg\w+|holistic\w*|"
    r"consider (?:various|different|possible|all)|raise awareness|optimi[sz]e (?:everything|processes|things))",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?:\bignore (?:the|all|any|your|previous|these|this)\b.{0,20}\b(?:rubric|rules?|instructions?|prompts?|above)\b|"
    r"\bapprove (?:all|this|every|it)\b|^(?:system|assistant|user|instructions?)\s*:|\b(?:critic|arbiter|proposer)\s*:|"
    r"\b(?:outcome|verdict)\W{1,4}(?:strong|weak|fail|approved)|\ball marks\b|\bas an? (?:ai|language model)\b)",
    re.IGNORECASE,
)
_MARKED_UP = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\](?=\s*[,}])|</?[a-z_]+[^<>]*>|\b\w+_\w+\(\w*\)")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_FIGURE = re.compile(
    r"(?:>=|<=|≥|≤|>|<|~)?\s?(?:[$€£]\s?)?\d+(?:[.,]\d+)*(?:\s?(?:-|–|to)\s?\d+(?:[.,]\d+)*)?"
    r"(?:\s?(?:%|percent\b|(?:million|billion|thousand|k)\b(?:\s(?:USD|EUR|GBP|DKK|euros?|dollars?))?|"
    r"(?:USD|EUR|GBP|DKK|SEK|CHF)\b|(?:ms|s|min|h|km|m|kg|t|MW|kW|GB|TB)\b|"
    r"[-\s]?(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|people|personnel|users?|participants?|"
    r"customers?|floors?|nights?|sites?|staff|requests?|nodes?)\b))?",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b(?:[A-Z][\w&'’-]*[a-z0-9][\w&'’-]*(?:\s+[A-Z][\w&'’-]+)+|[A-Z]{2,}[A-Z0-9-]*|[A-Z][a-z]+[A-Z]\w+)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“(]?[A-Z0-9])")
_NOT_AN_END = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|Dr|Mr|Ms|No|Fig)\.$")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ied", "ed", "es", "ly", "y", "e")


def plain(text: object) -> str:
    """One line, without the markup plans use."""
    return re.sub(r"\s+", " ", re.sub(r"\*\*|__|`|^#+\s*|^[-*]\s+", "", str(text or ""), flags=re.MULTILINE)).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order."""
    found: list[str] = []
    for part in _SENTENCE.split(plain(text)):
        if found and _NOT_AN_END.search(found[-1]):
            found[-1] += " " + part
        elif part.strip():
            found.append(part.strip())
    return found


def _singular(word: str) -> str:
    """Take a plural's ending off: days, cities, surveys are day, city, survey."""
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def stem(word: str) -> str:
    """A word without its ending, roughly; only ever compared with others cut the same way."""
    word = _singular(word)
    for suffix in _SUFFIXES:
        if suffix == "y" and word[-2:-1] in "aeou":
            continue  # day, survey: no ending
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


_GENERIC_STEMS = frozenset(stem(word) for word in GENERIC)


@lru_cache(maxsize=4096)
def telling(text: str) -> frozenset[str]:
    """Stems of the words that tell something."""
    words = (word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text))
    found = (stem(word) for word in words if word not in STOP and word not in GENERIC and len(word) > 1)
    return frozenset(word for word in found if not word.isdigit() and word not in _GENERIC_STEMS)


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[str, ...]:
    """Amounts as they stand: numbers with a unit, currency, per cent or comparison; years and counters are none."""
    found = []
    for match in _FIGURE.finditer(text):
        said = match.group().strip().rstrip(".,")
        before = text[: match.end() - len(match.group().lstrip())]
        bare = re.fullmatch(r"\d+(?:[.,]\d+)*", said) is not None
        glued = bool(before) and (before[-1].isalnum() or before[-1] in "-_#.")
        if not glued and not (bare and (len(said) < 3 or re.fullmatch(r"(?:19|20)\d\d", said))):
            found.append(said)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[str, ...]:
    """Names as they stand: several capitalised words, capitals, or CamelCase."""
    found = []
    for said in _NAME.findall(text):
        words = said.split()
        while words and words[0].lower() in STOP:
            words.pop(0)
        if words and (len(words) > 1 or words[0].isupper() or words[0] != words[0].capitalize()):
            found.append(" ".join(words))
    return tuple(dict.fromkeys(found))


def own_words(text: str) -> str:
    """A text without what speaks to a machine: orders, JSON, tags. It is neither counted nor quoted."""
    before = None
    while before != text:
        before, text = text, _MARKED_UP.sub(" ", text)
    kept = [part for part in re.split(r"(?<=[.!?])\s+", plain(text)) if not _ORDERS.search(part)]
    return " ".join(kept).strip(" .") and " ".join(kept).strip()


def says_something(text: str) -> bool:
    """Whether a text names a subject at all: two telling words, or one that is a name ("Use Redis")."""
    told = telling(text)
    proper = any(stem(word.lower()) in told for word in re.findall(r"(?<=\s)[A-Z][\w-]+", text))
    return len(told) >= LEAST_TELLING or proper


def cut(text: str, most: int) -> str:
    """Cut at a word; an ellipsis stands for what is gone."""
    text = plain(text)
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:.(-–…") + "…"


def titled(before: str, subject: str, after: str = "") -> str:
    """A title of at most 80 characters with the subject quoted in the middle."""
    room = TITLE_MAX - len(before) - len(after) - 2
    return f"{before}“{cut(subject.rstrip('. '), room)}”{after}"


def listed(items: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`."""
    found = list(items)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {joint} {found[-1]}" if found else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A block as a rule reads it: what it is called, what it says first, everything it says, and its own fields."""

    id: str
    kind: str
    title: str
    content: str
    facts: Mapping[str, Any]
    place: str

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> Reading:
        """Read one block of a request's inputs."""
        file, line = block.get("file"), block.get("line")
        return cls(
            id=str(block.get("id", "")),
            kind=str(block.get("kind", "block")).lower(),
            title=own_words(plain(block.get("title"))),
            content=own_words(plain(block.get("content"))),
            facts=block.get("facts") or {},
            place=f"{file}:{line}" if file and line else str(file or ""),
        )

    @property
    def says(self) -> str:
        """Its claim: the first sentence of its content, else its title."""
        return (sentences(self.content) or [self.title])[0]

    @property
    def all_text(self) -> str:
        """Title and content; the content alone where it begins with the title."""
        return self.content if self.content.startswith(self.title.rstrip("….")) else f"{self.title}. {self.content}"

    @property
    def everything(self) -> str:
        """All its text, its own fields included."""
        found = [value if isinstance(value, list | tuple) else [value] for value in self.facts.values()]
        return ". ".join([self.all_text, *(own_words(plain(item)) for items in found for item in items)])

    def fact(self, name: str) -> str:
        """One of its own fields as a text."""
        value = self.facts.get(name, "")
        return "" if isinstance(value, list | tuple) else own_words(plain(value))

    def list(self, *names_of_fields: str) -> list[str]:
        """The first of its own fields that is a list."""
        for name in names_of_fields:
            value = self.facts.get(name)
            if isinstance(value, list | tuple) and value:
                return [own_words(plain(item)) for item in value]
        return []
