"""How browsers are told: each at its own pace, nothing encoded twice, no incident missed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from cityroute_dashboard.live.hub import RING_SIZE, Hub

from tests.unit.dashboard.givens import NOW_MS, record, state


def names(data: bytes) -> list[str]:
    """The kinds of the events in what a stream sent."""
    return [line[7:].decode() for line in data.split(b"\n") if line.startswith(b"event: ")]


def ids(data: bytes) -> list[str]:
    return [line[4:].decode() for line in data.split(b"\n") if line.startswith(b"id: ")]


async def began(hub: Hub, last_event_id: str | None = None) -> tuple[AsyncIterator[bytes], bytes]:
    """A stream behind its retry line, and the first thing that it told."""
    stream = hub.listen(last_event_id)
    assert await anext(stream) == b"retry: 1000\n\n"
    return stream, await anext(stream)


def run(scenario: Callable[[Hub], Awaitable[None]]) -> None:
    async def with_hub() -> None:
        await scenario(Hub(state(), dict))

    asyncio.run(asyncio.wait_for(with_hub(), 10))


def test_a_browser_gets_all_first_and_then_changes() -> None:
    async def scenario(hub: Hub) -> None:
        stream, first = await began(hub)
        hub.tell_frame()
        assert (names(first), names(await anext(stream))) == (["snapshot"], ["frame"])

    run(scenario)


def test_an_incident_is_told_at_once_and_not_with_the_next_frame() -> None:
    async def scenario(hub: Hub) -> None:
        stream, _ = await began(hub)
        waiting = asyncio.ensure_future(anext(stream))
        assert hub.absorb([record("emergency", 3)])
        hub.tell_incidents()
        data = await waiting
        assert (names(data), ids(data)) == (["incident"], ["0:3"])

    run(scenario)


def test_positions_alone_push_nothing() -> None:
    async def scenario(hub: Hub) -> None:
        assert not hub.absorb([record("gps", 0)])

    run(scenario)


def test_a_browser_that_comes_back_gets_the_steps_it_missed_and_no_others() -> None:
    async def scenario(hub: Hub) -> None:
        hub.absorb([record("emergency", i, device_id=f"i{i}", incident_id=f"i{i}") for i in range(4)])
        _, first = await began(hub, "0:1")
        assert names(first) == ["incident", "incident", "snapshot"]
        assert ids(first) == ["0:2", "0:3", "0:3"]

    run(scenario)


def test_a_stranger_is_told_no_old_steps() -> None:
    async def scenario(hub: Hub) -> None:
        hub.absorb([record("emergency", 0)])
        _, first = await began(hub, "not-ours")
        assert names(first) == ["snapshot"]

    run(scenario)


def test_a_slow_browser_gets_the_missed_incident_and_a_snapshot() -> None:
    async def scenario(hub: Hub) -> None:
        stream, _ = await began(hub)
        hub.absorb([record("emergency", 0)])
        hub.tell_incidents()
        for _ in range(RING_SIZE + 1):
            hub.tell_frame()
        assert names(await anext(stream)) == ["incident", "snapshot"]
        hub.tell_frame()
        assert names(await anext(stream)) == ["frame"]

    run(scenario)


def test_a_reader_that_is_a_little_late_gets_every_frame() -> None:
    async def scenario(hub: Hub) -> None:
        stream, _ = await began(hub)
        for _ in range(RING_SIZE):
            hub.tell_frame()
        assert names(await anext(stream)) == ["frame"] * RING_SIZE

    run(scenario)


def test_all_browsers_are_told_the_same_one_frame() -> None:
    async def scenario(hub: Hub) -> None:
        streams = [(await began(hub))[0] for _ in range(3)]
        hub.tell_frame()
        told = [await anext(stream) for stream in streams]
        assert told[0] == told[1] == told[2]
        assert b'"number":1,' in told[0]

    run(scenario)


def test_nothing_is_encoded_while_nobody_listens() -> None:
    async def scenario(hub: Hub) -> None:
        hub.absorb([record("gps", 0)])
        hub.tell_frame()
        assert hub.state.fleet.changed == set()
        stream, first = await began(hub)
        assert b'"vehicles":1' in first

    run(scenario)


def test_streams_end_when_the_server_stops() -> None:
    async def scenario(hub: Hub) -> None:
        stream, _ = await began(hub)
        waiting = asyncio.ensure_future(anext(stream, b"ended"))
        hub.close()
        assert await waiting == b"ended"
        assert hub.listeners == 0

    run(scenario)


def test_topics_made_anew_start_a_new_story() -> None:
    async def scenario(hub: Hub) -> None:
        hub.absorb([record("emergency", 40), record("gps", 40)])
        stream, _ = await began(hub)
        hub.forget()
        hub.start_over()
        hub.absorb([record("emergency", 0)])
        hub.tell_incidents()
        data = await anext(stream)
        assert (names(data), ids(data)) == (["snapshot"], ["0:0"])
        assert len(hub.state.fleet) == 0

    run(scenario)


def test_another_stream_gives_every_browser_a_new_snapshot() -> None:
    async def scenario(hub: Hub) -> None:
        hub.absorb([record("gps", 0), record("emergency", 0)])
        stream, _ = await began(hub)
        later = record("gps", 1, stream_id="new", kafka_ms=NOW_MS + 1)
        hub.absorb([later])
        hub.tell_frame()
        data = await anext(stream)
        assert names(data) == ["snapshot"]
        assert b'"open_incidents":0' in data

    run(scenario)
