"""The response to one request: its results become JSON as they come (manual, sections 55.2.2 and 55.2.3)."""

from __future__ import annotations

import re

from polyscale_cli.edge.serverless.backend import QueryFailed, not_utf8
from polyscale_cli.edge.serverless.postgres.failures import query_failed
from polyscale_cli.edge.serverless.postgres.forms import Forms
from polyscale_cli.edge.serverless.postgres.rows import Column, RowReader, read_columns
from polyscale_cli.edge.wire.postgres import messages as m

# Tags that count rows (manual, section 55.7, CommandComplete), of statements that gave none back.
_AFFECTED = re.compile(rb"(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)\0")

_NO_COPY = "COPY FROM STDIN and COPY TO STDOUT cannot be used over HTTP: neither requests nor answers have a stream"
FEATURE_NOT_SUPPORTED = "0A000"


class Response:
    """Takes the messages that answer what was sent at once, up to the last ReadyForQuery.

    Args:
        forms: knows the columns' types; where it must ask the catalog first, rows are kept as they came.
        is_extended: it was a request of the extended protocol, and has sent its Sync.
        requests: how many were sent.

    Attributes:
        error: the first of the statement's own.
        status: of the transaction; None until the answer is complete.
        is_unwanted: what still comes is of no use to anybody; the statement should be cancelled.
    """

    def __init__(self, forms: Forms, *, is_extended: bool, requests: int = 1) -> None:
        self._forms = forms
        self._is_extended = is_extended
        self._awaited = requests
        self._documents: list[_Result | bytes] = []
        self._result: _Result | None = None
        self.error: QueryFailed | None = None
        self.status: int | None = None
        self.is_unwanted = False

    def rows(self, data: bytes, pos: int) -> int:
        """Take the whole DataRows at ``pos``. Returns where the first thing begins that is none.

        Raises:
            struct.error, TypeError, ValueError: they are not rows of what was described before.
        """
        if self._result is None:
            raise ValueError("a row before its description")
        try:
            return self._result.read(data, pos)
        except QueryFailed as error:
            self.give_up(error)
            return _end_of_rows(data, pos)

    def take(self, code: int, body: bytes) -> bytes:
        """Take any other message; give what is to be answered.

        Raises:
            struct.error, ValueError: it is cut short.
        """
        if code == m.ROW_DESCRIPTION:
            self._result = _Result(read_columns(body), self._forms)
        elif code == m.COMMAND_COMPLETE:
            self._complete(body)
        elif code == m.ERROR_RESPONSE:
            self.error = self.error or query_failed(m.error_fields(body))
        elif code == m.COPY_IN_RESPONSE:
            self.give_up(QueryFailed(FEATURE_NOT_SUPPORTED, _NO_COPY), cancel=False)
            # The Sync that is sent already was part of what is copied (section 55.2.3).
            return m.copy_fail(_NO_COPY) + (m.SYNC_MESSAGE if self._is_extended else b"")
        elif code == m.COPY_OUT_RESPONSE:
            self.give_up(QueryFailed(FEATURE_NOT_SUPPORTED, _NO_COPY))
        elif code == m.PARAMETER_STATUS:
            name, value, *_ = body.split(b"\0")
            if name == b"client_encoding" and value.upper() != b"UTF8":
                self.give_up(not_utf8(), cancel=False)
        elif code == m.READY_FOR_QUERY:
            self._awaited -= 1
            if not self._awaited:
                self.status = body[0]
        return b""

    def give_up(self, why: QueryFailed, *, cancel: bool = True) -> None:
        """Let the answer be this error, and forget what has come of it."""
        self.error = self.error or why
        self.is_unwanted = self.is_unwanted or cancel
        self._documents.clear()
        self._result = None

    def unknown_types(self) -> set[int]:
        """Give the types of which the catalog must be asked before there can be a document."""
        results = (one for one in self._documents if isinstance(one, _Result))
        return self._forms.unknown(column.type for result in results for column in result.columns)

    def document(self) -> bytes:
        """Give the JSON document: an array of rows, or of such arrays where there were several statements."""
        found = [one if isinstance(one, bytes) else one.document(self._forms) for one in self._documents]
        if len(found) == 1:
            return found[0]
        return b"[" + b",".join(found) + b"]"

    def _complete(self, tag: bytes) -> None:
        result, self._result = self._result, None
        if self.error is not None:
            return
        if result is not None:
            self._documents.append(result if result.waits else result.document(self._forms))
            return
        affected = _AFFECTED.fullmatch(tag)
        self._documents.append(b'[{"affectedRows":%d}]' % int(affected[1]) if affected else b"[]")


class _Result:
    """One result set: rows in JSON, or as they came while a column's type is not known."""

    def __init__(self, columns: list[Column], forms: Forms) -> None:
        self.columns = columns
        self.waits = bool(forms.unknown(column.type for column in columns))
        self._reader = RowReader(columns, forms)
        self._done: list[bytes] = []
        self._raw: list[bytes] = []

    def read(self, data: bytes, pos: int) -> int:
        if self.waits:
            end = _end_of_rows(data, pos)
            self._raw.append(data[pos:end])
            return end
        return self._convert(data, pos)

    def _convert(self, data: bytes, pos: int) -> int:
        rows: list[str] = []
        try:
            end = self._reader.read(data, pos, rows)
        except UnicodeDecodeError:
            raise not_utf8() from None
        if rows:
            self._done.append(",".join(rows).encode())
        return end

    def document(self, forms: Forms) -> bytes:
        """Give an array of its rows; the types' forms must be known by now."""
        if self.waits:
            self.waits = False
            self._reader = RowReader(self.columns, forms)
            for data in self._raw:
                self._convert(data, 0)
            self._raw.clear()
        return b"[" + b",".join(self._done) + b"]"


def _end_of_rows(data: bytes, pos: int) -> int:
    """Find where the whole DataRows at ``pos`` end."""
    size = len(data)
    while size - pos >= 5 and data[pos] == m.DATA_ROW:
        end = pos + 1 + int(m.LENGTH.unpack_from(data, pos + 1)[0])
        if end > size:
            break
        pos = end
    return pos
