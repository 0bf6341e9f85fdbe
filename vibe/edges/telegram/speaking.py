"""Speaking: what a written message does: a command, a number, an answer, a remark.

What replies to a question is its answer, whatever it looks like. Without a reply, words answer the one question that is
open; with several open, the person is asked which. A bare number is always details.

Source: issue "Ask once on Telegram" (proposals out, questions in), document 003 sections 5 to 7.
"""

from __future__ import annotations

from telegram import Message

from vibe.domain.commands import (
    AnswerQuestion,
    KeepRemark,
    MarkGap,
    PauseLoop,
    ResolveTicket,
    ResumeLoop,
    WithdrawEvidence,
)
from vibe.domain.errors import BadInput, Transient, VibeError
from vibe.domain.gaps import Mark
from vibe.domain.handed import REPLY_MEANS
from vibe.domain.learning_commands import HearWords
from vibe.domain.messages import plain
from vibe.domain.notifications import NoteKind
from vibe.domain.proposals import RejectionType
from vibe.domain.said import Decide, Details, Order, Ordered, Pause, Said, Unknown, Words, looks_like_command, read_said
from vibe.domain.verdicts import Decision
from vibe.edges.telegram import deciding, telling
from vibe.edges.telegram.adopting import adopt_lost
from vibe.edges.telegram.keyboards import rows_of
from vibe.edges.telegram.prompts import About, Prompt, read_prompt
from vibe.edges.telegram.rooms import Room, in_chat
from vibe.edges.telegram.tapping import answered
from vibe.kernel.people import Seen, read_seen
from vibe.kernel.showing import read_questions
from vibe.ports.inward import Row

NO_TEXT = "I only read text so far."
NO_SUBJECT = "I do not know what that is about: reply to the message you mean. /help shows what you can say."
MOST_LISTED = 5
WHICH = "Several questions are open. Reply to the one you mean:"


async def answer_words(room: Room, message: Message) -> None:
    """Do what a message says, and answer it.

    Raises:
        Transient: not now; nothing was done.
    """
    try:
        await _answer(room, message)
    except Transient:
        raise
    except deciding.Changed as error:
        room.refuse(error, reply_to=str(message.message_id))
        await deciding.show(room, error.number)
    except VibeError as error:
        room.refuse(error, reply_to=str(message.message_id))


async def _answer(room: Room, message: Message) -> None:
    if not message.text:
        room.say(NO_TEXT)
        return
    replied = message.reply_to_message
    prompt = _prompt(replied)
    if prompt is not None:
        await _answer_prompt(room, prompt, message.text)
        return
    seen = await _seen(room, replied) if replied else None
    if seen is not None and seen.kind is NoteKind.QUESTION:
        _check_words(message.text)
        await _answer_question(room, seen.subject, message)
        return
    if seen is not None and seen.kind is NoteKind.TICKET and seen.subject:
        _check_words(message.text)
        await _end_ticket(room, seen.subject, REPLY_MEANS[seen.body["kind"]], message.text)
        return
    await _do(room, read_said(message.text), message, seen)


async def _seen(room: Room, replied: Message) -> Seen | None:
    """What the message it replies to shows; one of the bot's whose id was never recorded is one of ours again."""
    if replied.from_user is not None and replied.from_user.is_bot and replied.forward_origin is None:
        await adopt_lost(room, str(replied.message_id), rows_of(replied.reply_markup))
    return await read_seen(room.graph, room.caller.chat, str(replied.message_id))


def _prompt(replied: Message | None) -> Prompt | None:
    """What the message it replies to asked for, where that is ours."""
    if replied is None or replied.from_user is None or not replied.from_user.is_bot or replied.forward_origin:
        return None
    return read_prompt(replied.text or "")


def _check_words(text: str) -> None:
    """Refuse a command inside an answer.

    Raises:
        BadInput: it is one.
    """
    if looks_like_command(text):
        raise BadInput("that looks like a command; inside an answer it decides nothing. Send it by itself")


async def _answer_prompt(room: Room, prompt: Prompt, text: str) -> None:
    _check_words(text)
    match prompt.what:
        case About.REJECT:
            number = int(prompt.about)
            digest = await deciding.seen(room, "", number, prompt.digest)
            answer = await deciding.reject(room, number, digest, RejectionType.NOT_NOW, text)
            room.say(plain(deciding.said(answer)))
        case About.ACCEPT:
            answer = await room.execute(MarkGap(prompt.about, Mark.ACCEPT.value, until=text.strip()))
            room.say(plain(in_chat(str(answer["said"]))))
        case About.EVIDENCE | About.NOISE:
            mark = Mark.EVIDENCE if prompt.what is About.EVIDENCE else Mark.NOISE
            answer = await room.execute(MarkGap(prompt.about, mark.value, text))
            room.say(plain(in_chat(str(answer["said"]))))
        case About.UNCONVINCED:
            await room.execute(WithdrawEvidence(prompt.about, text))
            room.say("Taken back; the gap opens again.")
        case About.DONE | About.AGAIN:
            await _end_ticket(room, prompt.about, "done" if prompt.what is About.DONE else "return", text)


