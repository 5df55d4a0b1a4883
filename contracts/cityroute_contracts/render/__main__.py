"""Writes or checks what is generated from the schemas; run it at the root of the repository.

python -m cityroute_contracts.render docs|lock|check
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..feeds import FEEDS
from ..lock import LOCK_FILE, REPAIR, LockedSchema, drift, dump, load
from ..problems import Problem
from ..tables import LAKE_TABLES, WAREHOUSE_TABLES
from . import docs
from .jsonschema import json_schema_text


def today() -> tuple[LockedSchema, ...]:
    """Every schema as it is now: feeds, then tables."""
    schemas = {**FEEDS, **LAKE_TABLES, **WAREHOUSE_TABLES}
    return tuple(LockedSchema.of(schema) for schema in schemas.values())


def pages() -> dict[str, str]:
    """The generated pages: text by path from the root."""
    schemas = {
        f"docs/schemas/{feed.name}.v{feed.version}.json": json_schema_text(feed, external=True)
        for feed in FEEDS.values()
    }
    return {"docs/feeds.md": docs.feeds_page(), "docs/tables.md": docs.tables_page(), **schemas}


def broken_promises(root: Path) -> tuple[Problem, ...]:
    """What today's schemas break of the released ones; a lock that cannot be read is a problem too."""
    path = root / LOCK_FILE
    if not path.exists():
        return ()
    try:
        return drift(load(path.read_text()), today())
    except (ValueError, KeyError, TypeError) as error:
        hint = f'Restore it ("git checkout {LOCK_FILE}"), then run "make generate".'
        return (Problem(LOCK_FILE, "LockUnreadable", f"the lock cannot be read: {error}", hint),)


def outdated(root: Path) -> tuple[Problem, ...]:
    """Generated files that are not what today's schemas give."""
    expected = {**pages(), LOCK_FILE: dump(today())}
    return tuple(
        Problem(path, "GeneratedFileOutdated", "the file is not what the schemas give", REPAIR)
        for path, text in expected.items()
        if not (root / path).is_file() or (root / path).read_text() != text
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0 when all is well, 1 when there are problems, which are printed."""
    parser = argparse.ArgumentParser(prog="python -m cityroute_contracts.render", description=__doc__)
    parser.add_argument("what", choices=("docs", "lock", "check"))
    parser.add_argument("--root", type=Path, default=Path(), help="root of the repository")
    chosen = parser.parse_args(arguments)
    problems = broken_promises(chosen.root) if chosen.what != "docs" else ()
    if chosen.what == "check":
        problems = (*problems, *outdated(chosen.root))
    elif not problems:
        _write(chosen.root, pages() if chosen.what == "docs" else {LOCK_FILE: dump(today())})
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(f"wrote {name}")


if __name__ == "__main__":
    sys.exit(main())
