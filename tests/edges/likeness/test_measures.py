"""Both measures of likeness: what they take for the same, what they tell apart, what they keep."""

import importlib.util
from pathlib import Path

import pytest

from tests.lacking import skip_for_lack_of
from vibe.domain.contrast import contrast
from vibe.domain.likeness import Wording
from vibe.edges.likeness.minilm import NEEDS, MiniLmLikeness, is_installed
from vibe.edges.likeness.words import WordLikeness
from vibe.ports.inward import Likeness

CONTRARY = [
    ("Enable guest checkout in the shop", "Disable guest checkout in the shop"),
    ("Migrate billing from MySQL to Postgres", "Migrate billing from Postgres to MySQL"),
    ("Ask supplier 12 for a lower price", "Ask supplier 17 for a lower price"),
    ("Test the fire alarm in building A", "Test the fire alarm in building C"),
    ("Buy a second delivery van", "Sell the second delivery van"),
]


def installed() -> MiniLmLikeness:
    """The measure by meaning, or a loud skip."""
    if not is_installed():
        lacking = [name for name in NEEDS if importlib.util.find_spec(name) is None]
        skip_for_lack_of("MiniLM", f"the extra `likeness` lacks {', '.join(lacking)}")
    return MiniLmLikeness()


@pytest.fixture(params=["rapidfuzz", "minilm"])
def likeness(request: pytest.FixtureRequest) -> Likeness:
    """Each measure there is."""
    return WordLikeness() if request.param == "rapidfuzz" else installed()


@pytest.mark.asyncio
async def test_the_same_title_is_suppressed(likeness: Likeness) -> None:
    """A title is as like itself as can be; a title of something else is not."""
    one = Wording("Survey 40 commuters about the new bus stop")
    same, other = await likeness.scores(one, [one, Wording("Rotate the signing keys each quarter")])
    assert same >= likeness.thresholds.suppress
    assert other < likeness.thresholds.show


@pytest.mark.asyncio
@pytest.mark.parametrize(("one", "other"), CONTRARY)
async def test_the_contrary_in_the_same_words_is_told_apart(likeness: Likeness, one: str, other: str) -> None:
    """What differs by an opposite, a number or a direction is not even worth showing, though the words agree."""
    assert contrast(one, other).sure
    assert (await likeness.scores(Wording(one), [Wording(other)]))[0] < likeness.thresholds.show


@pytest.mark.asyncio
async def test_meaning_is_found_without_shared_words() -> None:
    """A paraphrase in other words is worth showing to the measure by meaning."""
    measure = installed()
    one = Wording("Make the website usable for blind people", "Screen readers fail on the checkout.")
    other = Wording("Fix accessibility of the shop", "Customers with visual impairments cannot complete a purchase.")
    assert (await measure.scores(one, [other]))[0] >= measure.thresholds.show


@pytest.mark.asyncio
async def test_a_text_is_embedded_once(tmp_path: Path) -> None:
    """Vectors stay in the home: another process finds them there."""
    installed()
    store = tmp_path / "vectors.sqlite"
    first = MiniLmLikeness(store)
    scores = await first.scores(Wording("Plant a hedge"), [Wording("Plant trees")])
    first.close()
    second = MiniLmLikeness(store)
    again = await second.scores(Wording("Plant a hedge"), [Wording("Plant trees")])
    loaded = "_session" in second.__dict__
    second.close()
    assert again == scores
    assert not loaded
