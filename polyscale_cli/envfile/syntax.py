"""How each kind of ``KEY=value`` file writes a value, and which values it cannot hold.

The readers of ``.env`` files agree on little (measured with Node's dotenv 17 and dotenv-expand 12, python-dotenv 1,
dash and docker 28): dotenv cuts an unquoted value at any ``#``, dotenv-expand fills in ``$word`` even between single
quotes, python-dotenv reads ``\\n`` in double quotes as a line break, docker keeps quotes, shells break at a bare ``&``.
``KEY="value"`` means the same to all that know quotes, as long as none of ``" $ \\ `` and backtick is in the value.
"""

from __future__ import annotations

import enum
import re

from polyscale_cli.errors import UsageError

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_CONTROLS = r"[\x00-\x1f\x7f]"
_MISREAD = r"[\"$\\`]"
# Wrangler reads with JavaScript's idea of where a line ends.
_JAVASCRIPT_LINE_ENDS = "[\u2028\u2029]"


class Syntax(enum.Enum):
    """Whose rules a file of lines follows."""

    DOTENV = enum.auto()
    EXPORT = enum.auto()
    DOCKER = enum.auto()
    DEV_VARS = enum.auto()


def check_name(key: str) -> None:
    """Raise UsageError when a key is no variable's name."""
    if not re.fullmatch(_NAME, key):
        raise UsageError(f"{key!r} is no variable's name.", fix="Use letters, digits and _.", code="INVALID_NAME")


def check_utf8(key: str, value: str) -> None:
    """Raise UsageError when a value holds bytes that are no text, which a file in UTF-8 cannot hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"The value of {key} cannot be written.",
            why="It holds bytes that are not UTF-8.",
            fix="Use a connection string, where such bytes are written as %XX.",
            code="UNREPRESENTABLE",
        ) from None


def quoted(key: str, value: str, syntax: Syntax) -> str:
    """A value as it stands behind ``KEY=``. Raises UsageError when the readers would not all get it back."""
    check_utf8(key, value)
    if re.search(_CONTROLS, value):
        raise _unrepresentable(key, "It holds a line break or another control character.")
    if syntax is Syntax.DOCKER:
        return value
    if not re.search(_MISREAD, value) and not (syntax is Syntax.DEV_VARS and re.search(_JAVASCRIPT_LINE_ENDS, value)):
        return f'"{value}"'
    if syntax is Syntax.DEV_VARS:
        return _for_wrangler(key, value)
    raise _unrepresentable(key, 'It holds one of " $ \\ `, on which the readers of such files disagree.')


def _for_wrangler(key: str, value: str) -> str:
    """``.dev.vars`` has one reader, wrangler's dotenv 16, which takes single quotes and backticks literally."""
    if not value.endswith("\\") and not re.search(_JAVASCRIPT_LINE_ENDS, value):
        for quote in "'`":
            if quote not in value:
                return f"{quote}{value}{quote}"
        if '"' not in value and "\\" not in value:
            return f'"{value}"'
    raise _unrepresentable(key, "It ends in \\, or holds a line separator or too many kinds of quotes.")


def _unrepresentable(key: str, why: str) -> UsageError:
    return UsageError(
        f"The value of {key} cannot be written so that every reader gets it back.",
        why=why,
        fix="Write JSON, which can hold it: --format json, or --format wrangler.",
        code="UNREPRESENTABLE",
    )
