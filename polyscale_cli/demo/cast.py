"""The tables and statements of the demo: the planets, and observations of them, enough to make an aggregate slow."""

from __future__ import annotations

DATABASE = "planets"

CREATE_DATABASE = f"CREATE DATABASE {DATABASE}"

TABLES = """
CREATE TABLE planets (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO planets (id, name) VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Mars');
CREATE TABLE observations (id int NOT NULL, planet_id int NOT NULL, brightness int NOT NULL);
"""

# Deterministic, so that every run shows the same answer.
FILL = """
INSERT INTO observations SELECT n, 1 + n % 3, n % 1000 * 7919 % 1000 FROM generate_series(1, $1::int) AS n
"""

SETTLE = (
    "ALTER TABLE observations ADD PRIMARY KEY (id), ADD FOREIGN KEY (planet_id) REFERENCES planets",
    "VACUUM (ANALYZE) observations",
)

QUERY = (
    "SELECT p.name, count(o.id), round(avg(o.brightness), 1) AS brightness FROM planets p"
    " LEFT JOIN observations o ON o.planet_id = p.id GROUP BY p.id ORDER BY p.id"
)

TRUTH = "SELECT name FROM planets ORDER BY id"
"""Asked of the database itself, to know whether an answer was stale."""

THROUGH = "INSERT INTO planets (id, name) VALUES (4, 'Jupiter')"
AROUND = "INSERT INTO planets (id, name) VALUES (5, 'Saturn')"
