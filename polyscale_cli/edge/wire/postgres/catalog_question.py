"""The questions that the catalog is asked: what names mean, what a write changes, how a session has started.

One query for each template and scope, whose answer is one row with one JSON text. Views are seen through by the rule
that defines them: the stored tree names tables (``:relid``) and functions (``:funcid`` …) by object id (manual, section
53.40, pg_rewrite).

What makes a table's change spread: inheritance and partitions (pg_inherits), foreign keys with CASCADE, SET NULL or
SET DEFAULT (pg_constraint), triggers (pg_trigger), and rules (pg_rewrite), which may do anything.

A table's names, by which a purge may call it, are its own and those of everything whose change spreads to it or shows
it: what it inherits from or is a partition of, what its foreign keys cascade from, the views that it was read through.
All but those of foreign keys name what the answer shows, too, which rules for tables are about.
"""

from __future__ import annotations

import re

from polyscale_cli.edge.engine.analysis import Analysis, Name
from polyscale_cli.edge.wire.postgres.routines import LONGEST_SOURCE, NO_BODIES

_HARMLESS = r"""l.lanname = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
          WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
            AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND e.extname IN ('bloom', 'btree_gin',
              'btree_gist', 'citext', 'cube', 'earthdistance', 'fuzzystrmatch', 'hstore', 'intarray', 'isn', 'ltree',
              'pg_stat_statements', 'pg_trgm', 'pgcrypto', 'tablefunc', 'unaccent', 'uuid-ossp'))"""
"""Whether a function is one in C of which it is known that it changes neither tables nor definitions."""

_WRITERS = f"""(SELECT count(*) > 0 FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      WHERE p.oid >= 16384 AND p.provolatile = 'v'
        AND p.prorettype NOT IN (2279, 3838)  -- trigger, event_trigger
        AND NOT ({_HARMLESS}))"""  # noqa: S608  (constants)
"""Whether there is any function that a query can call and that may write."""

_MAY_WRITE = rf"""p.oid >= 16384 AND (p.provolatile = 'v' OR p.prolang NOT IN (
        SELECT l.oid FROM pg_catalog.pg_language l WHERE l.lanname IN ('internal', 'c'))
      AND ({_WRITERS} OR (SELECT count(*) > 0 FROM pg_catalog.pg_proc p
        WHERE p.oid >= 16384 AND p.prosrc ~* 'set_config')))"""  # noqa: S608  (constants)
"""Whether a function may write, or change the session: one that is not VOLATILE does if it calls another that does."""

_HIDES_WRITES = rf"""EXISTS (SELECT FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0] AND t.typtype = 'c'
      WHERE {_MAY_WRITE} AND p.pronargs - p.pronargdefaults <= 1)
    OR EXISTS (SELECT FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
      WHERE o.oid >= 16384 AND {_MAY_WRITE})
    OR EXISTS (SELECT FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
      WHERE c.oid >= 16384 AND {_MAY_WRITE})
    OR EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
      WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND {_MAY_WRITE}
        AND d.classid IN ('pg_catalog.pg_rewrite'::pg_catalog.regclass,
          'pg_catalog.pg_constraint'::pg_catalog.regclass, 'pg_catalog.pg_policy'::pg_catalog.regclass))"""  # noqa: S608  (constants)
"""Whether some function that may write can be called without being spelled like a call, so that even a read of plain
tables must be looked up before it is sent for the first time."""

_DEFINES = rf"""EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      WHERE p.oid >= 16384 AND p.provolatile = 'v'
        AND NOT ({_HARMLESS})
        AND NOT (l.lanname IN ('sql', 'plpgsql') AND p.prosrc !~* '\m(alter|cluster|comment|create|do|drop|execute'
          '|grant|import|load|reassign|refresh|reindex|rename|revoke|security)\M'
          AND NOT (l.lanname = 'sql' AND p.prosrc ~* '\mselect\M[^;]*\minto\M')))"""
"""Whether some function that users have made may change definitions. Only a VOLATILE one can (manual, section 38.7),
and SQL and PL/pgSQL say so in words; EXECUTE and other languages may say anything."""

