"""What `make setup` and the system give to a run: Java, jars, Spark, Python and the page."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cityroute_contracts.problems import Problem

from ..errors import Stop
from ..jars import RUNTIME_DIR
from ..java import Java, find_java

PROJECT = Path(__file__).parents[3]
_KEPT_ENV = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Tools:
    """Where everything is that a run starts."""

    java: Java
    python: Path
    spark_home: Path
    jobs: Path
    kafka_jars: Path
    spark_jars: Path

    @property
    def base_env(self) -> Mapping[str, str]:
        """The environment of every child: nothing of the caller's that could change what it does."""
        kept = {name: os.environ[name] for name in _KEPT_ENV if name in os.environ}
        return {**kept, "JAVA_HOME": str(self.java.home), "PYTHONUNBUFFERED": "1"}


def find_tools() -> Tools | tuple[Problem, ...]:
    """All that a run needs of this machine, or everything that is missing."""
    java = find_java()
    spark, jobs = _folder_of("pyspark"), _folder_of("cityroute_spark")
    kafka_jars, spark_jars = PROJECT / RUNTIME_DIR / "kafka", PROJECT / RUNTIME_DIR / "spark"
    page = _folder_of("cityroute_dashboard")
    problems = [java] if isinstance(java, Problem) else []
    problems += [_missing(jars, "jars") for jars in (kafka_jars, spark_jars) if not any(jars.glob("*.jar"))]
    problems += [_missing(Path(name), "package") for name, at in _packages(spark, jobs, page) if at is None]
    if page is not None and not (page / "static" / "index.html").exists():
        problems.append(_missing(page / "static", "built page"))
    if problems or isinstance(java, Problem) or spark is None or jobs is None:
        return tuple(problems)
    return Tools(java, Path(sys.executable), spark, jobs / "jobs", kafka_jars, spark_jars)


def require_tools() -> Tools:
    """The tools. Raises Stop with the first thing that is missing."""
    found = find_tools()
    if isinstance(found, Tools):
        return found
    first = found[0]
    raise Stop(first.message, first.hint)


def _packages(*found: Path | None) -> tuple[tuple[str, Path | None], ...]:
    return tuple(zip(("pyspark", "cityroute_spark", "cityroute_dashboard"), found, strict=True))


def _missing(path: Path, what: str) -> Problem:
    return Problem(str(path), "NotInstalled", f"the {what} {path} is not installed", "Run `make setup`.")


def _folder_of(package: str) -> Path | None:
    spec = find_spec(package)
    return (
        Path(next(iter(spec.submodule_search_locations)))
        if spec and spec.submodule_search_locations
        else None
    )
