"""The lock of released schemas: a nullable field may come, nothing else may change."""

from dataclasses import replace

import pytest
from cityroute_contracts.lock import LockedSchema, drift, dump, load
from cityroute_contracts.problems import Problem
from cityroute_contracts.render.__main__ import today
from cityroute_contracts.schema import Field, Schema, Table, Type

SPEED = Field("speed_kph", Type.DOUBLE, "Speed.", unit="km/h", minimum=0, maximum=200)
CLASS = Field("vehicle_class", Type.STRING, "Class.", choices=("car", "bus"))
NOTE = Field("note", Type.STRING, "A note.", nullable=True, max_length=40)
V1 = Table(name="probe", version=1, doc="A probe.", fields=(SPEED, CLASS), key=("vehicle_class",))


def drift_to(*now: Schema) -> list[tuple[str, str]]:
    found = drift((LockedSchema.of(V1),), [LockedSchema.of(s) for s in now])
    return [(p.at, p.reason) for p in found]


def with_fields(*fields: Field) -> Table:
    return replace(V1, fields=fields)


def test_the_same_schema_and_new_ones_are_no_drift() -> None:
    assert drift_to(V1, replace(V1, name="other"), replace(V1, version=2)) == []


def test_a_nullable_field_may_be_added_anywhere() -> None:
    assert drift_to(with_fields(SPEED, CLASS, NOTE)) == []
    assert drift_to(with_fields(NOTE, SPEED, CLASS)) == []


def test_sentences_and_decimals_may_change() -> None:
    assert drift_to(with_fields(replace(SPEED, doc="Speed over ground.", decimals=1), CLASS)) == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(SPEED, type=Type.INT),
        replace(SPEED, nullable=True),
        replace(SPEED, unit="m/s"),
        replace(SPEED, minimum=1),
        replace(SPEED, maximum=None),
        replace(SPEED, optional_external=True),
    ],
    ids=lambda f: str(f),
)
def test_no_rule_of_a_released_field_may_change(changed: Field) -> None:
    assert drift_to(with_fields(changed, CLASS)) == [("probe v1.speed_kph", "FieldChanged")]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (with_fields(SPEED), ("probe v1.vehicle_class", "FieldGone")),
        (with_fields(CLASS, SPEED), ("probe v1", "FieldsReordered")),
        (with_fields(SPEED, CLASS, replace(NOTE, nullable=False)), ("probe v1.note", "FieldNotNullable")),
        (replace(V1, key=("speed_kph",)), ("probe v1", "KeyChanged")),
        (replace(V1, partition="speed_kph"), ("probe v1", "KeyChanged")),
        (replace(V1, version=2), ("probe v1", "SchemaGone")),
    ],
)
def test_anything_else_is_a_new_version(now: Table, expected: tuple[str, str]) -> None:
    assert drift_to(now) == [expected]


def test_a_problem_says_what_to_do() -> None:
    (problem,) = drift((LockedSchema.of(V1),), [LockedSchema.of(with_fields(SPEED))])
    assert isinstance(problem, Problem)
    assert problem.hint.startswith("Keep probe v1 as it was and write probe v2 beside it")


def test_the_text_of_a_lock_comes_back() -> None:
    assert load(dump(today())) == today()
    assert len({s.sha256 for s in today()}) == len(today())


def test_a_lock_that_was_edited_by_hand_is_refused() -> None:
    text = dump([LockedSchema.of(V1)])
    with pytest.raises(ValueError, match="probe v1 .* edited by hand"):
        load(text.replace('"maximum": 200', '"maximum": 300'))
