"""The jar lock: what it says, and that nothing else is ever taken."""

import hashlib
from pathlib import Path

import pytest
from cityroute_cli import jars
from cityroute_cli.errors import Stop
from cityroute_cli.jars import Coordinate, JarSet

A = Coordinate("org.example", "a_2.13", "1.0")
B = Coordinate("org.example", "b", "2.1")
CONTENT = {A: b"jar a", B: b"jar b"}
SHA = {c: hashlib.sha256(content).hexdigest() for c, content in CONTENT.items()}
LOCK = {"kafka": JarSet((A,), {A: SHA[A], B: SHA[B]}), "spark": JarSet((B,), {B: SHA[B]})}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with that lock, on a machine without Java."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "no-java"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / jars.LOCK_FILE).write_text(jars.render_lock(LOCK))
    return folder


def store(cache: Path, lock_text: str) -> Path:
    folder = cache / "jars" / jars.lock_hash(lock_text)
    folder.mkdir(parents=True)
    for coordinate, content in CONTENT.items():
        (folder / coordinate.file_name).write_bytes(content)
    return folder


def test_a_lock_reads_as_it_was_written() -> None:
    assert jars.parse_lock(jars.render_lock(LOCK)) == LOCK


@pytest.mark.parametrize("text", ["[kafka]\njars = {}", "[kafka]\nroots = ['a:b']", "kafka = 1", "not toml"])
def test_a_broken_lock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        jars.parse_lock(text)


def test_the_committed_lock_has_both_sets_with_what_each_cannot_do_without() -> None:
    lock = jars.parse_lock((Path(__file__).parents[3] / jars.LOCK_FILE).read_text())
    names = {name: {c.artifact for c in part.jars} for name, part in lock.items()}
    assert {"kafka_2.13", "scala-library", "log4j-slf4j-impl"} <= names["kafka"]
    assert {"spark-sql-kafka-0-10_2.13", "iceberg-spark-runtime-4.1_2.13", "postgresql"} <= names["spark"]
    assert "scala-library" not in names["spark"], "PySpark brings it"
    assert all(set(part.roots) <= set(part.jars) for part in lock.values())


def test_what_pyspark_brings_is_left_out_in_any_version() -> None:
    pool, pool2 = Coordinate("g", "commons-pool", "1"), Coordinate("g", "commons-pool2", "2.12.1")
    assert jars.without_provided([A, pool, pool2], ["commons-pool-1.5.4.jar", "a_2.13-9.jar"]) == [pool2]


def test_fetching_asks_for_the_locked_jars_alone() -> None:
    assert 'transitive="false"' in jars.ivy_module([A], transitive=False)
    assert 'org="org.example" name="a_2.13" rev="1.0"' in jars.ivy_module([A], transitive=False)


def test_a_warm_cache_needs_neither_java_nor_network(project: Path, tmp_path: Path) -> None:
    store(tmp_path / "cache", (project / jars.LOCK_FILE).read_text())
    jars.fetch(project, tmp_path / "cache")
    found = {p.relative_to(project / jars.RUNTIME_DIR).as_posix() for p in project.rglob("*.jar")}
    assert found == {"kafka/a_2.13-1.0.jar", "kafka/b-2.1.jar", "spark/b-2.1.jar"}


def test_jars_of_an_earlier_lock_are_taken_when_they_are_the_same(project: Path, tmp_path: Path) -> None:
    store(tmp_path / "cache", "an earlier lock")
    jars.fetch(project, tmp_path / "cache")
    assert len(list(project.rglob("*.jar"))) == 3


def test_a_second_fetch_touches_nothing(project: Path, tmp_path: Path) -> None:
    store(tmp_path / "cache", (project / jars.LOCK_FILE).read_text())
    jars.fetch(project, tmp_path / "cache")
    before = {p: p.stat().st_ctime_ns for p in project.rglob("*.jar")}
    jars.fetch(project, tmp_path / "an empty cache")
    assert {p: p.stat().st_ctime_ns for p in project.rglob("*.jar")} == before


def test_a_jar_that_vanished_or_is_new_makes_the_folder_incomplete(project: Path, tmp_path: Path) -> None:
    store(tmp_path / "cache", (project / jars.LOCK_FILE).read_text())
    jars.fetch(project, tmp_path / "cache")
    digest = jars.lock_hash((project / jars.LOCK_FILE).read_text())
    runtime = project / jars.RUNTIME_DIR
    assert jars.is_complete(runtime, LOCK, digest)
    assert not jars.is_complete(runtime, LOCK, "another")
    (runtime / "spark" / "stray-1.jar").write_bytes(b"")
    assert not jars.is_complete(runtime, LOCK, digest)


def test_a_spoilt_jar_in_the_cache_is_not_used(project: Path, tmp_path: Path) -> None:
    folder = store(tmp_path / "cache", (project / jars.LOCK_FILE).read_text())
    (folder / A.file_name).write_bytes(b"something else")
    with pytest.raises(Stop, match="no-java"):
        jars.fetch(project, tmp_path / "cache")
    assert not (folder / A.file_name).exists()


def test_a_download_that_is_not_the_locked_jar_is_refused_with_both_sums(tmp_path: Path) -> None:
    came = tmp_path / "came.jar"
    came.write_bytes(b"something else")
    with pytest.raises(Stop, match=f"{A} has sha256 {jars.sha256_of(came)}.*{SHA[A]}"):
        jars.accept(A, came, SHA[A], tmp_path)
    assert not (tmp_path / A.file_name).exists()


def test_the_cache_is_where_the_user_says(tmp_path: Path) -> None:
    assert jars.cache_root({"CITYROUTE_CACHE": "/c", "XDG_CACHE_HOME": "/x"}, tmp_path) == Path("/c")
    assert jars.cache_root({"XDG_CACHE_HOME": "/x"}, tmp_path) == Path("/x/cityroute")
    assert jars.cache_root({}, tmp_path) == tmp_path / ".cache" / "cityroute"


def test_a_missing_lock_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="cannot be read"):
        jars.fetch(tmp_path, tmp_path / "cache")
