"""The Java archives of the broker and of Spark, pinned by `jars.lock`.

`python -m cityroute_cli.jars fetch` puts them into `.runtime/jars/<set>` of the project;
`python -m cityroute_cli.jars lock` resolves the roots anew and rewrites `jars.lock`.

Both go through Ivy's own command line, which comes with PySpark: Spark's resolver leaves out
scala-library, which the broker needs. What PySpark brings in its own folder is left out of set
`spark`, so that no class stands twice on the classpath.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import quoteattr

from cityroute_contracts.problems import Problem

from .errors import Stop
from .java import find_java

LOCK_FILE = "jars.lock"
RUNTIME_DIR = Path(".runtime") / "jars"
WITHOUT_PYSPARKS = "spark"
"""The set that runs beside PySpark's own jars."""

_STAMP = "lock"
_RELOCK = "python -m cityroute_cli.jars lock"
_SIDE_BY_SIDE = 3
_PLACE = "[organisation]/[module]/[revision]/[artifact]-[revision].[ext]"
# The lock names every jar, so poms need not be read again.
_FETCH_SETTINGS = (
    '<ivysettings><settings defaultResolver="central"/><resolvers>'
    '<ibiblio name="central" m2compatible="true" usepoms="false"/></resolvers></ivysettings>'
)


@dataclass(frozen=True, slots=True, order=True)
class Coordinate:
    """Where a jar comes from: group, artifact and version."""

    group: str
    artifact: str
    version: str

    @classmethod
    def parse(cls, text: str) -> "Coordinate":
        """Read `group:artifact:version`. Raises ValueError on anything else."""
        parts = text.split(":")
        if len(parts) != 3 or not all(re.fullmatch(r"[\w.-]+", p) for p in parts):
            raise ValueError(f'"{text}" is not group:artifact:version')
        return cls(*parts)

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


@dataclass(frozen=True, slots=True)
class JarSet:
    """Jars that one program runs with: what was asked for, and all that it resolved to with sha256."""

    roots: tuple[Coordinate, ...]
    jars: Mapping[Coordinate, str]


Lock = Mapping[str, JarSet]


