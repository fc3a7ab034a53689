"""What the edge has done, kept and shown: statistics of caches and of their templates, and Prometheus.

Everything is read off the engine's tallies, some seconds apart, so that a hit knows nothing of it.

    Collector ── sweeps the tallies ──> Minute ── MinuteRecord ──> Keeper ── writes, merges, bounds ──> statistics.db
        └─ totals since the edge began ──> exposition (/metrics)                └─> answers of the API
"""
