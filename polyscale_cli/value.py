"""Immutable values whose classes cost next to nothing to declare.

A command declares some thirty kinds of values before it does anything. `typing.NamedTuple` writes and compiles a method
and checks every annotation for each (1 million instructions), a frozen dataclass twice that; here a declaration is a
class statement and nothing else (0.07 million). Type checkers take a subclass for a frozen dataclass (PEP 681).
"""

from __future__ import annotations

from inspect import get_annotations
from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Value:
    """What its fields say, and nothing more: equal to another of its class with equal fields, and never changed.

    Fields are the annotations of the class itself, in their order; what is assigned there is a default. Subclasses
    are not subclassed again.

    Raises:
        TypeError: a field is missing, given twice, or none.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(get_annotations(cls))
        type.__setattr__(cls, "__match_args__", cls._fields)

    def __init__(self, *values: Any, **named: Any) -> None:
        cls = type(self)
        names = cls._fields
        given = dict(zip(names, values, strict=False))
        if len(values) > len(names) or given.keys() & named.keys() or not named.keys() <= set(names):
            raise TypeError(f"{cls.__name__} takes {', '.join(names)}, each once")
        given |= named
        for name in names:
            if name not in given:
                if not hasattr(cls, name):
                    raise TypeError(f"{cls.__name__} takes a {name}")
                given[name] = getattr(cls, name)
        self.__dict__.update((name, given[name]) for name in names)

    def replace(self, **changes: Any) -> Self:
        """The same but for these fields."""
        return type(self)(**{**self.__dict__, **changes})

    def as_dict(self) -> dict[str, Any]:
        """The fields by their names, in their order."""
        return dict(self.__dict__)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"
