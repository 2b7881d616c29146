# SPDX-License-Identifier: Apache-2.0
"""What a header says of its evidence is so. `Evidence:` in a comment names tests, as tests/step/pass_test.cpp, a folder
(tests/properties/), a page of docs/ with figures, or `as above` beneath another one.

- Everything named exists, in headers and in pages of docs/ alike, and a test's name alone (pass_test.cpp) is that of one
  test; so does each test and header that a page names in its prose.
- A case quoted after its file ("two stages idle") is a case of that file.
- A C++ test named by a header sees that header: it includes it, or what includes it.
- Headers without evidence are counted: never more than today.
"""

import re
import sys

from tree import INCLUDE, ROOT, comments, files, headers, headers_with_ideas

WITHOUT_EVIDENCE = 62

TREE = files()
FOLDERS = {path[: end + 1] for path in TREE for end in (i for i, letter in enumerate(path) if letter == "/")}
BY_NAME: dict[str, list[str]] = {}
for file in TREE:
    BY_NAME.setdefault(file.rsplit("/", 1)[-1], []).append(file)

NAMED = re.compile(
    r"""(?P<file>(?:[a-z_]+/)*[\w-]+\.(?:cpp|py|md|ipynb)\b)   # tests/step/pass_test.cpp, docs/models/step.md
      | (?P<folder>(?:tests|python/tests)/[\w/]*/)             # tests/properties/
      | "(?P<case>[^"]+)"
      | (?P<above>\bas\ above\b)""",
    re.VERBOSE,
)

text_of: dict[str, str] = {}
seen_by: dict[str, set[str]] = {}


def text(path: str) -> str:
    if path not in text_of:
        text_of[path] = (ROOT / path).read_text()
    return text_of[path]


def headers_seen(path: str) -> set[str]:
    """Headers of ours that a file includes, or what it includes does."""
    if path in seen_by:
        return seen_by[path]
    seen = seen_by[path] = set()
    for name in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text(path), re.MULTILINE):
        for found in (f"include/{name}", f"tests/{name}", name):
            if (ROOT / found).is_file():
                seen |= {name} | headers_seen(found)
                break
    return seen


def resolved(name: str) -> list[str]:
    """The files that `name` means: its path, or the files of that name below tests/."""
    if (ROOT / name).is_file():
        return [name]
    return [path for path in BY_NAME.get(name, []) if path.startswith(("tests/", "python/tests/"))]


def said(comment: str) -> list[str]:
    """What follows each `Evidence:`, to the end of its sentence."""
    return [re.split(r"\.\s+(?=[A-Z\"`])|\.$", part)[0] for part in comment.split("Evidence:")[1:]]


wrong: list[str] = []
without: list[str] = []


def check(where: str, evidence: str, earlier: bool, header: str) -> None:
    """One `Evidence:` of the file `where`; `header` is how tests include it, "" for a page."""
    named = 0
    last = ""
    for match in NAMED.finditer(evidence):
        named += 1
        if match["above"]:
            if not earlier:
                wrong.append(f'{where}: "as above", and no evidence stands above')
        elif match["folder"]:
            if match["folder"] not in FOLDERS:
                wrong.append(f"{where}: {match['folder']} does not exist")
        elif match["file"]:
            found = resolved(match["file"])
            if len(found) != 1:
                wrong.append(f"{where}: {match['file']} " + (f"is any of {found}" if found else "does not exist"))
                continue
            last = found[0]
            if header and last.endswith("_test.cpp") and header not in headers_seen(last):
                wrong.append(f"{where}: {last} does not include it")
        elif match["case"]:
            if not last:
                wrong.append(f'{where}: "{match["case"]}" is quoted before its file')
            elif f'"{match["case"]}"' not in text(last) and f"def {match['case']}(" not in text(last):
                wrong.append(f'{where}: {last} has no case "{match["case"]}"')
    if not named:
        wrong.append(f'{where}: "Evidence:{evidence}" names no file')


for header in headers():
    parts = [part for comment in comments(text(f"include/{header}")) for part in said(comment)]
    for position, part in enumerate(parts):
        check(f"include/{header}", part, position > 0, header)
    if not parts:
        without.append(header)
without = sorted(set(without) & set(headers_with_ideas()))

pages = [path for path in TREE if path.startswith("docs/") and path.endswith(".md")]
for page in pages:
    # A page names tests in its prose as well: each that it names exists.
    for name in set(re.findall(r"(?<![\w*])(?:[\w/]+/)?[a-z]\w*_test\.cpp|(?:[\w/]+/)?test_\w+\.py", text(page))):
        if not resolved(name):
            wrong.append(f"{page}: {name} does not exist")
    for name in set(re.findall(r"`((?:[a-z_0-9]+/)*[a-z_0-9]+\.hpp)`", text(page))):
        if name != "fwd.hpp" and not any(f"/{path}".endswith(f"/{name}") for path in TREE):  # rationale: why none
            wrong.append(f"{page}: {name} does not exist")

print(*(f"without evidence: {header}" for header in without), sep="\n")
if len(without) > WITHOUT_EVIDENCE:
    wrong.append(f"{len(without)} headers have no `Evidence:`, {WITHOUT_EVIDENCE} had none before: name the new one's test")
if len(without) < WITHOUT_EVIDENCE:
    wrong.append(f"{len(without)} headers have no `Evidence:`: set WITHOUT_EVIDENCE in {__file__} to it")
print(*wrong, f"{len(headers())} headers, {len(pages)} pages: {len(wrong)} wrong", sep="\n")
sys.exit(bool(wrong))
