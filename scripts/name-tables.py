#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The alias tables of the catalogs, made from data/names.csv.

    scripts/name-tables.py           writes them
    scripts/name-tables.py --check   says which differ from what is there (the test structure.names)

A row is another name of a catalog's entry. Kinds: device, runtime and workload (canonical: the entry's name), instance
(of a cloud: "8 x h100-sxm"), model (an id of the hub), format (a number format, canonical: a storage format), recipe (a
method of quantisation, canonical: the storage format it makes), unsized (a method whose word does not say what is
stored, canonical: why). Tables are sorted by the name as it is compared: lower case, '_' and ' ' as '-'.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "names.csv"
INCLUDE = ROOT / "include" / "gambrel"
KINDS = ("device", "instance", "model", "format", "recipe", "unsized", "runtime", "workload")

#: Header, its sentence, and its tables: name, kind, and what a row is.
HEADERS = {
    "hardware/catalog/device_aliases.hpp": (
        "Other names of devices, as tools print them and people say, and the machines that clouds rent.",
        (("device_aliases", "device", "name_alias"), ("cloud_instances", "instance", "name_count")),
    ),
    "model/catalog/model_aliases.hpp": (
        "Other names of models: tags of Ollama's library, and other checkpoints of the same layers.",
        (("model_aliases", "model", "name_alias"),),
    ),
    "model/catalog/format_aliases.hpp": (
        "Words for storage formats: number formats, methods of quantisation, and methods whose word tells no size.",
        (
            ("format_aliases", "format", "name_alias"),
            ("recipe_aliases", "recipe", "name_alias"),
            ("unsized_recipes", "unsized", "name_alias"),
        ),
    ),
    "runtime/catalog/runtime_aliases.hpp": (
        "Other names of runtimes.",
        (("runtime_aliases", "runtime", "name_alias"),),
    ),
    "workload/catalog/workload_aliases.hpp": (
        "Shorter names of workloads.",
        (("workload_aliases", "workload", "name_alias"),),
    ),
}


def plain(name: str) -> str:
    """The name as names.hpp compares it."""
    return "".join(c.lower() if c.isascii() else c for c in name).replace("_", "-").replace(" ", "-")


def read() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong, seen = [], set()
    for number, row in enumerate(rows, 2):
        where = f"data/names.csv:{number}: "
        key = (row["kind"], plain(row["name"]))
        if set(row) != {"name", "kind", "canonical", "source"} or None in row.values():
            wrong.append(where + "a row has name, kind, canonical, source")
        elif row["kind"] not in KINDS:
            wrong.append(where + f"kind {row['kind']}; the kinds are {', '.join(KINDS)}")
        elif not all(value.strip() == value and value for value in row.values()):
            wrong.append(where + "a value is empty or has space around it")
        elif not all(value.isascii() and '"' not in value and "\\" not in value for value in row.values()):
            wrong.append(where + "values are ASCII, without quotation marks and backslashes")
        elif key in seen:
            wrong.append(where + f"{row['name']} is there twice")
        elif row["kind"] == "instance" and not re.fullmatch(r"[1-9][0-9]* x \S+", row["canonical"]):
            wrong.append(where + f"an instance is COUNT x DEVICE, not {row['canonical']}")
        seen.add(key)
    if wrong:
        sys.exit("\n".join(wrong))
    return rows


def table(name: str, kind: str, entry: str, rows: list[dict[str, str]]) -> str:
    lines = []
    chosen = sorted((row for row in rows if row["kind"] == kind), key=lambda row: plain(row["name"]).encode())
    for row in chosen:
        if entry == "name_count":
            count, device = row["canonical"].split(" x ")
            lines.append(f'    {{"{row["name"]}", "{device}", {count}}},')
        else:
            lines.append(f'    {{"{row["name"]}", "{row["canonical"]}"}},')
    text = f"inline constexpr std::array<{entry}, {len(chosen)}> {name}{{{{\n" + "\n".join(lines) + "\n}};\n"
    return text + f'static_assert(sorted_by_name({name}), "written by scripts/name-tables.py");\n'


def header(path: str, rows: list[dict[str, str]]) -> str:
    sentence, tables = HEADERS[path]
    body = "".join(table(name, kind, entry, rows) for name, kind, entry in tables)
    return (
        "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"
        f"/// {sentence}\n/// Written by scripts/name-tables.py from data/names.csv, which has the source of each.\n\n"
        "#include <array>\n#include <gambrel/names.hpp>\n\nnamespace gambrel {\n\n// clang-format off\n"
        f"{body}// clang-format on\n}}  // namespace gambrel\n"
    )


def main() -> None:
    rows = read()
    stale = []
    for path in HEADERS:
        text, file = header(path, rows), INCLUDE / path
        if sys.argv[1:] == ["--check"]:
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                stale.append(f"include/gambrel/{path} is not what data/names.csv says: run scripts/name-tables.py")
        else:
            file.write_text(text, encoding="utf-8")
    print(*stale, f"{len(rows)} names in {len(HEADERS)} headers, {len(stale)} stale", sep="\n")
    sys.exit(bool(stale))


main()
