"""Changes word by word: whole, escaped, and in phrases."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.differences import marked

TEXTS = some.text(some.sampled_from("ab c<&>’.\n"), max_size=30)


@given(TEXTS, TEXTS)
def test_each_side_is_the_whole_text_with_marks(old, new):
    for side, text, mark in zip(marked(old, new), (old, new), ("del", "ins"), strict=True):
        assert html.unescape(re.sub(f"</?{mark}>", "", side)) == text


@given(TEXTS)
def test_the_same_text_has_no_marks(text):
    assert "<del>" not in marked(text, text)[0]
    assert "<ins>" not in marked(text, text)[1]


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("It reads today.", "It will read.", "It <del>reads today</del>.", "It <ins>will read</ins>."),
        ("A & B", "A & C", "A &amp; <del>B</del>", "A &amp; <ins>C</ins>"),
        ("", "New", "", "<ins>New</ins>"),
        ("one two", "one big two", "one two", "one <ins>big </ins>two"),
        ("a x or y b", "a p or q b", "a <del>x or y</del> b", "a <ins>p or q</ins> b"),
        (
            "a x one two three y b",
            "a p one two three q b",
            "a <del>x</del> one two three <del>y</del> b",
            "a <ins>p</ins> one two three <ins>q</ins> b",
        ),
        ("a 1,200 b", "a 1,300 b", "a <del>1,200</del> b", "a <ins>1,300</ins> b"),
    ],
)
def test_a_phrase_is_one_change(old, new, left, right):
    assert marked(old, new) == (left, right)


def test_a_long_text_is_compared_line_by_line():
    lines = [f"line {number} with some words in it\n" for number in range(2_000)]
    changed = [*lines[:1_000], "another\n", *lines[1_001:]]
    left, right = marked("".join(lines), "".join(changed))
    assert left.count("<del>") == right.count("<ins>") == 1
    assert "<ins>another\n</ins>" in right
