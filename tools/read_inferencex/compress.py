# SPDX-License-Identifier: Apache-2.0
"""A setting known at many points of a recipe, as few conditional rules: [(condition, value)], later ones overrule.

A point has tensor ranks, expert ranks, attention copies, lengths and clients. The value found most often stands without
a condition; every other is a rule over the fewest of these on which the setting depends, clients as intervals.
"""
from itertools import combinations

DIMENSIONS = ("lengths", "clients", "copies", "expert", "ranks")


def _key(point, dims):
    return tuple(point[d] for d in dims)


def _depends_on(points, values):
    """The fewest dimensions of which `values` is a function."""
    for n in range(len(DIMENSIONS) + 1):
        for dims in combinations(DIMENSIONS, n):
            seen = {}
            if all(seen.setdefault(_key(p, dims), v) == v for p, v in zip(points, values)):
                return dims, seen
    raise AssertionError("points are distinct, so all dimensions together always tell")


def _lengths(pair):
    prompt, output = pair
    return [f"prompt{'<=' if prompt <= 1024 else '>'}1024", f"output{'<=' if output <= 1024 else '>'}1024"]


def _words(dims, key):
    said = []
    for d, v in zip(dims, key):
        if d == "lengths":
            said += _lengths(v)
        elif d == "ranks":
            said.append(f"ranks={v}")
        elif d == "expert":
            said.append("expert>1" if v else "expert=1")
        elif d == "copies":
            said.append("copies>1" if v else "copies=1")
    return said


def rules(points, values):
    dims, seen = _depends_on(points, values)
    counts = {}
    for v in values:
        counts[v] = counts.get(v, 0) + 1
    base = None if None in counts else max(counts, key=lambda v: (counts[v], str(v)))
    found = [] if base is None else [("", base)]
    if not dims:
        return found
    others = tuple(d for d in dims if d != "clients")
    groups = {}
    for key, v in seen.items():
        rest = tuple(k for d, k in zip(dims, key) if d != "clients")
        clients = key[dims.index("clients")] if "clients" in dims else None
        groups.setdefault(rest, []).append((clients, v))
    for rest in sorted(groups, key=str):
        runs = sorted(groups[rest], key=lambda x: x[0] or 0)
        at = 0
        while at < len(runs):
            end = at
            while end + 1 < len(runs) and runs[end + 1][1] == runs[at][1]:
                end += 1
            value = runs[at][1]
            if value is not None and value != base:
                said = _words(others, rest)
                if "clients" in dims:
                    if at > 0:
                        said.append(f"clients>{runs[at - 1][0]}")
                    if end + 1 < len(runs):
                        said.append(f"clients<={runs[end][0]}")
                found.append((" ".join(said), value))
            at = end + 1
    return _ranks_together(found, sorted({p["ranks"] for p in points}))


def _ranks_together(rules_, all_ranks):
    """Rules that differ by their ranks alone, as one where these are the first or the last of all."""
    groups = {}
    for when, value in rules_:
        ranks = [w for w in when.split() if w.startswith("ranks=")]
        rest = " ".join(w for w in when.split() if not w.startswith("ranks="))
        groups.setdefault((rest, value), []).append(int(ranks[0][6:]) if ranks else None)
    out = []
    for (rest, value), ranks in groups.items():
        if None in ranks:
            out.append((rest, value))
            continue
        ranks = sorted(ranks)
        n = len(ranks)
        if ranks == all_ranks:
            out.append((rest, value))
        elif n > 1 and ranks == all_ranks[:n]:
            out.append(((rest + f" ranks<={ranks[-1]}").strip(), value))
        elif n > 1 and ranks == all_ranks[-n:]:
            out.append(((rest + f" ranks>={ranks[0]}").strip(), value))
        else:
            out += [((rest + f" ranks={r}").strip(), value) for r in ranks]
    return out
