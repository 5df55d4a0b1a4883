"""When the page is built anew, and what npm is given."""

from pathlib import Path

import pytest
from cityroute_dashboard.build import STAMP, WEB, BuildError, build, fingerprint, npm_environment


@pytest.fixture
def web(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "node_modules").mkdir()
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "main.ts").write_text("1")
    return folder


def test_a_changed_source_is_seen_and_installed_packages_are_not(web: Path) -> None:
    before = fingerprint(web)
    (web / "node_modules" / "x.js").write_text("1")
    assert fingerprint(web) == before
    (web / "src" / "main.ts").write_text("2")
    assert fingerprint(web) != before


def test_a_renamed_source_is_seen(web: Path) -> None:
    before = fingerprint(web)
    (web / "src" / "main.ts").rename(web / "src" / "other.ts")
    assert fingerprint(web) != before


def test_nothing_is_built_twice(web: Path, tmp_path: Path) -> None:
    static = tmp_path / "static"
    static.mkdir()
    (static / STAMP).write_text(fingerprint(web))
    assert build(web, static) is False


def test_without_sources_it_says_why(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="holds no sources"):
        build(tmp_path, tmp_path / "static")


def test_npm_uses_our_node_and_our_cache(tmp_path: Path) -> None:
    given = npm_environment(tmp_path, {"PATH": "/bin", "CITYROUTE_CACHE": "/cache"})
    assert given["PATH"].split(":") == [str(tmp_path / "bin"), "/bin"]
    assert given["npm_config_cache"] == "/cache/npm"


def test_the_lock_names_no_registry() -> None:
    lock = (WEB / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
