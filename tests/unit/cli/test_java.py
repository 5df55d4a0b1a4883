"""Which Java will do, and the sentence when none does."""

from pathlib import Path

import pytest
from cityroute_cli.java import Java, find_java, judge
from cityroute_contracts.problems import Problem

JAVA = Path("/opt/java/bin/java")


@pytest.mark.parametrize(
    ("banner", "major"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('openjdk version "21" 2023-09-19 LTS', 21)],
)
def test_java_17_and_21_will_do(banner: str, major: int) -> None:
    assert judge(JAVA, banner) == Java(JAVA, major)


@pytest.mark.parametrize(
    ("banner", "reason"),
    [
        ('java version "1.8.0_402"', "JavaUnsupported"),
        ('openjdk version "25.0.1" 2025-10-21', "JavaUnsupported"),
        ("bash: java: not a program", "JavaUnknown"),
    ],
)
def test_another_java_is_named_with_what_is_needed(banner: str, reason: str) -> None:
    verdict = judge(JAVA, banner)
    assert isinstance(verdict, Problem)
    assert verdict.reason == reason
    assert "Java 17 or 21" in verdict.hint


def test_no_java_at_all_is_one_sentence() -> None:
    verdict = find_java({"PATH": "/nowhere"})
    assert isinstance(verdict, Problem)
    assert verdict.reason == "JavaMissing"


def test_java_home_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    verdict = find_java({"JAVA_HOME": str(tmp_path), "PATH": "/nowhere"})
    assert isinstance(verdict, Problem)
    assert str(tmp_path) in verdict.message
