"""Turn a result into text on stdout, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output.console import Console
from polyscale_cli.output.envelope import dumps, envelope, failure
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.result import Fields, Json, Line, Lines, Result, Spread, Table, View
from polyscale_cli.output.streams import can_encode, silence
from polyscale_cli.output.text import clean, clean_lines


def show(result: Result, *, command: str, form: OutputForm, console: Console) -> None:
    """Print the answer on stdout, then its notes, problems and next steps on stderr.

    Raises PolyscaleError when stdout does not take the answer, BrokenPipeError when nobody reads it any more.
    """
    with _writing(console):
        _answer(result, command, form, console)
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
        with _writing(console):
            _say_json(_wrapped(command, failure(error), console), form, console)
            console.out.flush()
    else:
        console.error(error)


@contextmanager
def _writing(console: Console) -> Iterator[None]:
    """Turn what stdout says into an error for people; that its reader left is left to the boundary."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(console.out)
        raise PolyscaleError(
            f"The answer could not be written: {error.strerror or error}.",
            fix="What was asked for is done; only its answer is lost. See where stdout leads.",
            code="OUTPUT_FAILED",
        ) from error


def _answer(result: Result, command: str, form: OutputForm, console: Console) -> None:
    if form is OutputForm.JSON:
        _say_json(_wrapped(command, result, console), form, console)
    elif form is OutputForm.JSONL:
        _show_jsonl(result, command, console)
    elif form is OutputForm.CSV:
        _show_csv(result.data, console)
    elif console.quiet and result.ids is not None:
        for identifier in result.ids:
            console.answer(identifier)
    else:
        _show_view(result, form, console)


def _show_view(result: Result, form: OutputForm, console: Console) -> None:
    view = result.view
    if isinstance(view, Table) and not view.rows:
        if view.empty:
            console.note(view.empty)
    elif isinstance(view, Table | Fields | Spread) and form is OutputForm.TABLE and console.out_is_terminal:
        from polyscale_cli.output.tables import print_fields, print_spread, print_table

        if isinstance(view, Table):
            print_table(view, console)
        elif isinstance(view, Fields):
            print_fields(view, console)
        else:
            print_spread(view, console)
    else:
        for line in _plain(view):
            if isinstance(view, Line | Lines) and not can_encode(console.out, line):
                raise PolyscaleError(
                    f"The answer has characters that {console.out.encoding} cannot carry.",
                    why="Replacing them would make it something else.",
                    fix="Set PYTHONIOENCODING=utf-8, or ask for --json, which can escape them.",
                    code="OUTPUT_ENCODING",
                )
            console.answer(line)


def _plain(view: View) -> Iterator[str]:
    """The view as lines: tabs between cells and no heading, so that ``cut`` and ``while read`` work."""
    match view:
        case Line(text):
            yield text
        case Lines(lines):
            yield from lines
        case Table(rows=rows):
            for row in rows:
                yield "\t".join(clean(cell) for cell in row)
        case Spread(table, _):
            yield from _plain(table)
        case Fields(pairs):
            for label, value in pairs:
                yield f"{label}\t{clean(value)}"


def _show_jsonl(result: Result, command: str, console: Console) -> None:
    form = OutputForm.JSONL
    if result.status != "success":
        _say_json(_wrapped(command, result, console), form, console)
    elif isinstance(result.data, Sequence) and not isinstance(result.data, str):
        for row in result.data:
            _say_json(row, form, console)
    else:
        _say_json(result.data, form, console)


def _say_json(value: Json, form: OutputForm, console: Console) -> None:
    indent = None if form is OutputForm.JSONL else 2
    text = dumps(value, indent=indent)
    console.answer(text if can_encode(console.out, text) else dumps(value, indent=indent, only_ascii=True))


def _show_csv(data: Json, console: Console) -> None:
    import csv

    rows = data if isinstance(data, Sequence) and not isinstance(data, str) else [data]
    writer = csv.writer(console.out, lineterminator="\n")
    heading: list[str] | None = None
    for row in rows:
        if isinstance(row, Mapping):
            if heading is None:
                heading = list(row)
                writer.writerow(heading)
            writer.writerow([_csv_cell(row.get(key)) for key in heading])
        elif row is not None:
            writer.writerow([_csv_cell(row)])


def _csv_cell(value: Json) -> str:
    if value is None:
        return ""
    return clean_lines(value) if isinstance(value, str) else dumps(value, indent=None)


def _wrapped(command: str, result: Result, console: Console) -> dict[str, Json]:
    """The envelope; what it says beside the answer itself holds no secret."""
    made = envelope(command, result)
    return {**made, **{key: _redacted(made[key], console) for key in ("errors", "next_steps")}}


def _redacted(value: Json, console: Console) -> Json:
    if isinstance(value, str):
        return console.redact(value)
    if isinstance(value, Mapping):
        return {key: _redacted(item, console) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_redacted(item, console) for item in value]
    return value
