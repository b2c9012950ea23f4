"""A chart stands as its figures say, the first day where reading begins, and nothing is drawn of nothing."""

from __future__ import annotations

import pytest

from include.console.charts import BAR, WIDTH, Column, chart, share

PARTS = [("business", "Business"), ("personal", "Personal")]


def columns(*values: tuple[int, ...]) -> list[Column]:
    return [Column(f"{place}", f"day {place}", each) for place, each in enumerate(values)]


def test_the_parts_of_a_column_stand_on_each_other_in_the_proportion_of_their_figures() -> None:
    drawn = chart(columns((30, 10)), PARTS, number=str)
    assert drawn is not None
    below, above = drawn.shapes
    assert (below.part, above.part) == ("business", "personal")
    assert below.height == pytest.approx(3 * above.height, abs=0.3)
    assert above.y + above.height == pytest.approx(below.y, abs=0.2)
    assert below.x == above.x


@pytest.mark.parametrize(("top", "lines"), [(1, "0 1"), (3, "0 1 2 3"), (9, "0 5 10"), (81, "0 50 100"),
                                            (7_000_000, "0 2000000 4000000 6000000 8000000")])  # fmt: skip
def test_the_lines_are_round_numbers_that_reach_the_highest_column(top: int, lines: str) -> None:
    drawn = chart(columns((top, 0)), PARTS, number=str)
    assert drawn is not None
    assert " ".join(line.text for line in drawn.heights) == lines
    assert min(shape.y for shape in drawn.shapes) >= drawn.heights[-1].at


def test_in_arabic_the_first_day_stands_at_the_right_and_the_numbers_beside_it() -> None:
    english, arabic = (chart(columns((5, 0), (1, 0)), PARTS, number=str, from_the_right=rtl) for rtl in (False, True))
    assert english is not None
    assert arabic is not None
    (first, second), (mirrored, _) = english.shapes, arabic.shapes
    assert first.x < second.x
    assert mirrored.x == pytest.approx(WIDTH - first.x - first.width, abs=0.2)
    assert (english.anchor, arabic.anchor) == ("end", "start")
    assert arabic.beside > arabic.end - 1


def test_of_many_columns_only_some_bear_their_name_and_none_is_outside() -> None:
    drawn = chart(columns(*[(place, 1) for place in range(31)]), PARTS, number=str)
    assert drawn is not None
    assert len(drawn.columns) == 31
    assert len(drawn.names) <= 8
    assert all(shape.x >= 0 and shape.x + shape.width <= WIDTH for shape in drawn.shapes)


def test_nothing_is_drawn_of_nothing_and_no_part_without_a_figure() -> None:
    assert chart([], PARTS, number=str) is None
    assert chart(columns((0, 0)), PARTS, number=str) is None
    drawn = chart(columns((4, 0)), PARTS, number=str)
    assert drawn is not None
    assert [shape.part for shape in drawn.shapes] == ["business"]
    assert [part.total for part in drawn.parts] == [4, 0]


@pytest.mark.parametrize("rtl", [False, True])
def test_a_bar_is_shared_out_whole(rtl: bool) -> None:
    shapes = share([("business", 1), ("personal", 0), ("undetermined", 3)], from_the_right=rtl)
    assert [(shape.part, shape.width) for shape in shapes] == [("business", BAR / 4), ("undetermined", BAR * 3 / 4)]
    assert [shape.x for shape in shapes] == ([750, 0] if rtl else [0, 250])
    assert share([("business", 0)]) == ()
