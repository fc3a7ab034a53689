"""Every error that a person may be shown, in one tree.

    PolyscaleError           exit 1   the operation failed
    ├── UsageError           exit 2   the command line or a file given to it is wrong
    ├── NotFoundError        exit 3
    ├── AuthenticationError  exit 4   no token, a wrong one, or one that may not do this
    ├── ConflictError        exit 5   already exists, in use, or needs a confirmation
    ├── UnavailableError     exit 6   network or edge out of reach; trying again may help
    └── CheckFailedError     exit 7   the check ran, and what it checked is not in order

An error says what happened, why, and how to fix it; its ``code`` is stable and is what programs may match.
"""

from __future__ import annotations

# What each exit code means. Scripts depend on them: a code may be added, none may change.
EXIT_CODES: dict[int, str] = {
    0: "done",
    1: "failed, or a question was answered with no",
    2: "the command line, or a file or variable that it reads, is wrong",
    3: "what was named does not exist",
    4: "no token, a wrong one, or one that may not do this",
    5: "it exists already, is in use, or needs a confirmation",
    6: "the edge or the network is out of reach; trying again may help",
    7: "the check ran, and what it checked is not in order",
    126: "`polyscale run`: the program is there and cannot be started",
    127: "`polyscale run`: there is no such program",
    130: "interrupted by Ctrl-C",
    141: "the reader of stdout went away",
}


class PolyscaleError(Exception):
    """An operation failed.

    Args:
        what: one sentence, what happened.
        why: the cause, where it is known.
        fix: what the reader can do about it.
        code: a stable UPPER_SNAKE word for programs.
        next_steps: commands that help, complete enough to be typed.
    """

    exit_code = 1
    default_code = "FAILED"

    def __init__(
        self,
        what: str,
        *,
        why: str | None = None,
        fix: str | None = None,
        code: str | None = None,
        next_steps: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix
        self.code = code or self.default_code
        self.next_steps = next_steps


class UsageError(PolyscaleError):
    """The command line, or a file or variable it reads, is wrong."""

    exit_code = 2
    default_code = "USAGE"


class NotFoundError(PolyscaleError):
    """What was named does not exist."""

    exit_code = 3
    default_code = "NOT_FOUND"


class AuthenticationError(PolyscaleError):
    """No token, a wrong one, or one that lacks the right."""

    exit_code = 4
    default_code = "AUTHENTICATION"


class ConflictError(PolyscaleError):
    """It exists already, is in use, or needs a confirmation that was not given."""

    exit_code = 5
    default_code = "CONFLICT"


class UnavailableError(PolyscaleError):
    """The network or the edge is out of reach."""

    exit_code = 6
    default_code = "UNAVAILABLE"


class CheckFailedError(PolyscaleError):
    """A check ran, and what it checked is not in order."""

    exit_code = 7
    default_code = "CHECK_FAILED"
