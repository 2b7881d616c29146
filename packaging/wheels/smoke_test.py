# SPDX-License-Identifier: Apache-2.0
"""What an installed wheel must do with nothing beside it: answer, refuse with a sentence, find its data, and be of one version."""

import importlib.metadata
import subprocess
import sys

import gambrel as gb

p = gb.predict("llama-3.1-8b", "h100-sxm", concurrency=64)
assert p.feasible and 0.001 < float(p.tpot) < 0.1, p
assert gb.serve("llama-3.1-8b", "h100-sxm", rate_per_s=4).ttft["p99"].value > 0
assert gb.simulate("llama-3.1-8b", "h100-sxm", rate_per_s=2, requests=50).stable
try:
    gb.predict("llama-3.1-8b", "h1000")
except gb.Error as e:
    assert "nearest" in str(e), e
else:
    raise AssertionError("a device that is none was taken")

version = importlib.metadata.version("gambrel")
assert p.to_dict()["gambrel"] == version, (p.to_dict()["gambrel"], version)
command = [sys.executable, "-m", "gambrel"]
assert subprocess.run([*command, "--version"], check=True, capture_output=True, text=True).stdout.strip() == version
assert "H100" in subprocess.run([*command, "validate", "--aliases"], check=True, capture_output=True, text=True).stdout
print(f"gambrel {version}: answers, refuses, finds its data")
