"""Cues: the words by which somebody judges a plan, and the turns of phrase in which the same words judge nothing.

A cue must judge, not name a hazard: "unrealistic", "lacks", "not clearly defined". What is averted ("to mitigate the
risk of", "preventing dependence"), asked, or only feared ("could be insufficient") is no judgement.

Source: EVIDENCE.md sections 5 and 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_CONCRETE = (
    r"(?:clear|concrete|detailed|specific|explicit|comprehensive|robust|formal|proactive|evidence|mention|provisions?|"
    r"justification)"
)
_SOFTLY = r"(?:yet\s|been\s|clearly\s|fully\s|sufficiently\s|adequately\s|explicitly\s)*"
_SAID = (
    r"(?:specif\w+|address\w*|account\w*|defin\w+|consider\w*|includ\w+|mention\w*|explain\w*|detail\w*|quantif\w+|"
    r"establish\w*|provid\w+|identif\w+|justif\w+|documented|validated|proven|demonstrated|secured|confirmed|cover\w*)"
)
_UNFIT = r"(?:optimistic|aggressive|arbitrary|naive|simplistic|infeasible|flawed|implausible)"
_UNSOUND = (
    r"\bunrealistic(?:ally)?",
    r"\b(?:highly|overly|too|very|unduly|extremely)\s(?:optimistic|aggressive|ambitious|simplistic)",
    rf"\b(?:is|are|seems?|appears?)\s(?:also\s|quite\s|rather\s)?{_UNFIT}",
    r"\bover-?(?:simplif\w+|optimistic|relian\w+|estimat\w+)",
    r"\bunder-?estimat\w+",
    r"\bexcessively\s\w+",
    r"\btoo\sreadily",
    r"\b(?:unsound|questionable|arbitrary|inconsistent|unsustainable)\b",
    r"\bna[iï]ve\b",
    r"\bnot\s(?:realistic|feasible|achievable|credible|plausible|sustainable|viable)",
    r"\bcontradict(?:s|ed|ory)?\b",
    r"\btoo\s(?:short|low|small|few|late|narrow|broad|vague)\b",
    r"\bno\sguarantee\b",
    r"\bnot\s(?:fully\s|entirely\s)?within\s(?:your|our|the\s\w+)\scontrol",
)
_ABSENT = (
    r"\black(?:s|ed|ing|\sof)?\b",
    r"\babsence\sof\b",
    rf"\bno\s{_CONCRETE}",
    r"\bthere(?:'s|’s|\sis|\sare)\sno\b",
    rf"\bwithout\s(?:a|any)\s{_CONCRETE}",
    r"\b(?:overlook|neglect)(?:s|ed|ing)?\b",
    r"\bomit(?:s|ted)?\b",
    r"\bglosses\sover",
    r"\bignor(?:es|ed|ing)\b",
    r"\bmiss(?:es|ing)\b",
    rf"\b(?:does|do|is|are|has|have|did|was)(?:n['’]t|\snot)\s{_SOFTLY}{_SAID}",
    r"\bfail(?:s|ed)?\sto\b",
)
_SHORT = (
    r"\b(?:insufficient|inadequate|vague|superficial)(?:ly)?\b",
    r"\b(?:unclear|undefined|incomplete|ambiguous|ill-?defined)\b",
    r"\bnot\s(?:sufficient|enough|adequate|clear)\b",
    r"\bunder-?(?:developed|defined|specified|explored)\b",
)
_CUE = re.compile(
    "|".join(
        f"(?P<{sort}>{'|'.join(forms)})"
        for sort, forms in (("unsound", _UNSOUND), ("absent", _ABSENT), ("short", _SHORT))
    ),
    re.IGNORECASE,
)
_BETWEEN = r"(?:(?!(?:is|are|was|were|seems?|appears?|remains?|but|and)\b)[\w'’-]+\s){0,3}"
_AVERTED = re.compile(
    r"\b(?:prevent\w*|avoid\w*|mitigat\w*|reduc\w*|minimi[sz]\w*|overcom\w+|risks?\sof|potential\sfor|in\scase\sof|"
    r"guard\w*\sagainst|to\smanage|to\saddress|addressing|resolv\w+|adjudication\sof|protect\w*\s(?:from|against)|"
    rf"despite|if|unless|should|not|never)\s{_BETWEEN}$",
    re.IGNORECASE,
)
_FEARED = re.compile(rf"\b(?:could|may|might|would|can|potentially|possibly)\s{_BETWEEN}$", re.IGNORECASE)
_COPULA = re.compile(r"(?:is|are|was|were|has|have)(?:n['’]t|\snot)")
_CONCEDES = re.compile(
    r"\b(?:while|although|though|mentions?|mentioned|acknowledges?|includes?|states?|identifie[sd]|addresses|notes?|"
    r"focuses)\b",
    re.IGNORECASE,
)
_AVERTING = re.compile(
    r"^\W*to\s(?:mitigate|address|ensure|balance|prevent|avoid|reduce|manage|minimi[sz]e|overcome)\b", re.IGNORECASE
)
_HEADS_ONLY = ("lack of", "absence of", "lacking")
_LEANS = re.compile(
    r"^(?:this|it|these|that|those|such|they|here|simply|as\sstated|without\s(?:this|these|it)|"
    r"(?:the|this|its|their)\s(?:current|present|proposed|timeline|target|plan's|approach|assessment|mitigation|"
    r"assumption|omission)\b)",
    re.IGNORECASE,
)
_HAZARD = re.compile(
    r"\b(?:risk\w*|threat\w*|fail\w*|difficult\w*|insufficient\w*|vulnerab\w*|stifl\w*|unrest|resist\w*|oppos\w+|"
    r"delay\w*|overrun\w*|shortage\w*|disrupt\w*|breach\w*|loss|lose|reject\w*|denial|conflict\w*|abuse|corrupt\w*|"
    r"compromis\w*|undermin\w*|unreliab\w*|uncertain\w*|low|lack\w*|negative\w*|challeng\w*|withdraw\w*|inadequa\w*|"
    r"unforeseen|unexpected\w*|limit\w*|too|may not|might not|cannot|no|not|exceed\w*|erod\w*|eros\w*|degrad\w*|"
    r"deplet\w*|contamin\w*|unavailab\w*|burden\w*|incomplete|errors?|misinformation|scarc\w*|unpredict\w*|"
    r"complexit\w*|could|may|might)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A judging phrase.

    `start` and `end` are offsets in the passage's plain text; `sort` is unsound, absent or short.
    """

    text: str
    start: int
    end: int
    sort: str

    @property
    def takes_object(self) -> bool:
        """Whether what is judged follows: "lacks X", "no concrete X"."""
        return self.sort == "absent" and not _COPULA.match(self.text)


