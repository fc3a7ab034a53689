"""What names mean, asked of the database's own catalog over a session that is idle.

The edge has no credentials of its own. It asks over the session at hand, once for each template and scope, in one
query whose answer is one row with one JSON text. Views are seen through by the rule that defines them: the stored
tree names tables (``:relid``) and functions (``:funcid`` …) by object id (manual, section 53.40, pg_rewrite).

What makes a table's change spread: inheritance and partitions (pg_inherits), foreign keys with CASCADE, SET NULL or
SET DEFAULT (pg_constraint), triggers (pg_trigger) and rules (pg_rewrite), which may do anything.

A table's names, by which a purge may call it, are its own and those of everything whose change spreads to it or shows
it: what it inherits from or is a partition of, what its foreign keys cascade from, the views that it was read through.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from polyscale_cli.edge.engine.analysis import Analysis, Effect, Name
from polyscale_cli.edge.engine.footprint import Powers, Resolution
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.postgres.functions import Function, Judgement, Volatility, judge

_HIDES_WRITES = r"""EXISTS (SELECT FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0] AND t.typtype = 'c'
      WHERE p.oid >= 16384 AND p.provolatile = 'v' AND p.pronargs - p.pronargdefaults <= 1)
    OR EXISTS (SELECT FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
      WHERE o.oid >= 16384 AND p.provolatile = 'v')
    OR EXISTS (SELECT FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
      WHERE c.oid >= 16384 AND p.provolatile = 'v')
    OR EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
      WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid >= 16384 AND p.provolatile = 'v'
        AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass,
          'pg_catalog.pg_constraint'::pg_catalog.regclass))"""
"""Whether some function that may write can be called without being spelled like a call, so that even a read of plain
tables must be looked up before it is sent for the first time."""

_DEFINES = r"""EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      WHERE p.oid >= 16384 AND p.provolatile = 'v'
        AND NOT (l.lanname = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
          WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
            AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND e.extname IN ('bloom', 'btree_gin',
              'btree_gist', 'citext', 'cube', 'earthdistance', 'fuzzystrmatch', 'hstore', 'intarray', 'isn', 'ltree',
              'pg_stat_statements', 'pg_trgm', 'pgcrypto', 'tablefunc', 'unaccent', 'uuid-ossp')))
        AND NOT (l.lanname IN ('sql', 'plpgsql') AND p.prosrc !~* '\m(alter|cluster|comment|create|do|drop|execute'
          '|grant|import|load|reassign|refresh|reindex|rename|revoke|security)\M'
          AND NOT (l.lanname = 'sql' AND p.prosrc ~* '\mselect\M[^;]*\minto\M')))"""
"""Whether some function that users have made may change definitions. Only a VOLATILE one can (manual, section 38.7),
and SQL and PL/pgSQL say so in words; EXECUTE and other languages may say anything."""

_QUERY = r"""
WITH RECURSIVE named(i, oid, w) AS (
  SELECT v.i, pg_catalog.to_regclass(v.n)::oid, v.w
  FROM (VALUES {relations}) AS v(i, n, w)
), edge(parent, child, only_writes) AS (
  SELECT inhparent, inhrelid, false FROM pg_catalog.pg_inherits
  UNION ALL
  SELECT confrelid, conrelid, true FROM pg_catalog.pg_constraint
  WHERE contype = 'f' AND (confupdtype IN ('c', 'n', 'd') OR confdeltype IN ('c', 'n', 'd'))
), rel(oid, w) AS (
  SELECT oid, w FROM named WHERE oid IS NOT NULL
  UNION
  SELECT s.oid, rel.w FROM rel CROSS JOIN LATERAL (
    SELECT e.child FROM edge e WHERE e.parent = rel.oid AND (rel.w OR NOT e.only_writes)
    UNION ALL
    SELECT m[1]::oid FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind = 'v',
      LATERAL pg_catalog.regexp_matches(r.ev_action::text, ':relid (\d+)', 'g') AS m
    WHERE r.ev_class = rel.oid AND r.ev_type = '1'
  ) AS s(oid) WHERE s.oid <> 0
), facts AS (
  SELECT c.oid, bool_or(rel.w) AS w, c.relkind AS kind, c.relpersistence AS persistence, n.nspname AS schema,
    c.relrowsecurity AS security,
    (SELECT count(*) > 0 FROM pg_catalog.pg_trigger t
      WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D') AS triggers,
    (SELECT count(*) > 0 FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type <> '1') AS rules,
    -- Scalar subqueries on purpose: an EXISTS is hashed, and then matches the trees of all views there are.
    (SELECT coalesce(bool_or(
        r.ev_action::text ~ 'SQLVALUEFUNCTION :op [0-8] |TABLESAMPLECLAUSE|ROWMARKCLAUSE'), false)
      FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND c.relkind = 'v') AS clock
  FROM rel JOIN pg_catalog.pg_class c ON c.oid = rel.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  GROUP BY c.oid, n.nspname
), named_call(oid) AS (
  SELECT p.oid FROM (VALUES {functions}) AS v(s, n) JOIN pg_catalog.pg_proc p ON p.proname = v.n
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE CASE WHEN v.s IS NULL THEN n.nspname = ANY (pg_catalog.current_schemas(true)) ELSE n.nspname = v.s END
  UNION
  -- row.f for f(row)
  SELECT p.oid FROM (VALUES {attributes}) AS v(n) JOIN pg_catalog.pg_proc p ON p.proname = v.n AND p.oid >= 16384
    JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0] AND t.typtype IN ('c', 'p')
  WHERE p.pronargs - p.pronargdefaults <= 1
  UNION
  SELECT o.oprcode FROM (VALUES {operators}) AS v(n)
    JOIN pg_catalog.pg_operator o ON o.oid >= 16384 AND strpos(v.n, o.oprname) > 0
  UNION
  SELECT m[1]::oid FROM facts f JOIN pg_catalog.pg_rewrite r ON r.ev_class = f.oid AND f.kind = 'v',
    LATERAL pg_catalog.regexp_matches(r.ev_action::text, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS m
  UNION
  -- what a write calls: defaults and checks of its tables
  SELECT d.refobjid FROM facts f JOIN pg_catalog.pg_attrdef a ON a.adrelid = f.oid AND f.w
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = a.oid
      AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  UNION
  SELECT d.refobjid FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = c.oid
      AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  -- a domain's check may be called without being named
  WHERE c.contype = 'c' AND (c.contypid <> 0 OR c.conrelid IN (SELECT oid FROM facts WHERE w))
  UNION
  -- and so may a cast
  SELECT castfunc FROM pg_catalog.pg_cast WHERE oid >= 16384 AND castfunc <> 0
), called(oid) AS (
  SELECT oid FROM named_call
  UNION
  -- an aggregate is as volatile as the functions that it is made of
  SELECT f.oid FROM named_call JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = named_call.oid AND a.aggfnoid >= 16384,
    LATERAL (VALUES (a.aggtransfn::oid), (a.aggfinalfn::oid), (a.aggcombinefn::oid), (a.aggserialfn::oid),
      (a.aggdeserialfn::oid), (a.aggmtransfn::oid), (a.aggminvtransfn::oid), (a.aggmfinalfn::oid)) AS f(oid)
), step(parent, child) AS (
  SELECT parent, child FROM edge
  UNION ALL
  SELECT r.ev_class, m[1]::oid FROM facts f JOIN pg_catalog.pg_rewrite r ON r.ev_class = f.oid AND f.kind = 'v',
    LATERAL pg_catalog.regexp_matches(r.ev_action::text, ':relid (\d+)', 'g') AS m
  WHERE r.ev_type = '1'
), above(oid, parent) AS (
  SELECT oid, oid FROM facts WHERE kind IN ('r', 'p', 'm')
  UNION
  SELECT above.oid, step.parent FROM above JOIN step ON step.child = above.parent
)
SELECT pg_catalog.json_build_object(
  'hides_writes', {hides_writes},
  'defines', {defines},
  'database', (SELECT oid::int8 FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  'missing', (SELECT pg_catalog.json_agg(i) FROM named WHERE oid IS NULL AND i >= 0),
  'relations', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(oid::int8, w, kind, persistence, schema,
      security, triggers, rules, clock)) FROM facts),
  -- in hexadecimal, so that no client encoding can maul them
  'names', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.oid::int8,
      pg_catalog.encode(pg_catalog.convert_to(n.nspname::text, 'UTF8'), 'hex'),
      pg_catalog.encode(pg_catalog.convert_to(c.relname::text, 'UTF8'), 'hex')))
    FROM above a JOIN pg_catalog.pg_class c ON c.oid = a.parent
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace),
  'functions', (SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_array(n.nspname, p.proname,
      -- a default of an argument is evaluated by the caller
      CASE WHEN p.oid >= 16384 AND p.proargdefaults::text ~ 'FUNCEXPR|OPEXPR|SQLVALUEFUNCTION|NEXTVALUEEXPR|COERCEVIAIO'
        THEN 'v' ELSE p.provolatile END, l.lanname))
      FROM called JOIN pg_catalog.pg_proc p ON p.oid = called.oid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace))
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """One row about a table, view or other relation that a statement touches, directly or not."""

    oid: int
    written: bool
    kind: str
    persistence: str
    schema: str
    row_security: bool
    triggers: bool
    rules: bool
    reads_clock: bool


