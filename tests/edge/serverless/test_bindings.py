"""Placeholders and values become a statement; the cases of the first table are what knex.raw itself gives."""

from __future__ import annotations

from decimal import Decimal

import pytest

from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.cache import DatabaseType
from polyscale_cli.edge.serverless.bindings import Bindings, bind, binding
from polyscale_cli.edge.serverless.failures import BadRequest
from polyscale_cli.edge.serverless.statement import Statement, Value

POSTGRES, MYSQL, MARIADB = DatabaseType.POSTGRES, DatabaseType.MYSQL, DatabaseType.MARIADB


@pytest.mark.parametrize(
    ("sql", "bindings", "postgres", "mysql", "parameters"),
    [
        ("select ? ?? ???", (1, "a.b", "c", 2), 'select $1 "a"."b" "c"$2', "select ? `a`.`b` `c`?", (1, 2)),
        (":a::text x", {"a": "q"}, "$1::text x", "?::text x", ("q",)),
        (":a:::text", {"a": "q"}, '"q"::text', "`q`::text", ()),
        (":a:b :a:", {"a": "q"}, '"q"b "q"', "`q`b `q`", ()),
        ("\\:a x::a", {"a": "q"}, ":a x::a", ":a x::a", ()),
        ("x::numeric = :x and :x > 0", {"x": 1}, "x::numeric = $1 and $2 > 0", "x::numeric = ? and ? > 0", (1, 1)),
        ("??", ("x as y",), '"x" as "y"', "`x` as `y`", ()),
        ("??", ("s.x AS y.z",), '"s"."x" as "y.z"', "`s`.`x` as `y.z`", ()),
        ("??", ("a as b as c",), '"a" as "b as c"', "`a` as `b as c`", ()),
        ("??", (" a . b ",), '"a"."b"', "`a`.`b`", ()),
        ("??", ("a.*",), '"a".*', "`a`.*", ()),
        ("??", ("*",), "*", "*", ()),
        ("??", (("a", "b.c"),), '"a", "b"."c"', "`a`, `b`.`c`", ()),
        ("??", ("arr[1]",), '"arr"[1]', "`arr[1]`", ()),
        ("??", ('we"ir`d',), '"we""ir`d"', '`we"ir``d`', ()),
        ("a[1:2] := :b", {"b": 1}, "a[1:2] := $1", "a[1:2] := ?", (1,)),
        ("a = :b", {"b": 1, "more": 2}, "a = $1", "a = ?", (1,)),
        ("select 1", (), "select 1", "select 1", ()),
        ("select 1", {}, "select 1", "select 1", ()),
    ],
)
def test_a_text_becomes_what_knex_makes_of_it(
    sql: str, bindings: Bindings, postgres: str, mysql: str, parameters: tuple[Value, ...]
) -> None:
    assert bind(sql, bindings, POSTGRES) == Statement(postgres, parameters)
    assert bind(sql, bindings, MYSQL) == Statement(mysql, parameters)
    assert bind(sql, bindings, MARIADB) == Statement(mysql, parameters)


@pytest.mark.parametrize(
    ("sql", "bound"),
    [
        ("'?' ''? ?", None),
        ("'it''s ?' ?", "'it''s ?' $1"),
        ("'\\? \\' ?", "'\\? \\' $1"),
        ("E'\\'?' ?", "E'\\'?' $1"),
        ("e'?''\\\\' ?", "e'?''\\\\' $1"),
        ('"?""?" ?', '"?""?" $1'),
        ("U&\"?\" U&'?' ?", "U&\"?\" U&'?' $1"),
        ("$$ ? $$ ?", "$$ ? $$ $1"),
        ("$a$ ? $b$ ? $$ ? $a$ ?", "$a$ ? $b$ ? $$ ? $a$ $1"),
        ("x$a$ ?", "x$a$ $1"),
        ("-- ?\n ?", "-- ?\n $1"),
        ("/* ? */ ?", "/* ? */ $1"),
        ("`?", "`$1"),
        ("# ?", "# $1"),
        ("j \\? 'k' and j \\?| ? and b \\?& c", "j ? 'k' and j ?| $1 and b ?& c"),
        ("j @\\? '$.a' and ?", "j @? '$.a' and $1"),
        ("\\?? \\??", None),
        ("?::int[]", "$1::int[]"),
        ("limit?", "limit$1"),
        ("é ?", "é $1"),
    ],
)
def test_postgres_takes_for_text_what_stands_in_quotes_and_comments(sql: str, bound: str | None) -> None:
    if bound is None:
        with pytest.raises(BadRequest, match="2 placeholders, and 1 binding"):
            bind(sql, (1,), POSTGRES)
    else:
        assert bind(sql, (1,), POSTGRES) == Statement(bound, (1,))


