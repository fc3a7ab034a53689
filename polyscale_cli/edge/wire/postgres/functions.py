"""What calling a function means for the cache, by what ``pg_proc`` says of it.

Volatility is PostgreSQL's own promise (manual, section 38.7): an IMMUTABLE function depends on its arguments alone, a
STABLE one also on tables, settings and the time, a VOLATILE one may do anything. Built-in functions never write to
tables, except the few that run SQL given as text; others may.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Volatility(enum.StrEnum):
    """``pg_proc.provolatile``."""

    IMMUTABLE = "i"
    STABLE = "s"
    VOLATILE = "v"


class Judgement(enum.Enum):
    """What a call means."""

    PURE = "its result depends on its arguments and the session's settings"
    CLOCK_OR_TABLES = "its result depends on more, and it changes nothing"
    VOLATILE = "its result differs from call to call, and it changes no table"
    SETS = "it changes settings of the session, as the text that calls it tells"
    ANYTHING = "it may do anything"


@dataclass(frozen=True, slots=True)
class Function:
    """One row of ``pg_proc``; ``language`` is ``pg_language.lanname``."""

    schema: str
    name: str
    volatility: Volatility
    language: str


# Stable built-ins whose result depends on nothing but arguments and settings that belong to the scope (time zone, date
# style, text search configuration, encoding). Left out: whatever reads the clock (now, age with one argument), the
# catalog (pg_get_viewdef, to_regclass) or the state of the server.
_STABLE_BUT_PURE = frozenset(
    "array_in array_out array_to_json array_to_string concat concat_ws convert convert_from convert_to"
    " date_part date_trunc date_in enum_first enum_last enum_range extract format format_type json_agg"
    " json_agg_strict json_array_elements json_build_array json_build_object json_object_agg"
    " json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict json_populate_record"
    " json_populate_recordset json_to_record json_to_recordset jsonb_agg jsonb_agg_strict jsonb_build_array"
    " jsonb_build_object jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique"
    " jsonb_object_agg_unique_strict jsonb_populate_record jsonb_populate_recordset jsonb_to_record"
    " jsonb_to_recordset length make_timestamptz phraseto_tsquery plainto_tsquery quote_literal quote_nullable"
    " row_to_json string_to_array timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsquery"
    " to_tsvector ts_headline websearch_to_tsquery date_bin generate_series jsonb_path_query_tz"
    " jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_array_tz jsonb_path_query_first_tz overlaps"
    " timestamptz timestamp date time timetz interval text lower upper current_schema unistr".split()
)

_RUN_SQL = frozenset(
    "query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema ts_stat"
    " ts_rewrite table_to_xml table_to_xml_and_xmlschema schema_to_xml schema_to_xml_and_xmlschema database_to_xml"
    " database_to_xml_and_xmlschema".split()
)

# Extension functions that are STABLE and run SQL given as text, which may call any function (tablefunc, xml2). The
# first may have further names of people's own (manual, section F.43.1.2).
_EXTENSIONS_RUN_SQL = ("crosstab", "connectby", "xpath_table")

# Extension functions that are volatile because they are random, and nothing else (uuid-ossp, pgcrypto).
_ONLY_RANDOM = frozenset(
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_uuid gen_random_bytes gen_salt".split()
)

# Extension functions whose result depends on nothing but arguments and definitions (unaccent: a dictionary).
_STABLE_EXTENSIONS = frozenset({"unaccent"})


def judge(function: Function) -> Judgement:
    """Say what a call of this function means."""
    if function.schema == "pg_catalog":
        return _judge_builtin(function)
    if function.language in ("c", "internal"):
        if function.volatility is Volatility.IMMUTABLE or function.name in _STABLE_EXTENSIONS:
            return Judgement.PURE
        if function.name in _ONLY_RANDOM:
            return Judgement.VOLATILE
        if function.language == "c" and function.name.startswith(_EXTENSIONS_RUN_SQL):
            return Judgement.ANYTHING
    # What a user's STABLE function reads is known to nobody else, and many that read a table are declared IMMUTABLE, to
    # be had in an index. The server holds both to writing nothing, but for the VOLATILE functions that they call
    # (section 38.7). Where their source can be read, ``promises`` tells more.
    return Judgement.ANYTHING if function.volatility is Volatility.VOLATILE else Judgement.CLOCK_OR_TABLES


def _judge_builtin(function: Function) -> Judgement:
    if function.name in _RUN_SQL or function.name == "pg_reload_conf":
        return Judgement.ANYTHING
    if function.name == "set_config":
        return Judgement.SETS
    if function.volatility is Volatility.VOLATILE:
        return Judgement.VOLATILE
    pure = function.volatility is Volatility.IMMUTABLE or function.name in _STABLE_BUT_PURE
    return Judgement.PURE if pure else Judgement.CLOCK_OR_TABLES
