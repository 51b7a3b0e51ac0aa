"""Fixtures every test may ask for, and the suite's own database."""

import os
import uuid

import psycopg
import pytest
from django.db import connections

from tests.desk import chief, editor  # noqa: F401  the browsers of an editor and of a superuser

PREFIX = "test_portal_run_"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, django_db_blocker):
    """A database of this run's own, so that two runs never meet; what dead runs left is dropped.

    A run is alive while a session named like its database is open. PORTAL_TEST_DB names one to
    keep instead (with --reuse-db).
    """
    settings = connections["default"].settings_dict
    if os.environ.get("PORTAL_TEST_DB") or request.config.getvalue("reuse_db"):
        yield
        return
    name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock(), connections["default"]._nodb_cursor() as cursor:
        parameters = cursor.connection.info.get_parameters() | {"password": settings["PASSWORD"]}
    with psycopg.connect(**parameters | {"application_name": name}, autocommit=True) as sign_of_life:
        for (dead,) in sign_of_life.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname NOT IN "
            "(SELECT application_name FROM pg_stat_activity)",
            [PREFIX],
        ).fetchall():
            sign_of_life.execute(f'DROP DATABASE IF EXISTS "{dead}" WITH (FORCE)')
        settings["TEST"]["NAME"] = name
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Before the database goes, whoever still holds it open does: a browser's server, a proxy."""
    yield
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
