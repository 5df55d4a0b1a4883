"""Derived names fit what Kubernetes, Kafka and the catalogs take, for the longest route too."""

import re

import pytest
from cityroute_contracts import names
from cityroute_contracts.feeds import FEEDS
from cityroute_contracts.tables import LAKE_TABLES

ROUTES = ["a", "m6", "london-birmingham", "a" + "-9" * 11 + "z"]
LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
KAFKA_LONGEST = 249
GLUE_LONGEST = 255
STATEFUL_SET_LONGEST = 52  # its pods carry the label controller-revision-hash: name, hyphen, ten characters
SCHEDULED_SUFFIX = 20  # what a ScheduledSparkApplication adds to the names of its runs
DRIVER_SUFFIX = len("-0123456789abcdef-driver-svc")


@pytest.mark.parametrize("route", ROUTES)
def test_routes_of_these_tests_are_legal(route: str) -> None:
    assert re.match(names.ROUTE_PATTERN, route)


@pytest.mark.parametrize("route", ["", "M6", "6a", "a_b", "a-", "-a", "a" * 25, "a.b", "a\n"])
def test_other_routes_are_not(route: str) -> None:
    assert not re.fullmatch(names.ROUTE_PATTERN, route)


@pytest.mark.parametrize("route", ROUTES)
def test_topics_are_legal_in_kafka_and_as_names_of_objects(route: str) -> None:
    every = [*names.topics(route).values(), names.topic(route, names.TRUTH)]
    assert len(set(every)) == len(FEEDS) + 1
    for topic in every:
        assert SUBDOMAIN.fullmatch(topic) and len(topic) <= KAFKA_LONGEST
        assert topic.startswith(names.TOPIC_PREFIX)


@pytest.mark.parametrize("route", ROUTES)
def test_objects_have_legal_names_with_room_for_what_controllers_add(route: str) -> None:
    for feed in FEEDS:
        assert len(names.simulator(route, feed)) <= STATEFUL_SET_LONGEST
    for job in (*names.STREAMS, names.MAINT):
        assert len(names.stream(route, job)) + SCHEDULED_SUFFIX <= 63
        assert len(names.stream(route, job)) + DRIVER_SUFFIX <= 63
    for name in (
        names.config_map(route),
        names.simulators_service(route),
        *(names.simulator(route, feed) for feed in FEEDS),
        *(names.stream(route, job) for job in (*names.STREAMS, names.MAINT)),
        *(names.user(route, r) for r in (names.ROLE_SIMULATORS, names.ROLE_STREAMS, names.ROLE_DEVICES)),
    ):
        assert LABEL.fullmatch(name) and len(name) <= 63


@pytest.mark.parametrize("route", ROUTES)
def test_lake_names_are_plain_and_short_enough_for_a_catalog(route: str) -> None:
    for table in LAKE_TABLES:
        catalog, database, last = names.lake_table(route, table).split(".")
        assert catalog == names.CATALOG
        assert re.fullmatch(r"[a-z0-9_]+", database) and re.fullmatch(r"[a-z0-9_]+", last)
        assert len(database) + len(last) <= GLUE_LONGEST


def test_names_of_two_routes_never_meet() -> None:
    made = [
        (
            names.config_map(r),
            names.lake_database(r),
            names.checkpoint(r, "ingest"),
            *names.topics(r).values(),
        )
        for r in ROUTES
    ]
    assert len({name for each in made for name in each}) == sum(len(each) for each in made)
