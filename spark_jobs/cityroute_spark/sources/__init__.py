"""Where records come from: Kafka, and the offsets that a query's checkpoint names."""
