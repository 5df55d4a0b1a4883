"""Schemas rendered for other systems: Spark and Iceberg, PostgreSQL, Redshift, JSON Schema, docs pages."""
