"""What ``polyscale help TOPIC`` says, and the man page and the reference with it."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill

from polyscale_cli.errors import EXIT_CODES

WIDTH = 78
_COLUMN = 26

# Each variable that is read, by what it is for. A test holds the table to the sources.
VARIABLES: dict[str, dict[str, str]] = {
    "Which edge, and as whom": {
        "POLYSCALE_API_URL": "The management API. Without it the profile says, or the local edge is used.",
        "POLYSCALE_TOKEN": "An API key. It is preferred to all stored ones, and the keyring is not asked.",
        "POLYSCALE_PROFILE": "The profile to use.",
        "POLYSCALE_CACHE": "The cache of commands that name none.",
        "POLYSCALE_AUTOSTART": "0 forbids commands to start the local edge.",
        "POLYSCALE_KEYRING": "auto, off or required.",
        "POLYSCALE_CONFIG_DIR": "Where profiles and stored tokens are.",
        "POLYSCALE_TIMEOUT": "Seconds to wait for the API.",
        "POLYSCALE_CA_BUNDLE": "Certificate authorities for the API (PEM); else SSL_CERT_FILE, else the system's.",
    },
    "The database": {
        "POLYSCALE_DB_USER": "The user that connection strings are written for.",
        "POLYSCALE_DB_PASSWORD": "Its password.",
        "POLYSCALE_DB_NAME": "The database's name.",
    },
    "Answers": {
        "POLYSCALE_OUTPUT": "The form of answers, as --output.",
        "POLYSCALE_NO_INPUT": "1 never asks, as --no-input.",
        "POLYSCALE_DEBUG": "1 shows requests and tracebacks on stderr, with secrets masked.",
        "NO_COLOR": "Anything but empty: no colour.",
        "FORCE_COLOR": "Anything but 0: colour without a terminal. So does CLICOLOR_FORCE.",
        "CI": "Set by CI systems: no questions, no spinner, and no edge is started.",
    },
    "The edge that this machine runs": {
        "POLYSCALE_STATE_DIR": "Where it keeps its state.",
        "POLYSCALE_HOST": "The address that it listens on; else loopback.",
        "POLYSCALE_HTTP_PORT": "The port of its API.",
        "POLYSCALE_POSTGRES_PORT": "The port for Postgres.",
        "POLYSCALE_MYSQL_PORT": "The port for MySQL.",
        "POLYSCALE_MARIADB_PORT": "The port for MariaDB.",
        "POLYSCALE_MEMORY": "Memory for all answers together, such as 256MiB.",
        "POLYSCALE_ENTRY_LIMIT": "The largest answer to keep, such as 1MiB.",
        "POLYSCALE_DRAIN_SECONDS": "How long statements in flight may finish when it stops.",
        "POLYSCALE_TLS_CERT": "The certificate chain that it shows clients (PEM).",
        "POLYSCALE_TLS_KEY": "The private key of that (PEM).",
        "POLYSCALE_LOG_LEVEL": "debug, info, warning or error.",
        "POLYSCALE_SQL_CONNECTIONS": "SQL over HTTP: connections for each cache, user and database.",
        "POLYSCALE_SQL_IDLE_SECONDS": "When an unused one is closed.",
        "POLYSCALE_SQL_QUEUE": "Requests that may wait for one.",
        "POLYSCALE_SQL_QUEUE_SECONDS": "How long they may wait.",
        "POLYSCALE_SQL_TIMEOUT": "How long a statement may take.",
        "POLYSCALE_SQL_REQUESTS_PER_MINUTE": "Requests of one cache; more get 429.",
        "POLYSCALE_SQL_ORIGINS": "Web pages that may ask from a browser (CORS), separated by commas.",
    },
}

_FORMATTING = """\
stdout carries the answer and nothing else. Notes, warnings, questions, progress and errors go to stderr.

-o, --output FORM, or POLYSCALE_OUTPUT, chooses the form; --json is short for -o json:

  table   for people. Without a terminal: plain.
  plain   a line for each row, tabs between the cells, no titles.
  json    one envelope, for errors as well:
          {"polyscale_result_version": "1", "command": "cache list",
           "status": "success", "data": [...], "errors": [], "next_steps": []}
          status is success, partial (an answer, and something wrong with it)
          or error. Keys are only ever added while the version stays.
  jsonl   a line of JSON for each row of the data; an envelope on one line when
          something is wrong.
  csv     the data, with titles.

Keys are snake_case, times RFC 3339 in UTC, ids text, durations milliseconds. An error has a code for programs,
and message, why and fix for people.

--fields NAME,... keeps these fields of a list, in every form; --field NAME prints one field of one thing as a
bare line. -q prints ids alone, and no notes.

Colour: --color or --no-color, else NO_COLOR, else FORCE_COLOR or CLICOLOR_FORCE, else whether a terminal reads;
TERM=dumb has none. Control characters in text from elsewhere are shown, never sent to the terminal.

Examples:

  polyscale cache list -o json | jq -r '.data[].name'
  polyscale cache list --fields name,host -o csv
  polyscale cache show shop --field metrics.hits
"""

_CI = """\
With CI set (all usual systems do), or --no-input, nothing is asked and no edge is started. Point at yours with
two variables:

  POLYSCALE_API_URL=https://edge.example.com:10000
  POLYSCALE_TOKEN=psc_...     a key that may only purge is enough to purge

After a migration or an import that went around the edge:

  polyscale purge shop

purge needs no confirmation without a terminal, may be repeated, and succeeds when there is nothing to purge.
delete wants --yes. Exit codes tell why something failed (polyscale help exit-codes); 6 is worth another try.

On GitHub Actions, secrets are masked before they can be printed, a failure is an annotation, purge writes outputs and a
row of the step summary, and nobody else's text can be a workflow command; --no-github switches that off.

Answers for programs: -o json. Secrets are never printed unless they are the answer (connstr, env print, edge token).
"""


def environment() -> str:
    """All variables and what they are for."""
    parts = ["An empty variable is an unset one. Options win over variables, variables over files."]
    for group, variables in VARIABLES.items():
        rows = [_row(name, about) for name, about in variables.items()]
        parts.append("\n".join([f"{group}:", *rows]))
    return "\n\n".join([fill(parts[0], WIDTH), *parts[1:]])


def exit_codes() -> str:
    """All exit codes and what they mean."""
    return "\n".join(f"{code:>5}  {meaning}" for code, meaning in EXIT_CODES.items())


def formatting() -> str:
    """How answers are printed."""
    return _wrapped(_FORMATTING)


def ci() -> str:
    """What is different where nobody is there to answer."""
    return _wrapped(_CI)


TOPICS: dict[str, tuple[str, Callable[[], str]]] = {
    "environment": ("The environment variables that polyscale reads.", environment),
    "exit-codes": ("What the exit codes mean.", exit_codes),
    "formatting": ("Forms of output, for people and for programs.", formatting),
    "ci": ("Use in continuous integration.", ci),
}


def _row(name: str, about: str) -> str:
    return fill(about, WIDTH, initial_indent=f"  {name:<{_COLUMN}}", subsequent_indent=" " * (_COLUMN + 2))


def _wrapped(text: str) -> str:
    """Paragraphs filled; what is indented stays as it is."""
    blocks = text.strip("\n").split("\n\n")
    return "\n\n".join(block if block.startswith(" ") else fill(block, WIDTH) for block in blocks)
