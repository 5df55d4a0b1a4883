"""The named questions: every file of `sql/`, read once."""

from importlib.resources import files

NAMES = ("freshness", "segment_speed")


def load() -> dict[str, str]:
    """SQL by name. Values are bound as `%(name)s`, never written into the text."""
    folder = files(__package__) / "sql"
    return {name: (folder / f"{name}.sql").read_text(encoding="utf-8") for name in NAMES}