def question(analysis: Analysis) -> str:
    """Write the query that resolves the names of an analysis."""
    relations = ["(-1, NULL::text, false)"]
    for i, name in enumerate(_relations(analysis)):
        # A third part, in front, names the database, and the server refuses any but the session's own.
        spelled = ".".join('"' + part.replace('"', '""') + '"' for part in name[-2:])
        written = "true" if i >= len(analysis.reads) else "false"
        relations.append(f"({i}, {_literal(spelled)}, {written})")
    functions = ["(NULL::text, NULL::text)"]
    for name in analysis.functions:
        schema = _literal(name[-2]) if len(name) > 1 else "NULL"
        functions.append(f"({schema}, {_literal(name[-1])})")
    attributes = ["(NULL::text)", *(f"({_literal(name)})" for name in analysis.attributes)]
    operators = ["(NULL::text)", *(f"({_literal(run)})" for run in analysis.operators)]
    parts = {"relations": relations, "functions": functions, "attributes": attributes, "operators": operators}
    parts |= {"hides_writes": [_HIDES_WRITES], "defines": [_DEFINES]}
    return re.sub(r"\{(\w+)\}", lambda name: ", ".join(parts[name[1]]), _QUERY)


def _relations(analysis: Analysis) -> tuple[Name, ...]:
    return analysis.reads + analysis.writes