_CLOCK = (
    r"SQLVALUEFUNCTION :op [0-8] |TABLESAMPLECLAUSE|ROWMARKCLAUSE"
    r"|COERCEVIAIO .*:resulttype (1082|1083|1114|1115|118[2345]|1266|1270|39(08|09|1[0-3])|453[345]|615[235]|\d{5,}) "
    r"|TABLEFUNC|:funcid (320[459]|3475|349[01]|396[01]) "
)
"""Of a view whose answer depends on the moment, or on more than tables.

The second line is text that becomes a date, time, range of such, or a type that users have made: as it says ``now`` in
what versions before 10 made of CURRENT_DATE. The third is the same for XML and JSON: XMLTABLE, json_to_record and
json_populate_record with their kin.
"""

_TIMELY = (
    "16, 17, 20, 21, 23, 26, 700, 701, 790, 1082, 1083, 1114, 1115, 1182, 1183, 1184, 1185, 1186, 1266, 1270, 1700"
)
_TIMELY += ", 2950, 3908, 3910, 3912"
"""Types that become a date or time without the word ``now`` being read (pg_type.dat in the server)."""

_TIMELESS = (
    "16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 142, 700, 701, 790, 1000, 1005, 1007, 1009, 1015, 1016, 1042, 1043"
)
_TIMELESS += ", 1231, 1700, 2950, 3614, 3615, 3802, 3904, 3906, 3926"
"""Types that nothing becomes by its being read as a date or time: numbers, text, JSON, arrays of such and others."""

