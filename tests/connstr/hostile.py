"""Users, passwords and database names that a connection string could stumble on."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import strategies as st

from polyscale_cli.connstr.model import SCHEMES, CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.parameters import Query
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.errors import UsageError

ID = "0ab23c45-6789-4de1-a34f-abc5d67e8f90"
PORTS = {Database.POSTGRES: 9010, Database.MYSQL: 9000, Database.MARIADB: 9001, Database.MSSQL: 9020}

PASSWORDS = (
    "simple",
    "s3cret/@:?#&=%+ '\"é",
    "%41%zz%",
    "a+b c",
    " edges ",
    "tab\there",
    "semi;colon;",
    "{braced}",
    "a{b}c;d",
    "x;y",
    "={x",
    "a=b",
    "}};{{",
    '""',
    "''",
    "'",
    "\\",
    "\\'\\\"\\\\",
    "$HOME ${HOME} $(id) `id`",
    "!history",
    "<%= 1 %>",
    "# no comment",
    "- yaml: [x]",
    "null",
    "true",
    "0123",
    "~",
    "*&|>%@",
    "//:@/",
    "?user=x&password=y",
    "пароль",
    "密码🔑",
    "e\u0301",
    "\u00a0nbsp\u00a0",
    "\ufeffbom",
    "line\nbreak",
    "return\rbreak",
    "\u2028separator",
    "\x01\x7f\x85",
    "@tcp(h:1)/d",
    "a)b(c",
    "[1;31m",
    "x" * 300,
)
USERS = (
    "app",
    "app@example.com",
    "we:ird",
    "dom\\user",
    "space d",
    "ünï",
    "a-b",
    ";",
    "}",
    '"',
    "'",
    "$u",
    "user/x?y#z",
)
NAMES = (
    "shop",
    "a b",
    "a/b",
    "a?b",
    "a#b",
    "a%b",
    "a%41",
    "a;b",
    "a&b",
    "a'b",
    'a"b',
    "a\\b",
    "ü",
    "..",
    ".",
    "{d}",
    "a+b",
    "$d",
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who logs in where."""

    user: str
    password: str
    name: str

    def url(self, database: Database, query: Query = ()) -> DatabaseUrl:
        """The connection string that a person would have, taken apart."""
        return DatabaseUrl(database, SCHEMES[database], "db", 1, self.user, self.password, self.name, query=query)


def edge(database: Database, host: str = "127.0.0.1") -> CacheAddress:
    """The cache that everything here goes through."""
    return CacheAddress(ID, host, PORTS[database], database, "http://127.0.0.1:10000")


def attempt(
    driver: str, database: Database, who: Credentials, query: Query = (), host: str = "127.0.0.1"
) -> str | UsageError:
    """What is written for a driver, or why it cannot be."""
    try:
        return through_cache(who.url(database, query), edge(database, host), profile_named(driver)).url
    except UsageError as error:
        return error


def corpus(size: int = 150) -> list[Credentials]:
    """All of the above, each once beside what is harmless and some together, and more at random from a fixed seed."""
    found = [Credentials("app", password, "shop") for password in PASSWORDS]
    found += [Credentials(user, "simple", "shop") for user in USERS]
    found += [Credentials("app", "simple", name) for name in NAMES]
    dice = random.Random(20231)
    found += [Credentials(dice.choice(USERS), dice.choice(PASSWORDS), dice.choice(NAMES)) for _ in range(size // 2)]
    found += [Credentials("app", _random_text(dice), "shop") for _ in range(size)]
    return found


def _random_text(dice: random.Random) -> str:
    ranges = (
        (0x20, 0x7E),
        (0x20, 0x7E),
        (0x01, 0x1F),
        (0xA0, 0x24F),
        (0x400, 0x4FF),
        (0x4E00, 0x4EFF),
        (0x1F600, 0x1F64F),
    )
    return "".join(chr(dice.randint(*dice.choice(ranges))) for _ in range(dice.randint(1, 20)))


# No zero byte and no half of a surrogate pair; what means something to somebody comes more often than by chance.
TEXT = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.text("{};='\"\\ab %&+:@/?#$", min_size=1, max_size=12),
    st.sampled_from(PASSWORDS),
)
CREDENTIALS = st.builds(Credentials, TEXT, TEXT, TEXT)
