"""The local host waits until a stream has read its feeds: both must mean the same ones."""

from cityroute_contracts.names import STREAM_FEEDS
from cityroute_spark.transforms.registry import STREAMED


def test_the_analytics_read_the_feeds_that_the_contracts_name() -> None:
    read = {feed for streamed in STREAMED.values() for feed in streamed.feeds}
    assert read == set(STREAM_FEEDS["analytics"])
