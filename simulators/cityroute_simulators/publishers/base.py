"""What every publisher can do."""

from collections.abc import Sequence
from typing import Protocol

from ..feeds.batches import Record


class PublishProblem(Exception):
    """Publishing cannot go on. The message is one sentence and a hint, for a person."""


class Publisher(Protocol):
    """Sends records in order. Raises PublishProblem when it never will again."""

    def publish(self, records: Sequence[Record]) -> None:
        """Take the records; wait while the other side is slow, unless the run is stopping."""
        ...

    def wait(self, seconds: float) -> None:
        """Pass the time until there is more to send, serving what is under way."""
        ...

    def queued(self) -> int:
        """Records taken and not yet delivered."""
        ...

    def close(self) -> int:
        """Deliver what is left, for a bounded time; returns how many records were not delivered."""
        ...
