"""`python -m cityroute_dashboard --config dashboard.json`: serve the pages until SIGTERM."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import structlog
import uvicorn
from cityroute_contracts.names import DASHBOARD_FILE
from cityroute_contracts.settings import DashboardSettings

from .app import create_app
from .history.warehouse import open_warehouse
from .service import Service

SHUTDOWN_S = 5


class Server(uvicorn.Server):
    """Ends the event streams when asked to stop: uvicorn waits for open responses."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        asyncio.get_running_loop().call_soon_threadsafe(self._service.end_streams)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 after SIGTERM or SIGINT, 2 when the settings cannot be read."""
    options = _parser().parse_args(arguments)
    try:
        settings = DashboardSettings.from_json(options.config.read_bytes())
    except (OSError, KeyError, TypeError, ValueError) as error:
        print(f'Reading the settings "{options.config}": {error}', file=sys.stderr)
        print(f"Hint: name the {DASHBOARD_FILE} that the operator or `cityroute run` wrote.", file=sys.stderr)
        return 2
    structlog.configure(
        processors=[structlog.processors.TimeStamper("iso"), structlog.processors.JSONRenderer()]
    )
    # The history watch tells once that the warehouse is away; the pool would at every attempt.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    service = Service(settings, open_warehouse(settings.warehouse))
    config = uvicorn.Config(
        create_app(service),
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    # After an orderly stop uvicorn raises the signal again; by then there is nothing left to do.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: None)
    server = Server(config, service)
    server.run()
    return 0 if server.started else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cityroute_dashboard", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help=f"the {DASHBOARD_FILE} to read")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
