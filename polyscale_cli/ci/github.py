"""GitHub Actions: masks, annotations, outputs and the summary of a step.

Commands to the runner go to stderr, which it reads as it reads stdout, so that ``X=$(polyscale connstr)`` stays clean.
Their form is that of GitHub's own toolkit (``@actions/core``, command.ts and file-command.ts).
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote

from polyscale_cli.ci.harmless import HarmlessStream
from polyscale_cli.output.streams import silence
from polyscale_cli.output.text import brief, clean

if TYPE_CHECKING:
    from polyscale_cli.context import AppContext
    from polyscale_cli.output.result import Json, Problem, Result

OUTPUT = "GITHUB_OUTPUT"
SUMMARY = "GITHUB_STEP_SUMMARY"
SHORTEST_MASK = 4  # the runner would replace a shorter one in half of the log


class Workflow:
    """The step that a command runs in."""

    def __init__(self, app: AppContext) -> None:
        self._app = app
        self._runner: TextIO = app.console.err

    @classmethod
    def attach(cls, app: AppContext) -> Workflow:
        """Guard both streams of a command, and mask every secret as soon as it is known."""
        workflow = cls(app)
        console = app.console
        console.out = HarmlessStream.around(console.out, is_json=lambda: app.form.is_json)
        console.err = HarmlessStream.around(console.err, is_json=lambda: False)
        console.redact.on_learn = workflow.mask
        return workflow

    def mask(self, secret: str) -> None:
        """Have the runner hide a secret, as it is and as URLs have it, from here on."""
        forms = dict.fromkeys((secret, quote(secret, safe="")))
        lines = dict.fromkeys(line for form in forms for line in form.splitlines())
        for line in lines:
            if len(line) >= SHORTEST_MASK:
                self._tell(f"::add-mask::{_data(line)}")

    def failed(self, problem: Problem) -> None:
        """Annotate the run with an error."""
        text = " ".join(part for part in (problem.message, problem.why, problem.fix) if part)
        title = f"polyscale {self._app.command}".strip()
        said = clean(brief(self._app.console.redact(text)))
        self._tell(f"::error title={_property(clean(title))}::{_data(said)}")

    def finished(self, result: Result) -> None:
        """Give the step's outputs and its summary, and annotate what went wrong."""
        for problem in result.errors:
            self.failed(problem)
        outputs = outputs_of(self._app.command, result)
        if outputs:
            self._append(OUTPUT, "".join(_heredoc(name, value) for name, value in outputs.items()))
        rows = summary_of(self._app.command, result)
        if rows:
            self._append(SUMMARY, "".join(f"{row}\n" for row in rows) + "\n")

    def _tell(self, line: str) -> None:
        try:
            self._runner.write(f"{line}\n")
            self._runner.flush()
        except OSError:
            # Nobody reads there; what was asked for is done all the same.
            silence(self._runner)

    def _append(self, variable: str, text: str) -> None:
        path = self._app.environ.get(variable)
        if not path:
            return
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(self._app.console.redact(text))
        except OSError as error:
            self._app.console.warn(f"{variable} cannot be written: {error.strerror or error}.")


def outputs_of(command: str, result: Result) -> dict[str, str]:
    """What later steps may use: of a purge how many entries went and the ids of the caches, of a new cache its id."""
    data = result.data
    if not isinstance(data, Mapping):
        return {}
    if command == "cache purge":
        ids = "\n".join(_text(cache.get("id")) for cache in _rows(data.get("caches")))
        return {"purged": _text(data.get("purged")), "cache_id": ids}
    cache = data.get("cache")
    if command == "cache create" and isinstance(cache, Mapping):
        return {"cache_id": _text(cache.get("id"))}
    return {}


def summary_of(command: str, result: Result) -> list[str]:
    """The lines of Markdown that show what a purge did."""
    data = result.data
    if command != "cache purge" or not isinstance(data, Mapping):
        return []
    count = "would_purge" if data.get("dry_run") else "purged"
    heading = "Would be purged" if data.get("dry_run") else "Entries purged"
    rows = [f"| Cache | {heading} | Tables |", "| --- | ---: | --- |"]
    for cache in _rows(data.get("caches")):
        tables = ", ".join(_cell(_text(table.get("name"))) for table in _rows(cache.get("tables"))) or "all"
        outcome = _text(cache.get(count)) if cache.get("error") is None else "failed"
        rows.append(f"| {_cell(_text(cache.get('name')))} | {_cell(outcome)} | {tables} |")
    return rows


def _rows(value: Json) -> list[Mapping[str, Json]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [row for row in value if isinstance(row, Mapping)]


def _text(value: Json) -> str:
    return "" if value is None else str(value)


def _cell(text: str) -> str:
    """Text in a cell of a table, where Markdown and HTML mean nothing."""
    plain = html.escape(clean(text), quote=False)
    return "".join(f"\\{one}" if one in "\\`*_{}[]()#+!|~@" else one for one in plain)


def _heredoc(name: str, value: str) -> str:
    end = f"polyscale_{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
