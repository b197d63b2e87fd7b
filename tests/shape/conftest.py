"""The schema of each service, for tests that hold the code to it."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from services import NAMES
from services.chassis.base.settings import Settings
from services.chassis.postgres.transaction import Connection
from tests.shape import sources
from tests.support import with_database


@pytest.fixture(scope="package", autouse=True)
def _trees() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    yield
    sources.forget()


@pytest.fixture(params=NAMES)
async def schema(request: pytest.FixtureRequest, run_settings: Settings, template: str) -> AsyncIterator[Connection]:
    """Each service's migrated schema, as the service sees it. For looking only."""
    settings = run_settings.model_copy(update={"database_url": with_database(run_settings.admin_dsn(), template)})
    name: str = request.param
    connection: Connection = await asyncpg.connect(
        settings.service_dsn(name), server_settings={"search_path": name}, timeout=10
    )
    yield connection
    await connection.close()
