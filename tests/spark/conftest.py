"""One JVM for all tests of this height; each test has a lake of its own."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from cityroute_contracts.settings import StreamSettings, WarehouseSettings
from pyspark.sql import SparkSession

from tests.support import spark_lake

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """PySpark leaves the sockets of `collect` to the garbage collector; that is not our warning."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    session = spark_lake.start_spark(tmp_path_factory.mktemp("spark"))
    yield session
    session.stop()


@pytest.fixture
def settings(tmp_path: Path) -> StreamSettings:
    return spark_lake.stream_settings(tmp_path)


@pytest.fixture
def session(spark: SparkSession, settings: StreamSettings) -> SparkSession:
    return spark_lake.lake_session(spark, settings)


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarehouseSettings]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with spark_lake.postgres(tmp_path_factory.mktemp("postgres"), port) as settings:
        yield settings