@lru_cache(maxsize=32768)
def cues(text: str) -> tuple[Cue, ...]:
    """The cues of a sentence that judge; none in a question."""
    if text.rstrip().endswith("?"):
        return ()
    found = []
    for match in _CUE.finditer(text):
        before = text[: match.start()]
        hidden = match.group().lower() in _HEADS_ONLY and before.strip() and not before.rstrip().endswith((";", ":"))
        if not hidden and not _AVERTED.search(before) and not _FEARED.search(before):
            found.append(Cue(match.group().lower(), match.start(), match.end(), match.lastgroup or "short"))
    return tuple(found)


@lru_cache(maxsize=32768)
def leans_back(text: str) -> bool:
    """Whether a sentence can't be understood without the one before ("This is highly optimistic")."""
    return _LEANS.match(text) is not None


@lru_cache(maxsize=32768)
def names_hazard(text: str) -> bool:
    """Whether a sentence names something that can go wrong; enough for a candidate, never for writing."""
    return _HAZARD.search(text) is not None and not _AVERTING.match(text)


@lru_cache(maxsize=32768)
def conceded(text: str) -> bool:
    """Whether what stands before a cue is granted ("While the plan mentions X, it lacks ...").

    The judgement is then about what follows.
    """
    return _CONCEDES.search(text) is not None
