"""Sessions at random, each from its seed: what statements do, by which messages they are sent, and how much at once.

Two things are left out, because they differ and are known to (docs/transparency.md): going on with the unnamed portal
in a request that has not made it itself; and, where there are two clients, what waits for the locks that a read holds
until its block ends, as a read from the cache holds none.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.transparency.postgres import grammar as g
from tests.transparency.postgres.frontend import (
    Bind,
    Close,
    CopyData,
    CopyDone,
    CopyFail,
    Describe,
    Execute,
    Flush,
    Frontend,
    FunctionCall,
    Parse,
    Query,
    Sync,
)
from tests.transparency.postgres.script import Connect, Parameter
from tests.transparency.script import Script, Send, Step

INT4_PLUS, INT4_DIVIDE, UPPER = 177, 154, 871
PATIENCE = Parameter("options", "-c lock_timeout=150ms -c jit=off")


# Whether the portal is described, the formats of its columns, the most rows.
_MANNERS: tuple[tuple[bool, tuple[int, ...], int], ...] = (
    *((True, (), 0), (False, (), 0), (True, (1,), 0), (False, (1,), 0)),
    *((True, (0,), 0), (True, (), 1), (False, (), 2), (True, (1,), 100)),
)


class Generator:
    """One script."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)
        self._several = self._random.random() < 0.3
        self._keeps = self._random.random() < 0.6
        # A wild one does things of which the edge cannot tell what they leave behind, and is left alone from then on.
        self._wild = self._random.random() < 0.25
        # Few texts a script, so that what is read comes again.
        few = self._random.sample
        self._reads = few(g.READS, self._random.choice((1, 1, 2)))
        self._numbers = few(("1", "2", "3"), self._random.choice((1, 1, 2)))
        self._manners = few(_MANNERS, self._random.choice((1, 2)))
        self._writes = few(g.WRITES, 2)
        self._settings = few(g.SETTINGS, 2)
        about_settings = self._random.random() < 0.25
        if about_settings:
            self._reads, self._settings = few(g.SHAPED, 1), few(g.SHAPING, 3)
        self._others = few(g.HARMLESS, 3) + ([] if self._several else few(g.ALONE, 1))
        if self._wild and not self._several:
            self._others += few(g.UNSETTLING, 3)
        if not self._several and not self._keeps:
            self._others += few(g.EXCLUSIVE, 3)
        self._parametrised = few([each for each in g.PARAMETRISED if each.reads or not self._keeps], 3)
        beginnings = few(g.BEGINNINGS, 2)
        writes = 0 if self._keeps else 1
        self._kinds: list[tuple[int, Callable[[], str]]] = [
            (70, lambda: self._random.choice(self._reads)),
            (2, lambda: self._random.choice(g.FAILING_READS)),
            (7 * writes, lambda: self._random.choice(self._writes)),
            (2 * writes, lambda: self._random.choice(g.FAILING_WRITES)),
            (20 if about_settings else 3, lambda: self._random.choice(self._settings)),
            (6, lambda: self._random.choice(self._others)),
            (5, lambda: self._random.choice(beginnings)),
            (9, lambda: self._random.choice(g.ENDINGS)),
            (4, lambda: self._random.choice(g.BLOCK_COMMANDS)),
        ]
        self._unnamed: dict[str, g.Parametrised] = {}
        self._prepared: set[tuple[str, str]] = set()
        self._dangling: set[str] = set()

    def script(self) -> Script:
        """Make it."""
        clients = ["a", "b"] if self._several else ["a"]
        steps: list[Step] = [Connect(who, parameters=(PATIENCE,)) for who in clients]
        for _ in range(self._random.randint(6, 30)):
            who = self._random.choice(clients)
            messages = [*self._request(who)]
            while self._random.random() < 0.2:
                messages += self._request(who)
            # Clients that change nothing for each other need not wait for each other, either.
            awaited = not (self._several and self._keeps) or self._random.random() < 0.3
            steps.append(Send(tuple(messages), who, awaited))
        # What is left open is closed, so that nothing stays locked.
        steps += [Send((Sync(), Query("ROLLBACK")), who) for who in clients]
        return Script(f"seed {self._seed}", tuple(steps), keeps=self._keeps)

    # -- texts -----------------------------------------------------------------------------------------------------

    def _text(self) -> str:
        text = self._random.choices([make for _, make in self._kinds], [weight for weight, _ in self._kinds])[0]()
        return text.replace("%d", self._random.choice(self._numbers))

    def _texts(self) -> str:
        texts = [self._text()]
        while self._random.random() < 0.12:
            texts.append(self._text())
        return "; ".join(texts)

    def _formats(self) -> tuple[int, ...]:
        return self._random.choice(((), (), (), (0,), (1,)))

    # -- requests --------------------------------------------------------------------------------------------------

    def _request(self, who: str) -> list[Frontend]:
        shapes: list[tuple[int, Callable[[str], list[Frontend]]]] = [
            (30, self._simple),
            (30, self._usual),
            (12, self._with_parameters),
            (10, self._named),
            (16, self._again),
            (8, self._soup),
            (0 if self._keeps else 3, self._copy),
            (2, self._function),
            (6, self._whole_block),
        ]
        made: list[Frontend] = []
        if who in self._dangling and self._random.random() < 0.6:
            made.append(Sync())
            self._dangling.discard(who)
        made += self._random.choices([make for _, make in shapes], [weight for weight, _ in shapes])[0](who)
        (self._dangling.add if isinstance(made[-1], Flush) else self._dangling.discard)(who)
        return made

    def _simple(self, who: str) -> list[Frontend]:
        return [Query(self._texts())]

    def _usual(self, who: str) -> list[Frontend]:
        text = self._text()
        self._unnamed[who] = g.Parametrised(text, ((),))
        described, results, limit = self._random.choice(self._manners)
        return [Parse(text), Bind(results=results), *([Describe()] if described else []), Execute(limit=limit), Sync()]

    def _bind(self, which: g.Parametrised, statement: str = "", portal: str = "") -> Bind:
        if which.binary and self._random.random() < 0.3:
            return Bind(self._random.choice(which.binary), statement, portal, (1,), self._formats())
        values = self._random.choice(which.values[:2] if self._random.random() < 0.8 else which.values)
        return Bind(values, statement, portal, (), self._formats())

    def _with_parameters(self, who: str) -> list[Frontend]:
        which = self._random.choice(self._parametrised)
        self._unnamed[who] = which
        describe = [Describe("S", "")] if self._random.random() < 0.3 else []
        portal = [Describe()] if self._random.random() < 0.5 else []
        return [Parse(which.text, types=which.types), *describe, self._bind(which), *portal, Execute(), Sync()]

    def _named(self, who: str) -> list[Frontend]:
        """Define, use or close a named statement. Its text follows from its name, or most Binds would not suit it."""
        number = self._random.randrange(len(self._parametrised) + 1)
        which = (
            self._parametrised[number] if number < len(self._parametrised) else g.Parametrised(self._reads[0], ((),))
        )
        name = f"s{number}"
        roll = self._random.random()
        if roll < 0.2 or not (self._wild or (who, name) in self._prepared):
            self._prepared.add((who, name))
            described = [Describe("S", name)] if self._random.random() < 0.5 else []
            return [Parse(which.text, name, which.types), *described, Sync()]
        if roll < 0.26:
            # Neither is accepted: the one is skipped, the other's name is taken.
            first = [Parse("SELEC 1")] if roll < 0.23 else []
            return [*first, Parse(self._reads[-1].replace("%d", "1"), name), Sync()]
        if roll < 0.36:
            self._prepared.discard((who, name))
            return [Close("S", name), *([Parse(which.text, name, which.types)] if roll < 0.33 else []), Sync()]
        describe = [Describe()] if self._random.random() < 0.5 else []
        return [self._bind(which, name), *describe, Execute(limit=self._random.choice((0, 0, 0, 1))), Sync()]

    def _again(self, who: str) -> list[Frontend]:
        """Use the unnamed statement of an earlier request, if it is still there."""
        which = self._unnamed.get(who)
        if which is None:
            return self._usual(who)
        if self._random.random() < 0.2:
            return [Describe("S", ""), Sync()]
        return [self._bind(which), *([Describe()] if self._random.random() < 0.7 else []), Execute(), Sync()]

    def _soup(self, who: str) -> list[Frontend]:
        """Messages in any order; the unnamed portal and statement are made before they are used."""
        made: list[Frontend] = []
        statements, portals = (["s0", "s3", "none"], ["p"]) if self._wild else ([], [])
        for _ in range(self._random.randint(1, 8)):
            kind = self._random.choices("PBDdECH", (25, 25, 8, 8, 25, 6, 6))[0]
            if kind == "P" or not statements:
                statements.append(self._random.choice(("", "", "s0", "s3")))
                made.append(Parse(self._text(), statements[-1]))
            elif kind == "B" or (kind in "dE" and not portals):
                portals.append(self._random.choice(("", "", "p")))
                made.append(Bind((), self._random.choice(statements), portals[-1], results=self._formats()))
            elif kind == "D":
                made.append(Describe("S", self._random.choice(statements)))
            elif kind == "d":
                made.append(Describe("P", self._random.choice(portals)))
            elif kind == "E":
                made.append(Execute(self._random.choice(portals), self._random.choice((0, 0, 1, 2))))
            elif kind == "C":
                made.append(self._random.choice((Close("P", "p"), Close("S", "s0"))))
            else:
                made.append(Flush())
        # Without a Sync, what is sent next belongs to it.
        return [*made, Sync() if self._random.random() < 0.85 else Flush()]

    def _copy(self, who: str) -> list[Frontend]:
        end: Frontend = CopyDone() if self._random.random() < 0.7 else CopyFail()
        rows = [
            CopyData(self._random.choice((b"1\tone\n", b"2\t\\N\n3\t", b"x\ty\n")))
            for _ in range(self._random.randint(0, 3))
        ]
        return [Query("COPY sink FROM STDIN"), *rows, end]

    def _function(self, who: str) -> list[Frontend]:
        return [
            self._random.choice(
                (
                    FunctionCall(INT4_PLUS, ("1", "2")),
                    FunctionCall(INT4_PLUS, (b"\0\0\0\1", b"\0\0\0\2"), (1,), 1),
                    FunctionCall(INT4_DIVIDE, ("1", "0")),
                    FunctionCall(UPPER, ("abc",)),
                    FunctionCall(INT4_PLUS, ("1",)),
                )
            )
        ]

    def _whole_block(self, who: str) -> list[Frontend]:
        """A block as drivers send it, in one piece."""
        inside: list[Frontend] = []
        for _ in range(self._random.randint(0, 3)):
            inside += (
                self._usual(who)
                if self._random.random() < 0.5
                else [Query(self._random.choice(self._reads).replace("%d", "1"))]
            )
        begin, end = self._random.choice(g.BEGINNINGS[:5]), self._random.choice(("COMMIT", "COMMIT", "ROLLBACK"))
        if self._random.random() < 0.5:
            return [Query(begin), *inside, Query(end)]
        return [
            *(Parse(begin), Bind(), Describe(), Execute(), Sync()),
            *inside,
            *(Parse(end), Bind(), Describe(), Execute(), Sync()),
        ]


def generate(seed: int) -> Script:
    """Make the script of a seed."""
    return Generator(seed).script()
