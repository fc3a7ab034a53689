"""Turn a result into text on stdout, in the form that was asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output.console import Console
from polyscale_cli.output.envelope import dumps, envelope, failure
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.result import Fields, Json, Line, Lines, Result, Table, View
from polyscale_cli.output.text import clean


def show(result: Result, *, command: str, form: OutputForm, console: Console) -> None:
    """Print the answer on stdout, then its notes, problems and next steps on stderr."""
    if form is OutputForm.JSON:
        console.answer(dumps(envelope(command, result)))
    elif form is OutputForm.JSONL:
        _show_jsonl(result, command, console)
    elif form is OutputForm.CSV:
        console.out.write(_csv(result.data))
    elif console.quiet and result.ids is not None:
        for identifier in result.ids:
            console.answer(identifier)
    else:
        _show_view(result, form, console)
    console.out.flush()
    for note in result.notes:
        console.note(note)
    if form.is_json:
        return
    for problem in result.errors:
        console.error(PolyscaleError(problem.message, why=problem.why, fix=problem.fix, code=problem.code))
    if result.next_steps:
        console.note("Next:")
        for step in result.next_steps:
            console.note(f"  {step}")


def show_error(error: PolyscaleError, *, command: str, form: OutputForm, console: Console) -> None:
    """Print an error: an envelope on stdout for programs, sentences on stderr for people."""
    if form.is_json:
        wrapped = _redacted(envelope(command, failure(error)), console)
        console.answer(dumps(wrapped, indent=None if form is OutputForm.JSONL else 2))
        console.out.flush()
    else:
        console.error(error)


def _show_view(result: Result, form: OutputForm, console: Console) -> None:
    view = result.view
    if isinstance(view, Table) and not view.rows:
        if view.empty:
            console.note(view.empty)
    elif isinstance(view, Table | Fields) and form is OutputForm.TABLE and console.out_is_terminal:
        from polyscale_cli.output.tables import print_fields, print_table

        if isinstance(view, Table):
            print_table(view, console)
        else:
            print_fields(view, console)
    else:
        for line in _plain(view):
            console.answer(line)


def _plain(view: View) -> Iterator[str]:
    """The view as lines: tabs between cells and no heading, so that ``cut`` and ``while read`` work."""
    match view:
        case Line(text):
            yield text
        case Lines(lines):
            yield from lines
        case Table(_, rows, _):
            for row in rows:
                yield "\t".join(clean(cell) for cell in row)
        case Fields(pairs):
            for label, value in pairs:
                yield f"{label}\t{clean(value)}"


def _show_jsonl(result: Result, command: str, console: Console) -> None:
    if result.status != "success":
        console.answer(dumps(envelope(command, result), indent=None))
    elif isinstance(result.data, Sequence) and not isinstance(result.data, str):
        for row in result.data:
            console.answer(dumps(row, indent=None))
    else:
        console.answer(dumps(result.data, indent=None))


def _csv(data: Json) -> str:
    rows = data if isinstance(data, Sequence) and not isinstance(data, str) else [data]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    heading: list[str] | None = None
    for row in rows:
        if isinstance(row, Mapping):
            if heading is None:
                heading = list(row)
                writer.writerow(heading)
            writer.writerow([_csv_cell(row.get(key)) for key in heading])
        elif row is not None:
            writer.writerow([_csv_cell(row)])
    return buffer.getvalue()


def _csv_cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return dumps(value, indent=None)


def _redacted(value: Json, console: Console) -> Json:
    if isinstance(value, str):
        return console.redact(value)
    if isinstance(value, Mapping):
        return {key: _redacted(item, console) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_redacted(item, console) for item in value]
    return value
