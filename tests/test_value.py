"""Values are what their fields say, and refuse what is none."""

from __future__ import annotations

import pytest

from polyscale_cli.value import Value


class Point(Value):
    """A value with a default, and a field that is worked out."""

    x: int
    y: int = 2

    @property
    def both(self) -> int:
        """Their sum."""
        return self.x + self.y


class Other(Value):
    """The same fields as a point, and no point."""

    x: int
    y: int = 2


def test_fields_are_taken_by_place_and_by_name_and_have_defaults() -> None:
    assert Point(1) == Point(1, 2) == Point(y=2, x=1)
    assert (Point(1, y=5).x, Point(1, y=5).y, Point(1, 5).both) == (1, 5, 6)


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"x": 1}), ((1,), {"z": 1})],
    ids=["missing", "too many", "twice", "none"],
)
def test_fields_that_do_not_fit_are_refused(values: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point takes"):
        Point(*values, **named)


def test_a_value_is_equal_to_its_like_alone_and_hashes_alike() -> None:
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)
    assert Point(1) != (1, 2)
    assert {Point(1), Point(1, 2)} == {Point(y=2, x=1)}


def test_a_value_cannot_be_changed() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="cannot be changed"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del point.x
    assert point.replace(x=2) == Point(2)
    assert point == Point(1)


def test_a_value_shows_its_fields_in_their_order() -> None:
    assert repr(Point(y=3, x=1)) == "Point(x=1, y=3)"
    assert list(Point(y=3, x=1).as_dict().items()) == [("x", 1), ("y", 3)]


def test_a_value_is_matched_by_place_and_by_name() -> None:
    match Point(1):
        case Point(x, y=y):
            assert (x, y) == (1, 2)