_QUERY = r"""
WITH RECURSIVE named(i, oid, w) AS (
  -- to_regclass fails where it may not look
  SELECT v.i, CASE WHEN s.n IS NULL OR s.n = 'pg_temp' OR (SELECT pg_catalog.has_schema_privilege(n.oid, 'usage')
      FROM pg_catalog.pg_namespace n WHERE n.nspname = s.n) THEN pg_catalog.to_regclass(v.n)::oid END, v.w
  FROM (VALUES {relations}) AS v(i, n, w),
    LATERAL (SELECT replace(substring(v.n, '^"((?:[^"]|"")*)"[.]'), '""', '"')) AS s(n)
), inside(name, oid, w) AS (
  -- a name in a function's body: whatever it may mean
  SELECT v.n, c.oid, v.w FROM (VALUES {inside}) AS v(s, n, w)
    LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace)
      ON c.relname = v.n AND (v.s IS NULL OR n.nspname = v.s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)
), edge(parent, child, only_writes) AS (
  SELECT inhparent, inhrelid, false FROM pg_catalog.pg_inherits
  UNION ALL
  SELECT confrelid, conrelid, true FROM pg_catalog.pg_constraint
  WHERE contype = 'f' AND (confupdtype IN ('c', 'n', 'd') OR confdeltype IN ('c', 'n', 'd'))
), rel(oid, w) AS (
  (SELECT oid, w FROM named WHERE oid IS NOT NULL UNION SELECT oid, w FROM inside WHERE oid IS NOT NULL)
  UNION
  SELECT s.oid, rel.w AND s.w FROM rel CROSS JOIN LATERAL (
    SELECT e.child, true FROM edge e WHERE e.parent = rel.oid AND (rel.w OR NOT e.only_writes)
    UNION ALL
    SELECT m[1]::oid, false FROM pg_catalog.pg_policy p,
      LATERAL pg_catalog.regexp_matches(pg_catalog.concat(p.polqual, p.polwithcheck), ':relid (\d+)', 'g') AS m
    WHERE p.polrelid = rel.oid
    UNION ALL
    SELECT m[1]::oid, true FROM pg_catalog.pg_rewrite r
      JOIN pg_catalog.pg_class v ON v.oid = r.ev_class AND v.relkind = 'v',
      LATERAL pg_catalog.regexp_matches(r.ev_action::text, ':relid (\d+)', 'g') AS m
    WHERE r.ev_class = rel.oid AND r.ev_type = '1'
  ) AS s(oid, w) WHERE s.oid <> 0
), facts AS (
  SELECT c.oid, bool_or(rel.w) AS w, c.relkind AS kind, c.relpersistence AS persistence, n.nspname AS schema,
    c.relrowsecurity AS security,
    (SELECT count(*) > 0 FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_type <> '1') AS rules,
    -- Scalar subqueries on purpose: an EXISTS is hashed, and then matches the trees of all views there are.
    (SELECT coalesce(bool_or(r.ev_action::text ~ '{clock}'), false)
      FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND c.relkind = 'v') AS clock,
    (SELECT coalesce(bool_or(r.ev_action::text ~ ':varattno -[1345] '), false)
      FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND c.relkind = 'v') AS versions
  FROM rel JOIN pg_catalog.pg_class c ON c.oid = rel.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  GROUP BY c.oid, n.nspname
), typed(name, timely) AS (
  SELECT a.attname, CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END IN ({timely})
  FROM facts f, LATERAL (SELECT attname, atttypid FROM pg_catalog.pg_attribute
      WHERE attrelid = f.oid AND attnum > 0 AND NOT attisdropped OFFSET 0) AS a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
), turned(name, explained) AS (
  VALUES {moments}
), fired(oid, condition) AS (
  -- What foreign keys and deferred constraints fire is the server's own, and followed above.
  SELECT t.tgfoid, t.tgqual::text FROM facts f JOIN pg_catalog.pg_trigger t ON t.tgrelid = f.oid AND f.w
  WHERE t.tgenabled <> 'D' AND NOT (t.tgisinternal AND t.tgfoid < 16384)
), tree(own, text) AS (
  -- expressions that are stored: of views and rules, of policies, of conditions of triggers, of defaults and checks
  SELECT true, pg_catalog.concat(r.ev_qual, r.ev_action) FROM facts f
    JOIN pg_catalog.pg_rewrite r ON r.ev_class = f.oid AND (f.kind = 'v' OR f.w)
  UNION ALL
  SELECT true, pg_catalog.concat(p.polqual, p.polwithcheck) FROM facts f
    JOIN pg_catalog.pg_policy p ON p.polrelid = f.oid
  UNION ALL
  SELECT false, condition FROM fired WHERE condition IS NOT NULL
  UNION ALL
  SELECT true, t.typdefaultbin::text FROM facts f,
    LATERAL (SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = f.oid AND attnum > 0 OFFSET 0) AS a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid AND t.typtype = 'd' AND t.typdefaultbin IS NOT NULL
  WHERE f.w
  UNION ALL
  SELECT true, a.adbin::text FROM facts f JOIN pg_catalog.pg_attrdef a ON a.adrelid = f.oid AND f.w
  UNION ALL
  SELECT true, c.conbin::text FROM facts f
    JOIN pg_catalog.pg_constraint c ON c.conrelid = f.oid AND c.contype = 'c' AND f.w
  UNION ALL
  SELECT true, pg_catalog.concat(i.indexprs, i.indpred) FROM facts f
    JOIN pg_catalog.pg_index i ON i.indrelid = f.oid AND f.w
  UNION ALL
  SELECT true, k.partexprs::text FROM facts f
    JOIN pg_catalog.pg_partitioned_table k ON k.partrelid = f.oid AND f.w
), spelled_call(own, oid) AS (
  SELECT true, p.oid FROM (VALUES {functions}) AS v(s, n) JOIN pg_catalog.pg_proc p ON p.proname = v.n
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE CASE WHEN v.s IS NULL THEN n.nspname = ANY (pg_catalog.current_schemas(true)) ELSE n.nspname = v.s END
  UNION
  SELECT false, p.oid FROM (VALUES {inside_functions}) AS v(s, n) JOIN pg_catalog.pg_proc p ON p.proname = v.n
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  WHERE v.s IS NULL OR n.nspname = v.s
  UNION
  -- row.f for f(row)
  SELECT v.own, p.oid FROM (VALUES {attributes}) AS v(own, n)
    JOIN pg_catalog.pg_proc p ON p.proname = v.n AND p.oid >= 16384
    JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0] AND t.typtype IN ('c', 'p')
  WHERE p.pronargs - p.pronargdefaults <= 1
  UNION
  SELECT v.own, o.oprcode FROM (VALUES {operators}) AS v(own, n)
    JOIN pg_catalog.pg_operator o ON o.oid >= 16384 AND strpos(v.n, o.oprname) > 0
  UNION
  SELECT tree.own, m[1]::oid FROM tree,
    LATERAL pg_catalog.regexp_matches(tree.text, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') AS m
), named_call(own, unseen, oid) AS (
  SELECT own, false, oid FROM spelled_call
  UNION
  -- a domain's check may be called without being named
  SELECT true, true, d.refobjid FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = c.oid
      AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  WHERE c.contype = 'c' AND c.contypid <> 0
  UNION
  -- and so may a cast: one that is not implicit, where a cast is spelled, or in a function's body
  SELECT true, true, castfunc FROM pg_catalog.pg_cast WHERE oid >= 16384 AND castfunc <> 0
    AND (castcontext = 'i' OR {casts} OR (SELECT count(*) > 0 FROM spelled_call WHERE oid >= 16384))
), called(own, fired, unseen, oid) AS (
  SELECT own, false, unseen, oid FROM named_call
  UNION
  -- an aggregate is as volatile as the functions that it is made of
  SELECT own, false, unseen, f.oid FROM named_call
    JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = named_call.oid AND a.aggfnoid >= 16384,
    LATERAL (VALUES (a.aggtransfn::oid), (a.aggfinalfn::oid), (a.aggcombinefn::oid), (a.aggserialfn::oid),
      (a.aggdeserialfn::oid), (a.aggmtransfn::oid), (a.aggminvtransfn::oid), (a.aggmfinalfn::oid)) AS f(oid)
  UNION
  SELECT false, true, false, oid FROM fired
), described AS (
  SELECT c.own, c.fired, c.unseen, p.*
  FROM (SELECT oid, pg_catalog.bool_or(own) AS own, pg_catalog.bool_or(fired) AS fired,
      pg_catalog.bool_or(unseen) AS unseen FROM called GROUP BY oid) AS c,
    -- OFFSET on purpose: the planner expects thousands of calls, and would read all of pg_proc.
    LATERAL (SELECT p.*, l.lanname, n.nspname,
        -- a default of an argument is evaluated by the caller
        coalesce(p.oid >= 16384
          AND p.proargdefaults::text ~ 'FUNCEXPR|OPEXPR|SQLVALUEFUNCTION|NEXTVALUEEXPR|COERCEVIAIO', false) AS evaluates
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.oid = c.oid OFFSET 0) AS p
), judged AS (
  SELECT *, fired OR oid >= 16384 AND (provolatile = 'v' OR evaluates) AS may_write,
    NOT fired AND oid >= 16384 AND provolatile <> 'v' AND NOT evaluates AND lanname NOT IN ('c', 'internal') AS promises
  FROM described
), step(parent, child, shows) AS (
  SELECT parent, child, NOT only_writes FROM edge
  UNION ALL
  SELECT r.ev_class, m[1]::oid, true FROM facts f JOIN pg_catalog.pg_rewrite r ON r.ev_class = f.oid AND f.kind = 'v',
    LATERAL pg_catalog.regexp_matches(r.ev_action::text, ':relid (\d+)', 'g') AS m
  WHERE r.ev_type = '1'
), above(oid, parent, shows) AS (
  SELECT oid, oid, true FROM facts WHERE kind IN ('r', 'p', 'm')
  UNION
  SELECT above.oid, step.parent, above.shows AND step.shows FROM above JOIN step ON step.child = above.parent
)
SELECT pg_catalog.json_build_object(
  'hides_writes', {hides_writes},
  'defines', {defines},
  'writers', {writers},
  'database', (SELECT oid::int8 FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  'missing', (SELECT pg_catalog.json_agg(i) FROM named WHERE oid IS NULL AND i >= 0),
  'relations', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(oid::int8, w, kind, persistence, schema,
      security, rules, clock, versions)) FROM facts),
  -- a column of which text becomes a date or time, or a name that may stand for one
  'moments', (SELECT count(*) > 0 FROM turned JOIN typed USING (name) WHERE NOT timely)
    OR ((SELECT count(*) > 0 FROM turned WHERE NOT explained AND name NOT IN (SELECT name::text FROM typed))
      AND (SELECT count(*) > 0 FROM (VALUES {columns}) AS v(n), typed WHERE v.n IN (name, '*') AND NOT timely)),
  -- in hexadecimal, so that no client encoding can maul them
  'names', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.oid::int8,
      pg_catalog.encode(pg_catalog.convert_to(n.nspname::text, 'UTF8'), 'hex'),
      pg_catalog.encode(pg_catalog.convert_to(c.relname::text, 'UTF8'), 'hex'), a.shows::int4))
    FROM above a JOIN pg_catalog.pg_class c ON c.oid = a.parent
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace),
  'lost', (SELECT pg_catalog.count(*) FROM inside WHERE oid IS NULL AND w),
  'functions', (SELECT pg_catalog.json_agg(DISTINCT
      pg_catalog.jsonb_build_array(nspname, proname, provolatile, lanname)) FROM judged
    WHERE NOT may_write AND NOT promises),
  'routines', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(own, fired, nspname, proname, lanname,
      (SELECT pg_catalog.json_agg(pg_catalog.split_part(setting, '=', 1)) FROM pg_catalog.unnest(proconfig) AS setting),
      CASE WHEN lanname IN ('sql', 'plpgsql') AND NOT evaluates AND pg_catalog.length(prosrc) <= {longest}
        THEN pg_catalog.encode(pg_catalog.convert_to(prosrc, 'UTF8'), 'hex') END))
    FROM judged WHERE may_write),
  'unseen', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(nspname, proname)) FROM judged WHERE unseen),
  'promises', (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(provolatile, lanname,
      CASE WHEN pg_catalog.length(prosrc) <= {longest} THEN pg_catalog.encode(pg_catalog.convert_to(
        -- a body in the standard's form is no text
        CASE prosrc WHEN '' THEN pg_catalog.pg_get_functiondef(oid) ELSE prosrc END, 'UTF8'), 'hex') END,
      nspname, proname,
      -- none of its arguments can name a moment; PL/pgSQL makes what it returns of anything
      (SELECT coalesce(pg_catalog.bool_and(t IN ({timely})), true) FROM pg_catalog.unnest(proargtypes) AS t),
      lanname = 'plpgsql' AND prorettype NOT IN ({timeless}),
      lanname = 'plpgsql' OR pg_catalog.current_setting('server_version_num')::int4 >= 180000))
    FROM judged WHERE promises))
"""