@pytest.mark.parametrize(
    ("sql", "bound"),
    [
        ("'?' \"?\" `?` ?", None),
        ("'it\\'s ?' ?", None),
        ('"say \\"?\\" ""?" ?', None),
        ("'\\\\' ?", None),
        ("`a``?` ?", None),
        ("# ?\n ?", None),
        ("-- ?\n ?", None),
        ("a--?", None),
        ("/* ? */ ?", None),
        ("/*+ MAX_EXECUTION_TIME(1) */ ?", None),
        ("/*! STRAIGHT_JOIN */ ?", None),
        ("/*!50001 USE INDEX (a) */ ? /*M!100100 b */", None),
        ("N'?' _utf8mb4'?' x'00' ?", None),
        ("@a:=?", None),
        ("a->'$.b?' = ?", None),
        ("$$ ?", None),
    ],
)
def test_mysql_takes_for_text_what_stands_in_quotes_and_comments(sql: str, bound: str | None) -> None:
    assert bind(sql, (1,), MYSQL) == Statement(bound or sql, (1,))


@pytest.mark.parametrize(
    ("sql", "bound"),
    [
        ("':a' :a", "':a' $1"),
        ("'12:30' \":a\" $$:a$$ -- :a\n/* :a */ :a", "'12:30' \":a\" $$:a$$ -- :a\n/* :a */ $1"),
        ("a::text :a", "a::text $1"),
        ("f(b := :a)", "f(b := $1)"),
        ("b[c:d] :a", "b[c:d] $1"),
        ("b[1:a] x", "b[1$1] x"),
        ("j ? 'k' and :a", "j ? 'k' and $1"),
        ("j \\? 'k' and :a", "j ? 'k' and $1"),
        (":a", "$1"),
        (": a :a", ": a $1"),
        (":1 :a", ":1 $1"),
        (":a :", "$1 :"),
    ],
)
def test_postgres_tells_a_name_from_other_colons(sql: str, bound: str) -> None:
    assert bind(sql, {"a": 1}, POSTGRES) == Statement(bound, (1,))


def test_no_name_begins_with_a_digit() -> None:
    assert bind(":1a :a", {"a": 1}, MYSQL) == Statement(":1a ?", (1,))


def test_names_are_as_they_are_written() -> None:
    assert bind(":userId :userid :größe", {"userId": 1, "userid": 2, "größe": 3}, POSTGRES).parameters == (1, 2, 3)


def test_a_name_that_stands_twice_is_two_parameters() -> None:
    assert bind(":a, :b, :a", {"a": 1, "b": 2}, POSTGRES) == Statement("$1, $2, $3", (1, 2, 1))


def test_values_of_every_kind_stay_parameters() -> None:
    values: tuple[Value, ...] = ("'; drop table t; --", 1, Decimal("1.50"), True, None, ("a", None), "?")
    assert bind("?, ?, ?, ?, ?, ?, ?", values, POSTGRES) == Statement("$1, $2, $3, $4, $5, $6, $7", values)


def test_an_array_is_one_parameter_in_postgres_even_if_empty() -> None:
    assert bind("a = any(?)", ((),), POSTGRES) == Statement("a = any($1)", ((),))


def test_an_array_is_a_list_in_mysql() -> None:
    assert bind("? in (?) and ?", (1, (2, None, 3), 4), MYSQL) == Statement("? in (?, ?, ?) and ?", (1, 2, None, 3, 4))
    assert bind("a in (:a)", {"a": ("x",)}, MARIADB) == Statement("a in (?)", ("x",))


def test_an_array_and_a_single_value_for_the_same_text_do_not_meet() -> None:
    assert bind("a in (?)", (1,), MYSQL).text == "a in (?)"
    assert bind("a in (?)", ((1, 2),), MYSQL).text == "a in (?, ?)"
    assert bind("a in (?)", (1,), MYSQL).text == "a in (?)"


def test_without_bindings_a_text_goes_as_it_is() -> None:
    for sql in ("a = ? and :b and ?? and $1", "'\\?'", "a ?| b /* /* ? */ */"):
        assert bind(sql, None, POSTGRES) == Statement(sql)
        assert bind(sql, None, MYSQL) == Statement(sql)


def test_an_escaped_operator_means_the_same_without_bindings() -> None:
    assert bind("'{}'::jsonb \\? 'a\\?'", None, POSTGRES) == Statement("'{}'::jsonb ? 'a\\?'")


