"""The performance tables: the same work against a database, its peers, the limit and the edge. `make bench`.

postgres, mysql    one folder per protocol: its targets, its load, how its answers are checked, what is promised
target, work       what is measured, of what
throughput         how: in turns, on which processor, again when others were at work
report             rows, figures, the printed table
"""

from __future__ import annotations
