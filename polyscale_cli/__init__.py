"""PolyScale: a database cache that never serves a stale answer, and the command that runs it."""

__version__ = "0.1.0"
