# SPDX-License-Identifier: Apache-2.0
"""`python -m gambrel` is the C++ program: the same bytes, the same exit status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

ASKED = ["--model", MODEL, "--device", DEVICE]
LINES = [
    [],
    ["--help"],
    ["--version"],
    ["predict", "--help"],
    ["predict", *ASKED],
    ["predict", *ASKED, "--json"],
    ["predict", *ASKED, "--tp", "2", "--concurrency", "64", "--price", "2.5"],
    ["predict", "--model", LARGE_MODEL, "--device", DEVICE],
    ["predict", "--model", LARGE_MODEL, "--device", DEVICE, "--json"],
    ["predict"],
    ["predict", "--model", "nobody/knows", "--device", DEVICE],
    ["predict", "--model", MODEL, "--device", "h100-sxn"],
    ["predict", *ASKED, "--tp", "none"],
    ["predict", *ASKED, "--tp", "-3"],
    ["predict", *ASKED, "--colour", "red"],
    ["predict", "--config", "nowhere.json", "--device", DEVICE],
    ["serve", *ASKED, "--rate", "5"],
    ["serve", *ASKED, "--rate", "500"],
    ["serve", *ASKED],
    ["explain", *ASKED],
    ["model", MODEL],
    ["device", DEVICE],
    ["runtime", "vllm"],
    ["devices", "h100"],
    ["models", "llama"],
    ["runtimes"],
    ["validate", "nowhere.csv"],
    ["fly"],
    ["predict", "--model", "Модель", "--device", "🙂"],
]


def test_same_bytes_and_status(command: str) -> None:
    statuses = []
    for line in LINES:
        program = subprocess.run(["gambrel", *line], executable=command, capture_output=True, timeout=60, check=False)
        python = subprocess.run([sys.executable, "-m", "gambrel", *line], capture_output=True, timeout=60, check=False)
        assert python.returncode == program.returncode, line
        assert python.stdout == program.stdout, line
        assert python.stderr == program.stderr, line
        statuses.append(program.returncode)
    assert set(statuses) == {0, 2, 3}


def test_main_returns_the_status() -> None:
    program = "import sys; from gambrel.__main__ import main; sys.argv = ['x', 'runtimes']; sys.exit(main() + 40)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 40
    assert "vllm" in ran.stdout


def test_an_argument_that_is_no_text_is_wrong_input() -> None:
    if os.name != "posix" or sys.getfilesystemencoding() != "utf-8":
        pytest.skip("arguments are bytes on POSIX only")
    line = [sys.executable, "-m", "gambrel", "predict", "--model", b"\xff\xfe", "--device", DEVICE]
    ran = subprocess.run(line, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert b"Traceback" not in ran.stderr


def test_a_reader_that_leaves_is_no_traceback() -> None:
    if os.name != "posix":
        pytest.skip("pipes of POSIX")
    line = [sys.executable, "-m", "gambrel", "devices"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_it() -> None:
    line = [sys.executable, "-m", "gambrel", "simulate", *ASKED, "--rate", "10", "--requests", "900000000"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        time.sleep(1.5)
        assert running.poll() is None
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        try:
            assert running.wait(timeout=20) == -signal.SIGINT
        finally:
            running.kill()
        assert time.monotonic() - began < 10.0  # of hours; a busy machine takes seconds to stop it
