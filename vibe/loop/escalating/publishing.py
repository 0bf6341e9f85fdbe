"""Publishing: a question that waits is told to a program of the owner's own, where one is set.

Woken by `QuestionPublished`, which is the ledger's own record of it. The owner's setting of the address is the leave;
what is posted is signed. Not reached: tried again every five minutes; refused: set aside for `vibe stuck`.

Source: SPEC section 5 (publish: ledger, webhook), document 003 section 6.
"""

from __future__ import annotations

from vibe.domain.acts import ActKind, Intent, Outcome
from vibe.domain.canonical import iso, sha256_of, to_json
from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools


async def post_question(entry: Entry, tools: Tools) -> Change:
    """Post the question to the webhook; nothing where none is set."""
    if not tools.settings.escalation.webhook_url:
        return NOTHING
    text = to_json({"event": entry.type, "id": entry.id, "at": iso(entry.at), **entry.body}).decode()

    async def call(outside: Outside) -> Outcome:
        if outside.hook is not None:
            await outside.hook.post(text)
        return Outcome("posted", ("post",), "it answered that it has it")

    await tools.acts.perform(Intent("post", ActKind.WEBHOOK, {"text": sha256_of(text)}), call)
    return NOTHING