def _literal(text: str) -> str:
    """Quote for ``standard_conforming_strings = on``; a NUL cannot occur in a name."""
    return "'" + text.replace("'", "''") + "'"


def powers(answer: str, version: int) -> Powers:
    """Take from the catalog's JSON what users' functions may do; ``version`` is of the definitions of that moment.

    Raises:
        ValueError, KeyError, TypeError: the answer is not what the query asks for.
    """
    found = json.loads(answer)
    return Powers(bool(found["hides_writes"]), bool(found["defines"]), version)


def resolve(analysis: Analysis, answer: str) -> Resolution:
    """Turn the catalog's JSON into what the engine understands.

    Raises:
        ValueError, KeyError, TypeError: the answer is not what the query asks for.
    """
    found: dict[str, Any] = json.loads(answer)
    database = found["database"]
    relations = [Relation(*row) for row in found["relations"] or ()]
    judgements = {judge(Function(s, n, Volatility(v), language)) for s, n, v, language in found["functions"] or ()}
    names = _relations(analysis)
    not_found = {names[i] for i in found["missing"] or ()}
    missing = not_found - analysis.maybe
    written = [relation for relation in relations if relation.written]
    calls_anything = Judgement.ANYTHING in judgements or any(r.triggers or r.rules for r in written)
    writes_anything = Effect.WRITES_ANYTHING in analysis.effects or (calls_anything and bool(found["defines"]))
    if any(r.kind == "f" or r.kind not in "rpmvS" for r in written):
        writes_anything = True
    # Where set_config is called by name, the text tells what it sets; inside a view it does not.
    hidden_set = Judgement.SETS in judgements and Effect.SETS not in analysis.effects
    unsettles = Judgement.ANYTHING in judgements or hidden_set or Effect.UNSETTLES in analysis.effects
    if analysis.writes and (not_found & set(analysis.writes) or unsettles or Effect.SETS in analysis.effects):
        # Not found, or found by a search path that the text itself may change before it writes.
        writes_anything = True
    return Resolution(
        reads=frozenset((database, r.oid) for r in relations if not r.written and r.kind in "rpm"),
        writes=frozenset((database, r.oid) for r in written),
        writes_anything=writes_anything,
        writes_any_table=calls_anything,
        unsettles=unsettles,
        refusal=analysis.refusal or _refusal(relations, judgements, missing=bool(missing)),
        names=frozenset(
            ((database, oid), (_unhexed(schema), _unhexed(name))) for oid, schema, name in found.get("names") or ()
        ),
    )


