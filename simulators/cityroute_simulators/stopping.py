"""One flag that ends the run, set by a signal or by a reader that went away."""

import signal
import threading
from types import FrameType


class Stopping:
    """Set once; whoever waits on it wakes at once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""

    @property
    def is_set(self) -> bool:
        return self._event.is_set()

    def stop(self, reason: str) -> None:
        """Ask the run to end."""
        self.reason = self.reason or reason
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Sleep that long, or until asked to stop."""
        self._event.wait(seconds)

    def on_signals(self) -> None:
        """End the run on SIGTERM and SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.stop(signal.Signals(number).name)