@pytest.mark.parametrize(
    ("sql", "bindings", "database", "message"),
    [
        ("? ? ?", (1,), POSTGRES, "The SQL has 3 placeholders, and 1 binding is given. The first without .* number 2"),
        ("?", (1, 2), POSTGRES, "The SQL has 1 placeholder, and 2 bindings are given."),
        ("'?'", (1,), POSTGRES, "The SQL has no placeholders, and 1 binding is given.*outside of quotes and comments"),
        ("?", (), POSTGRES, "The SQL has 1 placeholder, and no bindings are given."),
        (":a :b", {"a": 1}, POSTGRES, "The SQL has :b, but there is no binding of that name; given: a."),
        (":b:", {"c": 1, "a": 1}, MYSQL, "The SQL has :b:, but there is no binding of that name; given: a, c."),
        (":a", {}, MYSQL, "given: none"),
        ("a[1] :b", {}, POSTGRES, "The SQL has :b"),
        (f"{' '.join(f'$a{at}$' for at in range(5000))} ?", (1,), POSTGRES, "so many dollar quotes"),
        ("/*!1*/" * 21, (), MYSQL, "cannot be followed from byte 121 on"),
        ("a = $1", (1,), POSTGRES, r"The SQL has \$1, which does not go with bindings: write \?"),
        ("/* /* */ ? */ ?", (1,), POSTGRES, "comment inside of a comment"),
        ("E'a\\\\'\n'b' ?", (1,), POSTGRES, "E'' string that goes on"),
        ("?", {"a": 1}, MYSQL, r"The SQL has a \?, but the bindings are an object: write :name"),
        ("\\?", (), MYSQL, "MySQL and MariaDB have no operator with a question mark"),
        ("a in (?)", ((),), MYSQL, "The binding for placeholder 1 is an empty array"),
        ("a in (:a)", {"a": ()}, MARIADB, "The binding for :a is an empty array"),
        ("'open ?", (1,), MYSQL, "cannot be followed from byte 1 on"),
        ("? /*!50000 ? */", (1,), MYSQL, "cannot be followed from byte 3 on"),
        ("? /*!50000 'a */", (1,), MYSQL, "cannot be followed from byte 3 on"),
        ("??", (5,), POSTGRES, "placeholder 1, which stands for an identifier, is not a string"),
        ("??", (None,), POSTGRES, "not a string"),
        ("??", ("",), POSTGRES, "nothing in it"),
        ("??", ("a..b",), POSTGRES, "nothing on one side of a dot"),
        (":a:", {"a": ()}, POSTGRES, ":a:, which stands for an identifier, is an empty array"),
        ("??", ("a\0",), MYSQL, r"U\+0000"),
        ("?", ((1,) * 65536,), MYSQL, "65535 parameters at most; these are 65536"),
    ],
)
def test_what_does_not_fit_is_said_in_clear_words(
    sql: str, bindings: Bindings, database: DatabaseType, message: str
) -> None:
    with pytest.raises(BadRequest, match=message) as refused:
        bind(sql, bindings, database)
    assert (refused.value.status, refused.value.code) == (400, "INVALID_BINDINGS")


def test_no_message_has_a_value_in_it() -> None:
    for sql, bindings in (("? ?", ("sesame",)), ("??", ("sesame.",)), (":b", {"a": "sesame"})):
        with pytest.raises(BadRequest) as refused:
            bind(sql, bindings, POSTGRES)
        assert "sesame" not in refused.value.message


def test_sql_server_is_not_served() -> None:
    with pytest.raises(ApiError) as refused:
        bind("select 1", None, DatabaseType.MSSQL)
    assert (refused.value.status, refused.value.code) == (501, "PROVIDER_NOT_SUPPORTED")


def test_what_is_kept_of_texts_has_a_bound() -> None:
    for number in range(binding.MOST_KEPT + 10):
        assert bind(f"select {number}, ?", (1,), POSTGRES).text == f"select {number}, $1"
    assert len(binding._kept) == binding.MOST_KEPT
    before = set(binding._kept)
    bind(f"select '{'x' * binding.LONGEST_KEPT}', ?", (1,), POSTGRES)
    bind("?" + ", ?" * binding.MOST_PLACEHOLDERS_KEPT, (1,) * (binding.MOST_PLACEHOLDERS_KEPT + 1), POSTGRES)
    assert set(binding._kept) == before


def test_a_very_long_text_is_bound_as_any_other() -> None:
    sql = f"select '{'x' * 50_000}', ?"
    assert bind(sql, (1,), POSTGRES).text == sql.replace("?", "$1")
