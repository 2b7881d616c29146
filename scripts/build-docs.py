#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The docs site: `make docs`. Pages as they lie in the tree, what they link to as pages, two references; MkDocs makes it.

    scripts/build-docs.py FOLDER           stages to FOLDER/pages and builds FOLDER/site; warnings are errors
    scripts/build-docs.py FOLDER --stage   stages alone (links are checked)

The Python reference is made where the package can be imported (PYTHONPATH), the C++ reference where Doxygen is found;
what is not made is said on its page.
"""

from __future__ import annotations

import base64
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)|!\[([^\]]*)\]\(([^)\s]+)\)")
LANGUAGES = {".hpp": "cpp", ".cpp": "cpp", ".h": "c", ".py": "python", ".json": "json", ".toml": "toml", ".yml": "yaml",
             ".csv": "text", ".txt": "text", ".rb": "ruby", ".go": "go", ".rs": "rust"}
MOST_LINES = 2000
REFERENCES = (ROOT / "docs/reference-cpp.md", ROOT / "docs/reference-python.md")  # made, not in the tree


def documents() -> list[Path]:
    """The pages of the site, as they lie in the tree."""
    found = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md")]
    found += [ROOT / name / "README.md" for name in ("python", "bindings", "packaging", "data")]
    return [page for page in [*found, *sorted((ROOT / "docs").rglob("*.md"))] if page.is_file()]


class Stage:
    """Pages under a folder that mirrors the tree; what a page links to is staged with it."""

    def __init__(self, to: Path) -> None:
        self.to, self.staged, self.broken = to, {}, []

    def page_of(self, target: Path) -> str | None:
        """Where `target`, a file or a folder of the tree, is in the site; None where it is not there."""
        if target in REFERENCES:
            return target.relative_to(ROOT).as_posix()
        if not target.exists() or ROOT not in (target, *target.parents):
            return None
        relative = target.relative_to(ROOT)
        if target == ROOT / "README.md":
            return "project.md"
        if target == ROOT / "docs/site/index.md":
            return "index.md"
        if target.is_dir():
            if (target / "README.md").is_file():
                return self.page_of(target / "README.md")
            return self._once(relative / "contents.md", lambda: self._listing(target))
        if target.suffix == ".md":
            return self._once(relative, lambda: target.read_text(encoding="utf-8"))
        if target.suffix == ".ipynb":
            return self._once(relative.with_suffix(".md"), lambda: self._notebook(target))
        if target.suffix in LANGUAGES or "." not in target.name:
            return self._once(Path(f"{relative}.md"), lambda: self._source(target))
        return self._once(relative, None, target)

    def _once(self, at: Path, text, copied: Path | None = None) -> str:
        source = ROOT / at if (ROOT / at).is_file() else None
        at = Path(*(part.lstrip(".") for part in at.parts))  # MkDocs passes over what begins with a dot
        name = at.as_posix()
        if name not in self.staged:
            self.staged[name] = True
            (self.to / at).parent.mkdir(parents=True, exist_ok=True)
            if copied is not None:
                shutil.copyfile(copied, self.to / at)
            else:
                written = text()
                (self.to / at).write_text(self.linked(written, source.parent, at) if source else written, encoding="utf-8")
        return name

    def linked(self, text: str, folder: Path, at: Path) -> str:
        """`text` with its links to files of the tree turned to their pages."""

        def turned(match: re.Match[str]) -> str:
            picture = match.group(4) is not None
            words, link = (match.group(3), match.group(4)) if picture else (match.group(1), match.group(2))
            if re.match(r"[a-z]+:", link) or link.startswith("#"):
                return match.group(0)
            path, hash_, place = link.partition("#")
            page = self.page_of((folder / path).resolve())
            if page is None:
                self.broken.append(f"{at}: {link}")
                return match.group(0)
            return f"{'!' if picture else ''}[{words}]({os.path.relpath(page, at.parent or '.')}{hash_}{place})"

        parts = re.split(r"(^```.*?^```$)", text, flags=re.M | re.S)
        return "".join(part if part.startswith("```") else LINK.sub(turned, part) for part in parts)

    def _source(self, file: Path) -> str:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        shown = "\n".join(lines[:MOST_LINES])
        more = f"\n\nThe first {MOST_LINES} of {len(lines)} lines." if len(lines) > MOST_LINES else ""
        return f"# {file.relative_to(ROOT)}\n\n````{LANGUAGES.get(file.suffix, 'text')}\n{shown}\n````{more}\n"

    def _listing(self, folder: Path) -> str:
        rows = ["| | |", "|---|---|"]
        for file in sorted(folder.iterdir()):
            if file.name.startswith((".", "_")) or not (file.is_dir() or file.suffix in LANGUAGES):
                continue
            page = self.page_of(file)
            first = "" if file.is_dir() else next(
                (line[3:].strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
                 if line.startswith("///")), "")
            rows.append(f"| [{file.name}]({os.path.relpath(page, folder.relative_to(ROOT))}) | {first.replace('|', '&#124;')} |")
        return f"# {folder.relative_to(ROOT)}\n\n" + "\n".join(rows) + "\n"

    def _notebook(self, file: Path) -> str:
        """Cells as they stand; of the outputs their text and pictures."""
        said, pictures = [], 0
        at = file.relative_to(ROOT).with_suffix("")
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                said.append(source)
                continue
            said.append(f"````python\n{source}\n````")
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "image/png" in data:
                    pictures += 1
                    name = f"{at.name}-{pictures}.png"
                    (self.to / at.parent).mkdir(parents=True, exist_ok=True)
                    (self.to / at.parent / name).write_bytes(base64.b64decode("".join(data["image/png"])))
                    said.append(f"![]({name})")
                elif "text/html" in data and "<div" in "".join(data["text/html"]):
                    said.append("".join(data["text/html"]).replace("\n", " "))
                elif text := "".join(output.get("text", data.get("text/plain", ""))):
                    said.append(f"````text\n{text.rstrip()}\n````")
        return "\n\n".join(said) + "\n"


def described(thing: object) -> str:
    """What a thing says of itself, in Markdown: sections of terms, examples as they are typed."""
    said: list[str] = []
    terms = False  # in a section that lists terms, each with what it is below
    lines = (inspect.getdoc(thing) or "").splitlines() + [""]
    i = 0
    while i < len(lines):
        line = re.sub(r"``([^`]*)``", r"`\1`", lines[i])
        if i + 1 < len(lines) and re.fullmatch(r"-{3,}", lines[i + 1]):
            terms = line in ("Parameters", "Raises", "Returns", "Attributes", "Yields")
            said += ["", f"**{line}**", ""]
            i += 2
            continue
        if line.startswith(">>>"):
            said += ["", "```pycon"]
            while i < len(lines) and lines[i].strip():
                said.append(lines[i])
                i += 1
            said += ["```", ""]
            continue
        if terms and line and not line.startswith(" "):
            name, _, kind = line.partition(" : ")
            said.append(f"- `{name}`" + (f" : *{kind}*" if kind else ""))
        else:
            said.append(line)
        i += 1
    return "\n".join(said).strip()


def signature_of(name: str, thing: object) -> str:
    """The call, a parameter a line where it is long."""
    signature = inspect.signature(thing)
    parts = [re.sub(r": '([^']*)'", r": \1", str(p)) for p in signature.parameters.values() if p.name != "self"]
    kinds = [p.kind for p in signature.parameters.values() if p.name != "self"]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        parts.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    result = signature.return_annotation
    gives = "" if result is inspect.Signature.empty else f" -> {result}"
    line = f"{name}({', '.join(parts)}){gives}"
    return line if len(line) <= 100 else f"{name}(\n    " + ",\n    ".join(parts) + f",\n){gives}"


def python_reference() -> str:
    """Every public name with its signature and what it says of itself."""
    head = "# Python reference\n\n"
    try:
        import gambrel as gb
    except ImportError as missing:
        return head + f"Not made here: {missing}.\n"
    said = [head + "What `import gambrel as gb` gives. The way in: [the package](../python/README.md).\n"]

    for name in sorted(gb.__all__, key=str.lower):
        thing = getattr(gb, name)
        if inspect.ismodule(thing) or name.startswith("__"):
            continue
        said.append(f"## {name}\n")
        if inspect.isfunction(thing):
            said.append(f"```python\n{signature_of(name, thing)}\n```\n")
        said.append(described(thing) + "\n")
        if inspect.isclass(thing) and not issubclass(thing, dict):
            for member, value in vars(thing).items():
                if member.startswith("_") or not (isinstance(value, property) or inspect.isfunction(value)):
                    continue
                if isinstance(value, property):
                    said.append(f"### {name}.{member}\n")
                else:
                    said.append(f"### {name}.{member}\n\n```python\n{signature_of(member, value)}\n```\n")
                said.append(described(value) + "\n")
    return "\n".join(said)


def cpp_reference(folder: Path, pages: Path) -> str:
    head = "# C++ reference\n\n"
    doxygen = shutil.which("doxygen")
    if doxygen is None:
        return head + "Not made here: Doxygen is not installed.\n"
    settings = f"""
