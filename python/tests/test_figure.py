# SPDX-License-Identifier: Apache-2.0
"""`Figure`: a number with a unit and a range."""

from __future__ import annotations

import copy
import dataclasses
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import gambrel as gb

TIME = gb.Figure(0.0234, 0.0198, 0.0277, "s")


def test_is_its_value() -> None:
    assert float(TIME) == 0.0234
    assert TIME.to_dict() == {"value": 0.0234, "low": 0.0198, "high": 0.0277, "unit": "s"}
    assert gb.Figure(**TIME.to_dict()) == TIME


@pytest.mark.parametrize(
    ("unit", "value"), [("s", 0.0234), ("ms", 23.4), ("us", 23400), ("ns", 2.34e7), ("min", 0.00039), ("h", 6.5e-6)]
)
def test_times_in_other_units(unit: str, value: float) -> None:
    assert TIME.to(unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("figure_unit", "unit", "value"),
    [
        ("B", "GB", 3e-9),
        ("B", "GiB", 3 / 2**30),
        ("B", "TiB", 3 / 2**40),
        ("B", "TB", 3e-12),
        ("tok/s", "ktok/s", 3e-3),
        ("req/s", "req/min", 180),
        ("$/Mtok", "$/ktok", 3e-3),
        ("J/tok", "mJ/tok", 3e3),
        ("W", "kW", 3e-3),
        ("1", "%", 300),
        ("$/h", "$/h", 3),
        ("tok", "tok", 3),
    ],
)
def test_other_units_of_other_kinds(figure_unit: str, unit: str, value: float) -> None:
    assert gb.Figure(3, 3, 3, figure_unit).to(unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("unit", ["GB", "", "S", "seconds", "tok/s"])
def test_units_of_another_kind_are_refused_with_those_there_are(unit: str) -> None:
    with pytest.raises(gb.Error, match="s, ms, us, ns, h"):
        TIME.to(unit)


@pytest.mark.parametrize(
    "more", [0.024, "24 ms", "24000 us", 1, gb.Figure(1, 1, 1, "s"), Decimal("0.1"), Fraction(1, 9)]
)
def test_compares_with_numbers_text_and_figures(more: object) -> None:
    assert TIME < more
    assert TIME <= more
    assert not TIME > more
    assert not TIME >= more
    assert more > TIME
    assert more >= TIME
    assert not more < TIME


def test_the_value_itself_is_neither_more_nor_less() -> None:
    for same in (0.0234, TIME, gb.Figure(0.0234, 0, 1, "s")):
        assert TIME <= same
        assert TIME >= same
        assert not TIME < same
        assert not TIME > same


def test_sorts_by_value() -> None:
    figures = [gb.Figure(x, 0, 9, "s") for x in (3, 1, 2)]
    assert [f.value for f in sorted(figures)] == [1, 2, 3]
    assert max(figures).value == 3


def test_within_the_range() -> None:
    assert TIME.within(0.0198)
    assert TIME.within("27.7 ms")
    assert TIME.within(TIME)
    assert not TIME.within(0.0197)
    assert not TIME.within("28 ms")


@pytest.mark.parametrize(
    "other",
    [None, "25", "25ms", "a lot", "", "25 GB", "ms 25", [], {}, object(), 1j, b"1", gb.Figure(1, 1, 1, "B"), 10**400],
)
def test_what_is_no_time_is_not_compared(other: object) -> None:
    for compare in (TIME.__lt__, TIME.__le__, TIME.__gt__, TIME.__ge__, TIME.within):
        with pytest.raises(gb.Error):
            compare(other)


def test_numpy_numbers_compare_and_complex_ones_do_not() -> None:
    np = pytest.importorskip("numpy")
    assert TIME < np.float32(0.03)
    assert TIME < np.int64(1)
    with pytest.raises(gb.Error):
        TIME < np.complex64(1)  # noqa: B015
    with pytest.raises(gb.Error):
        TIME < np.array([1.0, 2.0])  # noqa: B015


def test_pint_quantities_are_converted(ureg: Any) -> None:
    assert TIME < 25 * ureg.millisecond
    assert TIME > ureg.Quantity(0.3, "microminute")
    assert gb.Figure(2.0**30, 0, 1e12, "B") <= ureg.Quantity(1, "GiB")
    assert gb.Figure(600.0, 500, 700, "W") < ureg.Quantity(1, "kW")
    assert gb.Figure(5.0, 4, 6, "req/s") > ureg.Quantity(60, "1/min")
    with pytest.raises(gb.Error, match="comparable"):
        TIME < ureg.Quantity(1, "metre")  # noqa: B015
    with pytest.raises(gb.Error, match="pint has no unit tok/s"):
        gb.Figure(1, 1, 1, "tok/s") < ureg.Quantity(1, "1/s")  # noqa: B015


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (TIME, "23.4 ms (19.8 to 27.7)"),
        (gb.Figure(2.5, 2, 3, "s"), "2.50 s (2.00 to 3.00)"),
        (gb.Figure(4.2e-6, 4e-6, 5e-6, "s"), "4.20 us (4.00 to 5.00)"),
        (gb.Figure(2731.95, 2289.9, 3259.4, "tok/s"), "2,732 tok/s (2,290 to 3,259)"),
        (gb.Figure(80.0 * 2**30, 80.0 * 2**30, 80.0 * 2**30, "B"), "80.0 GiB"),
        (gb.Figure(0.298, 0.25, 0.355, "$/Mtok"), "0.298 $/Mtok (0.250 to 0.355)"),
        (gb.Figure(0.5, 0.5, 0.5, "1"), "0.500"),
        (gb.Figure(0, 0, 0, "s"), "0.00 s"),
    ],
)
def test_is_shown_with_three_digits_and_its_range(figure: gb.Figure, shown: str) -> None:
    assert repr(figure) == str(figure) == shown


