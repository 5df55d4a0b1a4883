"""Prometheus metrics of a simulator."""

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server


class Metrics:
    """Counters of one feed, in a registry of their own."""

    def __init__(self, feed: str):
        self.registry = CollectorRegistry()
        self._produced = self._counter("produced", "Records handed to the publisher.", feed)
        self._delivered = self._counter("delivered", "Records acknowledged by the other side.", feed)
        self._failed = self._counter("failed", "Records that will not be delivered.", feed)
        self._lag = self._gauge("lag_seconds", "Simulated now minus the time of the next tick.", feed)
        self._queue = self._gauge("queue_length", "Records taken and not yet delivered.", feed)

    def produced(self, count: int) -> None:
        self._produced.inc(count)

    def delivered(self, count: int) -> None:
        self._delivered.inc(count)

    def failed(self, count: int) -> None:
        self._failed.inc(count)

    def standing(self, lag_s: float, queued: int) -> None:
        """How far behind simulated now the run is, and what is under way."""
        self._lag.set(lag_s)
        self._queue.set(queued)

    def serve(self, host: str, port: int) -> int:
        """Serve GET /metrics; port 0 takes a free one. Returns the port. Raises OSError when taken."""
        server, _ = start_http_server(port, addr=host, registry=self.registry)
        return int(server.server_port)

    def _counter(self, name: str, doc: str, feed: str) -> Counter:
        return Counter(f"cityroute_events_{name}", doc, ["feed"], registry=self.registry).labels(feed)

    def _gauge(self, name: str, doc: str, feed: str) -> Gauge:
        return Gauge(f"cityroute_simulator_{name}", doc, ["feed"], registry=self.registry).labels(feed)