PROJECT_NAME=Gambrel
INPUT={ROOT / 'include/gambrel'}
RECURSIVE=YES
FILE_PATTERNS=*.hpp
STRIP_FROM_PATH={ROOT / 'include'}
STRIP_FROM_INC_PATH={ROOT / 'include'}
OUTPUT_DIRECTORY={folder / 'doxygen'}
GENERATE_LATEX=NO
QUIET=YES
WARNINGS=NO
EXTRACT_ALL=YES
EXCLUDE_SYMBOLS=*detail*
JAVADOC_AUTOBRIEF=YES
MARKDOWN_SUPPORT=YES
HAVE_DOT=NO
SOURCE_BROWSER=NO
VERBATIM_HEADERS=NO
SEARCHENGINE=YES
"""
    shutil.rmtree(folder / "doxygen", ignore_errors=True)
    subprocess.run([doxygen, "-"], input=settings, text=True, check=True, cwd=folder, stderr=subprocess.DEVNULL)
    shutil.copytree(folder / "doxygen/html", pages / "docs/cpp", dirs_exist_ok=True)
    return head + ("Every header, type and function, by Doxygen: [namespaces and types](cpp/annotated.html), "
                   "[files](cpp/files.html). Each header opens with its idea, equation, assumptions and source; "
                   "the rooms that they lie in: [the house](house.md).\n")


def navigation(stage: Stage) -> str:
    """The nav of mkdocs.yml with the pages of a folder filled in."""
    lines = (ROOT / "docs/site/mkdocs.yml").read_text(encoding="utf-8").splitlines()
    made = {
        "HOW_TO": [p for p in sorted(stage.staged) if re.match(r"docs/(how-to-|advice|python-|reading-)[^/]*\.md", p)],
        "MODEL": [p for p in sorted(stage.staged) if re.match(r"docs/models/[^/]*\.md", p)],
        "CALIBRATION": [p for p in sorted(stage.staged) if re.match(r"docs/calibration/[^/]*\.md", p)],
    }
    out = []
    for line in lines:
        word = line.split(": ")[-1]
        if word in made:
            indent = len(line) - len(line.lstrip()) + 4
            out.append(line[: -len(word)].rstrip())
            out += [" " * indent + f"- {p}" for p in made[word]]
        else:
            out.append(line)
    return "\n".join(out) + "\n"


def dead_places(site: Path) -> list[str]:
    """Links of the made pages to a place that the page does not have."""
    places, links = {}, []
    for page in site.rglob("*.html"):
        if "cpp" in page.relative_to(site).parts[:2]:
            continue  # Doxygen's own
        text = page.read_text(encoding="utf-8", errors="replace")
        places[page.resolve()] = set(re.findall(r'\bid="([^"]+)"', text))
        links += [(page, link) for link in re.findall(r'<a [^>]*href="([^"]*#[^"]+)"', text) if not re.match(r"[a-z]+:", link)]
    dead = []
    for page, link in links:
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page.resolve()
        target = target / "index.html" if target.is_dir() else target
        if target in places and place not in places[target]:
            dead.append(f"{page.relative_to(site)}: {link}")
    return sorted(set(dead))


def main() -> int:
    folder = Path(sys.argv[1]).resolve()
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    stage = Stage(pages)
    for page in documents():
        at = stage.page_of(page)
        if at in ("project.md", "index.md"):
            (pages / at).write_text(stage.linked(page.read_text(encoding="utf-8"), page.parent, Path(at)), encoding="utf-8")
    for name in ("docs/site/site.css", "docs/site/icon.svg"):
        shutil.copyfile(ROOT / name, pages / name) if (pages / name).parent.is_dir() else None
    (pages / "docs/site").mkdir(exist_ok=True)
    for name in ("site.css", "icon.svg"):
        shutil.copyfile(ROOT / "docs/site" / name, pages / "docs/site" / name)
    for line in stage.broken:
        print(f"a link leads nowhere: {line}", file=sys.stderr)
    if stage.broken:
        return 1
    if "--stage" in sys.argv:
        return 0
    (pages / "docs/reference-python.md").write_text(python_reference(), encoding="utf-8")
    (pages / "docs/reference-cpp.md").write_text(cpp_reference(folder, pages), encoding="utf-8")
    settings = navigation(stage) + f"docs_dir: {pages}\nsite_dir: {folder / 'site'}\n"
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    made = subprocess.run(["mkdocs", "build", "--strict", "-f", str(folder / "mkdocs.yml")], check=False, text=True, stderr=subprocess.PIPE)
    warnings = [line for line in made.stderr.splitlines() if "WARNING" in line or "ERROR" in line]
    dead = dead_places(folder / "site")
    print("\n".join(warnings + [f"a link leads to no place of its page: {link}" for link in dead]), file=sys.stderr)
    if made.returncode == 0 and not dead:
        print(f"{sum(1 for _ in (folder / 'site').rglob('*.html'))} pages: {folder / 'site/index.html'}")
    return made.returncode or bool(dead)


if __name__ == "__main__":
    sys.exit(main())
