"""Both kinds of database, for the same tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def named(request: pytest.FixtureRequest, postgres: PostgresServer, tmp_path: Path) -> str:
    """A store that is not there yet, by URL."""
    return f"sqlite:///{tmp_path / 'store.sqlite3'}" if request.param == "sqlite" else postgres.new_database()
