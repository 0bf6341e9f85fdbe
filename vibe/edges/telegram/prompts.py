"""Prompts: what Vibe asks to be answered by a reply, and which of them a reply answers. Pure.

The prompt's own words say what it is about, so a reply is understood after any restart. Only a message that the bot
itself wrote in this chat is read as a prompt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from vibe.domain.messages import Message


class About(StrEnum):
    """What a reply is wanted for."""

    REJECT = "reject"  # about: a proposal's number; digest: the version
    EVIDENCE = "evidence"  # about: a gap's id, or its beginning
    ACCEPT = "accept"
    NOISE = "noise"
    UNCONVINCED = "unconvinced"  # about: evidence
    DONE = "done"  # about: a ticket
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked for."""

    what: About
    about: str
    digest: str = ""


_FORMS: dict[About, tuple[str, str, str]] = {
    About.REJECT: ("Why do you reject {about} (version {digest})? Reply with your reason.", r"\d+", "Your reason"),
    About.EVIDENCE: ("What evidence is there for {about}? Reply with it, or with a link.", r"[\w-]+", "Your evidence"),
    About.ACCEPT: ("Until when do you accept the risk of {about}? Reply with a date: 2026-12-31.", r"[\w-]+", "A date"),
    About.NOISE: ("Why is {about} not a gap? Reply with your reason.", r"[\w-]+", "Your reason"),
    About.UNCONVINCED: ("What does not convince you in {about}? Reply with it.", r"[\w-]+", "Your reason"),
    About.DONE: ("What came of {about}? Reply with it in a few words.", r"[\w-]+", "What came of it"),
    About.AGAIN: ("What is to be different in {about}? Reply with it.", r"[\w-]+", "What to change"),
}


def message_of(prompt: Prompt, reply_to: str = "") -> Message:
    """Ask for a reply."""
    form, _, placeholder = _FORMS[prompt.what]
    text = form.format(about=prompt.about, digest=prompt.digest)
    return Message(text, ask=placeholder, reply_to=reply_to)


def read_prompt(text: str) -> Prompt | None:
    """The prompt that a text of ours is; None where it is none."""
    for what, (form, about, _) in _FORMS.items():
        pattern = re.escape(form).replace(r"\{about\}", f"(?P<about>{about})")
        pattern = pattern.replace(r"\{digest\}", "(?P<digest>[0-9a-f]{6,64})")
        found = re.fullmatch(pattern, text.strip())
        if found:
            return Prompt(what, found["about"], found.groupdict().get("digest") or "")
    return None
