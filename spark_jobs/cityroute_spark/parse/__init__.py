"""Bytes to typed columns: `fast` in Spark's expressions, `reference` in Python for what `fast` refuses."""