async def _end_ticket(room: Room, identity: str, word: str, text: str) -> None:
    """End a ticket with words: what came of it, what is to change, or the steps of a breakdown."""
    steps = text if word == "breakdown" else ""
    await room.execute(ResolveTicket(identity, word, "" if steps else text, markdown=steps))
    room.say("Noted; the work goes on.")


async def _do(room: Room, said: Said, message: Message, seen: Seen | None) -> None:
    match said:
        case Decide():
            await _decide(room, said, seen)
        case Details():
            await deciding.show(room, said.number)
        case Pause():
            answer = await room.execute(PauseLoop("paused on Telegram", said.lasts))
            until = f" until {str(answer['until'])[:16].replace('T', ' ')} UTC" if answer["until"] else ""
            room.say(f"The loop is paused{until}: nothing new is looked for or proposed. /resume goes on.")
        case Ordered():
            await _order(room, said.order)
        case Unknown():
            room.say(plain(said.why or f"I do not know {said.command}. /help shows what you can say."))
        case Words():
            await _words(room, said.text, message, seen)


async def _decide(room: Room, said: Decide, seen: Seen | None) -> None:
    """Decide on the number that was typed, or on the one proposal of the message it replies to."""
    shown = {one.number: one.digest for one in seen.shown} if seen is not None else {}
    number = said.number if said.number is not None else next(iter(shown)) if len(shown) == 1 else None
    if number is None:
        raise BadInput("say which one: /approve_N or /reject_N, or reply to its message")
    digest = shown.get(number) or await deciding.last_shown(room, number)
    if said.decision is Decision.APPROVE:
        sure = await deciding.second_tap(room, number, digest)
        if sure:
            room.say("This cannot be taken back once it has begun. Tap to approve.", sure)
            return
        answer = await deciding.approve(room, number, digest, said.reason)
    else:
        kind = said.rejection_type or RejectionType.NOT_NOW
        answer = await deciding.reject(room, number, digest, kind, said.reason)
    room.say(plain(deciding.said(answer)))


async def _order(room: Room, order: Order) -> None:
    if order is Order.RESUME:
        await room.execute(ResumeLoop())
        room.say("The loop goes on.")
        return
    told = {Order.PENDING: telling.pending, Order.STATUS: telling.status, Order.GAPS: telling.gaps}.get(order)
    room.say(await told(room) if told else telling.HELP)


async def _words(room: Room, text: str, message: Message, seen: Seen | None) -> None:
    """Words: a remark on the proposal they reply to, else the answer to the one question that is open."""
    if seen is not None:
        await _keep_remark(room, text, seen)
        return
    questions = await read_questions(room.graph)
    if len(questions) == 1:
        await _answer_question(room, questions[0]["id"], message)
    elif questions:
        room.say("\n".join([WHICH, *(f"- {plain(_short(row))}" for row in questions[:MOST_LISTED])]))
    else:
        answer = await room.execute(HearWords(text))
        room.say(plain(str(answer["said"])) if answer["heard"] else NO_SUBJECT)


async def _answer_question(room: Room, question: str, message: Message) -> None:
    answer = await room.execute(AnswerQuestion(question, message.text or ""))
    if answer.get("follow_up") and answer.get("repeated"):
        room.say(plain(str(answer["follow_up"])), reply_to=str(message.message_id))
    elif not answer.get("follow_up"):  # the loop sends the first one, as the question's own
        room.say(plain(answered(answer)), reply_to=str(message.message_id))


async def _keep_remark(room: Room, text: str, seen: Seen) -> None:
    shown = {one.number: one.digest for one in seen.shown}
    if not shown and seen.subject:
        rows = await room.read("proposals/by_id", ids=[seen.subject])
        shown = {row["number"]: row["digest"] for row in rows}
    if len(shown) != 1:
        room.say(NO_SUBJECT)
        return
    ((number, digest),) = shown.items()
    await room.execute(KeepRemark(text, number, digest))


def _short(row: Row) -> str:
    return str(row["question"])[:120]
