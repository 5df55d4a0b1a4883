"""Events to tables: `sources`, `parse`, `transforms`, `sinks`, and the `jobs` that tie them together."""
