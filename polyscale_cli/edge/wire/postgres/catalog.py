"""What names mean, told by the database's own catalog over a session that is idle.

The edge has no credentials of its own. It asks over the session at hand, once for each template and scope
(``catalog_question``); here the answers are read.

Functions in SQL and PL/pgSQL are seen through where their source can be read (``routines``): an answer brings the
source, and the next question asks what its names mean, until an answer brings no names that were not asked about.
Each answer describes the whole, so that the last one is of one moment.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from polyscale_cli.edge.engine.analysis import Analysis, Effect, Name, merge
from polyscale_cli.edge.engine.footprint import Powers, Resolution
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.postgres.functions import Function, Judgement, Volatility, judge
from polyscale_cli.edge.wire.postgres.promises import Promise
from polyscale_cli.edge.wire.postgres.routines import NO_BODIES, Routine, covers, merge_bodies


@dataclass(frozen=True, slots=True)
class Relation:
    """One row about a table, view or other relation that a statement touches, directly or not."""

    oid: int
    written: bool
    kind: str
    persistence: str
    schema: str
    row_security: bool
    rules: bool
    reads_clock: bool
    reads_versions: bool


def powers(answer: str, version: int) -> Powers:
    """Take from the catalog's JSON what users' functions may do; ``version`` is of the definitions of that moment.

    Raises:
        ValueError, KeyError, TypeError: the answer is not what the query asks for.
    """
    found = json.loads(answer)
    hindrances = tuple(".".join(name) for name in sorted(_refusing(found) & _unseen(found)))
    return Powers(bool(found["hides_writes"]), bool(found["defines"]), version, hindrances)


def bodies(answer: str) -> Analysis:
    """Give what the functions of an answer name: where it was not asked about, it must be asked about as well.

    Raises:
        ValueError, KeyError, TypeError: the answer is not what the query asks for.
    """
    return _bodies(json.loads(answer))


def _bodies(found: dict[str, Any]) -> Analysis:
    return merge([merge_bodies(_routines(found)), *(promise.body.names for promise in _promises(found))])


def _promises(found: dict[str, Any]) -> list[Promise]:
    return [
        Promise(Volatility(volatility), language, None if source is None else _unhexed(source), *flags)
        for volatility, language, source, _, _, *flags in found.get("promises") or ()
    ]


def _routines(found: dict[str, Any]) -> list[Routine]:
    return [
        Routine(own, fired, schema, name, language, tuple(settings or ()), None if source is None else _unhexed(source))
        for own, fired, schema, name, language, settings, source in found.get("routines") or ()
    ]


def _unseen(found: dict[str, Any]) -> set[Name]:
    """Give the names of functions that may be called without anything in a text that says so."""
    return {(schema, name) for schema, name in found.get("unseen") or ()}


def _refusing(found: dict[str, Any]) -> set[Name]:
    """Give the names of functions whose call keeps an answer from being kept."""
    functions = [Function(s, n, Volatility(v), language) for s, n, v, language in found["functions"] or ()]
    refusing = {(one.schema, one.name) for one in functions if judge(one) is not Judgement.PURE}
    refusing |= {(one.schema, one.name) for one in _routines(found) if not one.fired}
    promises = zip(_promises(found), found.get("promises") or (), strict=True)
    return refusing | {tuple(row[3:5]) for one, row in promises if one.judgement is not Judgement.PURE}


def resolve(analysis: Analysis, answer: str, asked: Analysis = NO_BODIES) -> Resolution:
    """Turn the catalog's JSON into what the engine understands.

    ``asked`` are the names in functions' bodies that the question was about; if there are more, they may do anything.

    Raises:
        ValueError, KeyError, TypeError: the answer is not what the query asks for.
    """
    found: dict[str, Any] = json.loads(answer)
    database = found["database"]
    relations = [Relation(*row) for row in found["relations"] or ()]
    judgements = {judge(Function(s, n, Volatility(v), language)) for s, n, v, language in found["functions"] or ()}
    routines = _routines(found)
    judgements |= {routine.judgement for routine in routines if not routine.fired}
    promises = _promises(found)
    judgements |= {promise.judgement for promise in promises}
    names = analysis.reads + analysis.writes
    not_found = {names[i] for i in found["missing"] or ()}
    missing = not_found - analysis.maybe
    written = [relation for relation in relations if relation.written]
    called = _called(found)
    unread = [routine for routine in routines if routine.may_do_anything]
    untold = bool(found.get("lost")) or not covers(asked, _bodies(found))
    calls_anything = Judgement.ANYTHING in judgements or bool(unread) or untold or any(r.rules for r in written)
    # What such a function runs is a query, which writes only by calling another function.
    calls_anything = calls_anything or (any(promise.body.runs for promise in promises) and found["writers"])
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
        unsettles=unsettles
        or untold
        or any(routine.may_set for routine in unread)
        or any(promise.body.sets for promise in promises),
        refusal=analysis.refusal
        or _refusal(relations, judgements, missing=bool(missing), unseen=_refusing(found) <= _unseen(found))
        or (Reason.READS_CLOCK if found.get("moments") else None),
        names=frozenset(((database, oid), name) for oid, name, _ in called),
        shows=frozenset(name for _, name, shows in called if shows),
    )


def _called(found: dict[str, Any]) -> list[tuple[int, Name, bool]]:
    """Give tables with their names, and whether the answer shows what is called so."""
    database = str(found["database"])
    return [
        (oid, (database, _unhexed(schema), _unhexed(name)), bool(shows))
        for oid, schema, name, shows in found.get("names") or ()
    ]


def _unhexed(text: str) -> str:
    return bytes.fromhex(text).decode("utf-8", "replace")


def _refusal(relations: list[Relation], judgements: set[Judgement], *, missing: bool, unseen: bool) -> Reason | None:
    if missing:
        return Reason.UNKNOWN_TABLE
    if unseen and judgements - {Judgement.PURE}:
        return Reason.HIDDEN_FUNCTION
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
    if relation.reads_clock or relation.reads_versions:
        return Reason.READS_CLOCK if relation.reads_clock else Reason.ROW_VERSION
    if relation.kind in "rpmv":
        return None
    return {"f": Reason.FOREIGN_TABLE, "S": Reason.SEQUENCE}.get(relation.kind, Reason.UNKNOWN_TABLE)