def test_cannot_be_changed_and_can_be_a_key() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TIME.value = 1  # type: ignore[misc]
    assert {TIME: 1}[copy.deepcopy(TIME)] == 1
    assert TIME != 0.0234  # a figure is equal to a figure: compare with < and >, or its value


def test_counts_are_whole_and_shares_are_not() -> None:
    assert str(gb.Figure(7, 6, 8, "1")) == "7 (6 to 8)"
    assert str(gb.Figure(12000, 12000, 12000, "1")) == "12,000"
    assert str(gb.Figure(0.25, 0.2, 0.3, "1")) == "0.250 (0.200 to 0.300)"


SECOND = gb.Figure(2.0, 1.0, 4.0, "s")


def test_formats_in_the_printed_unit_or_in_another() -> None:
    assert f"{TIME:.1f}" == "23.4 ms"
    assert f"{TIME:.0f us}" == "23400 us"
    assert f"{TIME:.4f s}" == "0.0234 s"
    assert f"{TIME:ms}" == "23.4 ms"
    assert f"{TIME}" == str(TIME) == "23.4 ms (19.8 to 27.7)"
    assert f"{TIME:>30}" == str(TIME).rjust(30)
    assert f"{gb.Figure(12345.6, 1e4, 2e4, 'tok/s'):,.0f}" == "12,346 tok/s"
    assert f"{gb.Figure(0.25, 0.2, 0.3, '1'):.1%}" == "25.0%"
    with pytest.raises(gb.Error, match='"zz" formats no figure in s'):
        format(TIME, "zz")
    with pytest.raises(gb.Error, match="s, ms, us, ns, h"):
        format(TIME, ".1f GB")


