"""Sessions at random, each from its seed: what they ask and do, by which commands, and how much of it at once.

Left out is what differs and is known to (docs/transparency.md):

- the locks of a transaction that has only read from the cache: nobody waits for what a read holds;
- its status: without autocommit each transaction is opened by a read that is never served (``OPENS``);
- the rows that ``FOUND_ROWS()`` counts, unless it comes right behind a read;
- MySQL's warning of a write to a table of another storage engine, which comes with a later statement;
- MySQL's tracking of a transaction whose BEGIN is held back;
- ``SHOW WARNINGS`` behind the execution of a statement that is not there;
- in MariaDB, the length of a column of long data, and the warnings that opening a cursor tells of, which are those of
  the statement before: so there is one before each cursor.

And what would not end with a script: prepared XA transactions, global settings, waiting for locks for long.
"""

from __future__ import annotations

import enum
import random
from collections.abc import Callable, Sequence

from tests.e2e.raw_mysql import USUAL, Flag
from tests.servers.mysql_like import OPEN
from tests.transparency.mysql import grammar as g
from tests.transparency.mysql.frontend import (
    DATABASE,
    PING,
    RESET_CONNECTION,
    STATISTICS,
    BulkExecute,
    ChangeUser,
    Close,
    Execute,
    Fetch,
    FieldList,
    Frontend,
    InitDb,
    LongData,
    Prepare,
    Query,
    Reset,
    SetOption,
)
from tests.transparency.mysql.parameters import FieldType, SentAhead, Value, type_of
from tests.transparency.mysql.prepared_texts import BULK, PARAMETRISED, UNPREPARABLE, Parametrised
from tests.transparency.mysql.script import Connect
from tests.transparency.script import Script, Send, Step

PATIENCE = "SET innodb_lock_wait_timeout = 1, lock_wait_timeout = 1"
_UPLOADS = ((b"7\tseven\n8\t", b"eight\n"), (b"1\tone\nx\ty\n1\tagain\n",), (), (b"9",))


class Plot(enum.Enum):
    """Who is there, and what they do: several clients would wait for each other's locks if each did everything."""

    ALONE = "one client does everything"
    READING = "several read, in transactions and out of them, and do not wait for each other"
    WRITING = "several write and define, each statement by itself"
    WATCHING = "one reads in transactions, others write"


