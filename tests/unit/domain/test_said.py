"""What a message says: commands at its beginning, numbers, and words that are nothing but words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.proposals import RejectionType
from vibe.domain.said import Decide, Details, Order, Ordered, Pause, Said, Unknown, Words, read_said
from vibe.domain.verdicts import Decision

YES, NO = Decision.APPROVE, Decision.REJECT
NOT_NOW, NEVER, BAD = RejectionType.NOT_NOW, RejectionType.NEVER, RejectionType.BAD_APPROACH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/approve_1", Decide(YES, 1)),
        (" /APPROVE_12@TestNameBot ", Decide(YES, 12)),
        ("/approve 3", Decide(YES, 3)),
        ("/approve", Decide(YES, None)),
        ("/reject_2", Decide(NO, 2, NOT_NOW)),
        ("/reject_2 never", Decide(NO, 2, NEVER)),
        ("/Reject_12@TestNameBot bad_approach too slow", Decide(NO, 12, BAD, "too slow")),
        ("/reject_3\nbad approach:\nask the supplier\nfirst", Decide(NO, 3, BAD, "ask the supplier\nfirst")),
        ("/reject_4 not-now", Decide(NO, 4, NOT_NOW)),
        ("/reject_4 we have no money", Decide(NO, 4, NOT_NOW, "we have no money")),
        ("/reject_4 nevertheless a good idea", Decide(NO, 4, NOT_NOW, "nevertheless a good idea")),
        ("/reject never", Decide(NO, None, NEVER)),
        ("12", Details(12)),
        ("#7", Details(7)),
        ("3.", Details(3)),
        ("/pending", Ordered(Order.PENDING)),
        ("/STATUS@TestNameBot", Ordered(Order.STATUS)),
        ("/gaps", Ordered(Order.GAPS)),
        ("/resume now", Ordered(Order.RESUME)),
        ("/help", Ordered(Order.HELP)),
        ("/start", Ordered(Order.START)),
        ("/pause", Pause()),
        ("/pause 2d", Pause(timedelta(days=2))),
        ("/pause 90 minutes", Pause(timedelta(minutes=90))),
        ("/approve_0", Unknown("/approve_0")),
        ("/approve_12x", Unknown("/approve_12x")),
        ("/delete_3", Unknown("/delete_3")),
        ("yes", Words("yes")),
        ("0", Words("0")),
        ("12 apples", Words("12 apples")),
        ("please /approve_3", Words("please /approve_3")),
        ("ok\n/approve_3", Words("ok\n/approve_3")),
        ("", Words("")),
    ],
)
def test_a_message_is_read(text: str, said: Said) -> None:
    """Commands stand at the beginning, in any case, for any bot; a bare number is details; the rest is words."""
    assert read_said(text) == said


@pytest.mark.parametrize("text", ["/pause soon", "/pause 0d", "/pause 9999w"])
def test_a_pause_that_is_no_time_is_refused_with_the_form(text: str) -> None:
    """Nobody is left thinking that the loop pauses."""
    said = read_said(text)
    assert isinstance(said, Unknown)
    assert said.why


@pytest.mark.parametrize("text", ["/approve_3", "2", "/reject_1 never", "/pause", "b, /approve_3"])
def test_all_is_words_inside_an_answer(text: str) -> None:
    """In a reply to a question nothing is a command."""
    assert read_said(text, in_answer=True) == Words(text)


@given(st.text(max_size=60).filter(lambda text: not text.strip().startswith("/")))
def test_nothing_decides_but_a_command_at_the_beginning(text: str) -> None:
    """Whatever people write, a decision needs its command."""
    assert not isinstance(read_said(text), Decide | Pause | Ordered)


@given(st.integers(1, 10**9 - 1), st.sampled_from(["", "@SomeBot"]), st.text(max_size=40))
def test_every_number_is_read_whole(number: int, at: str, rest: str) -> None:
    """`/approve_123` is never 12, whatever follows."""
    said = read_said(f"/approve_{number}{at} {rest}")
    assert isinstance(said, Decide)
    assert said.number == number
