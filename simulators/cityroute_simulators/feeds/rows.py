"""Columns of values and their JSON text, formatted by the column, equal to `codec.encode` to the byte."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any, Protocol

import numpy as np
from cityroute_contracts.schema import Feed, Field
from numpy.typing import NDArray

from ..world.noise import Ints

Column = NDArray[Any] | Sequence[Any] | str | int | None
"""One value per row, or one constant for all rows."""

_IDENTITY = ("event_id", "stream_id", "route", "device_id", "seq")


@dataclass(frozen=True, slots=True)
class Rows:
    """Measurements of one tick, no device twice. `devices` indexes the view's devices; `columns` are the
    fields after `seq`; the encoder rounds floats to the field's decimals.
    """

    devices: Ints
    columns: Mapping[str, Column]

    def take(self, picked: Ints) -> "Rows":
        """The rows of those numbers."""
        return Rows(self.devices[picked], {name: _taken(c, picked) for name, c in self.columns.items()})


class View(Protocol):
    """One feed's view of the world.

    `devices` are the ids that send; a view whose devices come and go appends to the list and never
    takes away. Ticks are asked for in rising order.
    """

    @property
    def devices(self) -> Sequence[str]: ...

    def rows(self, at_ms: int) -> Rows:
        """Rows of all devices that have something to say at that simulated time."""
        ...


class Encoder:
    """Writes the fields after `seq` as JSON text. Raises ValueError when the feed begins otherwise."""

    def __init__(self, feed: Feed):
        if feed.names[: len(_IDENTITY)] != _IDENTITY:
            raise ValueError(f'feed "{feed.name}" does not begin with {", ".join(_IDENTITY)}')
        self._fields = feed.fields[len(_IDENTITY) :]
        self._template = "".join(f",{json.dumps(f.name)}:%s" for f in self._fields) + "}"

    def rests(self, rows: Rows) -> list[str]:
        """Per row the text from the comma after `seq` to the closing brace."""
        count = len(rows.devices)
        columns = [_tokens(f, rows.columns[f.name], count) for f in self._fields]
        return [self._template % values for values in zip(*columns, strict=True)]


def head(stream_id: str, route: str, device_id: str) -> str:
    """The text between the digits of `event_id` and those of `seq`."""
    fields = {"stream_id": stream_id, "route": route, "device_id": device_id}
    return '",' + json.dumps(fields, separators=(",", ":"))[1:-1] + ',"seq":'


def _taken(column: Column, picked: Ints) -> Column:
    if column is None or isinstance(column, (str, int)):
        return column
    return column[picked] if isinstance(column, np.ndarray) else [column[i] for i in picked.tolist()]


def _tokens(f: Field, column: Column, count: int) -> Iterable[str]:
    if column is None or isinstance(column, (str, int)):
        return repeat(_token(column), count)
    if isinstance(column, np.ndarray):
        if f.decimals is not None:
            column = np.round(column.astype(np.float64), f.decimals) + 0.0
        return map(repr, column.tolist())
    return map(_token, column)


@lru_cache(maxsize=65_536)
def _token(value: str | int | float | None) -> str:
    return json.dumps(value)
