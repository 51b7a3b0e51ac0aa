"""Every test that ``docs/promises.md`` names is there."""

import re

import pytest
from django.conf import settings

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PAGE = settings.ROOT / "docs" / "promises.md"
TESTS = NAMED.findall(PAGE.read_text())


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_promise_is_kept_by_a_test_that_is_there(path, name):
    assert f"def {name}(" in (settings.ROOT / path).read_text()


def test_the_page_is_read():
    assert len(TESTS) > 20
