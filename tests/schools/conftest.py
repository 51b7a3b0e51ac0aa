import pytest

from schools.models import FieldOfStudy
from tests.factories import SubjectFactory

from .official import Desk


@pytest.fixture
def desk(db, tmp_path):
    """An operator with an empty portal."""
    return Desk(tmp_path)


@pytest.fixture
def known(desk):
    """As ``desk``, with the code list, one school, and one subject of the fields in 51.07."""
    desk.codes()
    desk.institutions()
    SubjectFactory(name="Health administration", fields=FieldOfStudy.objects.filter(cip__startswith="51.07"))
    return desk
