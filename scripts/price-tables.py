#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The quotes of the library, made from data/prices/quotes.csv (data/README.md has the schema).

    scripts/price-tables.py           writes them
    scripts/price-tables.py --check   says whether they differ from what is there (the test structure.prices)

Sorted by device, commitment, provider, newest date, lowest price: the first quote of a provider is its newest, which
`typical_price` relies on.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data" / "prices" / "quotes.csv"
HEADER = ROOT / "include" / "gambrel" / "economics" / "catalog" / "price_quotes.hpp"
COLUMNS = ["device", "provider", "instance", "commitment", "region", "date", "usd_per_device_hour", "address"]
COMMITMENTS = ("on-demand", "spot", "reserved")
DATE = re.compile(r"20[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


def read() -> list[dict[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    wrong = [] if reader.fieldnames == COLUMNS else [f"the columns are {', '.join(COLUMNS)}"]
    for number, row in enumerate(rows, 2):
        where = f"data/prices/quotes.csv:{number}: "
        if None in row.values() or None in row:
            wrong.append(where + f"a row has {len(COLUMNS)} values")
            continue
        price = row["usd_per_device_hour"]
        if not re.fullmatch(r"[0-9]+([.][0-9]+)?", price) or not 0 < float(price) <= 1e6:
            wrong.append(where + f"the price {price!r} is no positive number of dollars")
        if row["commitment"] not in COMMITMENTS:
            wrong.append(where + f"commitment {row['commitment']!r}; it is one of {', '.join(COMMITMENTS)}")
        if not DATE.fullmatch(row["date"]):
            wrong.append(where + f"the date {row['date']!r} is not YEAR, YEAR-MONTH or YEAR-MONTH-DAY")
        wrong += [where + f"{key} is empty" for key in ("device", "provider", "address") if not row[key]]
        wrong += [where + f"{key}: ASCII without quotation marks" for key, value in row.items()
                  if not value.isascii() or '"' in value or "\\" in value]
    if wrong:
        sys.exit("\n".join(wrong))
    rows.sort(key=lambda row: (float(row["usd_per_device_hour"]), row["instance"], row["region"]))
    rows.sort(key=lambda row: row["date"], reverse=True)
    rows.sort(key=lambda row: (row["device"].encode(), COMMITMENTS.index(row["commitment"]), row["provider"].encode()))
    return rows


def header(rows: list[dict[str, str]]) -> str:
    addresses = sorted({row["address"] for row in rows})
    listed = "".join(f'    "{address}",\n' for address in addresses)
    lines = "".join(
        f'    {{"{row["device"]}", "{row["provider"]}", "{row["instance"]}", '
        f'commitment::{row["commitment"].replace("-", "_")}, "{row["region"]}", "{row["date"]}", '
        f'dollars_per_hour({row["usd_per_device_hour"]}), price_addresses[{addresses.index(row["address"])}]}},\n'
        for row in rows
    )
    return (
        "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"
        "/// The quotes themselves: what is carried and how a typical price is made of them, price_catalog.hpp.\n"
        "/// Written by scripts/price-tables.py from data/prices/quotes.csv.\n\n"
        "#include <array>\n#include <gambrel/economics/price_quote.hpp>\n\nnamespace gambrel::catalog {\n\n"
        f"// clang-format off\ninline constexpr std::array<std::string_view, {len(addresses)}> price_addresses{{{{\n"
        f"{listed}}}}};\n\ninline constexpr std::array<price_quote, {len(rows)}> price_quotes{{{{\n{lines}}}}};\n"
        "// clang-format on\n}  // namespace gambrel::catalog\n"
    )


def main() -> None:
    rows = read()
    text, devices = header(rows), len({row["device"] for row in rows if row["commitment"] == "on-demand"})
    stale = not HEADER.exists() or HEADER.read_text(encoding="utf-8") != text
    if sys.argv[1:] == ["--check"]:
        if stale:
            print("economics/catalog/price_quotes.hpp is not what the table says: run scripts/price-tables.py")
    else:
        HEADER.write_text(text, encoding="utf-8")
        stale = False
    print(f"{len(rows)} quotes, {devices} devices with an on-demand price")
    sys.exit(stale)


main()
