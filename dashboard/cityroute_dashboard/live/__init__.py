"""Kafka to the map: `consumer` reads, `state` keeps the latest of each device, `hub` tells the browsers."""
