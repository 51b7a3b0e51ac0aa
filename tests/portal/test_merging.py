"""Three states of a page: nothing of anybody's is lost, and nobody is asked what needs no answer."""

from hypothesis import given
from hypothesis import strategies as some

from portal.admin.merging import GOING, MINE, THEIRS, Page, changed_by_them, merge, same, settle

NAMES = some.sampled_from(["title", "summary", "author"])
TEXTS = some.lists(some.sampled_from(["", "one", "two", "three"]), min_size=1, max_size=1)
BOXES = some.fixed_dictionaries({"heading": TEXTS, "body": TEXTS})
ROWS = some.dictionaries(some.sampled_from("123"), BOXES, max_size=3)
PAGES = some.builds(
    lambda boxes, rows: Page(boxes, {"sections": rows}),
    some.fixed_dictionaries({"title": TEXTS, "summary": TEXTS}),
    ROWS,
)


def sent(page, opened, going=()):
    """What a browser sends: rows it was shown, changed, some of them ticked for removal."""
    rows = {key: row | ({GOING: ["on"]} if key in going else {}) for key, row in page.rows["sections"].items()
            if key in opened.rows["sections"]}  # fmt: skip
    return Page(page.boxes, {"sections": rows})


@given(opened=PAGES, now=PAGES)
def test_whoever_changed_nothing_gets_what_is_saved_and_is_asked_nothing(opened, now):
    merged, collisions = merge(opened, now, opened)
    assert merged == now
    assert not collisions


@given(opened=PAGES, mine=PAGES)
def test_where_nobody_else_was_there_mine_is_kept_and_nothing_is_asked(opened, mine):
    """What I did not send at all is not removed: that takes the box for it."""
    mine = sent(mine, opened)
    merged, collisions = merge(opened, opened, mine)
    assert not collisions
    assert merged.boxes == mine.boxes
    for key, row in opened.rows["sections"].items():
        assert merged.rows["sections"][key] == mine.rows["sections"].get(key, row)


@given(opened=PAGES, now=PAGES, mine=PAGES, going=some.sets(some.sampled_from("123")))
def test_of_every_change_of_either_nothing_is_lost(opened, now, mine, going):
    """Mine is in the merged page, or was no change, or is in a collision; and so is theirs."""
    mine = sent(mine, opened, going)
    merged, collisions = merge(opened, now, mine)
    asked = {one.key: one for one in collisions}
    assert len(asked) == len(collisions)
    for name, values in mine.boxes.items():
        if not same(values, opened.boxes[name]):
            assert merged.boxes[name] == values
    for name, values in now.boxes.items():
        if not same(values, opened.boxes[name]) and not same(merged.boxes[name], values):
            assert asked[f"//{name}"].theirs == {name: values}
    for key, row in mine.rows["sections"].items():
        was, theirs = opened.rows["sections"].get(key), now.rows["sections"].get(key)
        here = merged.rows["sections"].get(key)
        if GOING in row:
            assert theirs is None or GOING in here or asked[f"sections/{key}/"].mine is None
            continue
        for name, values in row.items():
            if not same(values, was[name]):
                kept = here is not None and here[name] == values
                assert kept or asked[f"sections/{key}/"].mine == row
    for key, row in now.rows["sections"].items():
        was, here = opened.rows["sections"].get(key), merged.rows["sections"][key]
        for name, values in row.items():
            if was is None or not same(values, was[name]):
                kept = same(here[name], values) and GOING not in here
                assert kept or f"sections/{key}/" in asked or f"sections/{key}/{name}" in asked


@given(opened=PAGES, now=PAGES, mine=PAGES)
def test_the_other_order_asks_the_same(opened, now, mine):
    one, other = merge(opened, now, mine)[1], merge(opened, mine, now)[1]
    boxes = {collision.key for collision in one if not collision.row}
    assert boxes == {collision.key for collision in other if not collision.row}


@given(opened=PAGES, now=PAGES, mine=PAGES, choice=some.sampled_from([MINE, THEIRS]))
def test_an_answer_to_everything_leaves_nothing_to_ask(opened, now, mine, choice):
    merged, collisions = merge(opened, now, mine)
    for one in collisions:
        settle(merged, one, choice)
    again, left = merge(now, now, merged)
    assert not left
    for one in collisions:
        if not one.row:
            assert again.boxes[one.box] == (one.mine if choice == MINE else one.theirs)[one.box]


def test_a_page_that_knows_nothing_of_its_beginning_asks_about_every_difference():
    now = Page({"title": ["Theirs"], "author": ["Both"]}, {"sections": {"1": {"body": ["Theirs"]}}})
    mine = Page({"title": ["Mine"], "author": ["Both"]}, {"sections": {"1": {"body": ["Mine"]}}})
    assert [one.key for one in merge(Page(), now, mine)[1]] == ["//title", "sections/1/body"]


def test_a_browser_s_line_ends_and_order_of_choices_are_no_change():
    assert same(["one\r\ntwo"], ["one\ntwo"])
    assert same(["2", "1"], ["1", "2"])
    assert same([""], [])
    assert not same(["one two"], ["one\ntwo"])


def test_what_they_changed_is_told():
    opened = Page({"title": ["Old"]}, {"sections": {"1": {"body": ["Old"]}, "2": {"body": ["x"]}}})
    now = Page({"title": ["New"]}, {"sections": {"1": {"body": ["New"]}, "3": {"body": ["y"]}}})
    assert list(changed_by_them(opened, now)) == [
        ("", "", "title"), ("sections", "1", "body"), ("sections", "3", ""), ("sections", "2", ""),
    ]  # fmt: skip
