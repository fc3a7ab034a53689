"""Run one statement through a cache, and say what came back without losing any of it."""
