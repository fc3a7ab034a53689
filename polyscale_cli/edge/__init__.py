"""The edge: listens, relays, caches, and serves the management API."""
