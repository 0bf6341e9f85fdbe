"""Signs: what in a proposal's wording shows that it finds out, decides, says nothing, or can't be taken back. Pure.

Signs are about what a sentence does, not about a subject; no sign decides alone what becomes of a proposal.
"""

from __future__ import annotations

import re

LEARNS = re.compile(
    r"\b(?:ask|interview|survey|poll|question(?!s? the)|measur|count|compar|test|try|trial|pilot|log\b|logs\b|logged|"
    r"observ|watch|read\b|reads\b|examin|inspect|walk through|audit|sampl|simulat|estimat|quote|research|stud[yi]|"
    r"analy[sz]|evaluat|investigat|find out|find what|look up|check|verif|track|monitor|experiment|benchmark|"
    r"prototyp|"
    r"stopwatch|timed\b|drill\b|"
    r"prob(?:e|ing)|bor(?:e|ing) hole|visit|letters? of intent|pre-?order|half (?:see|get|of)|assess|collect|gather|"
    r"review|search|evidence|talk (?:with|to)|phone (?:the|all|each|every|\d+|ten|some)|note (?:the|yes|down|"
    r"every)|write down|writes? down|"
    r"look through|pull \S+|export|plot\b|"
    r"learn|hear from|sound out|opinion|feedback|demo\b|mock-?up|dry run|rehears|walkthrough|spike\b|"
    r"proof of concept|keep a log|diary|"
    r"call(?:ing)? \w+ (?:customers|people|families)|weigh\b|time (?:each|every|twenty|ten|\d+)|"
    r"show \S+ .{0,40}\bto (?:every|half|some|\d+))",
    re.IGNORECASE,
)
"""Some way of finding out whether a claim holds."""
OUTCOME = re.compile(
    r"\b(?:backs?|refutes?|supports?|confirms?|disproves?|holds|falls|stands|stops? it|ends? it|keeps? it|"
    r"counts? against|"
    r"speaks? (?:for|against)|drop it|dropped|withdrawn|revised)\b",
    re.IGNORECASE,
)
"""It says what an outcome would mean for the claim."""
ACTS = re.compile(
    r"^(?:install|build|make|launch|roll out|open|buy|hire|enter|send|produce|plan\b|implement|deploy|switch|"
    r"order|rely|treat|sign|"
    r"migrate|move|develop|create|set up|establish|found\b|introduce|start|begin|expand|add|publish|print|rent|"
    r"lease|recruit|raise|"
    r"commit|go ahead|proceed|lay out|prepare|procure|replace|close|delete|tear|appoint|convert|double|cut|"
    r"schedule|draw up|plant|sell|lower|extend|relocate|merge|renovate|redesign|upgrade|reduce|increase|apply)\b",
    re.IGNORECASE,
)
"""A title that goes to work on what is only claimed."""
DECLARES = re.compile(
    r"^(?:please\s+)?(?:mark|record|declare|state|announce|approve|confirm that|confirm the|set \S+.{0,40} to |"
    r"treat|consider \S+ "
    r"(?:as )?(?:validated|settled)|accept|adopt|close the gap|sign off|assume|reaffirm|register \S+ as|"
    r"label \S+ as (?:validated|done)|"
    r"validate by|tick|finali[sz]e|communicate|publish that|tell everybody)\b",
    re.IGNORECASE,
)
"""A title that settles by saying so."""
TELLS = re.compile(
    r"^(?:note|point out|acknowledge|recogni[sz]e|keep \S+.{0,60}\bin (?:view|mind|sight)|bear in mind|"
    r"emphasi[sz]e|highlight|"
    r"stress|underline|remember|be aware|draw attention|remind|observe that|reflect on|mention|raise awareness|"
    r"flag (?:that|the)|restate|keep (?:planning|going|on\b|using|working)|continue (?:to|with|plan)|carry on|"
    r"leave \S+.{0,40}as it is|"
    r"ignore|do nothing|wait and see|summari[sz]e the (?:problem|gap|risk))\b",
    re.IGNORECASE,
)
"""A title that only says the gap again, or leaves it as it is."""
ABSTRACT = re.compile(
    r"\b(?:foster|strengthen|align|empower|leverag|synerg|holistic|cultur\w* of|drive (?:\w+ )?(?:readiness|"
    r"change|adoption)|cultivat|"
    r"deepen|momentum|dialogue|perspectives?|mindset|best practi|robustness|seamless|journey|touch ?points?|"
    r"stakeholders|"
    r"continuous(?:ly)? improv|sustainabl[ey] improv|constructive|open mind|in due course|at some point|over time|"
    r"in the long run|"
    r"going forward|on a sounder|meaningful|spirit of|nurtur|engag(?:e|ing)|embrac|transform|excellence|world.class|"
    r"next level|ecosystem|framework for|vision|values|take .{0,30}\bforward|bring (?:everyone|everybody|people|"
    r"parties)|get the parties|"
    r"look into|as (?:needed|appropriate|required|necessary)|everyone (?:involved|concerned)|"
    r"everybody (?:involved|concerned)|"
    r"strategic|proactive|optimi[sz]e|enhanc|maximi[sz]e|promot(?:e|ing)|awareness|streamlin|harmoni[sz]|facilitat|"
    r"a (?:better|healthy|workable|coherent) \w+|various|effectively|efficiently|appropriate|comprehensive|"
    r"rethink|reimagin)",
    re.IGNORECASE,
)
"""Words that name neither a thing nor a deed."""
CRITERION = re.compile(
    r"\b(?:at least|at most|or more|or less|or better|or fewer|fewer than|less than|more than|no more than|below|"
    r"above|under|over|"
    r"within|until|by (?:the )?(?:\d|end|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
    r"dec|next|q[1-4])|"
    r"done when|finished when|counts? as|unblocked when|filled when|covered when|holds if|fails if|otherwise|"
    r"threshold|criteri|"
    r"confirm|refut|backs?\b|succe(?:ss|eds) (?:if|when)|stops? (?:if|when)|median|target of|\d+ (?:of|"
    r"out of) \d+|deadline|before \d)",
    re.IGNORECASE,
)
"""How one would tell that it is done, or what its outcome means."""
_FINAL_DEED = (
    r"delete|erase|wipe|terminate|demolish|tear down|dismiss|lay off|fire (?:the|all|\d+)|scrap|shut down|"
    r"dissolve|liquidate|"
    r"revoke|burn|destroy|sell (?:off|all|the)|abolish|discontinue|cancel all|purge|drop the (?:table|database)|"
    r"evict|"
    r"sign .{0,40}(?:\d+|ten|five|seven|eight)[- ]years?"
)
FINAL = re.compile(
    rf"(?:^|[.;:!]\s+|,\s+|\band\s+|\bthen\s+|\bto\s+)(?:permanently\s+|irrevocably\s+|"
    rf"simply\s+)?(?:{_FINAL_DEED})\b|"
    r"can(?:'t|not|not ever| never) be (?:undone|withdrawn|reversed|taken back|restored|recovered|cancelled)|"
    r"irrevocab|irreversib|no way back|nobody can go back|without (?:a )?(?:backup|way back|notice period)|"
    r"for good\b|permanently",
    re.IGNORECASE,
)
"""A deed that can't be taken back."""
WAY_BACK = re.compile(
    r"roll(?:ed)? ?back|undo|revert|reversib|restor|backup|back-up|\btrial\b|\bpilot\b|test copy|copy of|"
    r"keep(?:ing)? the old|"
    r"switched off|for (?:two|three|four|\d+) weeks|ended (?:by|with)|cancel(?:led|able)? free|notice|"
    r"archive first|soft.delete|"
    r"can be undone|may leave|on staging|in a sandbox",
    re.IGNORECASE,
)
"""A way to take it back."""
INSTEAD = re.compile(
    r"\b(?:instead|rather than|without|avoid|other than|another|alternative|deputy|replac|substitut|not (?:the|by|"
    r"in|at|on)|"
    r"no longer|unlike|except|second opinion|stand-?in|exemption|written (?:consent|exception|approval)|"
    r"after (?:ethics )?approval)\b",
    re.IGNORECASE,
)
"""It says how it keeps clear of what stands against it."""
REUSES = re.compile(
    r"^(?:read|use|reuse|review the|compare|take the|set .{0,40}against|have .{0,60}\bread\b|look at|apply|update|"
    r"repeat|extend|ask .{0,40}for the|get the|put .{0,30}record|build on)\b",
    re.IGNORECASE,
)
"""It goes on from what was done, or does it again on purpose."""
YEARS = re.compile(
    r"\b(?:over|within|for|takes?|lasting|during|in)\s+(?:the next\s+)?(?:two|three|four|five|six|seven|eight|"
    r"nine|ten|\d+)[- ]years?\b|"
    r"\b(?:over|within|for)\s+(?:1[2-9]|[2-9]\d|twelve|eighteen|twenty-four)[- ]months?\b",
    re.IGNORECASE,
)
"""It would take more than a year."""