def question(analysis: Analysis, bodies: Analysis = NO_BODIES) -> str:
    """Write the query that resolves the names of an analysis, and those in the bodies of functions on its way."""
    relations = ["(-1, NULL::text, false)"]
    for i, name in enumerate(analysis.reads + analysis.writes):
        # A third part, in front, names the database, and the server refuses any but the session's own.
        spelled = ".".join('"' + part.replace('"', '""') + '"' for part in name[-2:])
        written = "true" if i >= len(analysis.reads) else "false"
        relations.append(f"({i}, {_literal(spelled)}, {written})")
    none = "(NULL::text, NULL::text)"
    inside = ["(NULL::text, NULL::text, false)"]
    inside += [f"({_qualified(name)}, false)" for name in bodies.reads]
    inside += [f"({_qualified(name)}, true)" for name in bodies.writes]
    attributes, operators = ["(true, NULL::text)"], ["(true, NULL::text)"]
    for own, calling in (("true", analysis), ("false", bodies)):
        attributes += [f"({own}, {_literal(name)})" for name in calling.attributes]
        operators += [f"({own}, {_literal(run)})" for run in calling.operators]
    parts = {
        "relations": relations,
        "inside": inside,
        "functions": [none, *(f"({_qualified(name)})" for name in analysis.functions)],
        "inside_functions": [none, *(f"({_qualified(name)})" for name in bodies.functions)],
        "casts": [str(_casts(analysis)).lower()],
        "attributes": attributes,
        "operators": operators,
        "moments": ["(NULL::text, true)", *(f"({_literal(n)}, {str(own).lower()})" for n, own in analysis.moments)],
        "columns": ["(NULL::text)", *(f"({_literal(name)})" for name in analysis.columns)],
        "clock": [_CLOCK],
        "timely": [_TIMELY],
        "timeless": [_TIMELESS],
        "hides_writes": [_HIDES_WRITES],
        "defines": [_DEFINES],
        "writers": [_WRITERS],
        "longest": [str(LONGEST_SOURCE)],
    }
    return re.sub(r"\{(\w+)\}", lambda name: ", ".join(parts[name[1]]), _QUERY)


