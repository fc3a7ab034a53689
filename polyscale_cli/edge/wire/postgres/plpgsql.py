"""What the body of a PL/pgSQL function may do, by its text (manual, chapter 43).

A body is understood as a whole or not at all: each statement is of a kind that is listed here, and each expression and
each query in it is one that the dialect understands. Everything else, EXECUTE and SET above all, makes the whole a
body that may do anything.

Where an expression ends is decided as PL/pgSQL itself does (``read_sql_construct`` in the server's pl_gram.y): at the
first THEN, LOOP, WHEN or semicolon outside of parentheses, without knowing what stands before it.
"""

from __future__ import annotations

from collections.abc import Callable

from polyscale_cli.edge.engine.analysis import UNKNOWN, Analysis, Effect, merge
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.postgres import lexer
from polyscale_cli.edge.wire.postgres.cursor import Cursor, NotUnderstood, tokens_of
from polyscale_cli.edge.wire.postgres.dialect import LONGEST_ANALYSED, Tokens, analyse_statement, lexical_names
from polyscale_cli.edge.wire.tokens import TokenKind

QUERIES = frozenset("select insert update delete merge with values".split())
"""First words of the statements that a body may hold; of what else SQL has, those few below."""

_OTHERS = frozenset("truncate notify lock".split())

# Each of these would make an expression more than names, calls and operators.
_QUERY_WORDS = frozenset("select from table values with insert update delete merge into".split())
_TYPE_SIGNS = frozenset(".,%()[]")


def read_body(text: bytes) -> Analysis:
    """Say what a PL/pgSQL body does; ``UNKNOWN`` where not all of it is understood."""
    try:
        body = _Body(text)
        body.read()
    except (NotUnderstood, RecursionError):
        return UNKNOWN
    return merge(body.found)


def read_statements(text: bytes) -> Analysis:
    """Say what the body of a function in plain SQL does; ``UNKNOWN`` where not all of it is understood."""
    try:
        parts = lexer.statements(text, tokens_of(text, LONGEST_ANALYSED))
        if not parts or any(not words[0].is_word(*QUERIES) for _, words in parts):
            return UNKNOWN
        return merge([_understood(part, words) for part, words in parts])
    except (NotUnderstood, RecursionError):
        return UNKNOWN


def _understood(text: bytes, words: Tokens) -> Analysis:
    analysis = analyse_statement(text, words)
    if analysis.effects is not Effect.NONE or analysis.refusal is Reason.NOT_UNDERSTOOD:
        raise NotUnderstood
    return analysis


