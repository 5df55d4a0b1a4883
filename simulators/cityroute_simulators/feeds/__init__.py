"""What the sensors make of the world: rows, events, records. One module per feed."""