class Generator:
    """One script for MariaDB or for MySQL, as ``kind`` says."""

    def __init__(self, kind: str, seed: int) -> None:
        self._random = random.Random(seed)
        self._seed = seed
        self._is_mariadb = kind == "mariadb"
        roll = self._random.choices
        self._plot = roll(list(Plot), (55, 12, 15, 18))[0]
        self._keeps = self._plot is Plot.READING or (self._plot is Plot.ALONE and self._random.random() < 0.55)
        self._clients = ["a"] if self._plot is Plot.ALONE else ["a", "b", "c"][: self._random.choice((2, 2, 3))]
        # A wild one does things of which the edge cannot tell what they leave behind, and is left alone from then on.
        self._wild = self._plot is Plot.ALONE and self._random.random() < 0.3
        self._uncommitted = self._random.random() < 0.2
        self._sees_commits = self._uncommitted or self._random.random() < 0.35
        self._choose_texts()
        self._told: dict[tuple[str, str], bytes] = {}
        self._prepared: dict[str, list[str]] = {who: [] for who in self._clients}
        self._flags = self._capabilities()

    def _few(self, choices: Sequence[str], number: int) -> list[str]:
        return self._random.sample(choices, min(number, len(choices)))

    def _choose_texts(self) -> None:
        """Take few texts for a script, so that what is read comes again."""
        chance = self._random.random
        reads = (*g.READS, *(g.MARIADB_READS if self._is_mariadb else g.MYSQL_READS))
        writes = (*g.WRITES, *(g.MARIADB_WRITES if self._is_mariadb else ()))
        self._reads = self._few(reads, self._random.choice((1, 1, 2)))
        self._numbers = self._few(("1", "2", "3"), self._random.choice((1, 1, 2)))
        self._writes = self._few(writes, 2)
        self._settings = self._few(g.SETTINGS, 2)
        about_settings = chance() < 0.25
        if about_settings:
            self._reads, self._settings = self._few(g.SHAPED, 1), self._few(g.SHAPING, 3)
        if chance() < 0.15:
            self._reads.append(self._random.choice(g.WARNING_READS))
        own = [each for each in g.SESSIONS_OWN if self._wild or not each.startswith(("PREPARE", "EXECUTE", "DEALL"))]
        self._others = self._few(own, 4) + self._few(g.DIAGNOSTICS, 2)
        self._definitions: list[str] = []
        if self._wild:
            self._others += self._few(g.ALONE, 4)
        if not self._keeps and self._plot in {Plot.ALONE, Plot.WRITING} and chance() < 0.4:
            self._definitions = self._few(g.EXCLUSIVE if self._wild else g.DEFINITIONS, 6)
        elif self._is_mariadb and not self._keeps and chance() < 0.1:
            self._writes = list(g.OTHER_ENGINE)
        # MySQL does not prepare these.
        blocks = self._plot is Plot.ALONE and not self._uncommitted and self._is_mariadb
        may = [
            each
            for each in PARAMETRISED
            if (blocks if each.text in {"BEGIN", "COMMIT"} else each.reads or not self._keeps)
        ]
        self._parametrised = self._random.sample(may, 3)
        self._ahead = {f"s{number}" for number in range(3) if chance() < 0.3}

    def _capabilities(self) -> Flag:
        flags = USUAL
        for flag, odds in (
            *((Flag.DEPRECATE_EOF, 0.5), (Flag.SESSION_TRACK, 0.4), (Flag.FOUND_ROWS, 0.2)),
            *((Flag.BULK_OPERATIONS, 0.4), (Flag.EXTENDED_METADATA, 0.4), (Flag.BULK_UNIT_RESULTS, 0.1)),
            (Flag.QUERY_ATTRIBUTES, 0.4),
        ):
            if self._random.random() < odds:
                flags |= flag
        extended = Flag.BULK_OPERATIONS | Flag.EXTENDED_METADATA | Flag.BULK_UNIT_RESULTS
        if not self._is_mariadb:
            held = self._sees_commits and not self._uncommitted
            return flags & ~(extended | Flag.SESSION_TRACK if held else extended)
        flags &= ~Flag.QUERY_ATTRIBUTES
        return flags & ~Flag.LONG_PASSWORD if flags & extended else flags

    def script(self) -> Script:
        """Make it."""
        steps: list[Step] = []
        for who in self._clients:
            # A session of its own capabilities now and then: what it is served must not be another's.
            flags = self._flags if self._random.random() < 0.7 else self._capabilities()
            steps.append(Connect(who, flags=flags))
            if self._plot is not Plot.ALONE:
                steps.append(Send((Query(PATIENCE),), who))
            if self._may_begin(who):
                texts = (g.READ_COMMITTED, g.UNCOMMITTED, g.OPENS) if self._uncommitted else (g.READ_COMMITTED,)
                steps += [Send((Query(text),), who) for text in texts if self._sees_commits]
        for _ in range(self._random.randint(6, 30)):
            who = self._random.choice(self._clients)
            messages = self._request(who)
            while self._random.random() < 0.15 and not _must_be_awaited(messages):
                more = self._request(who)
                if _must_be_awaited(more):
                    break
                messages += more
            # Clients that change nothing for each other need not wait for each other, either.
            awaited = self._plot is not Plot.READING or _must_be_awaited(messages) or self._random.random() < 0.3
            if not awaited or (self._random.random() < 0.15 and not _must_be_awaited(messages)):
                steps.append(Send(tuple(messages), who, awaited))
            else:
                steps += [Send((message,), who) for message in messages]
        # What is left open is closed, so that nothing stays locked.
        steps += [Send((Query("ROLLBACK"),), who) for who in self._clients]
        return Script(f"seed {self._seed}", tuple(steps), keeps=self._keeps)

    def _may_begin(self, who: str) -> bool:
        return self._plot in {Plot.ALONE, Plot.READING} or (self._plot is Plot.WATCHING and who == "a")

    def _may_write(self, who: str) -> bool:
        return not self._keeps and (self._plot is not Plot.WATCHING or who != "a")

    # -- texts -----------------------------------------------------------------------------------------------------

    def _text(self, who: str) -> str:
        writes, begins = self._may_write(who), self._may_begin(who)
        definitions = self._definitions if not self._opens(who) else ()
        kinds: tuple[tuple[float, Sequence[str]], ...] = (
            (70, self._reads),
            (3, g.FAILING_READS),
            (12 if writes else 0, self._writes),
            (2 if writes else 0, g.FAILING_WRITES),
            (14 if writes and definitions else 0, definitions or ("",)),
            (6, self._settings),
            (10, self._others),
            (5 if begins and not self._opens(who) else 0, g.BEGINNINGS),
            (9 if begins else 1, g.ENDINGS),
            (4 if begins and not self._opens(who) else 0, g.BLOCK_COMMANDS),
        )
        chosen = self._random.choices([texts for _, texts in kinds], [weight for weight, _ in kinds])[0]
        text = self._random.choice(chosen)
        if self._opens(who) and chosen is g.ENDINGS:
            text += f"; {g.OPENS}"
        return text.replace("%d", self._random.choice(self._numbers)).replace("%%", "%")

    def _opens(self, who: str) -> bool:
        return self._uncommitted and self._may_begin(who)

    def _texts(self, who: str) -> str:
        texts = [self._text(who)]
        while self._random.random() < 0.08:
            texts.append(self._text(who))
        return "; ".join(texts)

    # -- requests --------------------------------------------------------------------------------------------------

    def _request(self, who: str) -> list[Frontend]:
        shapes: tuple[tuple[float, Callable[[str], list[Frontend]]], ...] = (
            (55, self._query),
            (2, self._found_rows),
            (30, self._execute),
            (4, self._cursor),
            (4, self._statement_commands),
            (6, self._other_commands),
            (4 if self._may_begin(who) else 0, self._block),
            (3 if self._may_write(who) else 0, self._upload),
            (4 if self._may_write(who) and Flag.BULK_OPERATIONS in self._flags else 0, self._bulk),
        )
        return self._random.choices([make for _, make in shapes], [weight for weight, _ in shapes])[0](who)

    def _query(self, who: str) -> list[Frontend]:
        return [Query(self._texts(who), attributes=self._attributes())]

    def _found_rows(self, who: str) -> list[Frontend]:
        read = self._random.choice(
            ("SELECT id FROM items ORDER BY id", "SELECT SQL_CALC_FOUND_ROWS id FROM items LIMIT 1")
        )
        return [Query(read), Query(self._random.choice(g.FOUND_ROWS))]

    def _attributes(self) -> tuple[str, ...] | None:
        return ("value",) if Flag.QUERY_ATTRIBUTES in self._flags and self._random.random() < 0.1 else None

    def _pick(self, who: str) -> tuple[Parametrised, str, list[Frontend]]:
        """Choose a statement; and what prepares it, unless that has been done."""
        number = self._random.randrange(len(self._parametrised) + 1)
        which = [*self._parametrised, Parametrised(self._plain_read)][number]
        free = which.reads or number == len(self._parametrised) or which.text in {"BEGIN", "COMMIT"}
        if not (free or self._may_write(who)):
            return self._pick(who)
        name = f"s{number}"
        if name in self._prepared[who] and self._random.random() < 0.9:
            return which, name, []
        self._prepared[who].append(name)
        self._told.pop((who, name), None)
        return which, name, [Prepare(which.text, name)]

    def _execute(self, who: str) -> list[Frontend]:
        which, name, made = self._pick(who)
        for _ in range(self._random.choice((1, 1, 2, 3))):
            made += self._execution(who, which, name)
        if self._random.random() < 0.05:
            made.append(Prepare(self._random.choice(UNPREPARABLE), "none"))
        return made

    def _execution(self, who: str, which: Parametrised, name: str) -> list[Frontend]:
        few = which.values[:3] if self._random.random() < 0.5 else which.values
        values = self._random.choice(few)
        ahead: list[Frontend] = []
        if which.pieces and (name in self._ahead or (not self._is_mariadb and self._random.random() < 0.3)):
            pieces = self._random.choice(((b"long ", b"data"), (b"",), (b"a" * 70_000,)))
            ahead = [LongData(piece, name) for piece in pieces]
            values = (SentAhead(self._random.choice((FieldType.BLOB, FieldType.VAR_STRING))), *values[1:])
        return [*ahead, Execute(name, values, 0, self._binds(who, name, values), self._attributes())]

    def _binds(self, who: str, name: str, values: tuple[Value, ...]) -> bool:
        """Tell the types, unless they are those that were told last; and now and then, all the same."""
        types = b"".join(map(type_of, values))
        known = self._told.get((who, name)) == types
        self._told[who, name] = types
        return not known or self._random.random() < 0.4

    def _cursor(self, who: str) -> list[Frontend]:
        """Of a statement of its own, which is executed in no other way: MySQL 9.7 then leaves the rows out."""
        text = self._random.choice((self._plain_read, "SELECT * FROM kinds", "SELECT id, name FROM items ORDER BY id"))
        made: list[Frontend] = [Prepare(text, "cursor"), Query("DO 0"), Execute("cursor", cursor=1)]
        for _ in range(self._random.randint(0, 4)):
            rows = self._random.choice((1, 2, 2, 100))
            made += self._random.choice(([Fetch("cursor", rows)], [Fetch("cursor", rows)], self._query(who)))
        return [*made, self._random.choice((Reset("cursor"), Close("cursor")))]

    @property
    def _plain_read(self) -> str:
        """The read that comes most often, as it can be prepared."""
        return self._reads[0].replace("%d", "1").replace("%%", "%").rstrip(";")

    def _statement_commands(self, who: str) -> list[Frontend]:
        _, name, made = self._pick(who)
        roll = self._random.random()
        if roll < 0.3:
            return [*made, Reset(name)]
        if roll < 0.5:
            return [*made, LongData(b"unused", name, self._random.choice((0, 0, 9))), Reset(name)]
        if roll < 0.6:
            return [*made, Fetch(name, 1)]
        if roll < 0.7:
            return [Reset("none"), Fetch("none"), Close("none")]
        self._prepared[who] = [each for each in self._prepared[who] if each != name]
        return [*made, Close(name)]

    def _other_commands(self, who: str) -> list[Frontend]:
        database = self._random.choice((DATABASE, DATABASE, f"{DATABASE}_too", "nowhere"))
        choices: list[Frontend] = [
            *(PING, STATISTICS, SetOption(1), SetOption(0), SetOption(9), InitDb(database), InitDb(DATABASE)),
            *(FieldList("items"), FieldList("parts", "l%"), FieldList("nowhere")),
        ]
        if self._plot is Plot.ALONE:
            choices += [RESET_CONNECTION, RESET_CONNECTION, ChangeUser(OPEN.name, DATABASE), ChangeUser(OPEN.name, "")]
        chosen = self._random.choice(choices)
        if chosen == RESET_CONNECTION or isinstance(chosen, ChangeUser):
            if self._random.random() < 0.8:
                self._prepared[who].clear()
            return [chosen, InitDb(DATABASE)] if self._random.random() < 0.5 else [chosen]
        return [chosen]

    def _block(self, who: str) -> list[Frontend]:
        """A transaction as drivers have it."""
        if self._opens(who):
            return [Query(f"COMMIT; {g.OPENS}")]
        made: list[Frontend] = [Query(self._random.choice(g.BEGINNINGS[:6]))]
        for _ in range(self._random.randint(0, 4)):
            made += self._query(who) if self._random.random() < 0.7 else self._execute(who)
        return [*made, Query(self._random.choice(("COMMIT", "COMMIT", "ROLLBACK")))]

    def _upload(self, who: str) -> list[Frontend]:
        table = self._random.choice(("sink", "sink", "sink", "nowhere"))
        ignoring = self._random.choice(("", "IGNORE ", "REPLACE "))
        text = f"LOAD DATA LOCAL INFILE 'rows' {ignoring}INTO TABLE {table} (id, name)"
        return [Query(text, self._random.choice(_UPLOADS))]

    def _bulk(self, who: str) -> list[Frontend]:
        which = self._random.choice(BULK)
        rows = tuple(self._random.choice(which.values) for _ in range(self._random.randint(1, 3)))
        return [Prepare(which.text, "bulk"), BulkExecute("bulk", rows, self._random.random() < 0.2)]


def _must_be_awaited(messages: list[Frontend]) -> bool:
    """Whether the server may ask for more before it answers, or what is behind needs to know what it answers."""
    return any(
        isinstance(each, Prepare | ChangeUser) or (isinstance(each, Query) and each.upload is not None)
        for each in messages
    )


def generate(kind: str, seed: int) -> Script:
    """Make the script of a seed, for a server of a kind."""
    return Generator(kind, seed).script()
