"""Standing preferences and directives in a person's words: what is one, and the many that only look like it."""

from __future__ import annotations

import pytest

from vibe.domain.intents import read_directive
from vibe.domain.preferences import Wish, against, from_decisions, from_words, ordered, shortened

STANDING = (
    ("Please no paid tools, we are a charity", "no_paid"),
    ("We never use commercial software", "no_paid"),
    ("I don't want to pay for another subscription", "no_paid"),
    ("Only free services, please.", "no_paid"),
    ("Too expensive. Open-source tools only!", "no_paid"),
    ("Look into our own documents first", "own_documents"),
    ("Good idea, but always check my own notes before the web", "own_documents"),
    ("Keep it short.", "short"),
    ("I like it. The proposals are way too long", "short"),
    ("This is too wordy", "short"),
    ("Find out before asking me", "find_out_first"),
    ("Stop asking me what you can look up", "find_out_first"),
    ("Always ask me before you search the web", "ask_first"),
    ("From now on include the supplier's phone number", "said"),
    ("Never contact customers by phone", "said"),
    ("We prefer suppliers from Denmark", "said"),
    ("As a rule, state prices without VAT", "said"),
)
NONE = (
    "Too expensive",
    "No",
    "Never mind",
    "Never heard of that supplier before",
    "We can't use a paid tool for this one",
    "Why do we use paid tools?",
    "The delivery takes too long",
    "I prefer option B",
    "I prefer the second one",
    "Always a pleasure",
    "The supplier never answered us",
    "We paid the licence last year and use the tool a lot",
    "Our own documents say otherwise",
    "It was not a good service, they were paid late",
    "Keep the short list from Monday",
    "Ask the accountant, not me",
    "They always ask for a deposit",
    "Search is broken, sorry",
    "For now, no paid tools",
    "Not in this case: no commercial software",
    "The message was short",
    "In future years this grows",
    "I told you about the meeting already",
    "We had it before: it never worked",
    "The price is free, but only the first service",
)
DIRECTIVES = (
    "Sales are low, look at the ads",
    "Check why the shop was down on Sunday",
    "please compare the three insurers",
    "We need to find a cheaper printer. Ask the school what they pay",
    "The stall lost money again - raise the prices a bit",
    "Can you look into the parking permits?",
    "Write to the landlord about the roof",
    "So, book a second oven for December",
    "Contact Anna",
)
IDLE = (
    "Sales are low",
    "Who looks at the ads?",
    "I looked at the ads yesterday",
    "Don't look at the ads",
    "Thanks, great work",
    "Order was late",
    "Plan B is better",
    "Test passed",
    "Call me maybe later, I am on the road",
    "The check bounced",
    "Change is hard",
    "Yes",
    "Review looks fine",
    "Start was good",
)


@pytest.mark.parametrize(("text", "wish"), STANDING)
def test_plain_words_are_a_preference(text: str, wish: str) -> None:
    """What says plainly what is always wanted is taken for one, and only one."""
    assert [one.key.partition(":")[0] for one in from_words(text)] == [wish]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    """One case, a question, a fact, somebody else's habit."""
    assert from_words(text) == []


@pytest.mark.parametrize("text", DIRECTIVES)
def test_a_directive_is_recognised(text: str) -> None:
    """A clause that begins with a verb of doing wants something done."""
    assert read_directive(text) is not None


@pytest.mark.parametrize("text", IDLE)
def test_what_wants_nothing_done_is_no_directive(text: str) -> None:
    """A report, a question, thanks, the opposite, a noun that is spelt like a verb."""
    assert read_directive(text) is None


def test_decisions_that_all_went_one_way_say_something() -> None:
    """Five of a kind rejected beside three others approved say it; one approved, a "not now" or too few say nothing."""
    no = {"outcome": "rejected", "rejection_type": "never", "effort": "low"}
    yes = {"outcome": "approved", "rejection_type": None, "effort": "low"}
    rows = [{"proposal": f"n{n}", "proposal_type": "architecture", **no} for n in range(5)]
    rows += [{"proposal": f"y{n}", "proposal_type": "knowledge", **yes} for n in range(3)]
    found = from_decisions(rows)
    assert [(one.inferred.key, one.inferred.statement, len(one.proposals)) for one in found] == [
        ("avoid:proposal_type=architecture", "No architecture proposals", 5)
    ]
    assert from_decisions(rows[1:]) == from_decisions(rows[:-1]) == []
    assert from_decisions([*rows, {"proposal": "z", "proposal_type": "architecture", **yes}]) == []
    put_off = [row | {"rejection_type": "not_now"} if row["proposal"] == "n0" else row for row in rows]
    assert from_decisions(put_off) == []


def test_what_rules_make_of_them() -> None:
    """They order the ways, drop what costs or is of a kind that is not wanted, and cut at a sentence's end."""
    paid = {"title": "Subscribe to a price service", "content": "It has all prices."}
    text = "The first sentence says it. " + "The others only add to it and go on. " * 12
    assert ordered([Wish.ASK_FIRST], ["research", "ask"]) == ["ask", "research"]
    assert ordered([Wish.OWN_DOCUMENTS], ["ask", "research"]) == ["research", "ask"]
    assert ordered([], ["ask", "research"]) == ["ask", "research"]
    assert (against([Wish.NO_PAID], paid), against([Wish.SHORT], paid)) == (Wish.NO_PAID, None)
    assert against(["avoid:effort=high"], {"effort": "high"}) == "avoid:effort=high"
    assert against([Wish.NO_PAID], {"title": "Ask what such boilers cost", "content": ""}) is None
    assert (shortened(text)[:9], shortened(text)[-1], len(shortened(text)) <= 280) == ("The first", ".", True)
