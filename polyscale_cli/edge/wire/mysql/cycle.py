"""A cycle: a command that has gone to the origin, until its answer is complete."""

from __future__ import annotations

from polyscale_cli.edge.engine.question import Question
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.cycle import CycleOfAll
from polyscale_cli.edge.wire.mysql.answers import AnswerKind
from polyscale_cli.edge.wire.mysql.catalog import Inquiry


class Cycle(CycleOfAll):
    """What must be known of a command when its answer comes.

    Attributes:
        kind: what it is answered with.
        sets: it changes the session in ways that the origin can be asked about.
        sets_next: it changes how the next transaction goes.
        unsettles: it leaves state behind that cannot be told.
        resets: it brings the session back to how it began, and rolls its transaction back.
        does_anything: what it does is not known at all.
        regrants: it may change what users may do.
        prepares: the text of the statement that it prepares.
        takes_file: it may ask the client for a file.
        is_question: it is ``internal``, and the edge reads the answer.
        asks: it is a question to the catalog, and ``about`` is the template it is about.
        question: what other sessions know of it.
        within: a transaction was open when it was sent.
        was_put_off: what it is about has been executed since it should have been asked.
        is_about_server: it is a question about which server this is.
        begun: the client has got a part of the answer.
        usual: it is a read whose facts are all known, sent while nothing else was under way.
        overtaken: definitions have moved since it was sent as a read.
    """

    kind = AnswerKind.RESULT
    sets = False
    sets_next = False
    unsettles = False
    resets = False
    does_anything = False
    regrants = False
    prepares: bytes | None = None
    takes_file = False
    is_question = False
    asks: Inquiry | None = None
    about: Template | None = None
    question: Question | None = None
    within = False
    was_put_off = False
    is_about_server = False
    begun = False
    usual = False
    overtaken = False

    @property
    def answer(self) -> bytes:
        """What was gathered of its answer."""
        return b"".join(self.chunks or ())

    def end_question(self) -> None:
        """Let other sessions go on: what the catalog says has been learned, or will never be."""
        if self.question is not None:
            self.question.end()
            self.question = None
