# SPDX-License-Identifier: Apache-2.0
"""Every refusal of the command and of Python names what was wrong and what would be right.

First by asking: each keyword, wrongly, of both faces. Then by reading: every sentence that the sources of the faces can
raise is listed here and must say what it is about and what to do.
"""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, MODEL

import gambrel as gb
from gambrel import _core

ROOT = Path(__file__).parents[2]
ASK = {
    "predict": lambda **terms: gb.predict(MODEL, DEVICE, **terms),
    "serve": lambda **terms: gb.serve(MODEL, DEVICE, **{"rate_per_s": 1, **terms}),
    "tco": lambda **terms: gb.tco(MODEL, DEVICE, **{"rate_per_s": 1, **terms}),
    "simulate": lambda **terms: gb.simulate(MODEL, DEVICE, **{"rate_per_s": 1, "requests": 5, **terms}),
}
KEYWORDS = [(question, k) for question, table in _core.keywords.items() for k in table]
IDS = [f"{question}-{k['name']}" for question, k in KEYWORDS]

#: What tells a reader what would be right.
REMEDY = re.compile(
    r"must be|must have|can be|: |; |not of|exclude|nearest|at most|ask |give |use |needs? |states? |has no |are one|ends in|"
    r"is a |is text|are a |have one|holds? (what|more)|is no "
)


def said_by_python(question: str, **terms: Any) -> str:
    with pytest.raises(gb.Error) as caught:
        ASK[question](**terms)
    return str(caught.value)


@pytest.mark.parametrize(("question", "k"), KEYWORDS, ids=IDS)
def test_python_names_the_keyword_and_the_kind_it_wants(question: str, k: dict[str, Any]) -> None:
    for wrong in (object(), [[1]], {"a": 1}):
        said = said_by_python(question, **{k["name"]: wrong})
        assert k["name"] in said
        assert REMEDY.search(said)
    if k["kind"] in ("whole number", "number", "flag"):
        assert "must be" in said_by_python(question, **{k["name"]: "many"})


@pytest.mark.parametrize(("question", "k"), KEYWORDS, ids=IDS)
def test_the_command_names_the_option_and_the_value(question: str, k: dict[str, Any], command: str) -> None:
    if k["kind"] == "flag":
        pytest.skip("a flag takes no value")
    load = [] if question == "predict" else ["--rate", "1"]
    load = [] if k["option"] in ("--concurrency", "--rate", "--batch") else load
    protocol = ["--protocol", "steady"] if question == "simulate" and k["name"] != "protocol" else []
    asked = [command, question, "--model", MODEL, "--device", DEVICE, *load, *protocol, k["option"], "wrong~"]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stdout == ""
    said = ran.stderr
    assert said.count("\n") == 1
    assert "wrong~" in said
    assert k["option"] in said or k["kind"] == "text"
    assert REMEDY.search(said)


def arguments(source: str, begin: int) -> str:
    """The text up to the parenthesis that closes the one before ``begin``."""
    depth, at, quoted = 1, begin, False
    while depth:
        c = source[at]
        if quoted:
            at += c == "\\"
            quoted = c != '"'
        elif c == '"':
            quoted = True
        else:
            depth += (c == "(") - (c == ")")
        at += 1
    return " ".join(source[begin : at - 1].split())


def of_cpp(path: Path) -> list[str]:
    source = re.sub(r"(?m)^\s*//[^\n]*", "", path.read_text(encoding="utf-8"))
    calls = re.finditer(r"(?<![\w:])(?:gambrel::)?(fail|fail_kind|fail_typed)\(", source)
    found = [(m.group(1), arguments(source, m.end())) for m in calls]
    return [said if kind == "fail" else f"{said} must be" for kind, said in found if '"' in said]


def of_python(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    raised = [n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and isinstance(n.exc, ast.Call)]
    return [ast.unparse(e.args[0]) for e in raised if isinstance(e.func, ast.Name) and e.func.id == "Error"]


def sentences() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for pattern in ("command/*.[ch]pp", "include/gambrel/ask/*.hpp", "python/src/*.[ch]pp"):
        found += [(p.name, said) for p in sorted(ROOT.glob(pattern)) for said in of_cpp(p)]
    for p in sorted((ROOT / "python/gambrel").rglob("*.py")):
        if "measured" not in p.parts:  # whose refusals test_measured.py reads row by row
            found += [(p.name, said) for said in of_python(p)]
    return found


#: Sentences about what is there altogether, where no one value is wrong: they name the thing and what it needs.
NO_ONE_VALUE = (
    "validate needs at least one file",
    "--log needs --model",
    "calibrate needs measured rows",
    "report has no ",
    "before has files and ",
    "--burst needs clients",
    "a static batch has no load",
    "the benchmark protocol is not a steady state",
    "exclude each other",
    "--csv is for options with several values",
    "the first word is empty",
    "give a rate, a concurrency, or the rate",
    "a static batch is not simulated",
    "images are not simulated",
    "a prefix hit share is found",
    "a load is a rate or clients",
    "a load needs a rate",
    "a fleet is planned for a rate: give",
    "elasticities are of one pool",
    "no token comes after the first",
    "the datasheet of a device must be JSON",
    "there is no curve where only means",
    "a static batch is no axis",
    "the columns of a sweep",
    "calibration holds what JSON cannot",
    "no token comes after the first",
    "the fit did not converge",
    "a trace is a file, or has the columns",
    "measured rows are a",
    "pictures need matplotlib",
    "has nothing to draw",
    "runtimes with settings of their own",
    "a sweep is computed into arrays",
    "--predicted takes one side",
    "compare needs two sides",
    "no run to diagnose",
    "against a prediction there is one side",
    "probes are two",
    "before_after draws two sides",
    "no figure is gated",
    "the run has no time per output token",
    "neither a model nor a device is named",
)
#: Errors of the program, not of who asks.
OURS = ("the load model refuses what predict allows",)


def test_sentences_are_found() -> None:
    assert len(sentences()) > 120
    assert all(any(part in said for _, said in sentences()) for part in NO_ONE_VALUE)


@pytest.mark.parametrize(("file", "said"), sentences())
def test_every_sentence_names_the_value_and_the_remedy(file: str, said: str) -> None:
    if any(part in said for part in OURS):
        return
    interpolates = re.search(r'" \+ |\+ "|\{', said) or said.endswith("must be")
    assert interpolates or any(part in said for part in NO_ONE_VALUE), f"{file}: {said} names no value"
    assert REMEDY.search(said) or "cannot write" in said or "nothing to draw" in said, f"{file}: {said} says no remedy"
