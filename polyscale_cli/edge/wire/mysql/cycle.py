"""A cycle: a command that has gone to the origin, until its answer is complete."""

from __future__ import annotations

from polyscale_cli.edge.engine.fence import Fence
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.question import Question
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql.answers import AnswerKind
from polyscale_cli.edge.wire.mysql.catalog import Inquiry


class Cycle:
    """What must be known of a command when its answer comes; what most commands do not need is a default of the class.

    Attributes:
        kind: what it is answered with.
        fences: held until the answer is complete.
        fill: the answer may become an entry; where it comes in pieces, they are gathered in ``chunks``.
        sets: it changes the session in ways that the origin can be asked about.
        sets_next: it changes how the next transaction goes.
        unsettles: it leaves state behind that cannot be told.
        resets: it brings the session back to how it began, and rolls its transaction back.
        does_anything: what it does is not known at all.
        prepares: the text of the statement that it prepares.
        takes_file: it may ask the client for a file.
        internal: of the edge's own, and the client gets none of it; if it ``is_question``, the edge reads the answer;
            if it ``begins``, it is a BEGIN that was held back.
        asks: it is a question to the catalog, and ``about`` is the template it is about.
        question: what other sessions know of it.
        within: a transaction was open when it was put.
        was_put_off: what it is about has been executed since it should have been asked.
        is_about_server: it is a question about which server this is.
        begun: the client has got a part of the answer.
        usual: it is a read whose facts are all known, sent while nothing else was under way.
        version: of the definitions when it was sent.
        overtaken: definitions have moved since it was sent as a read.
    """

    kind = AnswerKind.RESULT
    fences: tuple[Fence, ...] = ()
    fill: Fill | None = None
    chunks: list[bytes] | None = None
    size = 0
    sets = False
    sets_next = False
    unsettles = False
    resets = False
    does_anything = False
    prepares: bytes | None = None
    takes_file = False
    internal = False
    is_question = False
    begins = False
    asks: Inquiry | None = None
    about: Template | None = None
    question: Question | None = None
    within = False
    was_put_off = False
    is_about_server = False
    begun = False
    usual = False
    overtaken = False
    version = 0

    @property
    def answer(self) -> bytes:
        """What was gathered of its answer."""
        return b"".join(self.chunks or ())

    def release(self) -> None:
        """Take the fences down and give up the fill: the answer is complete, or will never come."""
        for fence in self.fences:
            fence.release()
        self.fences = ()
        if self.fill is not None:
            self.fill.abandon()
            self.fill = None

    def end_question(self) -> None:
        """Let other sessions go on: what the catalog says has been learned, or will never be."""
        if self.question is not None:
            self.question.end()
            self.question = None
