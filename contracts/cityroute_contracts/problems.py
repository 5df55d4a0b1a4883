"""A failure as a value: where it is, why, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person has to mend.

    `at` is the place (a field path such as `spec.kafka.partitions`, a file, a topic), `reason` a
    CamelCase word for machines, `message` what stood in the way, `hint` what to do, verb first.
    """

    at: str
    reason: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.at}: {self.message} ({self.reason})\n  Hint: {self.hint}"
