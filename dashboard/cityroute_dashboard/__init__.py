"""Live events and warehouse tables become pages: FastAPI, SQL by name, one SSE stream a route.

Two paths that never wait for each other: `live` (Kafka to the map) and `history` (warehouse to the
charts). `pages` says which pages exist, `app` puts all of it behind HTTP, `build` makes the scripts
that browsers load from `web/`.
"""
