"""Tapping: what each button does.

The tapping person decides, in the version the message shows. Every tap is answered, so that no button keeps turning;
what was refused is told where it was tapped.

Source: issue "Ask once on Telegram" (proposals out, questions in).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import CallbackQuery, Message

from vibe.domain import taps
from vibe.domain.canonical import iso
from vibe.domain.commands import (
    AnswerQuestion,
    CancelProposal,
    GivePermission,
    JudgeCandidate,
    MarkGap,
    PostponeItem,
    RedoProposal,
    ResolveTicket,
)
from vibe.domain.errors import NotFound, Transient, VibeError
from vibe.domain.gaps import Mark
from vibe.domain.learning_commands import JudgeSample, SettlePreference
from vibe.domain.messages import Message as Said
from vibe.domain.messages import Rows
from vibe.domain.notices import accept_rows, later_rows, reject_rows
from vibe.domain.proposals import RejectionType
from vibe.domain.taps import (
    EvidenceWord,
    GapWord,
    LaterUntil,
    PreferenceWord,
    RejectWhy,
    RemarkWord,
    SampleWord,
    Tap,
    TapKind,
    TicketWord,
)
from vibe.edges.telegram import deciding
from vibe.edges.telegram.adopting import adopt_lost
from vibe.edges.telegram.keyboards import rows_of, toggled
from vibe.edges.telegram.prompts import About, Prompt, message_of
from vibe.edges.telegram.rooms import Room, in_chat

ACCEPTED_FOR = {GapWord.ACCEPT_MONTH: timedelta(days=30), GapWord.ACCEPT_QUARTER: timedelta(days=90)}
PROMPTS = {GapWord.EVIDENCE: About.EVIDENCE, GapWord.ACCEPT_TO: About.ACCEPT, GapWord.NOISE: About.NOISE}
STANCES = {"s": "supports", "c": "contradicts", "b": "beside"}
ASK_FIRST = {TicketWord.DONE: About.DONE, TicketWord.RETURN: About.AGAIN}
KINDS = {
    RejectWhy.NOT_NOW: RejectionType.NOT_NOW,
    RejectWhy.BAD_APPROACH: RejectionType.BAD_APPROACH,
    RejectWhy.NEVER: RejectionType.NEVER,
}


@dataclass(frozen=True, slots=True)
class Tapped:
    """A tap in its room; `message_id` is of the message it was tapped in, `rows` its buttons as they were."""

    room: Room
    tap: Tap
    data: str
    message_id: str
    rows: Rows | None


async def answer_tap(room: Room, query: CallbackQuery) -> None:
    """Do what the button says, and answer the tap.

    Raises:
        Transient: not now; nothing was done.
    """
    try:
        tap = taps.decode(query.data or "")
        message = query.message
        rows = rows_of(message.reply_markup) if isinstance(message, Message) else None
        tapped = Tapped(room, tap, query.data or "", str(message.message_id) if message else "", rows)
        await adopt_lost(room, tapped.message_id, rows or ())
        text = await _DOINGS[tap.kind](tapped)
    except Transient:
        raise
    except deciding.Changed as error:
        room.talker.toast(query.id, f"Not done: {error}", alert=True)
        await deciding.show(room, error.number)
    except VibeError as error:
        room.talker.toast(query.id, f"Not done: {in_chat(error)}", alert=True)
    else:
        room.talker.toast(query.id, text)


def _open(at: Tapped, more: Rows, question: str) -> str:
    """Open more buttons below the row that was tapped; where its message is out of reach, in a new one."""
    if at.rows is None:
        at.room.say(question, more)
    else:
        rows = toggled(at.rows, at.data, more)
        at.room.talker.show_rows(at.room.caller.chat, at.message_id, Said("", rows))
    return question


async def _approve(at: Tapped) -> str:
    number = at.tap.number
    digest = await deciding.seen(at.room, at.message_id, number, at.tap.digest)
    sure = await deciding.second_tap(at.room, number, digest) if at.tap.kind is TapKind.APPROVE else ()
    if sure:
        return _open(at, sure, "This cannot be taken back once it has begun. Tap again to approve.")
    return deciding.said(await deciding.approve(at.room, number, digest))


async def _reject(at: Tapped) -> str:
    number, why = at.tap.number, RejectWhy(at.tap.word)
    digest = await deciding.seen(at.room, at.message_id, number, at.tap.digest)
    if why is RejectWhy.ASK:
        return _open(at, reject_rows(number, digest), f"Why not {number}?")
    if why is RejectWhy.SAY:
        prompt = Prompt(About.REJECT, str(number), digest[: taps.DIGEST_SHOWN])
        at.room.talker.say(at.room.caller.chat, message_of(prompt, at.message_id))
        return "Write your reason."
    return deciding.said(await deciding.reject(at.room, number, digest, KINDS[why]))


async def _cancel(at: Tapped) -> str:
    answer = await at.room.execute(CancelProposal(at.tap.number))
    return str(answer.get("said") or f"Proposal {answer['number']} is cancelled.")


async def _allow(at: Tapped) -> str:
    answer = await at.room.execute(GivePermission(at.tap.number))
    return f"Allowed from now on, {answer['per_day']} times a day: {answer['what']}. `vibe permissions` takes it back."


async def _option(at: Tapped) -> str:
    return answered(await at.room.execute(AnswerQuestion(at.tap.about, at.tap.word)))


async def _judge(at: Tapped) -> str:
    stance = STANCES[at.tap.word]
    await at.room.execute(JudgeCandidate(at.tap.about, stance))
    return f"Noted: {'beside the point' if stance == 'beside' else stance}."


async def _evidence(at: Tapped) -> str:
    if EvidenceWord(at.tap.word) is EvidenceWord.CONVINCING:
        return "Good: it stays."
    at.room.talker.say(at.room.caller.chat, message_of(Prompt(About.UNCONVINCED, at.tap.about), at.message_id))
    return "What does not convince you?"


async def _gap(at: Tapped) -> str:
    word = GapWord(at.tap.word)
    if word is GapWord.ACCEPT:
        return _open(at, accept_rows(at.tap.about), "Accept the risk until when?")
    if word in ACCEPTED_FOR:
        until = at.room.desk.clock.now() + ACCEPTED_FOR[word]
        answer = await at.room.execute(MarkGap(at.tap.about, Mark.ACCEPT.value, until=iso(until)))
        return str(answer["said"])
    at.room.talker.say(at.room.caller.chat, message_of(Prompt(PROMPTS[word], at.tap.about), at.message_id))
    return "Write it as a reply."


async def _test(at: Tapped) -> str:
    del at
    return "It works: what you tap reaches Vibe."


async def _later(at: Tapped) -> str:
    number, until = at.tap.number, LaterUntil(at.tap.word)
    if until is LaterUntil.ASK:
        return _open(at, later_rows(number), f"When shall {number} come again?")
    answer = await at.room.execute(PostponeItem(number, until.value))
    return f"Proposal {number} comes again {answer['local']}."


async def _details(at: Tapped) -> str:
    await deciding.show(at.room, at.tap.number)
    return f"Proposal {at.tap.number} follows."


async def _remark(at: Tapped) -> str:
    remark = await _kept(at)
    number, digest = int(remark["number"]), str(remark["digest"])
    match RemarkWord(at.tap.word):
        case RemarkWord.REDO:
            await at.room.execute(RedoProposal(number, str(remark["content"]), digest))
            text = f"Proposal {number} is being written anew."
        case RemarkWord.REJECT:
            kind = RejectionType.NOT_NOW
            text = deciding.said(await deciding.reject(at.room, number, digest, kind, str(remark["content"])))
        case RemarkWord.NOTE:
            text = "Kept as a note."
    at.room.talker.show_rows(at.room.caller.chat, at.message_id, Said(""))
    return text


async def _ticket(at: Tapped) -> str:
    word = TicketWord(at.tap.word)
    if word in ASK_FIRST:
        at.room.talker.say(at.room.caller.chat, message_of(Prompt(ASK_FIRST[word], at.tap.about), at.message_id))
        return "Write it as a reply."
    answer = await at.room.execute(ResolveTicket(at.tap.about, TicketWord(word).name.lower()))
    return f"Noted: {str(answer['resolution']).replace('_', ' ')}."


async def _sample(at: Tapped) -> str:
    answer = "right" if SampleWord(at.tap.word) is SampleWord.RIGHT else "wrong"
    return in_chat(str((await at.room.execute(JudgeSample(at.tap.number, answer)))["said"]))


async def _preference(at: Tapped) -> str:
    holds = PreferenceWord(at.tap.word) is PreferenceWord.YES
    return str((await at.room.execute(SettlePreference(at.tap.about, holds)))["said"])


async def _kept(at: Tapped) -> Mapping[str, Any]:
    """The remark a button is about: its words, the proposal's number and the version that was seen."""
    found = await at.room.read("blocks/beginning", start=at.tap.about, limit=2)
    rows = await at.room.read("blocks/by_id", ids=[found[0]["id"]]) if len(found) == 1 else []
    if not rows or "number" not in rows[0]["properties"]:
        raise NotFound("that remark is not here any more")
    return {**rows[0]["properties"], "content": rows[0]["content"]}


def answered(answer: Mapping[str, object]) -> str:
    """What became of an answer, in a few words."""
    follow_up = answer.get("follow_up")
    if follow_up:
        return str(follow_up)
    said = answer["answer"]
    assert isinstance(said, Mapping)
    option = f"{said['option']}) {said['title']}" if said["option"] else said["text"]
    return f"Noted: {option}"


_DOINGS: Mapping[TapKind, Callable[[Tapped], Awaitable[str]]] = {
    TapKind.APPROVE: _approve,
    TapKind.APPROVE_SURELY: _approve,
    TapKind.REJECT: _reject,
    TapKind.LATER: _later,
    TapKind.DETAILS: _details,
    TapKind.CANCEL: _cancel,
    TapKind.ALLOW: _allow,
    TapKind.OPTION: _option,
    TapKind.EVIDENCE: _evidence,
    TapKind.JUDGE: _judge,
    TapKind.GAP: _gap,
    TapKind.REMARK: _remark,
    TapKind.TICKET: _ticket,
    TapKind.SAMPLE: _sample,
    TapKind.PREFERENCE: _preference,
    TapKind.TEST: _test,
}
