# SPDX-License-Identifier: Apache-2.0
"""Fleets: the vectors of the C++ tests through Python, and HiGHS in SciPy and alone against each other."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

import gambrel as gb
from gambrel import fleet

KINDS = {"A10G": 1.01, "A100": 3.67}
CLASSES = {
    "a": (6.0, {"A10G": 2.0, "A100": 20.0}),
    "b": (3.0, {"A10G": 1.0, "A100": 20.0}),
    "c": (15.0, {"A10G": 5.0, "A100": 40.0}),
    "d": (6.0, {"A10G": 2.0, "A100": 20.0}),
}
SOLVERS = ("scipy", "highspy")


def mixed(*asked: Any, solver: str, **terms: Any) -> fleet.MixedFleet:
    pytest.importorskip({"scipy": "scipy.optimize"}.get(solver, solver))
    return fleet.mixed_fleet(*asked, solver=solver, **terms)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("slices", "load", "machines", "cost"),
    [
        (1, 1.0, (3, 1), 6.70),
        (2, 1.0, (2, 1), 5.69),
        (4, 1.0, (2, 1), 5.69),
        (8, 1.0, (2, 1), 5.69),
        (0, 1.0, (1, 1), 4.68),
        (0, 0.9, (2, 1), 5.69),
        (0, 0.8, (0, 2), 7.34),
    ],
)
def test_melange(solver: str, slices: int, load: float, machines: tuple[int, int], cost: float) -> None:
    found = mixed(KINDS, CLASSES, solver=solver, slices=slices, load=load)
    assert tuple(found.machines.values()) == machines
    assert found.cost == pytest.approx(cost, rel=1e-9)
    assert found.state == "optimal"
    assert found.linear_bound == pytest.approx(4.12875 / load, rel=1e-9)
    for shares in found.share.values():
        assert sum(shares.values()) == pytest.approx(1.0)
    assert all(busy <= load + 1e-9 for busy in found.busy.values())


def test_the_two_solvers_agree() -> None:
    drawn = random.Random(3)
    for _ in range(40):
        kinds = {f"k{g}": (0.5 + 9 * drawn.random(), float(drawn.choice([math.inf, 2, 6]))) for g in range(drawn.randint(1, 4))}
        classes = {
            f"c{c}": (0.1 + 12 * drawn.random(), {k: of[0] * (0.3 + 3 * drawn.random()) for k, of in kinds.items()})
            for c in range(drawn.randint(1, 5))
        }
        terms: dict[str, Any] = {"load": 0.5 + 0.5 * drawn.random(), "slices": drawn.choice([0, 0, 1, 3])}
        one, other = (mixed(kinds, classes, solver=s, **terms) for s in SOLVERS)
        assert one.state == other.state
        assert one.why == other.why
        if one.state == "optimal":
            assert one.cost == pytest.approx(other.cost, rel=1e-6)


def test_a_fleet_that_cannot_be_says_why() -> None:
    pytest.importorskip("scipy.optimize")
    found = fleet.mixed_fleet({"A10G": (1.01, 11)}, {n: (r, {"A10G": on["A10G"]}) for n, (r, on) in CLASSES.items()})
    assert found.state == "infeasible"
    assert found.machines == {}
    assert found.servable == pytest.approx(11 / 12)
    assert "91.6 % of the rates" in found.why
    with pytest.raises(gb.Error, match='the solver is "cplex"; it must be scipy or highspy'):
        fleet.mixed_fleet(KINDS, CLASSES, solver="cplex")
    with pytest.raises(gb.Error, match='class a has a rate on "B200"'):
        fleet.mixed_fleet(KINDS, {"a": (1.0, {"B200": 3.0})})


def test_spare_servers() -> None:
    assert fleet.servers_for(11, up=0.95, target=0.999).servers == 15
    assert fleet.servers_for(11, up=0.98, target=0.999).spare == 3
    mtbf = fleet.time_between_failures(419 / (54 * 24 * 16384), 8)
    assert round(mtbf) == 6335
    assert fleet.share_up(mtbf, 24) == pytest.approx(0.9962, abs=5e-5)


def test_replicas_over_time() -> None:
    found = fleet.replicas_over_time([1, 2, 3, 4, 3, 2], per_replica=1, start_up_s=61, period_windows=4)
    assert found.needed == [1, 2, 3, 4, 3, 2]
    assert found.delay == 2
    assert found.reactive.had == [1, 1, 1, 2, 3, 4]
    assert found.reactive.spare == 2
    assert found.periodic is not None
    assert found.periodic.had == [1, 1, 1, 2, 1, 2]
    assert fleet.request_rates([0, 1, 2, 60, 121], window_s=60) == [3 / 60, 1 / 60]
    for times, why in (([], "no requests"), ([3], "one request"), ([3, 3], "same time"), ([3, 2], "before the one")):
        with pytest.raises(gb.Error, match=why):
            fleet.request_rates(times)


def test_use_cases() -> None:
    chat = fleet.use_case("Chatbot")
    assert chat.name == "chat"
    assert chat.peak_rate(1000) == pytest.approx(8 / 3)
    assert chat.rate(1000) == pytest.approx(4 / 3)
    assert "code-completion" in fleet.use_cases()
    with pytest.raises(gb.Error, match="the nearest are chat, chatbot"):
        fleet.use_case("chatt")


def test_a_front_is_that_of_every_pair() -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("matplotlib")
    drawn = random.Random(5)
    frame = pd.DataFrame(
        {
            "tpot_s": [drawn.choice([drawn.randint(1, 9), None]) for _ in range(80)],
            "requests_per_s": [float(drawn.randint(1, 9)) for _ in range(80)],
        }
    )
    front = gb.plot.pareto_front(frame, cost="requests_per_s", latency="tpot_s")
    known = frame.dropna()
    kept = [
        i
        for i, row in known.iterrows()
        if not any(
            other.tpot_s <= row.tpot_s
            and other.requests_per_s >= row.requests_per_s
            and (other.tpot_s < row.tpot_s or other.requests_per_s > row.requests_per_s)
            for _, other in known.iterrows()
        )
    ]
    assert sorted(front.index) == kept
    assert list(front["tpot_s"]) == sorted(front["tpot_s"])
