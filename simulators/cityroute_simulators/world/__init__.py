"""The seeded road world: pure numpy, no clock, no network. Same seed and time, same numbers."""
