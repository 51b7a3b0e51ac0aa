"""Fixtures every test may ask for."""

from tests.desk import chief, editor  # noqa: F401  the browsers of an editor and of a superuser
