"""Where a token ends, by the lexer and by a real MariaDB.

Texts are put together from what could confuse: quotes in comments, comments in quotes, escapes, names that begin with
digits. A real server says what it makes of each. Where the two differ, a write could hide from the edge, or two
different statements share a template.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pymysql
import pytest
from hypothesis import settings

from polyscale_cli.edge.engine import Effect
from polyscale_cli.edge.wire.mysql import lexer
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.lexer import normalise, tokens
from polyscale_cli.edge.wire.tokens import TokenKind
from tests.servers.mariadb import MariaDb

TEXTS = 6 * settings().max_examples
SEED = 1 if settings().derandomize else random.randrange(1 << 30)
DIALECT = MySqlDialect()

KINDS = {
    "1a": "w",
    "1e5": "l",
    "1e+5": "l",
    "1e": "w",
    "1ea": "w",
    "1e5a": "lw",
    "1.5": "l",
    "1.5a": "lw",
    "1.": "l",
    ".5": "l",
    ".5e-3": "l",
    "1.5e": "o",
    "1.e(1)": "o",
    "0x1F": "l",
    "0X1F": "w",
    "0x1G": "w",
    "0b01": "l",
    "0b02": "w",
    "x'1f'": "l",
    "x'1'": "l",
    'x"1f"': "wl",
    "b'01'": "l",
    "N'a'": "l",
    'n"a"': "wl",
    "_utf8mb4'a'": "wl",
    "'a' 'b'": "ll",
    "'it''s'": "l",
    "'it\\'s'": "l",
    '"it""s"': "l",
    '"it\'s"': "l",
    "'\\\\'": "l",
    "'a": "o",
    '"a': "o",
    "`a": "o",
    "'a''": "o",
    "`a``b`": "q",
    "t.5": "wsw",
    "t.5e1": "wsw",
    "t . 5": "wsl",
    "t.1a.x": "wswsw",
    "@a.b": "v",
    "@@global.x": "v",
    "@'a b'": "vl",
    "@`a`": "vq",
    "-- a\n1": "l",
    "--\t'\n1": "l",
    "--1": "ssl",
    "1--": "l",
    "# '\n1": "l",
    "/* ' */1": "l",
    "/*/ ' */1": "l",
    "/*+ ' */1": "l",
    "/*! 1 */": "o",
    "/*!50110 1 */": "o",
    "/*M! 1 */": "o",
    "/*!40001 SQL_NO_CACHE */1": "l",
    "/* 1": "o",
    "--\x7f 1": "o",
    "größe": "w",
    "a$1": "w",
    "$1": "w",
    "? - 1": "ssl",
}
LETTERS = {kind: kind.value[0] for kind in TokenKind}


@pytest.mark.parametrize("text", KINDS)
def test_tokens_are_what_the_server_takes_them_for(text: str) -> None:
    assert "".join(LETTERS[token.kind] for token in tokens(text.encode())) == KINDS[text]


@pytest.mark.parametrize("text", ["\\N", "a\0", "à", "a\xa0b", "'a", "/*! */", "1.5e("])
def test_what_servers_may_read_otherwise_is_not_followed(text: str) -> None:
    assert not lexer.can_be_followed(tokens(text.encode()))


def test_words_are_folded_and_names_are_not() -> None:
    word, _, name = tokens(b"Items.`It``ems`")
    assert (word.text, word.name) == ("items", "Items")
    assert name.name == "It`ems"


def test_the_statements_of_a_text() -> None:
    text = b"SELECT ';'; -- ;\n UPDATE t SET a = \";\" ;; COMMIT"
    parts = lexer.statements(text, tokens(text))
    assert [part.text.strip() for part in parts] == [b"SELECT ';'", b'UPDATE t SET a = ";"', b"COMMIT"]
    assert parts[1].rest(2) == b'SET a = ";" '


class Session:
    """A session that sends texts as they are."""

    def __init__(self, server: MariaDb) -> None:
        self._session = pymysql.connect(
            unix_socket=str(server.socket),
            user="root",
            autocommit=True,
            client_flag=pymysql.constants.CLIENT.MULTI_STATEMENTS,
        )

    def run(self, text: bytes) -> list[tuple[object, ...]] | None:
        """Give all rows of all answers; None for an error before any."""
        rows: list[tuple[object, ...]] = []
        with self._session.cursor() as cursor:
            try:
                cursor.execute(text)
                rows += cursor.fetchall()
            except pymysql.MySQLError:
                return None
            try:
                while cursor.nextset():
                    rows += cursor.fetchall()
            except pymysql.MySQLError:
                pass
        return rows

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="module")
def session(mariadb: MariaDb) -> Iterator[Session]:
    name = mariadb.create_database()
    made = Session(mariadb)
    made.run(f"USE {name}".encode())
    made.run(b"CREATE TABLE t (a INT, b VARCHAR(99)); CREATE TABLE hidden (n INT); INSERT INTO t VALUES (1, 'x')")
    made.run(b"CREATE FUNCTION writes(n INT) RETURNS INT BEGIN INSERT INTO hidden VALUES (n); RETURN n; END")
    yield made
    made.close()
    mariadb.drop_database(name)


CONFUSING = (
    *r"""' '' " "" ` \ \' \\ \" -- # /* */ ; 1 a é 1e 1.5 .5 0x x' b' N' _utf8 @ @a @@ * / - + ? % $ t.5""".split(),
    *("-- ", "--\n", "; DELETE FROM hidden; ", "/*!", "/*M!", "/*!50000 ", "writes(1)", "writes /**/ (2)", "`t`."),
    *("/*! + writes(5) */", "/*!99999 + writes(6) */", "/*M!100000 , */", "/*!50000 ; */", "/*!40001 SQL_NO_CACHE */"),
    *("\n", "\r", "\t", "\v", "\f", " ", "\u00a0", "\0", "\x7f"),
)
COMMENTS = ("/**/", "/* ' */", '/* " */', "/* -- */", "/* ` */", "/* ; */", "/***/", "/* /* */", "/*/ */", "# '\n")
GAPS = (*(" ", " ", " ", "  ", "\n", "\t", "\f", "\r\n"), *COMMENTS, "-- '\n", '-- "\n', "--\t`\n")


class Writer:
    """Makes texts, the same from the same seed."""

    def __init__(self, seed: int) -> None:
        self._choose = random.Random(seed)

    def literal(self) -> str:
        choose = self._choose
        inside = "".join(choose.choices([*CONFUSING, *COMMENTS], k=choose.randrange(5)))
        form = choose.randrange(12)
        if form < 6:
            quote = choose.choice("'\"")
            escaped = inside.replace("\\", "\\\\").replace(quote, choose.choice((quote * 2, "\\" + quote)))
            return (
                choose.choice(("", "", "", "_utf8mb4", "_utf8mb4 ", "N" if quote == "'" else ""))
                + quote
                + escaped
                + quote
            )
        if form == 6:
            return choose.choice(("x'1f'", "X'61'", "b'01'", "B'1'", "x''", "0x61", "0b01"))
        if form == 7:
            return choose.choice(("'a' 'b'", "'a'\n\"b\"", "'a'/**/'b'", "'' ''"))
        return choose.choice(("1", "0", "1.", ".5", "1.5e10", "12e3", "007", "1e-3", "1e5"))

    def gap(self) -> str:
        return self._choose.choice(GAPS)

    def expression(self) -> str:
        choose = self._choose
        names = ("a", "`a`", "t.`b`", "t.a", "`t` . b", "writes(3)", "abs(a)", "concat('x', b)")
        parts = [choose.choice(names) if choose.random() < 0.3 else self.literal()]
        for _ in range(choose.randrange(3)):
            parts += [choose.choice((",", ",", "=", "-", "+", "<=>", "OR", "AND", "LIKE")), self.literal()]
        return self.gap().join(parts)

    def statement(self) -> str:
        choose = self._choose
        form = choose.randrange(10)
        if form < 7:
            columns = f"{self.gap()},".join(self.expression() for _ in range(choose.randrange(1, 3)))
            where = f"{self.gap()}WHERE{self.gap()}{self.expression()}" if choose.random() < 0.4 else ""
            return f"SELECT{self.gap()}{columns}{self.gap()}FROM{self.gap()}t{where}"
        if form == 7:
            return f"INSERT{self.gap()}INTO{self.gap()}hidden VALUES{self.gap()}(1)"
        return choose.choice(("SELECT 1", "DELETE FROM hidden", "UPDATE hidden SET n = 2", "DO writes(4)", ""))

    def text(self) -> bytes:
        """One to three statements, and sometimes some bytes more or less than there should be."""
        choose = self._choose
        made = choose.choice((";", " ; ", ";-- ;\n", ";/*;*/")).join(
            self.statement() for _ in range(choose.choice((1, 1, 1, 2, 3)))
        )
        for _ in range(choose.choice((0, 0, 0, 0, 1, 2, 4))):
            at = choose.randrange(len(made) + 1)
            if choose.random() < 0.5:
                made = made[:at] + choose.choice(CONFUSING) + made[at:]
            else:
                made = made[:at] + made[at + choose.randrange(1, 4) :]
        return made.encode()


def test_literals_are_where_the_server_finds_them(session: Session) -> None:
    """Of a list of literals the server gives as many values as the lexer finds, and the template holds none."""
    writer, compared = Writer(SEED), 0
    for _ in range(TEXTS):
        literals = [writer.literal() for _ in range(4)]
        text = b"SELECT " + "".join(f"{writer.gap()}{each}{writer.gap()}," for each in literals).encode() + b" 9"
        rows = session.run(text)
        if rows is None:
            continue
        compared += 1
        commas = sum(token.is_sign(",") for token in tokens(text))
        assert len(rows[0]) == commas + 1 == 5, (SEED, text)
        left = normalise(text).replace(b"[?]", b"").replace(b"_utf8mb4", b"").decode()
        assert set(left.split()) <= {"SELECT", ","}, (SEED, text)
    assert compared > TEXTS / 4


def test_no_write_hides_from_the_analysis(session: Session) -> None:
    """Whatever the server writes when it is sent a text, the analysis of the text has said that it might."""
    writer, wrote, understood = Writer(SEED), 0, 0
    for number in range(TEXTS):
        text = writer.text()
        if number % 50 == 0:
            session.run(b"TRUNCATE hidden; INSERT INTO hidden VALUES (0)")
        before = session.run(b"SELECT COUNT(*), SUM(n) FROM hidden")
        session.run(text)
        analysis = DIALECT.analyse(text)
        understood += analysis.is_plain_read
        if session.run(b"SELECT COUNT(*), SUM(n) FROM hidden") == before:
            continue
        wrote += 1
        assert ("hidden",) in analysis.writes or Effect.WRITES_ANYTHING in analysis.effects, (SEED, text)
        assert not analysis.is_plain_read, (SEED, text)
    assert wrote > TEXTS / 50
    assert understood > TEXTS / 10


def test_texts_of_one_template_are_good_or_bad_together(session: Session) -> None:
    """With its literals replaced by others, what was a statement of the server is one."""
    writer, compared = Writer(SEED), 0
    for _ in range(TEXTS):
        text = b"SELECT" + writer.gap().encode() + writer.expression().encode() + b" FROM t"
        template = normalise(text)
        if session.run(text) is None or b"writes" in text or not lexer.can_be_followed(tokens(text)):
            continue
        compared += 1
        again = template.replace(b"[?]", b" 'y' ")
        assert normalise(again).split() == template.replace(b"[?]", b" [?] ").split(), (SEED, text)
        assert session.run(again) is not None, (SEED, text, again)
    assert compared > TEXTS / 5
