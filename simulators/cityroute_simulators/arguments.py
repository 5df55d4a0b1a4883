"""The command line of a simulator."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.names import ORDINAL_ENV
from cityroute_contracts.settings import SimulationSettings

METRICS_HOST_ENV = "CITYROUTE_METRICS_HOST"
PUBLISHERS = ("kafka", "stdout")

_EXAMPLES = f"""examples:
  python -m cityroute_simulators --feed gps --config simulation.json
  python -m cityroute_simulators --feed gps --config simulation.json --publisher stdout --fast --for 60s

environment:
  {ORDINAL_ENV}        number of this replica, from 0 (default 0)
  {METRICS_HOST_ENV}   address that the metrics port is bound to (default 0.0.0.0)
"""
_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class UsageProblem(Exception):
    """What was asked for cannot be run. The message is a sentence and a hint."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked for. `until_ms` is simulated epoch ms, `span_ms` simulated ms from the start."""

    feed: str
    config: Path
    publisher: str
    metrics_host: str
    metrics_port: int | None
    ordinal: int
    is_fast: bool
    until_ms: int | None
    span_ms: int | None


def parse(argv: Sequence[str], environment: Mapping[str, str]) -> Arguments:
    """Parse the command line; exits with 2 and the usage when it is wrong, as argparse does.

    Raises UsageProblem when the ordinal in the environment is not a number.
    """
    got = _parser(environment).parse_args(argv)
    ordinal = environment.get(ORDINAL_ENV, "0")
    if not ordinal.isascii() or not ordinal.isdigit():
        raise UsageProblem(
            f'{ORDINAL_ENV} is "{ordinal}".\nHint: set it to the number of the replica, from 0.'
        )
    return Arguments(
        feed=got.feed,
        config=got.config,
        publisher=got.publisher,
        metrics_host=got.metrics_host,
        metrics_port=got.metrics_port,
        ordinal=int(ordinal),
        is_fast=got.fast,
        until_ms=got.until_ms,
        span_ms=got.span_ms,
    )


def load(arguments: Arguments) -> SimulationSettings:
    """Read the settings and hold them against the arguments. Raises UsageProblem."""
    path, feed = arguments.config, arguments.feed
    try:
        settings = SimulationSettings.from_json(path.read_bytes())
    except OSError as error:
        raise UsageProblem(
            f'"{path}" was not read: {error.strerror}.\nHint: give --config a file.'
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        hint = "Hint: give --config the simulation.json of a route."
        raise UsageProblem(f'"{path}" holds no simulation settings: {what}.\n{hint}') from error
    if feed not in settings.feeds:
        known = ", ".join(settings.feeds) or "none"
        raise UsageProblem(f'"{path}" has no feed "{feed}".\nHint: choose one of: {known}.')
    replicas = settings.feeds[feed].replicas
    if arguments.ordinal >= replicas:
        raise UsageProblem(
            f'replica {arguments.ordinal} of feed "{feed}" owns nothing: there are {replicas}.\n'
            f"Hint: set {ORDINAL_ENV} to 0 to {replicas - 1}."
        )
    if settings.format != "json":
        raise UsageProblem(
            f'format "{settings.format}" is not written by this simulator.\n'
            "Hint: set spec.kafka.format to json."
        )
    return settings


def duration_ms(text: str) -> int:
    """Simulated ms of `90s`, `10m`, `2h`, `1d` or plain seconds. Raises ArgumentTypeError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f'"{text}" is no duration: write 90s, 10m, 2h or 1d')
    return round(float(match[1]) * _UNITS_S[match[2]] * 1000)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f'"{text}" is no port: write 0 (any free one) to 65535')
    return int(text)


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cityroute_simulators",
        description="Sends one feed of a simulated route: what its sensors would, record by record.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--feed", required=True, choices=tuple(FEEDS), help="the feed to send")
    add("--config", required=True, type=Path, metavar="FILE", help="the route's simulation.json")
    add("--publisher", choices=PUBLISHERS, default="kafka", help="where records go (default: kafka)")
    add("--metrics-port", type=_port, metavar="PORT", help="serve Prometheus metrics; 0 takes a free port")
    add(
        "--metrics-host",
        metavar="HOST",
        default=environment.get(METRICS_HOST_ENV, "0.0.0.0"),
        help="address for the metrics port (default: all)",
    )
    add("--fast", action="store_true", help="send as fast as can be, without keeping to the clock")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--until-ms", type=int, metavar="MS", help="end before this simulated time, epoch ms")
    end.add_argument(
        "--for",
        dest="span_ms",
        type=duration_ms,
        metavar="DURATION",
        help="end after this simulated time since the stream's start: 90s, 10m, 2h",
    )
    return parser