def parse_lock(text: str) -> Lock:
    """The sets by name. Raises ValueError when the text is not a lock."""
    try:
        return {
            name: JarSet(
                roots=tuple(Coordinate.parse(r) for r in part["roots"]),
                jars={Coordinate.parse(c): str(sha) for c, sha in part.get("jars", {}).items()},
            )
            for name, part in tomllib.loads(text).items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a set lacks its roots or jars: {error}") from error


def render_lock(lock: Lock) -> str:
    """The text of `jars.lock`: the same sets give the same bytes."""
    lines = [f"# The roots are edited by hand; the rest is written by `{_RELOCK}`."]
    for name, part in lock.items():
        lines += ["", f"[{name}]", "roots = ["]
        lines += [f'    "{root}",' for root in part.roots]
        lines += ["]", "", f"[{name}.jars]"]
        lines += [f'"{c}" = "{sha}"' for c, sha in sorted(part.jars.items())]
    return "\n".join(lines) + "\n"


def ivy_module(jars: Iterable[Coordinate], transitive: bool) -> str:
    """An Ivy file that asks for those jars, with or without what they depend on."""
    asked = "".join(
        f"<dependency org={quoteattr(c.group)} name={quoteattr(c.artifact)} rev={quoteattr(c.version)}"
        f' transitive="{str(transitive).lower()}" conf="default->default"/>'
        for c in jars
    )
    return (
        '<ivy-module version="2.0"><info organisation="cityroute" module="jars"/>'
        '<configurations><conf name="default"/></configurations>'
        f"<dependencies>{asked}</dependencies></ivy-module>"
    )


def without_provided(resolved: Iterable[Coordinate], provided: Sequence[str]) -> list[Coordinate]:
    """Drop artifacts that stand among the `provided` jar file names, in whatever version."""
    return [
        c for c in resolved if not any(re.match(rf"{re.escape(c.artifact)}-\d", name) for name in provided)
    ]


def cache_root(environ: Mapping[str, str], home: Path) -> Path:
    """CITYROUTE_CACHE, else `cityroute` in the user's cache folder."""
    if environ.get("CITYROUTE_CACHE"):
        return Path(environ["CITYROUTE_CACHE"])
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "cityroute"


def lock_hash(text: str) -> str:
    """Short name of a lock's content."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_complete(runtime: Path, lock: Lock, digest: str) -> bool:
    """Whether `runtime` holds exactly the jars of that lock, as the stamp of an earlier fetch says."""
    stamp = runtime / _STAMP
    if not stamp.is_file() or stamp.read_text().strip() != digest:
        return False
    return all(
        {c.file_name for c in part.jars} == {p.name for p in (runtime / name).glob("*.jar")}
        for name, part in lock.items()
    )


def fetch(project: Path, cache: Path) -> None:
    """Put every locked jar into the project's runtime folder, from the cache or through Ivy.

    Raises Stop when the lock cannot be read, Java is missing, the network does not answer, or a
    jar is not the one that was locked.
    """
    text, lock = _read_lock(project)
    digest = lock_hash(text)
    runtime = project / RUNTIME_DIR
    if is_complete(runtime, lock, digest):
        return
    store = cache / "jars" / digest
    store.mkdir(parents=True, exist_ok=True)
    wanted = {c: sha for part in lock.values() for c, sha in part.jars.items()}
    missing = [c for c in wanted if not _from_cache(cache / "jars", store, c, wanted[c])]
    if missing:
        _say(f"fetching {len(missing)} of {len(wanted)} jars")
        _download(missing, wanted, store, cache)
    for name, part in lock.items():
        _fill(runtime / name, store, part.jars)
    (runtime / _STAMP).write_text(digest + "\n")
    _say(f"{len(wanted)} jars are in {RUNTIME_DIR}")


def relock(project: Path, cache: Path) -> None:
    """Resolve the roots of every set and rewrite the lock. Raises Stop like `fetch`."""
    text, lock = _read_lock(project)
    renewed = {}
    for name, part in lock.items():
        _say(f"resolving {name}: {', '.join(map(str, part.roots))}")
        with _scratch(cache) as folder:
            _ivy(part.roots, Path(folder), transitive=True)
            found = _retrieved(Path(folder))
            if name == WITHOUT_PYSPARKS:
                kept = without_provided(found, [p.name for p in _pyspark_jars().glob("*.jar")])
                found = {c: found[c] for c in kept}
            renewed[name] = JarSet(part.roots, {c: sha256_of(path) for c, path in found.items()})
    (project / LOCK_FILE).write_text(render_lock(renewed))
    _say(f"{LOCK_FILE} " + ("stayed as it was" if render_lock(renewed) == text else "was rewritten"))


def _read_lock(project: Path) -> tuple[str, Lock]:
    path = project / LOCK_FILE
    try:
        text = path.read_text()
        return text, parse_lock(text)
    except OSError as error:
        raise Stop(f'"{path}" cannot be read: {error.strerror}', "Run this in the project's root.") from error
    except ValueError as error:
        raise Stop(
            f'"{path}" is not a jar lock: {error}', f"Restore it, or mend it and run `{_RELOCK}`."
        ) from error


def _from_cache(caches: Path, store: Path, jar: Coordinate, sha256: str) -> bool:
    """Take a jar that is in the store, or that another lock fetched, if it is the very same."""
    own = store / jar.file_name
    for path in (own, *caches.glob(f"*/{jar.file_name}")):
        if path.is_file() and sha256_of(path) == sha256:
            if path != own:
                _link(path, own)
            return True
    own.unlink(missing_ok=True)
    return False


def _download(
    missing: Sequence[Coordinate], wanted: Mapping[Coordinate, str], store: Path, cache: Path
) -> None:
    shares = [share for i in range(_SIDE_BY_SIDE) if (share := missing[i::_SIDE_BY_SIDE])]
    with ThreadPoolExecutor(len(shares)) as pool:
        for done in [pool.submit(_download_share, share, wanted, store, cache) for share in shares]:
            done.result()


def _download_share(
    share: Sequence[Coordinate], wanted: Mapping[Coordinate, str], store: Path, cache: Path
) -> None:
    with _scratch(cache) as folder:
        _ivy(share, Path(folder), transitive=False)
        found = _retrieved(Path(folder))
        for jar in share:
            accept(jar, found.get(jar), wanted[jar], store)


def accept(jar: Coordinate, path: Path | None, sha256: str, store: Path) -> None:
    """Move what was downloaded into the store. Raises Stop unless it is the very jar that was locked."""
    if path is None:
        raise Stop(f"{jar} was not found where Maven jars come from", "Check the version in jars.lock.")
    found = sha256_of(path)
    if found != sha256:
        raise Stop(
            f"{jar} has sha256 {found}, but {LOCK_FILE} says {sha256}: it is not the jar that was locked",
            f"Find out who changed it; if the change is wanted, run `{_RELOCK}`.",
        )
    os.replace(path, store / jar.file_name)


def _ivy(jars: Sequence[Coordinate], folder: Path, transitive: bool) -> None:
    """Retrieve jars into `folder`/out. Raises Stop with Ivy's own words."""
    (folder / "ivy.xml").write_text(ivy_module(jars, transitive))
    (folder / "settings.xml").write_text(_FETCH_SETTINGS)
    settings = [] if transitive else ["-settings", str(folder / "settings.xml")]
    command = [str(_java()), "-Xmx256m", "-XX:TieredStopAtLevel=1", "-jar", str(_ivy_jar()), *settings]
    command += ["-cache", str(folder / "ivy"), "-ivy", str(folder / "ivy.xml")]
    command += ["-retrieve", str(folder / "out" / _PLACE)]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        for line in running.stdout or ():
            lines.append(line)
            if match := re.search(r"\[SUCCESSFUL \] [^!]*!(\S+?)\.jar", line):
                _say(f"  {match[1]}")
    if running.returncode != 0:
        raise Stop(
            f"the jars could not be fetched: {_complaint(lines)}", "Check the network, then try again."
        )


def _complaint(lines: Sequence[str]) -> str:
    """The first line in which Ivy says what stood in the way."""
    telling = (line.strip(" \t\n:") for line in lines)
    return next(
        (t for t in telling if re.search(r"not found|FAILED|Unknown|refused|timed out|ERROR", t)),
        "Ivy gave up",
    )


def _retrieved(folder: Path) -> dict[Coordinate, Path]:
    found = (folder / "out").glob("*/*/*/*.jar")
    return {Coordinate(*path.relative_to(folder / "out").parts[:3]): path for path in found}


def _fill(target: Path, store: Path, jars: Iterable[Coordinate]) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for jar in jars:
        _link(store / jar.file_name, target / jar.file_name)


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _scratch(cache: Path) -> "tempfile.TemporaryDirectory[str]":
    cache.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="ivy-", dir=cache)


def _java() -> Path:
    java = find_java()
    if isinstance(java, Problem):
        raise Stop(java.message, java.hint)
    return java.executable


def _pyspark_jars() -> Path:
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise Stop("PySpark is not installed beside this command", "Run `make setup`.")
    return Path(spec.origin).parent / "jars"


def _ivy_jar() -> Path:
    found = sorted(_pyspark_jars().glob("ivy-*.jar"))
    if not found:
        raise Stop(f'PySpark\'s folder "{_pyspark_jars()}" holds no Ivy', "Run `make setup`.")
    return found[-1]


def _say(text: str) -> None:
    print(f"jars: {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `fetch` or `lock`; the exit code is 1 when something stood in the way."""
    parser = argparse.ArgumentParser(prog="python -m cityroute_cli.jars", description=__doc__)
    parser.add_argument("action", choices=("fetch", "lock"))
    parser.add_argument("--project", type=Path, default=Path(), help="folder of jars.lock")
    asked = parser.parse_args(arguments)
    try:
        act = fetch if asked.action == "fetch" else relock
        act(asked.project, cache_root(os.environ, Path.home()))
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
