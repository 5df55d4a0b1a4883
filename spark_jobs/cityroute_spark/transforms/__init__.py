"""Frame to frame: what the tables hold, from judged events."""