def _casts(analysis: Analysis) -> bool:
    """Whether a statement's text may turn values into another type where nothing else would.

    What it writes is turned into the columns' types. XMLSERIALIZE and functions of JSON name a type to return. What is
    spelled like a call of a type is no cast by a function (manual, section 4.2.9).
    """
    named = any(name[-1].startswith(("json", "xml")) for name in analysis.functions)
    return bool(analysis.writes) or named or any("::" in run for run in analysis.operators)


def uncompiled(question: str, server_version: str) -> str:
    """Put in front of a question that the server must not compile it, for that one transaction.

    Its plan looks expensive in a database of some hundred tables, and compiling it would take a second where running
    it takes milliseconds (manual, section 32.2: on by default since version 12).
    """
    major = re.match(r"\d+", server_version)
    return f"SET LOCAL jit = off; {question}" if major is not None and int(major[0]) >= 12 else question


def _qualified(name: Name) -> str:
    """Write schema and name as two values; a third part, the database, is passed over."""
    return f"{_literal(name[-2]) if len(name) > 1 else 'NULL'}, {_literal(name[-1])}"


def _literal(text: str) -> str:
    """Quote for ``standard_conforming_strings = on``; a NUL cannot occur in a name."""
    return "'" + text.replace("'", "''") + "'"


