# SPDX-License-Identifier: Apache-2.0
"""Readers of measurements decide by nothing that a row is of: no family of models is named in a header outside model/,
and no model, device or day in those of measurement/ and validation/. What a source means by them is data (data/README.md);
what follows from a model's or a device's nature follows from its descriptor. Comments may name what they like."""

import re
import sys

from tree import ROOT

INCLUDE = ROOT / "include" / "gambrel"
#: Products and file formats that are called like a family.
PRODUCTS = re.compile(r"llama[._-]?(cpp|bench|server|context|new_context|init_from)|llama\.cpp|ggml-org|--[\w-]+", re.I)


def words(folder, pattern):
    found = set()
    for path in sorted((INCLUDE / folder).rglob("*.hpp")):
        if not path.name.startswith(("quantization", "unsupported")):  # names of recipes, not of families
            found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


families = {f.lower() for f in words("model/io", r'\{"([a-z][\w-]{3,})", ')} - {
    "bits", "vision", "head_dim", "hidden_size", "num_key_value_heads"}  # keys, not families
assert {"llama", "gpt_oss", "deepseek_v3", "qwen3"} <= families, sorted(families)
devices = {d.lower() for d in words("hardware/catalog", r'\.name = "([\w.-]+)"')} | {
    d.lower() for d in words("hardware/catalog", r'd\.name = "([\w.-]+)"')}
assert len(devices) > 100, len(devices)
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}")


def literals(path):
    """(line, text) of the string literals outside comments; sources of constants, which carry a date, are left out."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        code = re.sub(r"//.*", "", line)
        if "evidence::" in code or "#include" in code:
            continue
        for text in re.findall(r'"((?:[^"\\]|\\.)*)"', code):
            yield number, text.lower()


found = []
for path in sorted(INCLUDE.rglob("*.hpp")):
    where = path.relative_to(INCLUDE).as_posix()
    reader = where.startswith(("measurement/", "validation/"))
    if where.startswith("model/") or "/catalog" in where:
        continue
    for number, text in literals(path):
        for family in families:
            if re.search(rf"(?<![a-z]){re.escape(family)}(?![a-z])", PRODUCTS.sub("", text)):
                found.append(f"{where}:{number}: names the family {family}")
        if not reader:
            continue
        if text in devices:
            found.append(f"{where}:{number}: names the device {text}")
        if DAY.search(text) and " " not in text and not where.endswith("io/llama_bench.hpp"):  # messages; days of builds
            found.append(f"{where}:{number}: names a day")
print(*found, f"{len(families)} families, {len(devices)} devices: {len(found)} named", sep="\n")
sys.exit(bool(found))