def _unhexed(text: str) -> str:
    return bytes.fromhex(text).decode("utf-8", "replace")


def _refusal(relations: list[Relation], judgements: set[Judgement], *, missing: bool) -> Reason | None:
    if missing:
        return Reason.UNKNOWN_TABLE
    if judgements & {Judgement.ANYTHING, Judgement.SETS, Judgement.VOLATILE}:
        return Reason.VOLATILE_FUNCTION
    if Judgement.CLOCK_OR_TABLES in judgements:
        return Reason.STABLE_FUNCTION
    for relation in relations:
        reason = _refused_relation(relation)
        if reason is not None:
            return reason
    return None


def _refused_relation(relation: Relation) -> Reason | None:
    if relation.schema in ("pg_catalog", "information_schema", "pg_toast"):
        return Reason.SYSTEM_TABLE
    if relation.persistence == "t":
        return Reason.TEMPORARY_TABLE
    if relation.row_security:
        return Reason.ROW_SECURITY
    if relation.reads_clock:
        return Reason.READS_CLOCK
    if relation.kind in "rpmv":
        return None
    return {"f": Reason.FOREIGN_TABLE, "S": Reason.SEQUENCE}.get(relation.kind, Reason.UNKNOWN_TABLE)


_SESSION_QUESTION = r"""
SELECT pg_catalog.json_build_object(
  'hides_writes', {hides_writes},
  'defines', {defines},
  'server', {server},
  'isolation', pg_catalog.current_setting('default_transaction_isolation'),
  'user', current_user, 'session_user', session_user, 'database', pg_catalog.current_database(),
  'settings', (SELECT pg_catalog.md5(pg_catalog.string_agg(name || '=' || setting, chr(10) ORDER BY name))
    FROM pg_catalog.pg_settings WHERE context IN ('user', 'superuser')
    AND name NOT IN ('application_name', 'client_min_messages', 'statement_timeout', 'lock_timeout',
      'idle_in_transaction_session_timeout', 'idle_session_timeout')),
  'defaults', (SELECT pg_catalog.md5(
      pg_catalog.string_agg(s.setconfig::text, chr(10) ORDER BY s.setdatabase, s.setrole))
    FROM pg_catalog.pg_db_role_setting s
    WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
      AND s.setrole IN (0, (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = session_user))))::text
"""

SESSION_QUESTIONS = tuple(
    _SESSION_QUESTION.replace("{hides_writes}", _HIDES_WRITES)
    .replace("{defines}", _DEFINES)
    .replace("{server}", server)
    for server in ("(SELECT system_identifier::text FROM pg_catalog.pg_control_system())", "NULL")
)
"""Asked once at login, the second if the first is refused: two sessions with the same answer started with the same
settings.

``server`` is the database server's own identifier, which some providers keep to themselves.
"""
