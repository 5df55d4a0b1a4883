"""The count at the end of a run: a Spark job over the tables, when nobody writes any more."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import Stop
from .machine import Tools
from .planning import LocalRoute
from .translate import spark_environment, spark_submit


@dataclass(frozen=True, slots=True)
class Audit:
    """What the tables hold. `feeds` maps to stored, dead_letters, duplicates and gaps."""

    feeds: Mapping[str, Mapping[str, int]]
    warehouse: Mapping[str, int]


async def audit(local: LocalRoute, tools: Tools, logs: Path) -> Audit:
    """Run the audit job. Raises Stop when it fails."""
    application = _as_audit(local)
    log = logs / "audit.log"
    with log.open("ab") as err:
        process = await asyncio.create_subprocess_exec(
            *spark_submit(application, local.machine),
            env={**tools.base_env, **spark_environment(application, local.machine)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=err,
            start_new_session=True,
        )
        out, _ = await process.communicate()
    if process.returncode:
        raise Stop("the tables could not be counted", "Read the log of the audit job.", log)
    found = json.loads(out.decode().strip().splitlines()[-1])
    return Audit(found["feeds"], found.get("warehouse", {}))


def _as_audit(local: LocalRoute) -> Mapping[str, object]:
    """The ingest application with the audit job in its place: same lake, same settings."""
    ingest = local.ingest
    spec = dict(ingest["spec"])
    spec["mainApplicationFile"] = spec["mainApplicationFile"].replace("/ingest.py", "/audit.py")
    return {**ingest, "metadata": {**ingest["metadata"], "name": "audit"}, "spec": spec}