def test_rounds_in_the_printed_unit() -> None:
    assert round(gb.Figure(0.02346, 0.01981, 0.02774, "s"), 1).value == pytest.approx(0.0235, rel=1e-12)
    assert round(TIME) == gb.Figure(pytest.approx(0.023), pytest.approx(0.020), pytest.approx(0.028), "s")
    assert math.isinf(round(gb.Figure(1.0, 0.5, math.inf, "s"), 2).high)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (TIME * 2, (0.0468, 0.0396, 0.0554, "s")),
        (2 * TIME, (0.0468, 0.0396, 0.0554, "s")),
        (-1 * SECOND, (-2, -4, -1, "s")),
        (SECOND / 4, (0.5, 0.25, 1, "s")),
        (SECOND + TIME, (2.0234, 1.0198, 4.0277, "s")),
        (SECOND - SECOND, (0, -3, 3, "s")),  # whatever the two have in common
        (SECOND + 1, (3, 2, 5, "s")),
        (SECOND - "500 ms", (1.5, 0.5, 3.5, "s")),
        (5 - SECOND, (3, 1, 4, "s")),
        (SECOND / TIME, (2 / 0.0234, 1 / 0.0277, 4 / 0.0198, "1")),
        (SECOND * gb.Figure(0.5, 0.25, 0.75, "1"), (1, 0.25, 3, "s")),
        (gb.Figure(0.5, 0.25, 0.75, "1") * SECOND, (1, 0.25, 3, "s")),
        (SECOND / gb.Figure(0.5, 0.25, 0.8, "1"), (4, 1.25, 16, "s")),
        (sum([SECOND, SECOND]), (4, 2, 8, "s")),
        (-SECOND, (-2, -4, -1, "s")),
    ],
)
def test_computes_with_intervals(made: gb.Figure, expected: tuple[float, float, float, str]) -> None:
    assert (made.value, made.low, made.high) == pytest.approx(expected[:3], rel=1e-12, abs=1e-15)
    assert made.unit == expected[3]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SECOND * TIME,
        lambda: SECOND / 0,
        lambda: SECOND / gb.Figure(1, -1, 2, "s"),
        lambda: SECOND / gb.Figure(1, 1, 1, "B"),
        lambda: SECOND + gb.Figure(1, 1, 1, "B"),
        lambda: SECOND * "2",
        lambda: SECOND + "much",
    ],
)
def test_what_has_no_meaning_is_refused(wrong: Any) -> None:
    with pytest.raises(gb.Error):
        wrong()


def test_groups_have_the_keys_of_the_json_and_are_indexed() -> None:
    p = gb.predict("llama-3.1-8b", "h100-sxm", concurrency=4)
    told = p.to_dict()
    for name in ("cost", "energy", "memory"):
        group = getattr(p, name)
        assert dict(group.items()) == {key: gb.Figure(*f.values()) for key, f in told[name].items()}
        assert group.to_dict() == told[name]
        first = next(iter(told[name]))
        assert group[first] is getattr(group, first)
        assert first in str(group) and first.replace("_", " ") in group._repr_html_()
    with pytest.raises(gb.Error, match="Cost has no figure"):
        p.cost["outputs"]
    assert p.start is not None and (p.start.verdict, p.start.probability) == ("fits", told["start"]["probability"]["value"])
    assert set(told["start"]) == {f.name for f in dataclasses.fields(p.start)}
    assert p["tpot"] == p.tpot
    assert p["cost.output"] == p.cost.output
    with pytest.raises(gb.Error, match='no figure "tpt"; the nearest are tpot'):
        p["tpt"]
    load = gb.serve("llama-3.1-8b", "h100-sxm", rate_per_s=1)
    assert load.cost is not None and load.cost.to_dict() == load.to_dict()["cost"]
    bill = gb.tco("llama-3.1-8b", "h100-sxm", rate_per_s=1).owned_device_hour
    assert bill is not None and bill.total == gb.Figure(*gb.tco("llama-3.1-8b", "h100-sxm", rate_per_s=1).to_dict()["owned_device_hour"]["total"].values())
