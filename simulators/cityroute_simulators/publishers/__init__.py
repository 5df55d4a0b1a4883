"""Where records go: Kafka, or standard output. Each publisher is imported by the run that needs it."""
