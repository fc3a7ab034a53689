"""What calling a built-in function means for the cache.

Neither server says of its functions whether they are pure, so they are listed: from MySQL's manual, section 14
("Functions and Operators"), and MariaDB's knowledge base ("Built-in Functions"). A function that is not listed is a
stored one, a loadable one, or new: it may do anything.

A built-in hides a stored function of its name, but only where it exists (section 11.2.5, "Function Name Parsing and
Resolution"). So those that not every server has are listed with the versions that brought them.
"""

from __future__ import annotations

from polyscale_cli.edge.engine.reason import Reason

Version = tuple[int, ...]

SCOPE_VARIABLES = (
    *("sql_mode", "time_zone", "lc_time_names", "default_week_format", "group_concat_max_len"),
    *("div_precision_increment", "max_sort_length", "max_allowed_packet", "sql_auto_is_null", "sql_safe_updates"),
    *("sql_select_limit", "sql_big_selects", "max_join_size", "autocommit"),
    *("character_set_client", "character_set_connection", "character_set_results", "collation_connection"),
)
"""Session variables that the answer of a pure statement may depend on, in every version of both servers."""

MARIADB_SCOPE_VARIABLES = (
    *("tx_isolation", "old_mode", "default_regex_flags", "max_recursive_iterations", "standard_compliant_cte"),
    "system_versioning_asof",
)
"""Those that only MariaDB has (10.3 and later), or calls so."""

