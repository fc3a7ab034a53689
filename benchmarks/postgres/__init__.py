"""PostgreSQL under pgbench, beside PgBouncer and Pgpool-II."""

from __future__ import annotations
