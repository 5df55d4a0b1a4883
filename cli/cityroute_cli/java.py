"""Find the Java that Spark and Kafka run on."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cityroute_contracts.problems import Problem

SUPPORTED = (17, 21)
_WANTED = "Java 17 or 21"
_HINT = f"Install {_WANTED} (for example `apt-get install openjdk-17-jre-headless`) or set JAVA_HOME to one."


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime: its executable and major version."""

    executable: Path
    major: int

    @property
    def home(self) -> Path:
        return self.executable.parent.parent


def major_version(banner: str) -> int | None:
    """The major version in what `java -version` prints, e.g. 17; None when there is none."""
    match = re.search(r'version "(?:1\.)?(\d+)', banner)
    return int(match[1]) if match else None


def judge(executable: Path, banner: str) -> Java | Problem:
    """The Java behind a banner, or why it will not do."""
    major = major_version(banner)
    if major is None:
        return Problem(
            str(executable), "JavaUnknown", f"{executable} is not a Java that answers -version", _HINT
        )
    if major not in SUPPORTED:
        return Problem(
            str(executable), "JavaUnsupported", f"{executable} is Java {major}; Spark needs {_WANTED}", _HINT
        )
    return Java(executable, major)


def find_java(environ: Mapping[str, str] = os.environ) -> Java | Problem:
    """JAVA_HOME's Java, else the first on PATH."""
    executable = _executable(environ)
    if executable is None:
        return Problem(
            "PATH", "JavaMissing", f"no Java was found: neither JAVA_HOME nor PATH leads to {_WANTED}", _HINT
        )
    try:
        ran = subprocess.run([executable, "-version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Problem(str(executable), "JavaUnknown", f"{executable} could not be run: {error}", _HINT)
    return judge(executable, ran.stderr + ran.stdout)


def _executable(environ: Mapping[str, str]) -> Path | None:
    home = environ.get("JAVA_HOME")
    if home:
        return Path(home) / "bin" / "java"
    found = shutil.which("java", path=environ.get("PATH"))
    return Path(found).resolve() if found else None
