import pytest

from portal.models import Release
from tests.factories import ReleaseFactory

pytestmark = pytest.mark.django_db


def test_a_reader_sees_which_release_of_each_source_is_in_use(client):
    ReleaseFactory(source__slug="example-awards", source__name="Example awards", year=2024, provisional=True)
    ReleaseFactory(source__slug="example-awards", year=2023, state=Release.State.SUPERSEDED)
    page = client.get("/how-we-check/").content.decode()
    assert "Example awards" in page
    assert "2023–24, provisional" in page
    assert "2022–23" not in page
