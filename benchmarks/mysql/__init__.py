"""MariaDB and MySQL under sysbench, MariaDB beside its own query cache."""

from __future__ import annotations