_SESSION_QUESTION = r"""
SELECT pg_catalog.json_build_object(
  'hides_writes', {hides_writes},
  'defines', {defines},
  'server', {server},
  'started', {started},
  'at_login', (SELECT count(*) > 0 FROM pg_catalog.pg_event_trigger WHERE evtevent = 'login' AND evtenabled <> 'D'),
  'isolation', pg_catalog.current_setting('default_transaction_isolation'),
  'path', pg_catalog.current_setting('search_path'),
  'user', current_user, 'session_user', session_user,
  'roles', (SELECT pg_catalog.json_agg(r.oid::int8 ORDER BY r.rolname) FROM pg_catalog.pg_roles r
    WHERE r.rolname IN (current_user, session_user)),
  'database', (SELECT pg_catalog.json_build_array(d.datname, d.oid::int8) FROM pg_catalog.pg_database d
    WHERE d.datname = pg_catalog.current_database()),
  'settings', (SELECT pg_catalog.md5(pg_catalog.string_agg(name || '=' || setting, chr(10) ORDER BY name))
    FROM pg_catalog.pg_settings WHERE context IN ('user', 'superuser')
    AND name NOT IN ('application_name', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
      'idle_session_timeout')),
  'defaults', (SELECT pg_catalog.md5(
      pg_catalog.string_agg(s.setconfig::text, chr(10) ORDER BY s.setdatabase, s.setrole))
    FROM pg_catalog.pg_db_role_setting s
    WHERE s.setdatabase IN (0, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
      AND s.setrole IN (0, (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = session_user))))::text
"""

_SERVER = "(SELECT system_identifier::text FROM pg_catalog.pg_control_system())"
_STARTED = """pg_catalog.concat(extract(epoch FROM pg_catalog.pg_postmaster_start_time()), ' ',
    extract(epoch FROM pg_catalog.pg_stat_get_bgwriter_stat_reset_time()))"""

SESSION_QUESTIONS = tuple(
    _SESSION_QUESTION.replace("{hides_writes}", _HIDES_WRITES)
    .replace("{defines}", _DEFINES)
    .replace("{server}", server)
    .replace("{started}", started)
    for server, started in ((_SERVER, _STARTED), ("NULL", _STARTED), ("NULL", "NULL"))
)
"""Asked once at login, the next if one is refused: two sessions with the same answer started with the same settings.

``server`` is the database server's own identifier, which some providers keep to themselves; ``roles`` are there because
a name may come to mean another role. ``started`` is when its processes did: if one of them crashes, all begin anew
under the same main process, and the statistics, which nobody saves then, from nothing.
"""
