"""Which form the values of a type have in JSON, by the type's OID.

The types that PostgreSQL itself brings have OIDs that never change; of others the catalog must be asked once, for only
it tells an array from what merely looks like one. Columns of a domain come with the OID of its base type; elements of
an array may be of a domain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from polyscale_cli.edge.serverless.postgres import values
from polyscale_cli.edge.serverless.postgres.arrays import array_of
from polyscale_cli.edge.serverless.postgres.values import Convert

FIRST_UNKNOWN = 10_000
"""OIDs below are assigned by hand in PostgreSQL's sources (manual, section 74.2.2), and mean the same everywhere."""

BOX = 603

_FORMS: dict[int, Convert] = {
    **{16: values.boolean, 17: values.binary},
    **dict.fromkeys((21, 23, 26), values.verbatim),  # int2, int4, oid
    **dict.fromkeys((700, 701), values.floating),
    **dict.fromkeys((20, 1700, 2950), values.plain),  # int8, numeric, uuid
    **dict.fromkeys((1082, 1083, 1114, 1184, 1186, 1266), values.plain),  # date, time, timestamp, interval
    **dict.fromkeys((114, 3802), values.verbatim),  # json, jsonb
}

# Array types and their elements' (pg_type.dat), of PostgreSQL 9.2 to 18.
_ELEMENTS = {
    int(array): int(element)
    for array, _, element in (
        pair.partition(":")
        for pair in (
            "143:142 199:114 210:71 270:75 271:5069 272:81 273:83 629:628 651:650 719:718 775:774 791:790 1000:16"
            " 1001:17 1002:18 1003:19 1005:21 1006:22 1007:23 1008:24 1009:25 1010:27 1011:28 1012:29 1013:30"
            " 1014:1042 1015:1043 1016:20 1017:600 1018:601 1019:602 1020:603 1021:700 1022:701 1027:604 1028:26"
            " 1034:1033 1040:829 1041:869 1115:1114 1182:1082 1183:1083 1185:1184 1187:1186 1231:1700 1263:2275"
            " 1270:1266 1561:1560 1563:1562 2201:1790 2207:2202 2208:2203 2209:2204 2210:2205 2211:2206 2287:2249"
            " 2949:2970 2951:2950 3221:3220 3643:3614 3644:3642 3645:3615 3735:3734 3770:3769 3807:3802 3905:3904"
            " 3907:3906 3909:3908 3911:3910 3913:3912 3927:3926 4073:4072 4090:4089 4097:4096 4192:4191 5039:5038"
            " 6150:4451 6151:4532 6152:4533 6153:4534 6155:4535 6157:4536"
        ).split()
    )
}

_BUILT_IN: dict[int, Convert] = {
    **_FORMS,
    **{
        array: array_of(_FORMS.get(element, values.text), b";" if element == BOX else b",")
        for array, element in _ELEMENTS.items()
    },
}


_QUESTION = b"""\
SELECT t.oid, CASE WHEN t.typtype = 'd' THEN t.typbasetype END AS base,
CASE WHEN t.typinput = 'pg_catalog.array_in'::pg_catalog.regproc THEN t.typelem END AS element,
e.typdelim AS delimiter
FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
WHERE t.oid IN (%b)"""


class Forms:
    """The forms of a database's types, as far as one connection has met them.

    An OID is never given to another type while it is connected, and what type it is an array of never changes.
    """

    def __init__(self) -> None:
        self._learnt: dict[int, Convert] = {}
        self._bases: dict[int, int] = {}
        self._elements: dict[int, tuple[int, bytes]] = {}

    def unknown(self, oids: Iterable[int]) -> set[int]:
        """Give the types of which the catalog must be asked before values of these can be converted."""
        return {oid for each in oids if (oid := self._end_of(each)) >= FIRST_UNKNOWN and oid not in self._learnt}

    def convert(self, oid: int) -> Convert:
        """Give a type's converter; one of which nothing is known is converted as text."""
        if oid < FIRST_UNKNOWN:
            return _BUILT_IN.get(oid, values.text)
        found = self._learnt.get(oid)
        if found is None and oid in self._bases:
            found = self.convert(self._bases[oid])
        elif found is None and oid in self._elements:
            element, delimiter = self._elements[oid]
            found = array_of(self.convert(element), delimiter)
        return found or values.text

    def learn(self, asked: Iterable[int], document: bytes) -> None:
        """Take the answer to ``question(asked)``; a type that is not in it is converted as text from now on."""
        told = set()
        for row in json.loads(document):
            oid = row["oid"]
            if row["base"] is not None:
                self._bases[oid] = row["base"]
            elif row["element"] is not None:
                self._elements[oid] = (row["element"], row["delimiter"].encode())
            else:
                continue
            told.add(oid)
        self._learnt.update(dict.fromkeys(set(asked) - told, values.text))

    def _end_of(self, oid: int) -> int:
        """Follow domains and arrays to the type that their form depends on."""
        while oid not in self._learnt and (oid in self._bases or oid in self._elements):
            oid = self._bases[oid] if oid in self._bases else self._elements[oid][0]
        return oid


def question(oids: Iterable[int]) -> bytes:
    """Write the query for what ``Forms.learn`` takes: type, a domain's base, a true array's element, its delimiter."""
    return _QUESTION % ", ".join(map(str, sorted(oids))).encode()
