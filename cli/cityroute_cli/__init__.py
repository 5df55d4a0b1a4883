"""The `cityroute` command. `host` runs a plan's own objects on this machine."""
