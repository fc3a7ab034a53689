"""MariaDB under sysbench, beside its own query cache."""

from __future__ import annotations
