"""RowDescription and DataRows to JSON objects (manual, section 55.7).

Each result set has its converters chosen once, and one format string that every row is poured into: no dictionary and
no copy for each row.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring

from polyscale_cli.edge.serverless.columns import unique_names
from polyscale_cli.edge.serverless.postgres.forms import Forms
from polyscale_cli.edge.wire.postgres.messages import DATA_ROW

_COUNT = struct.Struct(">H").unpack_from
_LENGTH = struct.Struct(">i").unpack_from
_TYPE = struct.Struct(">6xI8x")
_HEADER_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a RowDescription: its name, and its type's OID."""

    name: str
    type: int


def read_columns(body: bytes) -> list[Column]:
    """Read a RowDescription.

    Raises:
        struct.error, ValueError: it is cut short.
    """
    columns = []
    at = 2
    for _ in range(_COUNT(body)[0]):
        end = body.index(b"\0", at)
        (oid,) = _TYPE.unpack_from(body, end + 1)
        columns.append(Column(body[at:end].decode("utf-8", "replace"), oid))
        at = end + 1 + _TYPE.size
    return columns


class RowReader:
    """Makes JSON objects of the rows of one result set.

    Args:
        columns: of the result set; of two with one name, the second is given another (``unique_names``).
        forms: knows the columns' types.
    """

    def __init__(self, columns: Sequence[Column], forms: Forms) -> None:
        self._converters = [forms.convert(column.type) for column in columns]
        names = (encode_basestring(name).replace("%", "%%") for name in unique_names(c.name for c in columns))
        self._row = "{" + ",".join(f"{name}:%s" for name in names) + "}"

    def read(self, data: bytes, pos: int, into: list[str]) -> int:
        """Convert the whole DataRows at ``pos``. Returns where the first thing begins that is none.

        Raises:
            struct.error, TypeError, ValueError: a row has other columns than were described.
        """
        size = len(data)
        converters, row = self._converters, self._row
        while size - pos > _HEADER_LENGTH and data[pos] == DATA_ROW:
            end = pos + 1 + _LENGTH(data, pos + 1)[0]
            if end > size:
                break
            at = pos + 7
            fields = []
            for convert in converters:
                (length,) = _LENGTH(data, at)
                at += 4
                if length < 0:
                    fields.append("null")
                else:
                    fields.append(convert(data[at : at + length]))
                    at += length
            if at != end:
                raise ValueError("a row of other columns than were described")
            into.append(row % tuple(fields))
            pos = end
        return pos