MYSQL_SCOPE_VARIABLES = (
    *("transaction_isolation", "windowing_use_high_precision", "cte_max_recursion_depth"),
    *("default_collation_for_utf8mb4", "resultset_metadata"),
)
"""Those that only MySQL has (8.0 and later), or calls so."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Not a function, whatever the server: words that the grammar puts before a parenthesis. All but the last two lines are
# reserved in both; the others cannot begin an expression where a parenthesis follows.
SYNTAX = _names(
    "all and as between by case check div distinct distinctrow else except exists for force from group having ignore"
    " in index interval intersect into is join key like limit not on or order over partition primary"
    " procedure recursive references regexp return rlike select separator set sql_big_result sql_buffer_result"
    " sql_calc_found_rows sql_no_cache sql_small_result straight_join table then union unique update use using values"
    " when where window with xor high_priority low_priority"
    " bigint binary blob char character dec decimal double fixed float int integer mediumint nchar nvarchar numeric"
    " real smallint tinyint varbinary varchar varcharacter"
    " row returning"
)

# Pure given the scope, and in every version of both servers.
_PURE = _names(
    # Section 14.6, numbers; 14.12, bits; 14.5, flow; 14.4.2, comparison; 14.10, casts.
    "abs acos asin atan atan2 ceil ceiling conv cos cot crc32 degrees exp floor ln log log10 log2 mod pi pow power"
    " radians round sign sin sqrt tan truncate bit_count if ifnull nullif coalesce greatest interval isnull least"
    " binary cast convert"
    # Section 14.8, strings.
    " ascii bin bit_length char char_length character_length concat concat_ws elt export_set field find_in_set format"
    " from_base64 hex insert instr lcase left length locate lower lpad ltrim make_set mid oct octet_length ord position"
    " quote repeat replace reverse right rpad rtrim soundex space strcmp substr substring substring_index to_base64"
    " trim ucase unhex upper weight_string"
    # Section 14.7, dates and times that are given.
    " adddate addtime convert_tz date date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear"
    " extract from_days from_unixtime get_format hour last_day makedate maketime microsecond minute month monthname"
    " period_add period_diff quarter sec_to_time second str_to_date subdate subtime time time_format time_to_sec"
    " timediff timestamp timestampadd timestampdiff to_days to_seconds week weekday weekofyear year yearweek"
    # Section 14.19, aggregates.
    " avg bit_and bit_or bit_xor count group_concat max min std stddev stddev_pop stddev_samp sum var_pop var_samp"
    " variance"
    # Sections 14.13, compression and hashes; 14.15, what scope and arguments tell; 14.23, addresses.
    " compress sha2 uncompress uncompressed_length charset coercibility collation"
    " database schema version inet_aton inet_ntoa inet6_aton inet6_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6"
    " name_const values"
    # Section 14.16, shapes.
    " geometrycollection linestring multilinestring multipoint multipolygon point polygon mbrcontains mbrdisjoint"
    " mbrintersects mbroverlaps mbrtouches mbrwithin st_area st_asbinary st_astext st_aswkb st_aswkt st_buffer"
    " st_centroid st_contains st_crosses st_difference st_dimension st_disjoint st_distance st_endpoint st_envelope"
    " st_equals st_exteriorring st_geomcollfromtext st_geomcollfromwkb st_geometrycollectionfromtext"
    " st_geometrycollectionfromwkb st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype st_geomfromtext"
    " st_geomfromwkb st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_issimple st_length"
    " st_linefromtext st_linefromwkb st_linestringfromtext st_linestringfromwkb st_numgeometries st_numinteriorrings"
    " st_numpoints st_overlaps st_pointfromtext st_pointfromwkb st_pointn st_polyfromtext st_polyfromwkb"
    " st_polygonfromtext st_polygonfromwkb st_srid st_startpoint st_symdifference st_touches st_union st_within st_x"
    " st_y"
)

# In every version of both, and not pure. None of them changes a table.
_IMPURE = {
    **dict.fromkeys(
        _names(
            "now sysdate curdate curtime current_date current_time current_timestamp localtime localtimestamp utc_date"
            " utc_time utc_timestamp unix_timestamp"
        ),
        Reason.READS_CLOCK,
    ),
    **dict.fromkeys(
        _names("rand uuid uuid_short sleep benchmark get_lock release_lock is_free_lock is_used_lock"),
        Reason.VOLATILE_FUNCTION,
    ),
    **dict.fromkeys(
        _names(
            "connection_id user current_user session_user system_user found_rows row_count last_insert_id default"
            # An XPath may name user variables: //b[$@i] (section 14.11).
            " aes_decrypt aes_encrypt extractvalue updatexml"
        ),
        Reason.READS_SESSION,
    ),
    # A full-text search ranks by statistics that move without a commit (InnoDB counts rows roughly), and leaves out the
    # words that a list at the server says.
    **dict.fromkeys(_names("load_file match"), Reason.STABLE_FUNCTION),
}

_OLD: Version = (0,)

Since = tuple[Version | None, Version | None]
"""The first version of MySQL, or one that surely has it, and of MariaDB; None where it has never been."""

# Pure, and not in every version of both.
_PURE_SINCE: dict[str, Since] = {
    **dict.fromkeys(
        _names(
            "json_array json_array_append json_array_insert json_arrayagg json_contains json_contains_path json_depth"
            " json_extract json_insert json_keys json_length json_merge json_merge_preserve json_object json_objectagg"
            " json_quote json_remove json_replace json_search json_set json_type json_unquote json_valid"
        ),
        ((8, 0), (10, 5)),
    ),
    **dict.fromkeys(
        _names("cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number"),
        ((8, 0), (10, 2)),
    ),
    **dict.fromkeys(_names("md5 sha sha1"), (_OLD, _OLD)),
    **dict.fromkeys(_names("regexp_instr regexp_replace regexp_substr"), ((8, 0, 4), (10, 0, 5))),
    "json_merge_patch": ((8, 0, 3), (10, 5)),
    "json_overlaps": ((8, 0, 17), (10, 9)),
    "json_pretty": ((8, 0), (10, 11)),
    "json_schema_valid": ((8, 0, 17), (11, 1)),
    "json_table": ((8, 0, 4), (10, 6)),
    "json_value": ((8, 0, 21), (10, 2, 7)),
    **dict.fromkeys(_names("st_asgeojson st_convexhull st_geomfromgeojson"), ((8, 0), (10, 2, 4))),
    "st_distance_sphere": ((8, 0), (10, 5)),
    "mbrequals": ((8, 0), (10, 2)),
    **dict.fromkeys(
        _names(
            "any_value bin_to_uuid uuid_to_bin is_uuid regexp_like grouping mbrcoveredby mbrcovers st_buffer_strategy"
            " st_geohash st_latfromgeohash st_longfromgeohash st_makeenvelope st_pointfromgeohash st_swapxy"
        ),
        ((8, 0, 12), None),
    ),
    **dict.fromkeys(_names("st_isvalid st_simplify st_validate"), ((8, 0), (11, 8))),
    **dict.fromkeys(_names("st_latitude st_longitude st_transform"), ((8, 0, 13), None)),
    **dict.fromkeys(_names("st_frechetdistance st_hausdorffdistance"), ((8, 0, 23), None)),
    **dict.fromkeys(
        _names("st_collect st_lineinterpolatepoint st_lineinterpolatepoints st_pointatdistance"), ((8, 0, 24), None)
    ),
    "json_schema_validation_report": ((8, 0, 17), None),
    **dict.fromkeys(_names("format_bytes format_pico_time"), ((8, 0, 16), None)),
    **dict.fromkeys(_names("string_to_vector to_vector vector_dim vector_to_string from_vector"), ((9, 0), None)),
    **dict.fromkeys(
        _names(
            "column_add column_check column_create column_delete column_exists column_get column_json column_list"
            " decode encode json_compact json_detailed json_exists json_loose json_query mbrequal st_boundary st_isring"
            " st_pointonsurface st_relate"
        ),
        (None, (10, 2, 7)),
    ),
    **dict.fromkeys(_names("chr lengthb nvl nvl2 median percentile_cont percentile_disc"), (None, (10, 3, 3))),
    **dict.fromkeys(_names("add_months to_char"), (None, (10, 6, 1))),
    **dict.fromkeys(_names("json_equals json_normalize natural_sort_key sformat"), (None, (10, 7))),
    "crc32c": (None, (10, 8)),
}

# A component's functions since MySQL 9, which need not be there.
_GONE_FROM_MYSQL = dict.fromkeys(_names("md5 sha sha1"), (9,))

# Not pure, and not in every version of both. Those of sequences change no other table.
_IMPURE_SINCE: dict[str, tuple[Since, Reason]] = {
    "random_bytes": (((8, 0), (10, 10)), Reason.VOLATILE_FUNCTION),
    "release_all_locks": (((8, 0), (10, 5, 2)), Reason.VOLATILE_FUNCTION),
    "encrypt": ((None, _OLD), Reason.VOLATILE_FUNCTION),
    "sys_guid": ((None, (10, 6, 1)), Reason.VOLATILE_FUNCTION),
    "current_role": (((8, 0), (10, 0, 5)), Reason.READS_SESSION),
    **dict.fromkeys(_names("password old_password des_decrypt des_encrypt"), ((None, _OLD), Reason.READS_SESSION)),
    **dict.fromkeys(_names("nextval lastval setval"), ((None, (10, 3)), Reason.SEQUENCE)),
    **dict.fromkeys(_names("json_storage_free json_storage_size"), (((8, 0, 2), None), Reason.STABLE_FUNCTION)),
    **dict.fromkeys(
        _names("statement_digest statement_digest_text ps_thread_id ps_current_thread_id"),
        (((8, 0, 16), None), Reason.READS_SESSION),
    ),
    **dict.fromkeys(_names("roles_graphml icu_version"), (((8, 0, 4), None), Reason.READS_SESSION)),
    **dict.fromkeys(
        _names("gtid_subset gtid_subtract wait_for_executed_gtid_set validate_password_strength"),
        (((8, 0), None), Reason.READS_SESSION),
    ),
    "source_pos_wait": (((8, 0, 26), None), Reason.READS_SESSION),
    "master_gtid_wait": ((None, (10, 0, 10)), Reason.READS_SESSION),
    "master_pos_wait": (((8, 0), _OLD), Reason.READS_SESSION),
}

CLOCK_WORDS = _names(
    "current_date current_time current_timestamp localtime localtimestamp utc_date utc_time utc_timestamp"
)
"""Functions of the clock that need no parentheses; reserved in both."""

SESSION_WORDS = _names("current_user current_role")
"""Functions of the session that need no parentheses."""

_SHAPES = _names("geometrycollection linestring multilinestring multipoint multipolygon point polygon")

# The tokenizer takes these for functions only where the parenthesis follows at once, unless sql_mode has IGNORE_SPACE:
# otherwise they are anybody's names (section 11.2.5 and, in the server's lex.h, the symbols of SYM_FN).
_ADJACENT = _names(
    "adddate bit_and bit_or bit_xor cast count curdate curtime date_add date_sub extract group_concat max mid min now"
    " position session_user std stddev stddev_pop stddev_samp subdate substr substring sum sysdate system_user trim"
    " variance var_pop var_samp st_collect json_arrayagg json_objectagg cume_dist dense_rank first_value lag lead"
    " median nth_value ntile percentile_cont percentile_disc percent_rank rank row_number"
)


def reason_against(name: str) -> Reason | None:
    """Give why an answer of a built-in must not be kept; None for a pure one. ``name`` must be listed."""
    if name in _IMPURE:
        return _IMPURE[name]
    found = _IMPURE_SINCE.get(name)
    return None if found is None else found[1]


LISTED = _PURE | _IMPURE.keys() | _PURE_SINCE.keys() | _IMPURE_SINCE.keys()
"""Names of built-ins of some server that are known not to change tables."""


def is_listed(name: str) -> bool:
    """Whether some server has a built-in of this name that is known not to change tables."""
    return name in LISTED


def is_everywhere(name: str) -> bool:
    """Whether every version of both servers has it."""
    return name in _PURE or name in _IMPURE


def takes(name: str, arguments: int) -> bool:
    """Whether a built-in can have so many arguments; otherwise MariaDB's grammar makes it anybody's name."""
    if name == "point":
        return arguments == 2
    return arguments > 0 or name not in _SHAPES


def must_be_adjacent(name: str) -> bool:
    """Whether a blank before its parenthesis may make it a stored function."""
    return name in _ADJACENT


def is_built_in(name: str, *, is_mariadb: bool, version: Version) -> bool:
    """Whether a name from ``Analysis.functions`` means a built-in on a server, and no stored function."""
    if is_everywhere(name):
        return True
    since = _PURE_SINCE[name] if name in _PURE_SINCE else _IMPURE_SINCE[name][0]
    first = since[1 if is_mariadb else 0]
    if not is_mariadb and name in _GONE_FROM_MYSQL and version >= _GONE_FROM_MYSQL[name]:
        return False
    return first is not None and version >= first