class _Body(Cursor):
    """Reads tokens from left to right.

    Attributes:
        found: what each statement and expression does.
    """

    def __init__(self, text: bytes) -> None:
        super().__init__(text, tokens_of(text, LONGEST_ANALYSED))
        self.found: list[Analysis] = []
        self._statements: dict[str, Callable[[], None]] = {
            "begin": self._nested,
            "declare": self._nested,
            "if": self._if,
            "case": self._case,
            "loop": self._loop,
            "while": self._while,
            "for": self._for,
            "foreach": self._foreach,
            "exit": self._leave,
            "continue": self._leave,
            "return": self._return,
            "raise": self._lexical,
            "assert": self._lexical,
            "get": self._lexical,
            "perform": self._perform,
            "null": self._null,
            **dict.fromkeys(QUERIES - {"values"} | _OTHERS, self._sql),
        }

    def read(self) -> None:
        """Read the whole body. Raises NotUnderstood."""
        self._block()
        if not self.is_at_end:
            self.expect_sign(";")
        if not self.is_at_end:
            raise NotUnderstood

    # -- expressions and queries -----------------------------------------------------------------------------------

    def _expression(self, stop: str) -> None:
        """Read up to and with ``stop``; the server evaluates an expression as the list of a SELECT."""
        end = self.find(stop)
        if end == self.at:
            raise NotUnderstood
        self._analyse(b"SELECT " + self.slice(self.at, end))
        self.at = end + 1

    def _query(self, stop: str) -> None:
        if not self.look().is_word(*QUERIES):
            raise NotUnderstood
        end = self.find(stop)
        self._analyse(self.slice(self.at, end))
        self.at = end + 1

    def _analyse(self, text: bytes) -> None:
        parts = lexer.statements(text, lexer.tokens(text))
        if len(parts) != 1:
            raise NotUnderstood
        self.found.append(_understood(*parts[0]))

    def _lexical(self) -> None:
        """Read a statement that holds only names, calls and operators."""
        end = self.find(";")
        self._calls_only(self.words[self.at + 1 : end])
        self.at = end + 1

    def _calls_only(self, words: Tokens) -> None:
        if any(token.is_word(*_QUERY_WORDS) for token in words):
            raise NotUnderstood
        self.found.append(lexical_names(Analysis(refusal=Reason.NOT_A_READ), words))

    # -- blocks ----------------------------------------------------------------------------------------------------

    def _label(self) -> bool:
        if not self.is_sign("<"):
            return False
        self.at += 1
        self.expect_sign("<")
        self.expect_name()
        self.expect_sign(">")
        self.expect_sign(">")
        return True

    def _block(self) -> None:
        """``[<<label>>] [DECLARE …] BEGIN … [EXCEPTION WHEN … THEN …] END [label]``."""
        self._label()
        if self.take("declare"):
            self._declarations()
        self.expect("begin")
        self._until("exception", "end")
        if self.take("exception"):
            while self.take("when"):
                self._condition()
                self._until("when", "end")
        self._end_of()

    def _nested(self) -> None:
        self._block()
        self.expect_sign(";")

    def _end_of(self, *words: str) -> None:
        self.expect("end")
        for word in words:
            self.expect(word)
        if not self.is_at_end and self.look().is_name:
            self.at += 1  # its label

    def _condition(self) -> None:
        end = self.find("then")
        for token in self.words[self.at : end]:
            if not (token.is_name or token.kind is TokenKind.LITERAL):
                raise NotUnderstood
        self.at = end + 1

    def _declarations(self) -> None:
        """``name [CONSTANT] type [COLLATE c] [NOT NULL] [DEFAULT | := | = expression];`` and ``name ALIAS FOR x;``."""
        while not self.look().is_word("begin"):
            if self.take("declare"):
                continue
            self.expect_name()
            end = self.find(";")
            while self.at < end and not self.look().is_word("default"):
                token = self.look()
                if token.is_sign("=") or (token.is_sign(":") and self.is_sign("=", 1)):
                    self.at += not token.is_sign("=")
                    break
                if token.is_word("cursor") or (token.kind is TokenKind.SIGN and token.text not in _TYPE_SIGNS):
                    raise NotUnderstood
                self.at += 1
            self.at += 1
            if self.at <= end:
                self._expression(";")

    # -- statements ------------------------------------------------------------------------------------------------

    def _until(self, *stops: str) -> None:
        """Read statements up to one of these words."""
        while True:
            if self._assigns():
                self._assignment()
            elif self.look().is_word(*stops):
                return
            else:
                self._statement()

    def _assigns(self) -> bool:
        """Whether what follows begins with a variable: then even a word such as UPDATE is one."""
        if not self.look().is_name:
            return False
        signs = self.is_sign("=", 1) or self.is_sign(".", 1) or self.is_sign("[", 1)
        return signs or (self.is_sign(":", 1) and self.is_sign("=", 2))

    def _statement(self) -> None:
        labelled = self._label()
        token = self.look()
        if labelled and not token.is_word("begin", "declare", "loop", "while", "for", "foreach"):
            raise NotUnderstood
        read = self._statements.get(token.text) if token.kind is TokenKind.WORD else None
        if read is None:
            raise NotUnderstood
        read()

    def _assignment(self) -> None:
        """``variable[.field | [subscript]]… { := | = } expression;``."""
        start, subscripts = self.at, False
        self.expect_name()
        while not (self.is_sign("=") or self.is_sign(":")):
            if self.is_sign("["):
                subscripts = True
                self.at += 1
                depth = 1
                while depth:
                    depth += self.is_sign("[") - self.is_sign("]")
                    if self.look().is_sign(";"):
                        raise NotUnderstood
                    self.at += 1
            else:
                self.expect_sign(".")
                self.expect_name()
        if subscripts:
            self._analyse(b"SELECT " + self.slice(start, self.at))
        if self.is_sign(":"):
            self.at += 1
        self.expect_sign("=")
        self._expression(";")

    def _null(self) -> None:
        self.expect("null")
        self.expect_sign(";")

    def _if(self) -> None:
        self.expect("if")
        self._expression("then")
        self._until("elsif", "elseif", "else", "end")
        while self.take("elsif", "elseif"):
            self._expression("then")
            self._until("elsif", "elseif", "else", "end")
        if self.take("else"):
            self._until("end")
        self.expect("end")
        self.expect("if")
        self.expect_sign(";")

    def _case(self) -> None:
        self.expect("case")
        if not self.look().is_word("when"):
            self._expression("when")
            self.at -= 1
        while self.take("when"):
            self._expression("then")
            self._until("when", "else", "end")
        if self.take("else"):
            self._until("end")
        self.expect("end")
        self.expect("case")
        self.expect_sign(";")

    def _loop(self) -> None:
        self.expect("loop")
        self._until("end")
        self._end_of("loop")
        self.expect_sign(";")

    def _while(self) -> None:
        self.expect("while")
        self._expression("loop")
        self.at -= 1
        self._loop()

    def _for(self) -> None:
        """``FOR variables IN query LOOP`` and ``FOR variable IN [REVERSE] a .. b [BY c] LOOP``."""
        self.expect("for")
        self._variables()
        self.expect("in")
        if self.look().is_word(*QUERIES):
            self._query("loop")
            self.at -= 1
        else:
            end = self.find("loop")
            self._calls_only(self.words[self.at : end])
            if b".." not in lexer.bare(self.slice(self.at, end)):
                raise NotUnderstood
            self.at = end
        self._loop()

    def _foreach(self) -> None:
        self.expect("foreach")
        self._variables()
        if self.take("slice"):
            self.at += 1
        self.expect("in")
        self.expect("array")
        self._expression("loop")
        self.at -= 1
        self._loop()

    def _variables(self) -> None:
        """``a.b, c``: as many as there are."""
        self.expect_name()
        while self.is_sign(".") or self.is_sign(","):
            self.at += 1
            self.expect_name()

    def _leave(self) -> None:
        """``{ EXIT | CONTINUE } [label] [WHEN condition];``."""
        self.at += 1
        if self.look().is_name and not self.look().is_word("when"):
            self.at += 1
        if self.take("when"):
            self._expression(";")
        else:
            self.expect_sign(";")

    def _return(self) -> None:
        self.expect("return")
        if self.take("query"):
            self._query(";")
            return
        self.take("next")
        if self.is_sign(";"):
            self.at += 1
        else:
            self._expression(";")

    def _perform(self) -> None:
        self.expect("perform")
        self._expression(";")

    def _sql(self) -> None:
        """A statement of SQL, with the variables of its INTO taken out, as the server does."""
        start, end = self.at, self.find(";")
        words = self.words
        into = [
            i for i in range(start + 1, end) if words[i].is_word("into") and not words[i - 1].is_word("insert", "merge")
        ]
        if not into:
            self._analyse(self.slice(start, end))
        elif len(into) == 1:
            self.at = into[0] + 1
            self.take("strict")
            self._variables()
            if self.at > end:
                raise NotUnderstood
            self._analyse(self.slice(start, into[0]) + b" " + self.slice(self.at, end))
        else:
            raise NotUnderstood
        self.at = end + 1
