"""What stands in the pages for what the tests have: the one table of it, and how what is shown is compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

NEON = "ep-cool-river-a1b2c3d4.eu-central-1.aws.neon.tech"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tests' servers are. All of them are on loopback; `token` is the edge's, once it runs."""

    origin_port: int
    http_port: int
    postgres_port: int
    certificate: str
    key: str
    directory: str
    home: str
    token: str = "no-token-yet"

    def table(self) -> tuple[tuple[str, str], ...]:
        """What a page says -> what is typed instead. The first that fits wins."""
        return (
            # No such machines, and no such accounts.
            (f"{NEON}:5432", f"localhost:{self.origin_port}"),
            (f"{NEON}/", f"localhost:{self.origin_port}/"),
            (NEON, "localhost"),
            ("db.example.com:5432", f"localhost:{self.origin_port}"),
            ("https://edge.example.com", f"http://127.0.0.1:{self.http_port}"),
            ("/etc/ssl/edge.example.com.crt", self.certificate),
            ("/etc/ssl/edge.example.com.key", self.key),
            ("edge.example.com", "127.0.0.1"),
            ("psc_…", self.token),
            ("/home/you/shop", self.directory),
            ("/home/you", self.home),
            # The tests' servers stay on loopback, at ports that are free.
            ("--host 0.0.0.0", "--host 127.0.0.1"),
            ("127.0.0.1:5432", f"127.0.0.1:{self.origin_port}"),
            (":9010", f":{self.postgres_port}"),
            ("port 9010", f"port {self.postgres_port}"),
            (":10000", f":{self.http_port}"),
        )

    def real(self, text: str) -> str:
        """`text` of a page as it is typed, or as it is expected."""
        for said, meant in self.table():
            text = text.replace(said, meant)
        return text

    def said(self, text: str) -> str:
        """The way back: what was printed, as a page about a database of one's own would say it."""
        return (
            text.replace(self.directory, "/home/you/shop")
            .replace(self.home, "/home/you")
            .replace(f"localhost:{self.origin_port}", "db.example.com:5432")
            .replace(f":{self.origin_port}", ":5432")
            .replace(f":{self.postgres_port}", ":9010")
            .replace(f"port {self.postgres_port}", "port 9010")
            .replace(f":{self.http_port}", ":10000")
        )


_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# What is another each time.
CHANGING = (
    (re.compile(_UUID), "<id>"),
    (re.compile(r"\([0-9a-f]{8}\)"), "(<id>)"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<time>"),
    (re.compile(r"\b\d+(?:\.\d+)? ms\b"), "<n> ms"),
    (re.compile(r"\bpid \d+"), "pid <n>"),
    (re.compile(r"psc_\w+"), "<token>"),
    (re.compile(r"[ \t]+"), " "),
)


def comparable(text: str) -> str:
    """`text` without what changes from run to run; widths of columns do too."""
    for pattern, name in CHANGING:
        text = pattern.sub(name, text)
    return "\n".join(line.strip() for line in text.strip().splitlines())


def agrees(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed, but for what changes and what it leaves out with ``…``."""
    pattern = ""
    for line in comparable(shown).splitlines():
        pattern += r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
    return re.fullmatch(pattern, comparable(printed) + "\n" if printed.strip() else "") is not None
