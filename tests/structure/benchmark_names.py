# SPDX-License-Identifier: Apache-2.0
"""No header outside the catalogs names a benchmark or a source of measurements in its code: what these mean is data
(data/README.md). Comments may cite where something is known from."""

import json
import re
import sys

from tree import ROOT

NAMES = {"sharegpt", "inferencemax"}
#: Sources that are called like a product which headers may know.
PRODUCTS = {"lmdeploy"}


def sources(value):
    """The names in every condition on source_id of a data file."""
    if isinstance(value, list):
        for each in value:
            yield from sources(each)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "source_id":
                yield from re.findall(r'"([\w.-]+)\*?"', json.dumps(inner))
            else:
                yield from sources(inner)


for path in sorted((ROOT / "data" / "rules").glob("*.json")):
    NAMES |= {name.lower() for name in sources(json.loads(path.read_text(encoding="utf-8")))}
NAMES -= PRODUCTS | {"is", "not"}
assert {"inferencex", "aic-runs", "ml-energy"} <= NAMES, NAMES

found = []
for path in sorted((ROOT / "include").rglob("*.hpp")):
    where = path.relative_to(ROOT).as_posix()
    if "/catalog" in where:
        continue
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        code = re.sub(r"//.*", "", line).lower()
        found += [f"{where}:{number}: names {name}" for name in sorted(NAMES) if name in code]
print(*found, f"{len(found)} names of benchmarks in headers", sep="\n")
sys.exit(bool(found))
