"""The performance table: the same work against Postgres, its peers, the limit and the edge. `make bench`."""

from __future__ import annotations
