"""MySQL's client/server protocol, as MySQL and MariaDB speak it, between a client, the cache and the origin."""

from __future__ import annotations
