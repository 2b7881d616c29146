# SPDX-License-Identifier: Apache-2.0
"""Mixed fleets: several kinds of machines for several classes of requests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import _core
from .._error import Error


@dataclass(frozen=True)
class MixedFleet:
    """The cheapest machines that serve all classes, and which class goes where.

    ``state`` is ``"optimal"``, ``"infeasible"`` (``why`` says what keeps it from being) or ``"stopped"``: found, and not
    shown to be the least; no fleet costs less than ``bound``.
    """

    state: str
    cost: float
    bound: float
    linear_bound: float
    machines: dict[str, int]
    share: dict[str, dict[str, float]]
    busy: dict[str, float]
    servable: float
    why: str


def mixed_fleet(
    kinds: Mapping[str, float | tuple[float, float]],
    classes: Mapping[str, tuple[float, Mapping[str, float]]],
    *,
    load: float = 1.0,
    slices: int = 0,
    solver: str | None = None,
) -> MixedFleet:
    """The least cost of whole machines for several classes of requests.

    Parameters
    ----------
    kinds : mapping
        Of each kind of machine its cost, or its cost and how many there are.
    classes : mapping
        Of each class its requests per second, and the rate at which one machine of a kind serves it alone; a kind that
        is not named serves none.
    load : float
        Share of a machine's rate that is planned with.
    slices : int
        Of each class, each whole on one kind; 0: any share.
    solver : str, optional
        ``"scipy"``, whose milp is HiGHS, or ``"highspy"``, HiGHS alone. By default the one that is installed, SciPy first.

    Raises
    ------
    Error
        For rates or costs that cannot be, and where no solver is installed.
    """
    listed: list[tuple[str, float, float]] = []
    for name, of in kinds.items():
        cost, most = of if isinstance(of, tuple) else (of, math.inf)
        listed.append((name, float(cost), float(most)))
    for name, (_, rates) in classes.items():
        for kind in rates:
            if kind not in kinds:
                raise Error(f'class {name} has a rate on "{kind}", which is no kind of machine here: name it in kinds')
    asked = [(name, float(rate), [float(on.get(kind, 0.0)) for kind in kinds]) for name, (rate, on) in classes.items()]
    found = _core.mixed_fleet(listed, asked, load, slices, _solver(solver))
    found["machines"] = dict(zip(kinds, found["machines"]))
    found["busy"] = dict(zip(kinds, found["busy"]))
    found["share"] = {name: dict(zip(kinds, shares)) for name, shares in zip(classes, found["share"])}
    return MixedFleet(**found)


def _solver(name: str | None) -> Any:
    solvers = {"scipy": ("scipy.optimize", _by_scipy), "highspy": ("highspy", _by_highspy)}
    if name is not None and name not in solvers:
        raise Error(f'the solver is "{name}"; it must be scipy or highspy')
    for each in solvers if name is None else [name]:
        module, solve = solvers[each]
        try:
            __import__(module)
        except ImportError:
            continue
        return solve
    raise Error(f"{name or 'neither scipy nor highspy'} is {'not ' if name else ''}installed: install scipy or highspy")


def _by_scipy(program: dict[str, Any]) -> tuple[str, list[float], float]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    variables, rows = program["variables"], program["rows"]
    matrix = [[0.0] * len(variables) for _ in rows]
    for row, (terms, _, _) in zip(matrix, rows):
        for j, factor in terms:
            row[j] = factor
    found = milp(
        [v[0] for v in variables],
        integrality=[int(v[1]) for v in variables],
        bounds=Bounds([v[2] for v in variables], [v[3] for v in variables]),
        constraints=LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows]),
    )
    state = {0: "optimal", 2: "infeasible"}.get(int(found.status), "stopped")
    bound = getattr(found, "mip_dual_bound", None)
    return state, [] if found.x is None else [float(x) for x in found.x], -math.inf if bound is None else float(bound)


def _by_highspy(program: dict[str, Any]) -> tuple[str, list[float], float]:
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for j, (cost, whole, lower, upper) in enumerate(program["variables"]):
        highs.addVar(lower, upper)
        highs.changeColCost(j, cost)
        if whole:
            highs.changeColIntegrality(j, highspy.HighsVarType.kInteger)
    for terms, lowest, highest in program["rows"]:
        highs.addRow(lowest, highest, len(terms), [j for j, _ in terms], [factor for _, factor in terms])
    highs.run()
    status = highs.getModelStatus()
    states = {highspy.HighsModelStatus.kOptimal: "optimal", highspy.HighsModelStatus.kInfeasible: "infeasible"}
    state = states.get(status, "stopped")
    x = [float(v) for v in highs.getSolution().col_value] if state == "optimal" else []
    return state, x, float(highs.getInfo().mip_dual_bound) if x else -math.inf
