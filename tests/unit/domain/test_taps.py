"""Taps: every button's data is read back as what it was made from; anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain import taps
from vibe.domain.errors import BadInput
from vibe.domain.messages import plain
from vibe.domain.taps import (
    MOST_BYTES,
    EvidenceWord,
    GapWord,
    JudgeWord,
    LaterUntil,
    RejectWhy,
    RemarkWord,
    Tap,
    TapKind,
    decode,
)

HEX = "9f3ac1d04e7755aa" * 4
NUMBERS = st.integers(1, 999_999_999)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
IDS = st.text("0123456789abcdef", min_size=8, max_size=32)


def test_what_each_button_carries() -> None:
    """A kind, its fields, nothing else: short enough for a button and readable in the journal."""
    made = [
        taps.approve(12, HEX),
        taps.approve_surely(12, HEX),
        taps.reject(12, HEX),
        taps.reject(12, HEX, RejectWhy.BAD_APPROACH),
        taps.later(12),
        taps.later(12, LaterUntil.TONIGHT),
        taps.details(12),
        taps.cancel(12),
        taps.allow(12),
        taps.option(HEX[:32], "B"),
        taps.evidence(HEX[:32], EvidenceWord.NOT_CONVINCING),
        taps.judge(HEX[:32], JudgeWord.CONTRADICTS),
        taps.mark(HEX[:32], GapWord.ACCEPT),
        taps.remark(HEX[:32], RemarkWord.REDO),
        taps.test_button(),
    ]

    assert made == [
        "a:12:9f3ac1d04e77",
        "y:12:9f3ac1d04e77",
        "r:12::9f3ac1d04e77",
        "r:12:b:9f3ac1d04e77",
        "l:12:",
        "l:12:e",
        "d:12",
        "c:12",
        "w:12",
        f"o:{HEX[:32]}:B",
        "v:9f3ac1d0:-",
        "j:9f3ac1d0:c",
        "g:9f3ac1d0:a",
        f"m:{HEX[:32]}:r",
        "t",
    ]


@given(NUMBERS, DIGESTS, st.sampled_from(RejectWhy), st.sampled_from(LaterUntil))
def test_numbered_taps_are_read_back(number: int, digest: str, why: RejectWhy, until: LaterUntil) -> None:
    """What is encoded is decoded as the same, within 64 bytes."""
    made = [taps.approve(number, digest), taps.reject(number, digest, why), taps.later(number, until)]

    assert all(len(data.encode()) <= MOST_BYTES for data in made)
    assert [decode(data) for data in made] == [
        Tap(TapKind.APPROVE, str(number), digest=digest[:12]),
        Tap(TapKind.REJECT, str(number), why.value, digest[:12]),
        Tap(TapKind.LATER, str(number), until.value),
    ]
    assert decode(made[0]).number == number


@given(IDS, st.sampled_from("ABCDEFGHIJ"))
def test_taps_about_an_id_carry_its_beginning(identity: str, letter: str) -> None:
    """Ids that are digests are cut to eight characters; those that begin with the time would be alike, and are not."""
    assert decode(taps.evidence(identity, EvidenceWord.CONVINCING)) == Tap(TapKind.EVIDENCE, identity[:8], "+")
    assert decode(taps.option(identity, letter)) == Tap(TapKind.OPTION, identity, letter)


@pytest.mark.parametrize(
    "data",
    """a|a:12|a:0:9f3ac1|a:-1:9f3ac1|a:12:9F3AC1|a:12:9f3|a:12:9f3ac1:x|a:1 2:9f3ac1|r:12:z:9f3ac1|l:12:now|t:1|q:12
    |o:9f3ac1d0:b|o:9f3ac1d0:AB|o:a b:A|g:9f3ac1d0:x|A:12:9f3ac1|a:١٢:9f3ac1|v:9f3ac1d0:||a:12:9f3ac1\n""".split("|"),
)
def test_anything_else_is_refused(data: str) -> None:
    """Data that no button of ours carries decides nothing."""
    with pytest.raises(BadInput):
        decode(data)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(data: str) -> None:
    """No text makes reading fail in another way, and what is read is written the same."""
    try:
        tap = decode(data)
    except BadInput:
        return
    assert taps.encode(tap)[:3] == data[:3]


def test_a_button_that_could_not_be_read_is_never_made() -> None:
    """A field that no button may carry is refused where the button is made."""
    with pytest.raises(BadInput):
        taps.option("9f3ac1d0", "b")


def test_text_from_outside_shows_as_it_is() -> None:
    """Markdown in a title is shown, not followed, and line breaks in it start nothing."""
    assert plain("Use *Auth0* [here](http://x)\n# now_") == "Use \\*Auth0\\* \\[here\\](http://x) # now\\_"
    assert [plain(text) for text in ("# A", "1. B", "- C", "> D")] == ["\\# A", "1\\. B", "\\- C", "\\> D"]
