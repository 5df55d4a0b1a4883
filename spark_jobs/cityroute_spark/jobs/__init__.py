"""The programs that spark-submit runs: `ingest`, `analytics`, `audit`, `expire`."""
