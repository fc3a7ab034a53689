"""What the databases differ in, as far as placeholders are concerned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from polyscale_cli.edge.wire.tokens import Token


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database's ways.

    Attributes:
        database: what people call it.
        tokens: splits a text; raises BadRequest where the text cannot be followed. Offsets are bytes.
        marker: what stands in a text for the parameter of that number, which counts from 1.
        quote: what a name is quoted with; within one it is doubled.
        has_arrays: whether one parameter can be an array; else each element is a parameter.
        has_question_operators: whether ``?`` can be something else than a parameter's place.
        has_subscripts: whether ``name[1]`` is an element of what ``name`` names.
    """

    database: str
    tokens: Callable[[bytes], Sequence[Token]]
    marker: Callable[[int], str]
    quote: str
    has_arrays: bool
    has_question_operators: bool
    has_subscripts: bool
