"""The rules' proposer: a remedy in the block's own words, its choices, its figures, its own test.

Research for what rests on nothing; a question with real options for what contradicts itself, lacks something or is
stuck; tasks for what is lacking and described. It takes the first kind of packet it is offered and never another one,
whatever a text asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vibe.edges.models.texts import Reading, cut, figures, listed, names, says_something, sentences, titled

_METRICS = re.compile(
    r"^(?:key )?(?:success )?(?:metrics?|success|it|this)\b.{0,40}?\b(?:include|are|is measured by)\b\s*", re.IGNORECASE
)
_MEASURED = re.compile(
    r"\b(?:success (?:is|will be) measured by|(?:success )?metrics? (?:include|are)|measured by)\b", re.IGNORECASE
)
Inputs = Mapping[str, Any]
Reply = dict[str, Any]


def draft(inputs: Inputs) -> Reply:
    """Draft one proposal for the gaps in `inputs`; `vague` says why none is possible."""
    blocks = [Reading.of(block) for block in inputs["blocks"]]
    packet = inputs["packets"][0]
    fitting = _WRITERS.get(str(inputs["gap"]["type"]), _ask_for_evidence)
    write = _research if packet == "research" else _plan if packet == "plan" else fitting
    reply = write(blocks, inputs)
    reply |= {"packet": packet, "confidence": _sureness(blocks, inputs), "impact": _impact(inputs), "effort": "low"}
    reply["vague"] = _vague(blocks, inputs)
    return reply


def _vague(blocks: Sequence[Reading], inputs: Inputs) -> str:
    main = blocks[0]
    if says_something(main.everything):
        return ""
    kind, text = main.kind, main.all_text or "nothing"
    return f"the {kind} says only “{cut(text, 120)}”: no subject, figure or name that could be looked up or asked about"


def _sureness(blocks: Sequence[Reading], inputs: Inputs) -> str:
    main = blocks[0]
    concrete = bool(figures(main.content) or main.facts.get("validationMethod") or main.facts.get("choices"))
    return "high" if inputs.get("against") else "medium" if concrete else "low"


def _impact(inputs: Inputs) -> str:
    return {"critical": "high", "high": "high", "medium": "medium"}.get(str(inputs["gap"].get("severity")), "low")


def _research(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    main = blocks[0]
    if len({block.id for block in blocks}) > 1 and len({block.says for block in blocks}) > 1:
        return _search_for_many(blocks, inputs)
    if main.kind == "decision":
        title = titled("Find what backs ", main.title)
        content, question = _decision_words(main, inputs)
    else:
        title = titled("Check ", main.says)
        content, question = _assumption_words(main)
    content += _strengthening(main, inputs)
    return {
        "title": title,
        "content": content,
        "proposal_type": "knowledge",
        "question": question + _asked_for(inputs),
        "confirm": _confirm(main, inputs),
        "refute": _refute(main, inputs),
        "options": [],
    }


def _search_for_many(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    """One search through the same documents for several claims, each with its own words, test and criteria."""
    main, noun = blocks[0], {"decision": "decisions", "assumption": "assumptions"}.get(blocks[0].kind, "claims")
    named = [(number, block) for number, block in enumerate(blocks, 1)]
    lines = [f"Nothing linked to these {len(blocks)} {noun} backs them; one search of the same documents covers all:"]
    for number, block in named:
        lines.append(
            f"({number}) {cut(block.title if block.kind == 'decision' else block.says, 120)}: {_own_point(block)}"
        )
    told = "; ".join(f"({n}) {cut(block.title if block.kind == 'decision' else block.says, 130)}" for n, block in named)
    return {
        "title": titled(f"Check {len(blocks)} {noun}: ", main.title, f" and {len(blocks) - 1} more"),
        "content": "\n".join(lines) + _strengthening(main, inputs),
        "proposal_type": "knowledge",
        "question": f"What bears out or speaks against each of these: {told}?" + _asked_for(inputs),
        "confirm": "; ".join(f"({n}) {cut(_confirm(block, inputs), 260)}" for n, block in named),
        "refute": "; ".join(f"({n}) {cut(_refute(block, inputs), 260)}" for n, block in named),
        "options": [],
    }


def _own_point(block: Reading) -> str:
    """What is particular to a claim: its choices, its test, its figures, or what it says."""
    choices = block.list("choices", "options", "alternatives")
    if choices:
        return "choices " + " ".join(f"[{cut(text, 70)}]" for text in choices[:3])
    if block.fact("validationMethod"):
        return f"the plan's own test: {cut(block.fact('validationMethod'), 180)}"
    told = figures(block.content)
    return f"stands or falls with {listed(told[:5])}" if told else cut(block.content or block.title, 180)


def _decision_words(main: Reading, inputs: Inputs) -> tuple[str, str]:
    choices = main.list("choices", "options", "alternatives")
    lines = [f"“{main.title}” is decided and nothing linked to it backs it.{_more_than_title(main)}"]
    if choices:
        lines.append("Open choices: " + " ".join(f"({n}) {cut(text, 160)}" for n, text in enumerate(choices, 1)))
    path = main.fact("chosenPath")
    if path:
        lines.append(f"The plan names “{path}” as its path ({main.fact('chosenPathAt') or 'no place given'}).")
    stake = main.fact("whyItMatters")
    if stake:
        lines.append(f"At stake: {cut(stake, 260)}")
    weakness = _weakness(main)
    if weakness:
        lines.append(f"Its own stated weakness: {cut(weakness, 200)}")
    told = listed((f"({n}) {cut(text, 90)}" for n, text in enumerate(choices, 1)), "or")
    question = (
        f"Which of these does anything bear out for {main.title}, and at what price: {told}?"
        if choices
        else f"What speaks for and what against: {cut(main.says, 300).rstrip('.')}?"
    )
    return "\n".join(lines), question


def _more_than_title(main: Reading) -> str:
    """What a block says first beyond its title, which often begins its text; nothing where that is all."""
    more = [text for text in sentences(main.content) if text.strip(" .").lower() != main.title.strip(" .").lower()]
    return f" It says: {cut(more[0], 300)}" if more else ""


def _assumption_words(main: Reading) -> tuple[str, str]:
    lines = [f"Taken for granted so far: {cut(main.content or main.title, 420)}"]
    told = figures(main.content)
    if told:
        lines.append(f"It stands or falls with {listed(told[:6])}.")
    test, trigger = main.fact("validationMethod"), main.fact("failureTrigger")
    if test:
        lines.append(f"The plan's own test: {cut(test, 220)}")
    if trigger:
        lines.append(f"It fails when: {cut(trigger, 220)}")
    topic = main.fact("question")
    asks = f" (asked in the plan: {cut(topic, 200)})" if topic else ""
    return "\n".join(lines), f"Does it hold that {_lowered(cut(main.says, 300)).rstrip('.')}?{asks}"


def _lowered(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first in _OPENERS else text


_OPENERS = frozenset("The A An This These Our We It There All Each Every Most Some If".split())


def _confirm(main: Reading, inputs: Inputs) -> str:
    metrics = next((text for text in sentences(main.content) if _MEASURED.search(text)), "")
    parts = []
    if main.fact("validationMethod"):
        parts.append(
            "a result of the named test that stays short of its failure trigger: "
            + cut(main.fact("validationMethod"), 200)
        )
    elif metrics:
        parts.append(
            f"a source that reports, with a figure or a date, {cut(_METRICS.sub('', metrics), 220).rstrip('.')}"
        )
    told = figures(main.content)
    if told:
        parts.append(f"an independent passage that arrives at {listed(told[:4])}")
    if not parts:
        parts.append(f"an independent passage with a figure, a date or a named source that says {_gist(main)}")
    return "; or ".join(parts) + _from_neighbours(main, inputs, "agrees with")


def _refute(main: Reading, inputs: Inputs) -> str:
    parts = []
    if main.fact("failureTrigger"):
        parts.append(cut(main.fact("failureTrigger"), 240).rstrip("."))
    weakness = _weakness(main)
    if weakness:
        parts.append(f"an assessment that shows the stated weakness to be real: {cut(weakness, 200).rstrip('.')}")
    told = figures(main.content)
    if told:
        parts.append(f"another value for the same thing than {listed(told[:4], 'or')}")
    if not parts:
        parts.append(f"a passage that judges this unrealistic, incomplete or already failed elsewhere: {_gist(main)}")
    return "; or ".join(parts) + _from_neighbours(main, inputs, "rules out")


def _weakness(main: Reading) -> str:
    found = re.search(r"weakness:\s*(.+)", main.fact("tradeOff"), re.IGNORECASE)
    return found.group(1) if found else ""


def _gist(main: Reading) -> str:
    named = names(main.all_text)
    about = f" (about {listed(named[:3])})" if named else ""
    return f"“{cut(main.says, 160)}”{about}"


def _from_neighbours(main: Reading, inputs: Inputs, verb: str) -> str:
    """Only where a first round was too weak: tie the criterion to what the block is linked with."""
    if not inputs.get("objection"):
        return ""
    linked = [str(link["title"]) for link in inputs.get("links", ()) if link.get("title")]
    return f"; weighed by whether it {verb} {listed(f'“{cut(text, 80)}”' for text in linked[:2])}" if linked else ""


def _strengthening(main: Reading, inputs: Inputs) -> str:
    objection = inputs.get("objection")
    goal = (inputs.get("north_star") or {}).get("title")
    if not objection:
        return ""
    bearing = f"\nIt bears on the goal “{cut(str(goal), 160)}”." if goal else ""
    linked = [link for link in inputs.get("links", ()) if link.get("title")]
    told = "".join(f"\nLinked ({link['type']}): “{cut(str(link['title']), 120)}”." for link in linked[:4])
    return f"{bearing}{told}\nAnswer to the objection “{cut(str(objection), 160)}”: the criteria name what decides."


def _asked_for(inputs: Inputs) -> str:
    words = str(inputs.get("words") or "").strip()
    return f" In particular, as you asked: {cut(words, 400)}" if words else ""


def _options(inputs: Inputs) -> list[dict[str, str]]:
    return [
        {"remedy": str(item["remedy"]), "title": str(item["title"]), "detail": str(item.get("detail", ""))}
        for item in inputs.get("remedies", ())
    ]


def _asking(title: str, content: str, question: str, kind: str, inputs: Inputs) -> Reply:
    reply = {"title": title, "content": content, "proposal_type": kind, "question": question + _asked_for(inputs)}
    return reply | {"confirm": "", "refute": "", "options": _options(inputs)}


def _settle(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    main = blocks[0]
    against = list(inputs.get("against", ()))
    passages = [
        f"{item.get('file') or 'a source'}:{item.get('line') or '?'} says: “{cut(item['quote'], 400)}”"
        for item in against
    ]
    where = f" against {against[0]['file']}:{against[0]['line']}" if against and against[0].get("file") else ""
    claim = cut(main.content or main.title, 420)
    said = f"The {main.kind} “{cut(main.title, 120)}”{f' ({main.place})' if main.place else ''} says: “{claim}”"
    content = "\n".join([said, *passages[:3], _goal_line(inputs)]).strip()
    question = f"{said} {passages[0] if passages else ''} Which holds: revise it, withdraw it, or keep it and say why?"
    return _asking(titled("Settle ", main.title, cut(where, 34) and where[:34]), content, question, "fix", inputs)


def _goal_line(inputs: Inputs) -> str:
    goal = (inputs.get("north_star") or {}).get("title")
    return f"The goal it bears on: “{cut(str(goal), 160)}”." if goal else ""


def _provide(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    tasks = [block for block in blocks if block.kind == "task"]
    lacking = next((block for block in blocks if block.kind == "capability"), blocks[-1])
    told = listed(f"“{cut(task.title, 90)}”" for task in tasks[:4])
    content = f"Nothing active provides “{lacking.title}”, which {told} cannot do without."
    content += f"\nWhat is needed: {cut(lacking.content, 300)}" if lacking.content else ""
    question = f"Who or what provides “{cut(lacking.title, 120)}” for {told}, or can they do without it?"
    return _asking(titled("Say who provides ", lacking.title), content, question, "feature", inputs)


def _plan(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    """The tasks are given; what they are for, when they are done and how to go back is said here."""
    reply = _provide(blocks, inputs)
    lacking = next((block for block in blocks if block.kind == "capability"), blocks[-1])
    tasks = [str(item["title"]) for item in inputs.get("remedies", ())]
    steps = "\n".join(f"({number}) {title}" for number, title in enumerate(tasks, 1))
    reply["content"] += f"\nTasks, one after the other:\n{steps}\nDone when somebody who provides it is named."
    reply["content"] += " Nothing is bought or signed by these tasks; the plan can be withdrawn again."
    return reply | {"title": titled("Find who provides ", lacking.title), "question": "", "options": []}


def _unblock(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    stuck, holding = blocks[0], blocks[1:]
    states = {str(block["id"]): str(block.get("status", "")) for block in inputs["blocks"]}
    causes = [block for block in holding if states.get(block.id) in ("failed", "cancelled", "blocked")]
    told = listed(f"“{cut(block.title, 90)}” ({states[block.id]})" for block in causes[:3])
    content = (
        f"“{stuck.title}” cannot go on: it waits for {told}."
        if told
        else f"“{stuck.title}” is blocked and names no cause."
    )
    content += f"\nThe task: {cut(stuck.content, 300)}" if stuck.content else ""
    risk = next((block.fact("delayRisks") for block in (stuck, *causes) if block.fact("delayRisks")), "")
    content += f"\nThe plan's own warning: {cut(risk, 240)}" if risk else ""
    question = f"How does “{cut(stuck.title, 120)}” go on{f', now that it waits for {told}' if told else ''}?"
    return _asking(titled("Unblock ", stuck.title), content, question, "fix", inputs)


def _ask_for_evidence(blocks: Sequence[Reading], inputs: Inputs) -> Reply:
    main = blocks[0]
    reply = _research(blocks, inputs)
    question = f"What do you rest the {main.kind} “{cut(main.says, 240)}” on?"
    return reply | _asking(
        titled("Decide on ", cut(main.says, 36), " without more research"),
        reply["content"],
        question,
        "knowledge",
        inputs,
    )


_WRITERS: Mapping[str, Callable[[Sequence[Reading], Inputs], Reply]] = {
    "contradicted": _settle,
    "missing_capability": _provide,
    "blocked_task": _unblock,
}
