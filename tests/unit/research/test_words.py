"""Words are counted by stem and weigh by rarity."""

from __future__ import annotations

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from vibe.research.stemming import stem
from vibe.research.words import MOST_WEIGHT, Lexicon, stems

SAMPLES = (
    "caresses ponies ties cats feed agreed plastered motoring sing conflated troubled sized hopping tanned "
    "falling hissing fizzed failing filing happy sky relational conditional rational digitizer conformably "
    "radically differently vilely analogously vietnamization predication operator feudalism decisiveness "
    "hopefulness callousness formality sensitivity sensibility triplicate formative formalize electricity "
    "electrical hopeful goodness revival allowance inference airliner gyroscopic adjustable defensible "
    "irritant replacement adjustment dependent adoption communism activate angularity homologous effective "
    "bowdlerize probate rate cease controll roll sustainability responsibly timelines "
).split()


def as_sqlite_has_it(words: list[str]) -> list[str]:
    """The same words as SQLite's porter tokenizer stems them."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(word, tokenize = 'porter unicode61')")
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
    for word in words:
        db.execute("INSERT INTO t VALUES (?)", (word,))
    found = [term for (term,) in db.execute("SELECT term FROM v ORDER BY doc")]
    db.close()
    return found


def test_stems_are_those_of_the_index() -> None:
    """The stemmer agrees with SQLite's, so both count the same words."""
    assert [stem(word) for word in SAMPLES] == as_sqlite_has_it(SAMPLES)


SYLLABLES = st.builds(str.__add__, st.sampled_from("b c st r m tr pl n k".split()), st.sampled_from("aeiouy"))
ENDINGS = st.sampled_from(
    [
        "",
        "s",
        "ed",
        "ing",
        "ational",
        "ization",
        "fulness",
        "ement",
        "able",
        "ly",
        "ies",
        "y",
        "ness",
        "ion",
        "tions",
        "ll",
    ]
)
WORDS = st.builds(lambda parts, end: "".join(parts) + end, st.lists(SYLLABLES, min_size=1, max_size=3), ENDINGS)


@given(st.lists(WORDS, min_size=1, max_size=30))
def test_stems_of_any_syllables_are_those_of_the_index(words: list[str]) -> None:
    """It agrees on words that nobody foresaw."""
    assert [stem(word) for word in words] == as_sqlite_has_it(words)


def test_joined_words_are_split_and_stop_words_left_out() -> None:
    """The word "15-year" is "15" and "year"; thousands keep together, possessives go."""
    assert stems("The 15-year plan of the city's 5,000 bakers") == {"15", "year", "plan", "citi", "5000", "baker"}


def test_rare_words_weigh_more_and_common_ones_nothing() -> None:
    """A word in more than 8 % of the passages tells nothing; the weight of the rarest is bounded."""
    lexicon = Lexicon([*["silo wall"] * 50, *["silo door"] * 10, *["garden"] * 440, "crypt"])
    assert lexicon.weight("silo") == lexicon.weight("garden") == 0
    assert 0 < lexicon.weight("door") < lexicon.weight("crypt") <= MOST_WEIGHT
    assert lexicon.weigh(["door", "garden"]) == lexicon.weight("door")
