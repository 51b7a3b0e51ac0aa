"""Slips of spelling: what is mended, and what is never touched."""

import time

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from schools.spelling import Vocabulary, exactly, stem

TEXTS = {
    "Health care administration, master’s degree": 1900,
    "Registered nursing, associate’s degree": 900,
    "Medical coding, certificate": 500,
    "Health informatics": 90,
    "Social work": 80,
    "University of Michigan": 18,
    "Université de Montréal": 1,
    "Mitchell Community College": 3,
    "Coding and billing: 51.0713": 1,
    "Fiance Academy": 0,
    "Juilliard School": 0,
}


@pytest.fixture(scope="module")
def words():
    return Vocabulary(TEXTS.items())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("helth administraton", "health administration"),
        ("Univeristy of Michgan", "University of Michigan"),
        ("UNIVERISTY", "UNIVERSITY"),
        ("infromatics", "informatics"),
        ("nusring", "nursing"),
        ("medical coading certificate", "medical coding certificate"),
        ("socialwork", "social work"),
        ("helth-informatics", "health-informatics"),
        ("helth, nursing!", "health, nursing!"),
        ("montrael", "montreal"),
        ("Juiliard", "Juilliard"),
        ('"social work" helth', '"social work" health'),
    ],
)
def test_a_slip_becomes_the_nearest_known_word(words, typed, meant):
    assert words.corrected(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "health administration",
        "HEALTH",
        "degrees nursing",  # the stem is known
        "medical cod",  # the last word may be unfinished
        "univ of michigan",
        "health in the near",
        "Montreal",
        "finance",  # no slip for an academy without programs
        "zzzzqqqq",
        "helth zzzzqqqq",  # half a correction finds nothing
        "MHX",  # too short to say
        '"helth administraton"',
        "he%th",
        "helth_care",
        "helth\\",
        "51.0701",
        "m1chigan",
        "",
        "%",
        "'",
        "🙂",
        "x" * 100,
    ],
)
def test_what_is_known_or_meant_as_it_stands_is_never_touched(words, typed):
    assert words.corrected(typed) == ""


def test_an_unfinished_word_is_only_let_pass_at_the_end(words):
    assert words.knows("cod", is_last=True)
    assert not words.knows("cod")


def test_of_two_equally_near_words_the_one_with_more_behind_it_is_meant():
    assert Vocabulary([("bard", 1), ("card", 30)]).corrected("zard") == "card"
    assert Vocabulary([("bard", 1), ("card", 30)]).corrected("baard") == "bard"  # begins alike, and is nearer


def test_what_was_typed_can_be_asked_for_again():
    assert exactly('helth "administraton') == '"helth  administraton"'


@given(st.text(max_size=100))
def test_a_correction_is_made_of_known_words_and_final(words, text):
    better = words.corrected(text)
    assert not better or words.corrected(better) == ""


def test_a_word_costs_milliseconds_whatever_it_is():
    words = Vocabulary(
        (f"{'abcdefghij'[n % 10]}{n:05d}".translate(str.maketrans("0123456789", "klmnopqrst")), 1)
        for n in range(20_000)
    )
    start = time.monotonic()
    for typed in ("a" * 100, "abc" * 33, "helth " * 16, "q" * 40, "(((((" * 20):
        words.corrected(typed)
    assert time.monotonic() - start < 1


@pytest.mark.django_db
def test_stems_are_those_of_the_database():
    words = ["nurses", "nursing", "administration", "administrator", "studies", "coding", "management", "billing"]
    words += [
        "informatics",
        "leadership",
        "therapies",
        "practices",
        "degree",
        "associate",
        "certificates",
        "communities",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT (ts_lexize('portal_stem', word))[1] FROM unnest(%s::text[]) word", [words])
        assert [stem(word) for word in words] == [row[0] for row in cursor.fetchall()]
