"""The `cityroute` command."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from cityroute_contracts.problems import Problem
from cityroute_operator.model import Route, parse_route
from rich.console import Console
from rich.table import Table

from .errors import EXIT_BAD_INPUT, EXIT_FAILED, Stop

app = typer.Typer(
    name="cityroute",
    help="One manifest becomes a running smart-city data stream.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

ManifestFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A CityRoute manifest (YAML), or - for standard input.")
]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder. Default: .cityroute/<name of the route>."),
]


def _out() -> Console:
    return Console(highlight=False)


def _errors() -> Console:
    return Console(stderr=True, highlight=False)


def seconds(text: str) -> float:
    """Seconds of a duration such as 90s, 5m or 1h. Raises typer.BadParameter otherwise."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m|h)?", text.strip())
    if not match:
        raise typer.BadParameter(f"{text!r} is no duration such as 90s, 5m or 1h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2] or "s"]


@app.command()
def run(
    file: ManifestFile,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="90s", help="Stop by itself after so long.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with the account as one line of JSON.")
    ] = False,
    speedup: Annotated[float | None, typer.Option(help="Simulated seconds per real second.")] = None,
    vehicles: Annotated[int | None, typer.Option(help="Vehicles to track.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Delete the data of earlier runs first.")] = False,
    data: Data = None,
    port: Annotated[int, typer.Option(help="Port of the page; another one when it is taken.")] = 8080,
) -> None:
    """Run a route on this machine: real Kafka, real Spark, a PostgreSQL warehouse and the page.

    Ctrl-C stops everything in order; the next run goes on with the data of this one.

    [dim]cityroute run examples/london-birmingham.yaml
    cityroute run examples/minimal.yaml --for 90s --json --vehicles 200[/]
    """
    from .host.board import Board
    from .host.machine import require_tools
    from .host.run import LocalRun, Options

    with _one_sentence():
        duration = seconds(for_) if for_ else None
        route = _load(file, {"spec.simulation.speedup": speedup, "spec.simulation.vehicles": vehicles})
        options = Options(route, data or Path(".cityroute") / route.name, duration, fresh, port)
        board = Board()
        account = asyncio.run(LocalRun(options, require_tools(), board).execute())
    if as_json:
        print(json.dumps(account.as_json()))
    else:
        _show_account(account.as_json())
    if account.problem:
        _errors().print(account.problem)
    raise typer.Exit(0 if account.ok else EXIT_FAILED)


@app.command()
def plan(
    file: ManifestFile,
    site: Annotated[str, typer.Option(help="local, kind or eks.")] = "kind",
    bucket: Annotated[str | None, typer.Option(help="Bucket of the lake, for eks.")] = None,
    region: Annotated[str, typer.Option(help="AWS region, for eks.")] = "eu-west-2",
    workgroup: Annotated[str, typer.Option(help="Redshift Serverless workgroup, for eks.")] = "cityroute",
) -> None:
    """Print the Kubernetes objects of a route as YAML.

    [dim]cityroute plan examples/minimal.yaml | kubectl diff -f -[/]
    """
    from .host.folder import now_ms
    from .plans import EksOptions, plan_text

    with _one_sentence():
        sys.stdout.write(plan_text(_load(file), site, EksOptions(bucket, region, workgroup), now_ms()))


@app.command()
def validate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="CityRoute manifests, or - for standard input.")
    ],
) -> None:
    """Say everything that is wrong with manifests: place, reason and hint."""
    bad = 0
    for file in files:
        with _one_sentence():
            found = _parse(file)
        if not isinstance(found, Route):
            bad += 1
            _show_problems(found, file)
        else:
            _out().print(f"{file}: [green]valid[/]", soft_wrap=True)
    raise typer.Exit(EXIT_BAD_INPUT if bad else 0)


@app.command()
def doctor(data: Data = None) -> None:
    """Say what this machine lacks for a run."""
    from .doctor import examine

    findings = examine(data or Path(".cityroute"))
    for f in findings:
        mark = "[green]✓[/]" if f.ok else "[red]✗[/]"
        _out().print(f"{mark} {f.what}: {f.found}" + (f"\n    {f.hint}" if f.hint else ""), soft_wrap=True)
    raise typer.Exit(0 if all(f.ok for f in findings) else EXIT_FAILED)


def _read(file: Path) -> tuple[str, bytes]:
    if str(file) == "-":
        return "standard input", sys.stdin.buffer.read()
    try:
        return str(file), file.read_bytes()
    except OSError as error:
        raise Stop(
            f"the manifest {file} could not be read: {error.strerror}",
            "Name a file that exists.",
            code=EXIT_BAD_INPUT,
        ) from error


def _parse(file: Path, overrides: Mapping[str, Any] | None = None) -> Route | tuple[Problem, ...]:
    source, text = _read(file)
    return parse_route(text, source, {field: v for field, v in (overrides or {}).items() if v is not None})


def _load(file: Path, overrides: Mapping[str, Any] | None = None) -> Route:
    found = _parse(file, overrides)
    if isinstance(found, Route):
        return found
    _show_problems(found, file)
    raise typer.Exit(EXIT_BAD_INPUT)


def _show_problems(problems: Sequence[Problem], file: Path) -> None:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    _errors().print(f"{file}: {count}", style="red", soft_wrap=True)
    for p in problems:
        _errors().print(
            f"  {p.at}: {p.message} ({p.reason})\n    Hint: {p.hint}", markup=False, soft_wrap=True
        )


def _show_account(account: Mapping[str, Any]) -> None:
    table = Table(
        title=f"{account['route']}, {account['seconds']:.0f} s", title_justify="left", pad_edge=False
    )
    table.add_column("feed")
    columns = ("produced", "stored", "dead_letters", "duplicates", "gaps")
    for column in columns:
        table.add_column(column.replace("_", " "), justify="right")
    for feed, counts in account["feeds"].items():
        table.add_row(feed, *(f"{counts[c]:,}" for c in columns))
    _out().print(table)
    verdict = "every record is stored or a dead letter, once" if account["ok"] else "the counts do not agree"
    _out().print(f"[{'green' if account['ok'] else 'red'}]{verdict}[/]")


@contextmanager
def _one_sentence() -> Iterator[None]:
    """End with a sentence, its log and a hint instead of a traceback."""
    try:
        yield
    except Stop as stop:
        _end(stop)
    except ExceptionGroup as group:
        stops, others = group.split(Stop)
        if others is not None or stops is None:
            raise
        _end(next(_leaves(stops)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        _errors().print("Stopped at once; the data of this run was not counted.")
        raise typer.Exit(EXIT_FAILED) from None


def _leaves(group: ExceptionGroup[Stop]) -> Iterator[Stop]:
    for error in group.exceptions:
        if isinstance(error, ExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _end(stop: Stop) -> NoReturn:
    _errors().print(str(stop), style="red", markup=False, soft_wrap=True)
    raise typer.Exit(stop.code)


if __name__ == "__main__":
    app()
