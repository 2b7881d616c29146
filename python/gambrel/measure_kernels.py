# SPDX-License-Identifier: Apache-2.0
"""Measures the kernels of an accelerator: one small table that ``gambrel calibrate --kernels FILE`` reads.

    python measure_kernels.py --out kernels.csv           # on the machine that has the accelerator: ten minutes
    python -m gambrel.measure_kernels --out kernels.csv   # the same, where the package is installed

One file that needs Python 3.9 and PyTorch, no other part of the package: copy it to where it has to run. Kernels that
belong to a server are measured where the server is installed (vLLM, FlashInfer); what is not is named in the table.

How a time is taken: operands are copied until they exceed 1.5 of the last-level cache, so that each call finds its own
in memory; a graph of at least eight calls is captured, for the host's time is the runtime's and not the kernel's; it is
replayed three times and half a second more to warm up, then six times and more until the window is full. The time is
the mean per call, the spread the deviation of the replays' logarithm; clock and power are medians over the window.

Products of narrow formats: a kernel with "quant" in its name converts its 16-bit activations as a server does; one
without takes activations that already are narrow. Experts: routing, both products and the weighted sum; tokens pick
uniformly at random; of several expert ranks, the busiest is timed on this device.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import ctypes
import datetime
import functools
import importlib
import importlib.util
import inspect
import io
import math
import multiprocessing
import os
import platform
import queue
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Callable, NamedTuple, NoReturn

# --- shapes -----------------------------------------------------------------------------------------------------------


class Gemm(NamedTuple):
    """A product of ``tokens`` x ``inputs`` activations with ``outputs`` x ``inputs`` weights: M, N, K."""

    tokens: int
    outputs: int
    inputs: int


class Experts(NamedTuple):
    """A layer of gated experts: ``tokens`` pick ``picked`` of ``experts``, which lie on ``ranks`` devices."""

    tokens: int
    experts: int
    picked: int
    hidden: int
    width: int
    ranks: int


class Attention(NamedTuple):
    """Attention of ``batch`` sequences over ``context`` keys each; in prefill the prompt, in decode one query."""

    batch: int
    heads: int
    kv_heads: int
    head: int
    context: int


class Shapes(NamedTuple):
    """What is measured of each kind; payloads in bytes."""

    gemm: tuple[Gemm, ...]
    experts: tuple[Experts, ...]
    decode: tuple[Attention, ...]
    prefill: tuple[Attention, ...]
    all_reduce: tuple[int, ...]
    copy: tuple[int, ...]
    host_copy: tuple[int, ...]


KIB, MIB = 1024, 1024 * 1024

#: Shapes chosen so that the law of each class is pinned by the fewest rows. What laws fitted on the nearest rows of
#: AIConfigurator's tables (2026-08, seven NVIDIA chips, each left out in turn) then err by on all others:
#: docs/calibration/few-kernels.md, which tools/judge_kernels writes. Attention: 4 query heads to a key-value head, of 128.
FULL = Shapes(
    gemm=(
        Gemm(1, 8192, 8192),
        Gemm(16, 1024, 1024),
        Gemm(64, 1024, 16384),
        Gemm(64, 8192, 8192),
        Gemm(256, 8192, 4096),
        Gemm(1024, 4096, 8192),
        Gemm(4096, 8192, 8192),
        Gemm(16384, 4096, 4096),
    ),
    experts=(
        Experts(1, 128, 8, 4096, 1536, 1),
        Experts(64, 128, 8, 4096, 1536, 1),
        Experts(2048, 128, 8, 4096, 1536, 1),
        Experts(16, 256, 8, 7168, 2048, 1),
        Experts(256, 128, 8, 4096, 1536, 8),
        Experts(1024, 8, 2, 4096, 14336, 1),
        Experts(8192, 32, 4, 2880, 2880, 1),
        Experts(16384, 128, 8, 4096, 384, 1),
    ),
    decode=(
        Attention(1, 16, 4, 128, 16),
        Attention(1024, 32, 8, 128, 16),
        Attention(256, 32, 8, 128, 128),
        Attention(64, 32, 8, 128, 8192),
        Attention(8, 32, 8, 128, 64),
        Attention(8, 32, 8, 128, 65536),
    ),
    prefill=(
        Attention(1, 32, 8, 128, 256),
        Attention(1, 32, 8, 128, 1024),
        Attention(1, 32, 8, 128, 8192),
        Attention(8, 32, 8, 128, 1024),
        Attention(4, 32, 8, 128, 4096),
    ),
    all_reduce=(8 * KIB, 256 * KIB, 8 * MIB, 256 * MIB),
    copy=(4 * MIB, 64 * MIB, 1024 * MIB),
    host_copy=(1 * MIB, 16 * MIB, 256 * MIB),
)
#: The first rows to take where time is short: the column "few" of the same page.
QUICK = FULL._replace(
    gemm=(Gemm(1, 8192, 8192), Gemm(64, 1024, 8192), Gemm(512, 8192, 8192), Gemm(8192, 8192, 8192)),
    experts=(
        Experts(1, 128, 8, 4096, 1536, 1),
        Experts(32, 128, 8, 4096, 1536, 1),
        Experts(2048, 128, 8, 4096, 1536, 1),
        Experts(256, 128, 8, 4096, 768, 1),
        Experts(16384, 128, 8, 4096, 768, 1),
    ),
    decode=FULL.decode[:4],
    copy=FULL.copy[1:],
    host_copy=FULL.host_copy[::2],
)
#: To see that it runs, anywhere and in seconds: says nothing about a device.
TOY = Shapes(
    gemm=(Gemm(1, 64, 128), Gemm(32, 64, 128)),
    experts=(Experts(4, 8, 2, 64, 64, 1), Experts(16, 8, 2, 64, 64, 2)),
    decode=(Attention(2, 8, 2, 64, 48),),
    prefill=(Attention(1, 8, 2, 64, 64), Attention(2, 8, 2, 64, 32)),
    all_reduce=(1 * KIB, 64 * KIB),
    copy=(64 * KIB, 1 * MIB),
    host_copy=(64 * KIB,),
)

KINDS = Shapes._fields
FORMATS = ("bf16", "fp16", "fp8", "fp8_block", "int8", "nvfp4", "mxfp4", "int4")
COLUMNS = (
    *("device", "kind", "library", "version", "kernel", "format", "tokens", "outputs", "inputs", "experts", "picked"),
    *("hidden", "width", "ranks", "batch", "heads", "kv_heads", "head", "context", "payload_bytes", "time_us"),
    *("spread", "clock_mhz", "top_clock_mhz", "power_w", "taken"),
)

# --- how a time is taken ----------------------------------------------------------------------------------------------

WARM_UPS = 3
FEWEST_REPLAYS = 6
MOST_REPLAYS = 1000
FEWEST_CALLS = 8  # in a graph, so that the gap between two replays is shared
REPLAY_US = 2000.0  # that a replay lasts, or longer: the gap between two is a few us
LONG_CALL_US = 5000.0  # of such, a graph holds no more than the copies
COLD = 1.5  # copies together, in last-level caches
STILL_COLD = 1.2  # where memory is short
UNSTEADY = 0.1  # spread of a row that something disturbed
MOST_COPIES = 512  # what needs more is so small that only its fixed time shows
SHARE_OF_FREE = 0.7  # of the free memory that copies may take

Call = Callable[[], object]


class Refused(Exception):
    """What was asked for cannot be done: one sentence, exit status 2."""


class NotMeasured(Exception):
    """Why one kernel or shape is left out: a line of the table, and the rest is measured."""


class Timing(NamedTuple):
    """The time of one call, and what the board said meanwhile."""

    time_us: float
    spread: float
    clock_mhz: float | None = None
    power_w: float | None = None


def copies_needed(one: int, cache: int, free: int) -> int:
    """How many copies of operands of ``one`` bytes exceed 1.5 of the cache, within the free memory.

    >>> copies_needed(one=2 << 20, cache=50 << 20, free=80 << 30)
    38
    >>> copies_needed(one=1 << 30, cache=50 << 20, free=80 << 30)
    1
    """
    wanted = min(MOST_COPIES, math.floor(COLD * cache / one) + 1)
    affordable = math.floor(SHARE_OF_FREE * free / one)
    if affordable < 1 or (affordable < wanted and affordable * one <= STILL_COLD * cache):
        needed = max(one, min(wanted * one, math.ceil(STILL_COLD * cache)))
        raise NotMeasured(f"it takes {needed / MIB:,.0f} MiB, and {SHARE_OF_FREE * free / MIB:,.0f} MiB may be taken")
    return min(wanted, affordable)


def calls_in_a_replay(copies: int, call_us: float) -> int:
    """How many calls a graph holds: every copy equally often, eight and more, 2 ms of them unless they are many.

    >>> calls_in_a_replay(copies=3, call_us=1000.0), calls_in_a_replay(copies=1, call_us=40.0)
    (9, 50)
    """
    if call_us >= LONG_CALL_US:
        return copies
    wanted = max(FEWEST_CALLS, min(math.ceil(REPLAY_US / max(call_us, 0.1)), MOST_COPIES))
    return copies * math.ceil(wanted / copies)


def replays_in(window_s: float, replay_us: float, fewest: int = FEWEST_REPLAYS) -> int:
    """How many replays fill the window: six and more.

    >>> replays_in(1.5, 1e4), replays_in(1.5, 1e6)
    (150, 6)
    """
    return max(fewest, min(MOST_REPLAYS, math.ceil(window_s * 1e6 / max(replay_us, 1e-3))))


def mean_and_spread(times: Sequence[float]) -> tuple[float, float]:
    """The mean, and the standard deviation of the logarithm.

    >>> mean_and_spread([2.0, 2.0, 2.0])
    (2.0, 0.0)
    """
    return statistics.fmean(times), statistics.stdev([math.log(max(t, 1e-9)) for t in times])


class HostTimer:
    """Times calls that end when they return: on the CPU, by the clock given."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock

    def capture(self, calls: Sequence[Call]) -> Call:
        """All calls, one after the other, as one."""

        def replay() -> None:
            for call in calls:
                call()

        return replay

    def run(self, replay: Call, times: int) -> list[float]:
        """Microseconds of each of ``times`` replays."""
        taken = []
        for _ in range(times):
            began = self._clock()
            replay()
            taken.append((self._clock() - began) * 1e6)
        return taken


class DeviceTimer:
    """Times calls on a device by its events; ``graphs``: replayed from a captured graph, without the host."""

    def __init__(self, torch: Any, device: Any, *, graphs: bool = True) -> None:
        self._torch, self._device, self._graphs = torch, device, graphs

    def capture(self, calls: Sequence[Call]) -> Call:
        """All calls, one after the other, as one graph. Raises `NotMeasured` where they cannot be captured."""
        cuda = self._torch.cuda
        if not self._graphs:
            return HostTimer().capture(calls)
        side = cuda.Stream(self._device)
        side.wait_stream(cuda.current_stream(self._device))
        with cuda.stream(side):
            for call in calls[:WARM_UPS]:
                call()
        cuda.current_stream(self._device).wait_stream(side)
        cuda.synchronize(self._device)
        graph = cuda.CUDAGraph()
        try:
            with cuda.graph(graph, capture_error_mode="thread_local"):  # others of torch's threads may ask the device
                for call in calls:
                    call()
        except RuntimeError as e:
            if is_out_of_memory(e):
                raise
            raise NotMeasured(f"it cannot be captured in a graph: {one_line(e)}") from None
        replay: Call = graph.replay
        return replay

    def run(self, replay: Call, times: int) -> list[float]:
        """Microseconds of each of ``times`` replays, which are queued together."""
        cuda = self._torch.cuda
        marks = [(cuda.Event(enable_timing=True), cuda.Event(enable_timing=True)) for _ in range(times)]
        for began, ended in marks:
            began.record()
            replay()
            ended.record()
        cuda.synchronize(self._device)
        return [float(began.elapsed_time(ended)) * 1e3 for began, ended in marks]


def measure(
    timer: HostTimer | DeviceTimer,
    copies: Sequence[Call],
    *,
    window_s: float,
    warm_s: float = 0.0,
    board: Board | None = None,
    agree: Callable[[float], float] = float,
    left_s: float = math.inf,
) -> Timing:
    """The time of one call of ``copies``, which do the same on operands of their own.

    Parameters
    ----------
    timer : HostTimer or DeviceTimer
        Captures the calls and times the replays.
    copies : sequence of callables
        Called in turn.
    window_s, warm_s : float
        How long replays are timed, and how long they run before; never fewer than six and three.
    board : Board, optional
        What is asked for clock and power meanwhile.
    agree : callable, optional
        Makes one figure of those of several processes, so that all replay equally often.
    left_s : float
        How long it may take; known once the first calls are timed.

    Raises `NotMeasured` where the calls cannot be captured or take too long.
    """

    def every() -> None:
        for call in copies:
            call()

    timer.run(every, 1)  # compiles what is compiled at first use
    call_us = agree(timer.run(every, 1)[0] / len(copies))
    calls = calls_in_a_replay(len(copies), call_us)
    if calls * call_us * (WARM_UPS + FEWEST_REPLAYS) > left_s * 1e6:
        raise NotMeasured(f"a call takes {time_text(call_us)}, and {left_s:.0f} s are left of --seconds")
    replay = timer.capture([copies[i % len(copies)] for i in range(calls)])
    replay_us = agree(statistics.fmean(timer.run(replay, WARM_UPS)))
    if warm_s > 0:
        replay_us = agree(statistics.fmean(timer.run(replay, replays_in(warm_s, replay_us, fewest=1))))
    with watching(board) as seen:
        times = timer.run(replay, replays_in(window_s, replay_us))
    mean, spread = mean_and_spread(times)
    return Timing(mean / calls, spread, median_of(c for c, _ in seen), median_of(p for _, p in seen))


# --- clock and power of the board -------------------------------------------------------------------------------------


class Board:
    """What tells clock and power while kernels run; this one knows nothing."""

    driver = ""
    top_clock_mhz: float | None = None

    def read(self) -> tuple[float | None, float | None]:
        """The clock in MHz and the power in W now; None where not known."""
        return None, None


class NvmlBoard(Board):
    """An NVIDIA board, by the driver's own library. Raises `OSError` where there is none.

    Parameters
    ----------
    bus : str
        The board's address, as ``00000000:65:00.0``: indices differ from those of a process that sees some devices.
    """

    _GRAPHICS_CLOCK = 1  # NVML_CLOCK_SM

    def __init__(self, bus: str) -> None:
        self._nvml = ctypes.CDLL("nvml.dll" if os.name == "nt" else "libnvidia-ml.so.1")
        self._handle = ctypes.c_void_p()
        if self._nvml.nvmlInit_v2() or self._nvml.nvmlDeviceGetHandleByPciBusId_v2(
            bus.encode(), ctypes.byref(self._handle)
        ):
            raise OSError(f"no board at {bus}")
        self.top_clock_mhz = self._ask("nvmlDeviceGetMaxClockInfo", self._GRAPHICS_CLOCK)
        driver = ctypes.create_string_buffer(96)
        if not self._nvml.nvmlSystemGetDriverVersion(driver, ctypes.c_uint(96)):
            self.driver = driver.value.decode(errors="replace")

    def _ask(self, function: str, *words: int) -> float | None:
        answer = ctypes.c_uint()
        failed = getattr(self._nvml, function)(self._handle, *words, ctypes.byref(answer))
        return None if failed else float(answer.value)

    def read(self) -> tuple[float | None, float | None]:
        """The clock in MHz and the power in W now; the power is the driver's average over up to a second."""
        milliwatt = self._ask("nvmlDeviceGetPowerUsage")
        clock = self._ask("nvmlDeviceGetClockInfo", self._GRAPHICS_CLOCK)
        return clock, None if milliwatt is None else milliwatt / 1e3


class SysfsBoard(Board):
    """An AMD board, by what the Linux driver shows of it in ``/sys``. Raises `OSError` where it shows nothing.

    Parameters
    ----------
    folder : Path
        The device's folder, as ``/sys/bus/pci/devices/0000:c1:00.0``.
    """

    def __init__(self, folder: Path) -> None:
        monitors = sorted(folder.glob("hwmon/hwmon*"))
        if not monitors:
            raise OSError(f"nothing in {folder}")
        self._monitor = monitors[0]
        with contextlib.suppress(OSError, ValueError, IndexError):
            last = (folder / "pp_dpm_sclk").read_text(encoding="ascii").split("\n")
            steps = [line.split(":")[1].lower().split("mhz")[0] for line in last if ":" in line]
            self.top_clock_mhz = max(float(step) for step in steps)
        with contextlib.suppress(OSError):
            self.driver = Path("/sys/module/amdgpu/version").read_text(encoding="ascii").strip()

    def _number(self, *names: str) -> float | None:
        for name in names:
            with contextlib.suppress(OSError, ValueError):
                return float((self._monitor / name).read_text(encoding="ascii"))
        return None

    def read(self) -> tuple[float | None, float | None]:
        """The clock in MHz and the power in W now."""
        hertz, microwatt = self._number("freq1_input"), self._number("power1_input", "power1_average")
        return None if hertz is None else hertz / 1e6, None if microwatt is None else microwatt / 1e6


def board_of(torch: Any, index: int) -> Board:
    """The board of a device of ``torch``: one that knows nothing where neither driver can be asked."""
    p = torch.cuda.get_device_properties(index)
    try:
        at = f"{p.pci_domain_id:04x}:{p.pci_bus_id:02x}:{p.pci_device_id:02x}.0"
        if torch.version.hip:
            return SysfsBoard(Path("/sys/bus/pci/devices") / at)
        return NvmlBoard("0000" + at)
    except (AttributeError, OSError):
        return Board()


@contextlib.contextmanager
def watching(board: Board | None, every_s: float = 0.05) -> Iterator[list[tuple[float | None, float | None]]]:
    """Reads the board until the block ends; the readings are complete then."""
    seen: list[tuple[float | None, float | None]] = []
    if board is None:
        yield seen
        return
    ask, over = board.read, threading.Event()

    def read() -> None:
        while not over.wait(every_s):
            seen.append(ask())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def median_of(figures: Iterator[float | None]) -> float | None:
    """The median of those that are known; None where none is."""
    known = [f for f in figures if f is not None]
    return statistics.median(known) if known else None


# --- the machine ------------------------------------------------------------------------------------------------------


def one_line(e: BaseException) -> str:
    """What went wrong, as one line: the first that an exception says, cut to 160 characters."""
    said = next((line.strip() for line in str(e).splitlines() if line.strip()), "") or type(e).__name__
    return said if len(said) <= 160 else said[:157] + "..."


def is_out_of_memory(e: BaseException) -> bool:
    """Whether an exception says that memory is short."""
    return isinstance(e, MemoryError) or "out of memory" in str(e).lower() or "can't allocate memory" in str(e).lower()


@functools.cache
def optional(name: str) -> Any:
    """A module that need not be there, or None; asked for once, as some take their time."""
    try:
        if importlib.util.find_spec(name) is None:
            return None
        return importlib.import_module(name)
    except Exception:  # whatever a package does that is installed and does not work
        return None


def needed(package: str) -> Any:
    """A module without which a kernel is not measured. Raises `NotMeasured`."""
    found = optional(package)
    if found is None:
        top, _, rest = package.partition(".")
        installed = optional(top) is not None
        raise NotMeasured(f"{top} {version_of(top)} has no {rest}" if installed else f"{top} is not installed")
    return found


def version_of(package: str) -> str:
    """The version that a package says it has."""
    return str(getattr(optional(package), "__version__", ""))


def first_of(name: str, *modules: str) -> Any:
    """The first function of that name in one of the modules: packages move them. Raises `NotMeasured`."""
    for module in modules:
        found = getattr(optional(module), name, None)
        if found is not None:
            return found
    package = modules[0].partition(".")[0]
    needed(package)
    raise NotMeasured(f"{package} {version_of(package)} has no {name}")


class Machine:
    """The device that is measured, and what torch says of it.

    Parameters
    ----------
    torch : module
        PyTorch.
    device : str
        ``cpu``, ``cuda`` or ``cuda:1``.
    toy : bool
        Whether sizes are toys: the cache counts as small, so that operands are copied.

    Raises `Refused` where there is no such device.
    """

    def __init__(self, torch: Any, device: str, *, toy: bool = False) -> None:
        self.torch = torch
        if device == "cpu":
            self.index, self.on_cpu, self.board = 0, True, Board()
            if toy:
                torch.set_num_threads(1)  # toys are too small to share
        else:
            self.index, self.on_cpu = device_index(torch, device), False
            torch.cuda.set_device(self.index)
            self.board = board_of(torch, self.index)
        self.device = torch.device("cpu" if self.on_cpu else f"cuda:{self.index}")
        self.hip = bool(torch.version.hip) and not self.on_cpu
        self.cache = 64 * KIB if toy else last_level_cache(torch, None if self.on_cpu else self.index)
        self.devices = 1 if self.on_cpu else int(torch.cuda.device_count())

    @property
    def name(self) -> str:
        """The driver's name of the device."""
        return cpu_name() if self.on_cpu else str(self.torch.cuda.get_device_name(self.index))

    @property
    def capability(self) -> tuple[int, int]:
        """The compute capability of an NVIDIA device, (0, 0) of others."""
        if self.on_cpu or self.hip:
            return 0, 0
        major, minor = self.torch.cuda.get_device_capability(self.index)
        return int(major), int(minor)

    @property
    def architecture(self) -> str:
        """The name of an AMD architecture (``gfx942``), empty of others."""
        return str(self.torch.cuda.get_device_properties(self.index).gcnArchName) if self.hip else ""

    def free(self) -> int:
        """Bytes of memory that are free on the device."""
        if not self.on_cpu:
            return int(self.torch.cuda.mem_get_info(self.index)[0])
        try:
            return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, ValueError, OSError):
            return 4096 * MIB

    def tidy(self) -> None:
        """Gives memory that is no longer used back to the device."""
        if not self.on_cpu:
            self.torch.cuda.empty_cache()

    def timer(self, *, graphs: bool = True) -> HostTimer | DeviceTimer:
        """What times calls on this device."""
        return HostTimer() if self.on_cpu else DeviceTimer(self.torch, self.device, graphs=graphs)

    def type_of(self, number_format: str) -> Any:
        """The type of torch that holds numbers of a format."""
        if number_format.startswith("fp8"):
            return self.torch.float8_e4m3fnuz if "gfx94" in self.architecture else self.torch.float8_e4m3fn
        return {"bf16": self.torch.bfloat16, "fp16": self.torch.float16, "int8": self.torch.int8}[number_format]

    def drawn(self, shape: tuple[int, ...], number_format: str) -> Any:
        """A tensor of normal numbers: the power that a product draws depends on what it multiplies."""
        made = self.torch.empty(shape, dtype=self.type_of(number_format), device=self.device)
        for part in made if len(shape) > 2 else (made,):  # a part at a time: no second tensor of the whole
            kind = self.torch.float32 if self.on_cpu else self.torch.bfloat16
            normal = self.torch.randn(part.shape, dtype=kind, device=self.device)
            part.copy_(normal.mul_(30) if number_format == "int8" else normal)
        return made

    def lacks(self, number_format: str) -> str:
        """Why the device has no products of a format; empty where it has."""
        if self.on_cpu:
            return "" if number_format in ("bf16", "fp16", "fp8", "int8") else "the CPU has no such product"
        if self.hip:
            fp8 = any(a in self.architecture for a in ("gfx94", "gfx95", "gfx12"))
            has = {"fp8": fp8, "fp8_block": fp8, "nvfp4": False, "mxfp4": "gfx95" in self.architecture}
            return "" if has.get(number_format, True) else f"{self.architecture} has no such product"
        since = {"bf16": (8, 0), "fp8": (8, 9), "fp8_block": (8, 9), "int8": (7, 5), "nvfp4": (10, 0)}
        if self.capability >= since.get(number_format, (0, 0)):
            return ""
        have, want = (".".join(map(str, c)) for c in (self.capability, since[number_format]))
        return f"compute capability {have} has no such product ({want} has)"


def device_index(torch: Any, device: str) -> int:
    """The number of an accelerator that torch sees. Raises `Refused`."""
    kind, _, number = device.partition(":")
    if kind != "cuda" or not (number.isdecimal() or device == "cuda"):
        raise Refused(f"--device is {device!r}; it must be cpu, cuda or cuda:N (AMD devices too are cuda to torch)")
    if not torch.cuda.is_available():
        raise Refused("torch sees no accelerator; run where there is one, or try it with --toy or --device cpu")
    index, count = int(number or 0), int(torch.cuda.device_count())
    if index >= count:
        raise Refused(f"--device is {device}, and torch sees {count}: cuda:0 to cuda:{count - 1}")
    return index


def last_level_cache(torch: Any, index: int | None) -> int:
    """Bytes of the last-level cache; where it is not known, rather too many, for then more copies are made."""
    if index is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            caches = sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"))
            return int(caches[-1].read_text(encoding="ascii").strip().rstrip("K")) * KIB
        return 32 * MIB
    p = torch.cuda.get_device_properties(index)
    known = int(getattr(p, "L2_cache_size", 0) or 0)
    if torch.version.hip:  # the cache behind L2 is not told: 256 MiB on MI300 and MI350, 64 to 128 on others
        return max(known, 256 * MIB)
    return known or 128 * MIB


def cpu_name() -> str:
    """The name of the processor."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or "cpu"


# --- kernels ----------------------------------------------------------------------------------------------------------


class Kernel(NamedTuple):
    """Whose a kernel is, that library's version, and its name."""

    library: str
    version: str
    name: str


class Work(NamedTuple):
    """What is timed: ``make(i)`` allocates the i-th copy of the operands, ``one`` bytes each, and returns its call."""

    one: int
    make: Callable[[int], Call]
    copies: int | None = None  # None: as many as the cache asks for


def product_kernel(m: Machine, number_format: str) -> tuple[Kernel, Callable[[Gemm], Work]]:
    """The product of a format: its kernel and what prepares one shape. Raises `NotMeasured`."""
    why = m.lacks(number_format)
    if why:
        raise NotMeasured(why)
    if number_format in ("bf16", "fp16"):
        return Kernel("torch", m.torch.__version__, "torch.matmul"), lambda s: plain_product(m, number_format, s)
    if number_format in ("fp8", "int8"):
        ops = None if m.on_cpu else optional("vllm._custom_ops")
        quant = f"scaled_{number_format}_quant"
        if ops is not None and hasattr(ops, "cutlass_scaled_mm") and hasattr(ops, quant) and not m.hip:
            kernel = Kernel("vllm", version_of("vllm"), f"{quant} + cutlass_scaled_mm")
            return kernel, lambda s: vllm_product(m, ops, number_format, s)
        name = "_scaled_mm" if number_format == "fp8" else "_int_mm"
        if not hasattr(m.torch, name):
            raise NotMeasured(f"torch {m.torch.__version__} has no {name}, and vllm is not installed")
        return Kernel("torch", m.torch.__version__, f"torch.{name}"), lambda s: narrow_product(m, number_format, s)
    if number_format == "fp8_block":
        return block_product_kernel(m)
    if number_format == "nvfp4":
        return nvfp4_product_kernel(m)
    raise NotMeasured("a server packs such weights when it loads them")


def plain_product(m: Machine, number_format: str, s: Gemm) -> Work:
    """A product of 16-bit numbers."""
    a = m.drawn((s.tokens, s.inputs), number_format)

    def make(_: int) -> Call:
        w = m.drawn((s.outputs, s.inputs), number_format)
        return lambda: m.torch.matmul(a, w.t())

    return Work(2 * s.outputs * s.inputs, make)


def narrow_product(m: Machine, number_format: str, s: Gemm) -> Work:
    """A product of 8-bit numbers by torch: its activations already are."""
    a = m.drawn((s.tokens, s.inputs), number_format)
    scale = m.torch.ones((), dtype=m.torch.float32, device=m.device)

    def make(_: int) -> Call:
        w = m.drawn((s.outputs, s.inputs), number_format)
        if number_format == "int8":
            return lambda: m.torch._int_mm(a, w.t())
        words = {"scale_a": scale, "scale_b": scale, "out_dtype": m.torch.bfloat16, "use_fast_accum": True}
        return lambda: m.torch._scaled_mm(a, w.t(), **words)

    return Work(s.outputs * s.inputs, make)


def vllm_product(m: Machine, ops: Any, number_format: str, s: Gemm) -> Work:
    """A product of 8-bit numbers by vLLM, which scales each token's activations first."""
    a = m.drawn((s.tokens, s.inputs), "bf16")
    scale = m.torch.ones((s.outputs, 1), dtype=m.torch.float32, device=m.device)

    def converted() -> Any:
        if number_format == "int8":
            return ops.scaled_int8_quant(a)[:2]
        return ops.scaled_fp8_quant(a, use_per_token_if_dynamic=True)

    def make(_: int) -> Call:
        w = m.drawn((s.outputs, s.inputs), number_format).t()

        def call() -> object:
            narrow, scale_a = converted()
            return ops.cutlass_scaled_mm(narrow, w, scale_a, scale, m.torch.bfloat16)

        return call

    return Work(s.outputs * s.inputs, make)


def block_product_kernel(m: Machine) -> tuple[Kernel, Callable[[Gemm], Work]]:
    """vLLM's product of fp8 numbers with a scale to a block of 128 x 128. Raises `NotMeasured`.

    What vLLM 0.24 to 0.33 run: DeepGEMM on Hopper and data-centre Blackwell (on Hopper below 32 tokens FlashInfer's,
    for which DeepGEMM's stands here), CUTLASS on other Blackwell, Triton before.
    """
    module = "vllm.model_executor.layers.quantization.utils.fp8_utils"
    needed("vllm")
    quant = first_of("per_token_group_quant_fp8", module)
    deep, ops = optional("vllm.utils.deep_gemm"), optional("vllm._custom_ops")
    cutlass_has = getattr(ops, "cutlass_scaled_mm_supports_block_fp8", None)
    by_columns: dict[str, Any] = {"column_major_scales": True}
    if "use_ue8m0" in inspect.signature(quant).parameters:
        by_columns["use_ue8m0"] = False
    major, minor = m.capability

    def triton(a: Any, w: Any, scale: Any) -> object:
        narrow, scale_a = quant(a, 128)
        return product(narrow, w, scale_a, scale, [128, 128], m.torch.bfloat16)

    def cutlass(a: Any, w: Any, scale: Any) -> object:
        narrow, scale_a = quant(a, 128, **by_columns)
        return product(narrow, w.t(), scale_a, scale.t(), m.torch.bfloat16)

    def deep_gemm(a: Any, w: Any, scale: Any) -> object:
        out = m.torch.empty((a.shape[0], w.shape[0]), dtype=m.torch.bfloat16, device=m.device)
        return product(quant(a, 128, **by_columns), (w, scale), out, is_deep_gemm_e8m0_used=False)

    if deep is not None and deep.is_deep_gemm_supported():
        if major != 9:
            raise NotMeasured("on this device vllm runs DeepGEMM's, on scales that it packs when it loads weights")
        way, name = deep_gemm, "fp8_gemm_nt"
        product = first_of(name, "vllm.utils.deep_gemm")
    elif not m.hip and cutlass_has is not None and cutlass_has(10 * major + minor):
        way, name, product = cutlass, "cutlass_scaled_mm", ops.cutlass_scaled_mm
    else:
        name = "w8a8_triton_block_scaled_mm"
        if getattr(optional(module), name, None) is None:
            name = "w8a8_block_fp8_matmul"  # its name until 2025
        way, product = triton, first_of(name, module)

    def prepare(s: Gemm) -> Work:
        a = m.drawn((s.tokens, s.inputs), "bf16")
        blocks = (math.ceil(s.outputs / 128), math.ceil(s.inputs / 128))
        scale = m.torch.ones(blocks, dtype=m.torch.float32, device=m.device)

        def make(_: int) -> Call:
            return functools.partial(way, a, m.drawn((s.outputs, s.inputs), "fp8"), scale)

        return Work(s.outputs * s.inputs, make)

    return Kernel("vllm", version_of("vllm"), f"per_token_group_quant_fp8 + {name}"), prepare


def nvfp4_product_kernel(m: Machine) -> tuple[Kernel, Callable[[Gemm], Work]]:
    """vLLM's product of nvfp4 numbers, by FlashInfer where that is installed. Raises `NotMeasured`."""
    ops = needed("vllm._custom_ops")
    by_flashinfer = getattr(optional("vllm.utils.flashinfer"), "flashinfer_scaled_fp4_mm", None)
    if optional("flashinfer") is None or by_flashinfer is None:
        product, name = ops.cutlass_scaled_fp4_mm, "cutlass_scaled_fp4_mm"
    else:
        backend = "cute-dsl" if m.capability[0] == 10 else "cutlass"
        product = functools.partial(by_flashinfer, backend=backend)
        name = f"flashinfer_scaled_fp4_mm {backend}"

    def prepare(s: Gemm) -> Work:
        a = m.drawn((s.tokens, s.inputs), "bf16")
        scale = m.torch.ones(1, dtype=m.torch.float32, device=m.device)

        def make(_: int) -> Call:
            w, scale_w = ops.scaled_fp4_quant(m.drawn((s.outputs, s.inputs), "bf16"), scale)

            def call() -> object:
                narrow, scale_a = ops.scaled_fp4_quant(a, scale)
                return product(narrow, w, scale_a, scale_w, scale, m.torch.bfloat16)

            return call

        return Work(s.outputs * s.inputs * 9 // 16, make)

    return Kernel("vllm", version_of("vllm"), f"scaled_fp4_quant + {name}"), prepare


def experts_kernel(m: Machine, number_format: str, *, several: bool) -> tuple[Kernel, Callable[[Experts], Work]]:
    """vLLM's layer of experts in a format, on one rank or as one of several. Raises `NotMeasured`.

    Which of its layers vLLM 0.24 to 0.33 run, where FlashInfer is installed: its own in Triton on all before Hopper and
    on AMD, and on Hopper for 16 bit and, on one rank, for block scales; FlashInfer's by CUTLASS for the rest of Hopper
    and on Blackwell but that of data centres, which has a third.
    """
    if number_format == "int8":
        raise NotMeasured("no server runs experts in it")
    if m.on_cpu:
        raise NotMeasured("vllm's kernel runs on an accelerator")
    why = m.lacks(number_format)
    if why:
        raise NotMeasured(why)
    room = "vllm.model_executor.layers.fused_moe"
    major = m.capability[0]
    flashinfer = optional("flashinfer.fused_moe") if major >= 9 else None
    needed("vllm")
    if flashinfer is not None and major in (10, 11):
        raise NotMeasured(
            "on this device vllm runs FlashInfer's TRT-LLM layer, on weights that it shuffles when it loads"
        )
    by_cutlass = {9: ("fp8", "fp8_block") if several else ("fp8",), 12: ("bf16", "fp16", "fp8", "nvfp4")}
    chosen_cutlass = flashinfer is not None and number_format in by_cutlass.get(major, ())
    if not chosen_cutlass and number_format not in ("bf16", "fp16", "fp8", "fp8_block"):
        raise NotMeasured("vllm packs such weights when it loads them")
    route = first_of("fused_topk", room, f"{room}.fused_moe", f"{room}.router.fused_topk_router")
    quant = "" if number_format in ("bf16", "fp16") else "quant + "
    layer: Callable[[Experts], Layer]
    if chosen_cutlass:
        fused = first_of("cutlass_fused_moe", "flashinfer.fused_moe")
        name = f"fused_topk + {quant}flashinfer {version_of('flashinfer')} cutlass_fused_moe"
        layer = functools.partial(cutlass_layer, m, number_format, fused)
    else:
        fused = first_of("fused_experts", room, f"{room}.fused_moe")
        name, layer = f"fused_topk + {quant}fused_experts", triton_layer(m, number_format, fused)
    return Kernel("vllm", version_of("vllm"), name), functools.partial(expert_layer, m, number_format, route, layer)


def vllm_settings() -> Callable[[], contextlib.AbstractContextManager[object]]:
    """Makes what vLLM's layers ask for their settings in: later versions want some, earlier ones have no such thing."""
    try:
        config = importlib.import_module("vllm.config")
        hold, settings = config.set_current_vllm_config, config.VllmConfig()
        with hold(settings):
            return functools.partial(hold, settings)
    except Exception:  # whatever it is, it is vLLM's: the kernel itself says what it lacks
        return contextlib.nullcontext


def busiest(picks: Any, experts: int, ranks: int) -> int:
    """The expert rank that most picks fall on; experts lie in order.

    >>> busiest([0, 1, 4, 5, 6, 2], experts=8, ranks=4)
    0
    """
    share = experts // ranks
    counts = [0] * ranks
    for expert in picks:
        counts[int(expert) // share] += 1
    return counts.index(max(counts))


class Routed(NamedTuple):
    """What a layer of experts is given beside its weights: this rank's share of the experts."""

    shape: Experts
    here: int  # experts on a rank
    rank: int
    local: Any  # the rank's number of each expert, -1 for those of others; None on one rank


Layer = Callable[[Any, Any, Any, Any, Any, Routed], Any]  # activations, two weights, weights of picks, picks


def expert_layer(
    m: Machine, number_format: str, route: Callable[..., Any], layer: Callable[[Experts], Layer], s: Experts
) -> Work:
    """A layer of experts under routings drawn at random: the weights of the busiest rank."""
    torch, settings = m.torch, vllm_settings()
    kind = number_format if number_format in ("bf16", "fp16") else "bf16"
    here = s.experts // s.ranks
    size = {"fp8": 1.0, "fp8_block": 1.0, "nvfp4": 9 / 16}.get(number_format, 2.0)
    one = int(here * 3 * s.hidden * s.width * size)
    copies = copies_needed(one, m.cache, m.free())
    x, run_layer = m.drawn((s.tokens, s.hidden), kind), layer(s)

    def weight(rows: int, columns: int) -> Any:
        if number_format == "nvfp4":  # two to a byte, eight bytes to a word
            return torch.randint(0, 256, (here, rows, columns // 2), dtype=torch.uint8, device=m.device).view(
                torch.long
            )
        return m.drawn((here, rows, columns), number_format)

    weights = [(weight(2 * s.width, s.hidden), weight(s.hidden, s.width)) for _ in range(copies)]

    def make(i: int) -> Call:
        gate = torch.randn((s.tokens, s.experts), dtype=torch.float32, device=m.device)
        w1, w2 = weights[i % copies]
        routed = Routed(s, here, 0, None)
        if s.ranks > 1:
            rank = busiest(torch.topk(gate, s.picked, dim=-1).indices.flatten().tolist(), s.experts, s.ranks)
            local = torch.full((s.experts,), -1, dtype=torch.int32, device=m.device)
            local[rank * here : (rank + 1) * here] = torch.arange(here, dtype=torch.int32, device=m.device)
            routed = Routed(s, here, rank, local)

        def call() -> object:
            with settings():
                picked = route(hidden_states=x, gating_output=gate, topk=s.picked, renormalize=True)
                return run_layer(x, w1, w2, picked[0], picked[1], routed)

        return call

    return Work(one, make, max(copies, 4))  # at least four routings


def triton_layer(m: Machine, number_format: str, fused: Any) -> Callable[[Experts], Layer]:
    """vLLM's own layer of experts, as either of its versions wants to be asked. Raises `NotMeasured`."""
    takes = frozenset(inspect.signature(fused).parameters)
    narrow = number_format.startswith("fp8")
    if narrow and not takes & {"quant_config", "use_fp8_w8a8"}:
        raise NotMeasured(f"vllm {version_of('vllm')}: fused_experts takes neither quant_config nor use_fp8_w8a8")
    config = None
    if narrow and "quant_config" in takes:
        config = first_of("fp8_w8a8_moe_quant_config", "vllm.model_executor.layers.fused_moe.config")

    def of(s: Experts) -> Layer:
        words: dict[str, Any] = {}
        if narrow:
            scales = block_scales if number_format == "fp8_block" else expert_scales
            said: dict[str, Any] = {
                "w1_scale": scales(m, s, 2 * s.width, s.hidden),
                "w2_scale": scales(m, s, s.hidden, s.width),
            }
            if number_format == "fp8_block":
                said["block_shape"] = [128, 128]
            words = {"quant_config": config(**said)} if config is not None else {"use_fp8_w8a8": True, **said}

        def layer(x: Any, w1: Any, w2: Any, shares: Any, picks: Any, routed: Routed) -> Any:
            if routed.local is None:
                return fused(x, w1, w2, shares, picks, **words)
            return fused(x, w1, w2, shares, picks, global_num_experts=s.experts, expert_map=routed.local, **words)

        return layer

    return of


def expert_scales(m: Machine, s: Experts, rows: int, columns: int) -> Any:
    """A scale to an expert of this rank."""
    return m.torch.ones((s.experts // s.ranks,), dtype=m.torch.float32, device=m.device)


def block_scales(m: Machine, s: Experts, rows: int, columns: int) -> Any:
    """A scale to a block of 128 x 128 weights."""
    blocks = (s.experts // s.ranks, math.ceil(rows / 128), math.ceil(columns / 128))
    return m.torch.ones(blocks, dtype=m.torch.float32, device=m.device)


def nvfp4_scales(m: Machine, s: Experts, rows: int, columns: int) -> Any:
    """A scale to 16 weights, in the order of its kernels: 128 rows and four scales at a time, four to a word."""
    shape = (s.experts // s.ranks, 128 * math.ceil(rows / 128), 4 * math.ceil(columns / 64))
    return m.torch.ones(shape, dtype=m.torch.float32, device=m.device).to(m.torch.float8_e4m3fn).view(m.torch.int32)


def cutlass_layer(m: Machine, number_format: str, fused: Any, s: Experts) -> Layer:
    """FlashInfer's layer of experts by CUTLASS, as vLLM asks for it; its tiles are chosen at the first call."""
    one = m.torch.ones((), dtype=m.torch.float32, device=m.device)
    each = expert_scales(m, s, 0, 0)
    words: dict[str, Any] = {"quant_scales": [], "tune_max_num_tokens": 2 ** max(0, math.ceil(math.log2(s.tokens)))}
    shapes = ((2 * s.width, s.hidden), (s.hidden, s.width))
    if number_format == "fp8":
        words["quant_scales"] = [each, one, each, one]
        ops = needed("vllm._custom_ops")
    elif number_format == "fp8_block":
        words["quant_scales"] = [block_scales(m, s, *shape) for shape in shapes]
        words["use_deepseek_fp8_block_scale"] = True
    elif number_format == "nvfp4":
        first, second = (nvfp4_scales(m, s, *shape) for shape in shapes)
        words["quant_scales"] = [one, first, each, one, second, each]
        quantise = first_of("fp4_quantize", "flashinfer")
    tune: Any = getattr(optional("flashinfer.autotuner"), "autotune", None)
    left = [contextlib.nullcontext() if tune is None else tune(True)]  # for the first call

    def layer(x: Any, w1: Any, w2: Any, shares: Any, picks: Any, routed: Routed) -> Any:
        given, scale = x, None
        if number_format == "fp8":
            given = ops.scaled_fp8_quant(x, one.view(1))[0]
        elif number_format == "nvfp4":
            given, scale = quantise(x, one.view(1))
        out = m.torch.empty(x.shape, dtype=x.dtype, device=m.device)
        with left.pop() if left else contextlib.nullcontext():
            fused(
                input=given,
                token_selected_experts=picks.to(m.torch.int32),
                token_final_scales=shares,
                fc1_expert_weights=w1,
                fc2_expert_weights=w2,
                output_dtype=x.dtype,
                output=out,
                input_sf=scale,
                ep_size=s.ranks,
                ep_rank=routed.rank,
                **words,
            )
        return out

    return layer


def flash_version() -> tuple[Any, dict[str, int]]:
    """vLLM's flash attention and the version it takes on this device. Raises `NotMeasured`."""
    module = "vllm.vllm_flash_attn"
    varlen = first_of("flash_attn_varlen_func", module, f"{module}.flash_attn_interface")
    known = getattr(optional(f"{module}.flash_attn_interface"), "is_fa_version_supported", None)
    if known is None or "fa_version" not in inspect.signature(varlen).parameters:
        return varlen, {}
    return varlen, {"fa_version": 3 if known(3) else 2}


def vllm_prefill_kernel(m: Machine) -> tuple[Kernel, Callable[[Attention, str], Work]]:
    """The attention of prompts as vLLM or the flash-attn package runs it. Raises `NotMeasured`."""
    if m.on_cpu:
        raise NotMeasured("vllm's kernel runs on an accelerator")
    if optional("vllm") is None:
        package = needed("flash_attn")
        kernel = Kernel("torch", m.torch.__version__, f"flash_attn {version_of('flash_attn')} flash_attn_func")

        def padded(s: Attention, number_format: str) -> Work:
            def make(_: int) -> Call:
                q = m.drawn((s.batch, s.context, s.heads, s.head), number_format)
                k, v = (m.drawn((s.batch, s.context, s.kv_heads, s.head), number_format) for _ in range(2))
                return lambda: package.flash_attn_func(q, k, v, causal=True)

            return Work(attention_bytes(s), make)

        return kernel, padded
    if m.capability[0] == 10:
        raise NotMeasured("on this device vllm runs FlashInfer's TRT-LLM kernel")
    varlen, version = flash_version()

    def prepare(s: Attention, number_format: str) -> Work:
        starts = m.torch.arange(s.batch + 1, dtype=m.torch.int32, device=m.device) * s.context
        words = {"max_seqlen_q": s.context, "max_seqlen_k": s.context, "cu_seqlens_q": starts, "cu_seqlens_k": starts}

        def make(_: int) -> Call:
            tokens = s.batch * s.context
            q = m.drawn((tokens, s.heads * s.head), number_format).view(tokens, s.heads, s.head)
            k, v = (
                m.drawn((tokens, s.kv_heads * s.head), number_format).view(tokens, s.kv_heads, s.head) for _ in range(2)
            )
            return lambda: varlen(q=q, k=k, v=v, causal=True, **words, **version)

        return Work(attention_bytes(s), make)

    named = f"vllm_flash_attn fa{version['fa_version']}" if version else "vllm_flash_attn"
    return Kernel("vllm", version_of("vllm"), named), prepare


def attention_bytes(s: Attention) -> int:
    """Bytes of queries, keys and values of prompts, 16 bit."""
    return 2 * s.batch * s.context * (s.heads + 2 * s.kv_heads) * s.head


def torch_prefill_kernel(m: Machine) -> tuple[Kernel, Callable[[Attention, str], Work]]:
    """The attention of prompts by torch."""
    torch = m.torch

    def prepare(s: Attention, number_format: str) -> Work:
        attend = torch.nn.functional.scaled_dot_product_attention

        def make(_: int) -> Call:
            q = m.drawn((s.batch, s.heads, s.context, s.head), number_format)
            k, v = (m.drawn((s.batch, s.kv_heads, s.context, s.head), number_format) for _ in range(2))

            def call() -> object:
                with fused_attention(m):
                    return attend(q, k, v, is_causal=True, enable_gqa=True)

            return call

        return Work(attention_bytes(s), make)

    return Kernel("torch", torch.__version__, "scaled_dot_product_attention"), prepare


def fused_attention(m: Machine) -> contextlib.AbstractContextManager[object]:
    """Holds torch to its fused attention on an accelerator: the one written out in products serves nobody."""
    if m.on_cpu:
        return contextlib.nullcontext()
    a = m.torch.nn.attention
    names = ("FLASH_ATTENTION", "CUDNN_ATTENTION", "EFFICIENT_ATTENTION")
    held: contextlib.AbstractContextManager[object] = a.sdpa_kernel(
        [getattr(a.SDPBackend, n) for n in names if hasattr(a.SDPBackend, n)]
    )
    return held


PAGE = 16  # tokens


def decode_kernel(m: Machine) -> tuple[Kernel, Callable[[Attention, str], Work]]:
    """The attention of one query a sequence over pages, as a server runs it. Raises `NotMeasured`."""
    if m.on_cpu:
        raise NotMeasured(
            "a server's kernel runs on an accelerator, and scaled_dot_product_attention of one query is none"
        )
    vllm = optional("vllm") is not None
    if vllm and m.capability[0] != 10:
        varlen, version = flash_version()
        named = f"vllm_flash_attn fa{version['fa_version']}, paged" if version else "vllm_flash_attn, paged"
        return Kernel("vllm", version_of("vllm"), named), lambda s, f: flash_decode(m, varlen, version, s, f)
    flashinfer = optional("flashinfer")
    if flashinfer is None:
        raise NotMeasured(
            "neither vllm nor flashinfer is installed, and scaled_dot_product_attention of one query is no server's"
        )
    server = "vllm" if vllm or optional("sglang") is None else "sglang"
    whose = f"flashinfer {version_of('flashinfer')}"
    newest = m.capability[0] == 10
    direct = getattr(optional("flashinfer.decode"), "trtllm_batch_decode_with_kv_cache", None) if newest else None
    if direct is not None:
        kernel = Kernel(server, version_of(server), f"{whose} trtllm_batch_decode_with_kv_cache")
        return kernel, lambda s, f: trtllm_decode(m, direct, s, f)
    kernel = Kernel(server, version_of(server), f"{whose} BatchDecodeWithPagedKVCacheWrapper")
    return kernel, lambda s, f: wrapped_decode(m, flashinfer, s, f)


class Pages(NamedTuple):
    """The pages of all sequences: how many each has, which, and how long the sequences are."""

    each: int
    table: Any
    lengths: Any

    @classmethod
    def of(cls, m: Machine, s: Attention) -> Pages:
        """Pages in order, those of a sequence one after the other."""
        each = math.ceil(s.context / PAGE)
        table = m.torch.arange(s.batch * each, dtype=m.torch.int32, device=m.device).view(s.batch, each)
        return cls(each, table, m.torch.full((s.batch,), s.context, dtype=m.torch.int32, device=m.device))


def cache_bytes(s: Attention) -> int:
    """Bytes of the 16-bit keys and values, in whole pages."""
    return 4 * s.batch * math.ceil(s.context / PAGE) * PAGE * s.kv_heads * s.head


def flash_decode(m: Machine, varlen: Any, version: dict[str, int], s: Attention, number_format: str) -> Work:
    """Decode by vLLM's flash attention."""
    pages = Pages.of(m, s)
    starts = m.torch.arange(s.batch + 1, dtype=m.torch.int32, device=m.device)
    words = {"max_seqlen_q": 1, "cu_seqlens_q": starts, "max_seqlen_k": s.context, "seqused_k": pages.lengths}
    q = m.drawn((s.batch, s.heads * s.head), number_format).view(s.batch, s.heads, s.head)

    def make(_: int) -> Call:
        k, v = (
            m.drawn((s.batch * pages.each, PAGE * s.kv_heads * s.head), number_format).view(
                -1, PAGE, s.kv_heads, s.head
            )
            for _ in range(2)
        )
        return lambda: varlen(q=q, k=k, v=v, block_table=pages.table, causal=True, **words, **version)

    return Work(cache_bytes(s), make)


def trtllm_decode(m: Machine, direct: Any, s: Attention, number_format: str) -> Work:
    """Decode by the kernel that vLLM and SGLang take from FlashInfer on data-centre Blackwell."""
    pages = Pages.of(m, s)
    space = m.torch.zeros(128 * MIB, dtype=m.torch.uint8, device=m.device)
    q = m.drawn((s.batch, s.heads * s.head), number_format).view(s.batch, s.heads, s.head)
    scale = 1 / math.sqrt(s.head)

    def make(_: int) -> Call:
        cache = m.drawn((s.batch * pages.each, 2 * s.kv_heads * PAGE * s.head), number_format)
        cache = cache.view(-1, 2, s.kv_heads, PAGE, s.head)
        words = {"block_tables": pages.table, "seq_lens": pages.lengths, "max_seq_len": s.context}
        return lambda: direct(q, cache, space, bmm1_scale=scale, bmm2_scale=1.0, **words)

    return Work(cache_bytes(s), make)


def wrapped_decode(m: Machine, flashinfer: Any, s: Attention, number_format: str) -> Work:
    """Decode by FlashInfer's wrapper, planned once, as a server does for all layers."""
    pages, int32 = Pages.of(m, s), m.torch.int32
    starts = m.torch.arange(s.batch + 1, dtype=int32, device=m.device) * pages.each
    last = m.torch.full((s.batch,), (s.context - 1) % PAGE + 1, dtype=int32, device=m.device)
    space = m.torch.zeros(128 * MIB, dtype=m.torch.uint8, device=m.device)
    wrapper = flashinfer.BatchDecodeWithPagedKVCacheWrapper(
        space,
        "NHD",
        use_cuda_graph=True,
        use_tensor_cores=True,
        paged_kv_indptr_buffer=starts.clone(),
        paged_kv_indices_buffer=pages.table.flatten().clone(),
        paged_kv_last_page_len_buffer=last.clone(),
    )
    kind = m.type_of(number_format)
    shape = (s.heads, s.kv_heads, s.head, PAGE)
    wrapper.plan(starts, pages.table.flatten(), last, *shape, q_data_type=kind, kv_data_type=kind)
    q = m.drawn((s.batch, s.heads * s.head), number_format).view(s.batch, s.heads, s.head)

    def make(_: int) -> Call:
        cache = m.drawn((s.batch * pages.each, 2 * PAGE * s.kv_heads * s.head), number_format)
        cache = cache.view(-1, 2, PAGE, s.kv_heads, s.head)
        return lambda: wrapper.run(q, cache)

    return Work(cache_bytes(s), make)


def copy_work(m: Machine, payload: int) -> Work:
    """A copy within the device's memory."""

    def make(_: int) -> Call:
        made = (m.torch.ones(payload, dtype=m.torch.uint8, device=m.device) for _ in range(2))
        source, target = made
        return lambda: target.copy_(source)

    return Work(2 * payload, make)


def host_copy_work(m: Machine, payload: int) -> Work:
    """A copy from pinned memory of the host to the device's."""

    def make(_: int) -> Call:
        source = m.torch.ones(payload, dtype=m.torch.uint8, pin_memory=True)
        target = m.torch.empty(payload, dtype=m.torch.uint8, device=m.device)
        return lambda: target.copy_(source, non_blocking=True)

    return Work(payload, make, 1)


# --- what is measured -------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """One row to be: its columns, and what is timed for it."""

    label: str
    columns: dict[str, object]
    kernel: Kernel
    prepare: Callable[[], Work]
    graphs: bool = True


class Question(NamedTuple):
    """What is to be measured, and for how long."""

    shapes: Shapes
    kinds: tuple[str, ...]
    formats: tuple[str, ...]
    window_s: float = 1.5
    warm_s: float = 0.5


Note = Callable[[str], None]


def cases_of(m: Machine, ask: Question, note: Note) -> Iterator[Case]:
    """Every case but the exchanges between devices; what has no kernel here is noted instead."""
    for kind in ask.kinds:
        if kind in ("gemm", "experts"):
            for number_format in ask.formats:
                yield from weight_cases(m, ask, kind, number_format, note)
        elif kind in ("decode", "prefill"):
            yield from attention_cases(m, ask, kind, note)
        elif kind == "copy":
            kernel = Kernel("torch", m.torch.__version__, "torch.Tensor.copy_")
            for payload in ask.shapes.copy:
                yield bytes_case(m, kind, payload, kernel, copy_work, graphs=True)
        elif kind == "host_copy":
            if m.on_cpu:
                note("host_copy: there is no device to copy to")
                continue
            kernel = Kernel("torch", m.torch.__version__, "torch.Tensor.copy_ from pinned memory")
            for payload in ask.shapes.host_copy:
                yield bytes_case(m, kind, payload, kernel, host_copy_work, graphs=False)


def bytes_case(
    m: Machine, kind: str, payload: int, kernel: Kernel, work: Callable[[Machine, int], Work], *, graphs: bool
) -> Case:
    """A copy of so many bytes."""
    label = f"{kind} {size_text(payload)}"
    return Case(label, {"kind": kind, "payload_bytes": payload}, kernel, functools.partial(work, m, payload), graphs)


def weight_cases(m: Machine, ask: Question, kind: str, number_format: str, note: Note) -> Iterator[Case]:
    """The cases of products or experts in one format."""

    def case(s: Gemm | Experts, kernel: Kernel, prepare: Callable[[], Work]) -> Case:
        columns: dict[str, object] = {"kind": kind, "format": number_format, **s._asdict()}
        return Case(f"{kind} {number_format} {shape_text(s)}", columns, kernel, prepare)

    try:
        if kind == "gemm":
            kernel, product = product_kernel(m, number_format)
            yield from [case(s, kernel, functools.partial(product, s)) for s in ask.shapes.gemm]
        else:
            for several in sorted({e.ranks > 1 for e in ask.shapes.experts}):
                kernel, layer = experts_kernel(m, number_format, several=several)
                shapes = [e for e in ask.shapes.experts if (e.ranks > 1) == several]
                yield from [case(e, kernel, functools.partial(layer, e)) for e in shapes]
    except NotMeasured as e:
        note(f"{kind} {number_format}: {e}")


def attention_cases(m: Machine, ask: Question, kind: str, note: Note) -> Iterator[Case]:
    """The cases of decode, or those of prompts by every kernel there is."""
    wide = next((f for f in ask.formats if f in ("bf16", "fp16")), None)
    if wide is None:
        note(f"{kind}: it is measured over a 16-bit cache, and --formats has neither bf16 nor fp16")
        return
    makers = [decode_kernel] if kind == "decode" else [vllm_prefill_kernel, torch_prefill_kernel]
    shapes: tuple[Attention, ...] = getattr(ask.shapes, kind)
    for maker in makers:
        try:
            kernel, prepare = maker(m)
        except NotMeasured as e:
            note(f"{kind} {wide}{' by a server' if maker is vllm_prefill_kernel else ''}: {e}")
            continue
        for s in shapes:
            columns: dict[str, object] = {"kind": kind, "format": wide, **s._asdict()}
            label = f"{kind} {wide} {shape_text(s)}, {kernel.library}"
            yield Case(label, columns, kernel, functools.partial(prepare, s, wide))


def shape_text(s: Gemm | Experts | Attention) -> str:
    """A shape as people write it.

    >>> shape_text(Gemm(64, 8192, 4096)), shape_text(Experts(16, 128, 8, 4096, 1536, 8))
    ('64 x 8192 x 4096', '16 of 128 / 8, 4096 x 1536, 8 ranks')
    """
    if isinstance(s, Gemm):
        return f"{s.tokens} x {s.outputs} x {s.inputs}"
    if isinstance(s, Experts):
        ranks = "" if s.ranks == 1 else f", {s.ranks} ranks"
        return f"{s.tokens} of {s.experts} / {s.picked}, {s.hidden} x {s.width}{ranks}"
    return f"{s.batch} x {s.heads} / {s.kv_heads} heads of {s.head} @ {s.context}"


def size_text(payload: float) -> str:
    """Bytes as people write them.

    >>> size_text(8192), size_text(256 << 20)
    ('8 KiB', '256 MiB')
    """
    return f"{payload / MIB:g} MiB" if payload >= MIB else f"{payload / KIB:g} KiB"


def time_case(m: Machine, case: Case, ask: Question, left_s: float = math.inf) -> Timing:
    """The timing of one case, which may take so long. Raises `NotMeasured`."""
    work = case.prepare()
    copies = work.copies or copies_needed(work.one, m.cache, m.free())
    calls = [work.make(i) for i in range(copies)]
    timer = m.timer(graphs=case.graphs)
    return measure(timer, calls, window_s=ask.window_s, warm_s=ask.warm_s, board=m.board, left_s=left_s)


# --- exchanges between devices ----------------------------------------------------------------------------------------


class Exchange(NamedTuple):
    """What every rank of an exchange is told."""

    ranks: int
    on_cpu: bool
    meeting: str  # a file by which the ranks find each other
    payloads: tuple[int, ...]
    window_s: float
    warm_s: float


def join_exchange(rank: int, told: Exchange, answers: Any) -> None:
    """One rank of the all-reduces, a process of its own; rank 0 puts (payload, timing) for each, or why not."""
    try:
        torch = importlib.import_module("torch")
        group = importlib.import_module("torch.distributed")
        m = Machine(torch, "cpu" if told.on_cpu else f"cuda:{rank}", toy=True)
        place = {"init_method": Path(told.meeting).as_uri(), "rank": rank, "world_size": told.ranks}
        group.init_process_group("gloo" if told.on_cpu else "nccl", **place)

        def agree(figure: float) -> float:
            shared = torch.tensor([figure], dtype=torch.float64, device=m.device)
            group.all_reduce(shared, op=group.ReduceOp.MAX)
            return float(shared.item())

        for payload in told.payloads:
            held = torch.zeros(payload // 2, dtype=torch.bfloat16, device=m.device)
            timing = measure(
                m.timer(),
                [functools.partial(group.all_reduce, held)],
                window_s=told.window_s,
                warm_s=told.warm_s,
                board=m.board if rank == 0 else None,
                agree=agree,
            )
            slowest = agree(timing.time_us)
            if rank == 0:
                answers.put((payload, timing._replace(time_us=slowest)))
        group.destroy_process_group()
    except Exception as e:
        answers.put((None, one_line(e)))


def exchanges(m: Machine, ask: Question, ranks: int, until: float) -> Iterator[tuple[int, Timing]]:
    """All-reduces over so many ranks, as they are measured. Raises `NotMeasured` where they fail or take too long."""
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    with tempfile.TemporaryDirectory() as folder:
        meeting = str(Path(folder, "ranks").resolve())
        told = Exchange(ranks, m.on_cpu, meeting, ask.shapes.all_reduce, ask.window_s, ask.warm_s)
        processes = [spawn.Process(target=join_exchange, args=(r, told, answers), daemon=True) for r in range(ranks)]
        for process in processes:
            process.start()
        try:
            for _ in told.payloads:
                payload, answer = next_answer(answers, processes, until)
                if payload is None:
                    raise NotMeasured(answer)
                yield payload, answer
            for process in processes:
                process.join(timeout=10)
        finally:
            for process in processes:
                if process.is_alive():
                    process.terminate()
                process.join(timeout=10)


def next_answer(answers: Any, processes: Sequence[Any], until: float) -> tuple[Any, Any]:
    """The next that rank 0 says. Raises `NotMeasured` where it will say nothing more."""
    while True:
        with contextlib.suppress(queue.Empty):
            said: tuple[Any, Any] = answers.get(timeout=1.0)
            return said
        if time.monotonic() > until:
            raise NotMeasured("the time that --seconds allows is over")
        if not any(process.is_alive() for process in processes):
            raise NotMeasured("its processes ended without a word")


def exchange_kernel(m: Machine) -> Kernel:
    """The all-reduce of torch's communication library."""
    if m.on_cpu:
        return Kernel("torch", m.torch.__version__, "gloo all_reduce")
    version = ".".join(str(part) for part in m.torch.cuda.nccl.version())
    return Kernel("torch", m.torch.__version__, f"{'rccl' if m.hip else 'nccl'} {version} all_reduce")


def rank_counts(devices: int) -> tuple[int, ...]:
    """Two and all.

    >>> rank_counts(1), rank_counts(2), rank_counts(8)
    ((), (2,), (2, 8))
    """
    return tuple(sorted({2, devices})) if devices > 1 else ()


# --- the table --------------------------------------------------------------------------------------------------------


class Table:
    """The file of rows: written row by row, so that a run that is stopped keeps what it has.

    Parameters
    ----------
    path : str
        Where it is written. What is not measured is known late, and stands at the top in the end: `close` writes anew.
    head : sequence of str
        Remarks for the top.
    force : bool
        Whether a file that is there may be overwritten.

    Raises `Refused` where it cannot be written.
    """

    def __init__(self, path: str, head: Sequence[str], *, force: bool = False) -> None:
        self.path, self._head = path, list(head)
        self.rows: list[dict[str, object]] = []
        self.notes: list[str] = []
        try:
            with open(path, "w" if force else "x", encoding="utf-8", newline="") as file:
                file.write(table_text(self._head, []))
        except FileExistsError:
            raise Refused(f"{path} is there already; take another name for --out, or --force to overwrite it") from None
        except (OSError, ValueError) as e:
            raise Refused(f"{path} cannot be written: {getattr(e, 'strerror', None) or e}") from None

    def add(self, row: dict[str, object]) -> None:
        """Writes a row, to the disk. Raises `Refused` where that is full."""
        self.rows.append(row)
        try:
            with open(self.path, "a", encoding="utf-8", newline="") as file:
                csv.DictWriter(file, COLUMNS, lineterminator="\n").writerow(row)
        except OSError as e:
            raise Refused(f"{self.path} cannot be written any more: {e.strerror}") from None

    def note(self, why: str) -> None:
        """Keeps a reason why something is not measured, for the top of the table."""
        self.notes.append(f"not measured: {why}")

    def close(self) -> None:
        """Writes the file anew with all remarks at its top; one without rows is taken away."""
        real = os.path.realpath(self.path)
        if not os.path.isfile(real):  # a device or a pipe: what was written is written
            return
        if not self.rows:
            with contextlib.suppress(OSError):
                os.remove(real)
            return
        beside = f"{real}.part"
        try:
            with open(beside, "w", encoding="utf-8", newline="") as file:
                file.write(table_text([*self._head, *self.notes], self.rows))
            os.replace(beside, real)
        except OSError:  # the rows are there; the remarks were shown
            with contextlib.suppress(OSError):
                os.remove(beside)


def table_text(remarks: Sequence[str], rows: Sequence[dict[str, object]]) -> str:
    """The table as text: remarks, the names of the columns, the rows."""
    text = io.StringIO()
    for remark in remarks:
        text.write("# " + " ".join(remark.split()) + "\n")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def remarks_of(m: Machine, ask: Question, taken: str) -> list[str]:
    """What the table says at its top of where it was made."""
    v = m.torch.version
    said = [f"kernels measured by gambrel measure_kernels on {taken}", f"torch: {m.torch.__version__}"]
    if m.on_cpu:
        said.append(f"system: {platform.system()} {platform.machine()}, {m.torch.get_num_threads()} threads")
    else:
        said.append(f"rocm: {v.hip}" if m.hip else f"cuda: {v.cuda}")
        said.append(f"driver: {m.board.driver or 'not known'}")
    said += [f"devices: {m.devices}", f"last-level cache: {size_text(m.cache)}"]
    if "gemm" in ask.kinds:
        said.append("gemm: a kernel with quant in its name converts activations, one without takes them converted")
    if "experts" in ask.kinds:
        said.append("experts: with routing; tokens, those of all ranks, pick uniformly; the busiest rank is timed")
    return said


def row_of(m: Machine, columns: dict[str, object], kernel: Kernel, timing: Timing, taken: str) -> dict[str, object]:
    """A row of the table."""

    def text(figure: float | None) -> str:
        return "" if figure is None else f"{figure:.4g}"

    return {
        **dict.fromkeys(COLUMNS, ""),
        **columns,
        "device": m.name,
        "library": kernel.library,
        "version": kernel.version,
        "kernel": kernel.name,
        "time_us": f"{timing.time_us:.6g}",
        "spread": f"{timing.spread:.3g}",
        "clock_mhz": text(timing.clock_mhz),
        "top_clock_mhz": text(m.board.top_clock_mhz),
        "power_w": text(timing.power_w),
        "taken": taken,
    }


def rate_of(row: dict[str, Any]) -> str:
    """How fast a row is, as people compare it: flop or bytes by time.

    >>> rate_of({"kind": "gemm", "tokens": 1000, "outputs": 1000, "inputs": 1000, "time_us": "10"})
    '200 TFLOP/s'
    """
    seconds, kind = float(row["time_us"]) * 1e-6, row["kind"]
    if kind == "gemm":
        return f"{2e-12 * row['tokens'] * row['outputs'] * row['inputs'] / seconds:.3g} TFLOP/s"
    if kind == "experts":
        flop = 6 * row["tokens"] * row["picked"] * row["hidden"] * row["width"] / row["ranks"]
        return f"{1e-12 * flop / seconds:.3g} TFLOP/s"
    if kind == "prefill":
        flop = 2 * row["batch"] * row["context"] ** 2 * row["heads"] * row["head"]
        return f"{1e-12 * flop / seconds:.3g} TFLOP/s"
    if kind == "decode":
        return f"{4e-9 * row['batch'] * row['context'] * row['kv_heads'] * row['head'] / seconds:.3g} GB/s"
    return f"{(2 if kind == 'copy' else 1) * 1e-9 * row['payload_bytes'] / seconds:.3g} GB/s"


def summary(table: Table, labels: Sequence[str]) -> str:
    """The rows for the screen."""
    head = ("measured", "time", "spread", "rate", "clock", "power")
    lines = [head]
    for label, row in zip(labels, table.rows):
        spread = f"{100 * float(str(row['spread'])):.1f} %"
        clock, power = (f"{row[c]} {u}" if row[c] else "" for c, u in (("clock_mhz", "MHz"), ("power_w", "W")))
        lines.append((label, time_text(float(str(row["time_us"]))), spread, rate_of(row), clock, power))
    widest, *widths = (max(len(cell) for cell in column) for column in zip(*lines))
    shown = (
        "  ".join([label.ljust(widest), *(cell.rjust(width) for cell, width in zip(cells, widths))])
        for label, *cells in lines
    )
    return "\n".join(line.rstrip() for line in shown)


def time_text(microseconds: float) -> str:
    """A time as people write it.

    >>> time_text(4.25), time_text(12345.0), time_text(1.5e6)
    ('4.25 us', '12.3 ms', '1.5 s')
    """
    if microseconds < 1e3:
        return f"{microseconds:.3g} us"
    return f"{microseconds / 1e3:.3g} ms" if microseconds < 1e6 else f"{microseconds / 1e6:.3g} s"


# --- a run ------------------------------------------------------------------------------------------------------------

BROKEN = ("illegal memory access", "device-side assert", "unspecified launch failure", "hardware error")


class Run:
    """One run: measures case by case, says what it does, and writes the table.

    Parameters
    ----------
    m : Machine
        What is measured.
    ask : Question
        What of it.
    table : Table
        Where it is written.
    seconds : float
        After which nothing new is begun.
    say : callable
        Shows a line of progress.
    """

    def __init__(self, m: Machine, ask: Question, table: Table, seconds: float, say: Callable[[str], None]) -> None:
        self._m, self._ask, self._table, self._say = m, ask, table, say
        self._until = time.monotonic() + seconds
        self._taken = datetime.date.today().isoformat()
        self.labels: list[str] = []

    def note(self, why: str) -> None:
        """Notes and shows what is not measured."""
        self._table.note(why)
        self._say(f"not measured: {why}")

    def all(self) -> None:
        """Measures everything that was asked for."""
        self._say(f"measuring {self._m.name}")
        for case in cases_of(self._m, self._ask, self.note):
            if time.monotonic() > self._until:
                self.note(f"{case.label}: the time that --seconds allows is over")
            elif not self.one(case):
                return
        if "all_reduce" in self._ask.kinds:
            self.exchanges()

    def one(self, case: Case) -> bool:
        """Measures a case; False where the device can do nothing more."""
        why = ""
        try:
            timing = time_case(self._m, case, self._ask, self._until - time.monotonic())
        except NotMeasured as e:
            why = str(e)
        except Exception as e:  # kernels fail in ways of their own: the rest is measured
            why = "out of memory" if is_out_of_memory(e) else one_line(e)
        if why:
            self.note(f"{case.label}: {why}")
        else:
            self.keep(case.label, case.columns, case.kernel, timing)
        with contextlib.suppress(RuntimeError):
            self._m.tidy()
        if any(word in why for word in BROKEN):
            self.note("all that would have come next: after that error the device answers to no call of this process")
            return False
        return True

    def keep(self, label: str, columns: dict[str, object], kernel: Kernel, timing: Timing) -> None:
        """Writes and shows a row."""
        self._table.add(row_of(self._m, columns, kernel, timing, self._taken))
        self.labels.append(label)
        clock = "" if timing.clock_mhz is None else f", {timing.clock_mhz:.0f} MHz"
        power = "" if timing.power_w is None else f", {timing.power_w:.0f} W"
        spread = f"spread {100 * timing.spread:.1f} %"
        self._say(f"{len(self.labels)}. {label}: {time_text(timing.time_us)}, {spread}{clock}{power}")

    def exchanges(self) -> None:
        """Measures the exchanges between devices."""
        m = self._m
        counts = (2,) if m.on_cpu else rank_counts(m.devices)
        if not counts:
            self.note("all_reduce: torch sees one device")
        for ranks in counts:
            label = f"all_reduce bf16 over {ranks}"
            try:
                if time.monotonic() > self._until:
                    raise NotMeasured("the time that --seconds allows is over")
                kernel = exchange_kernel(m)
                for payload, timing in exchanges(m, self._ask, ranks, self._until):
                    columns = {"kind": "all_reduce", "format": "bf16", "ranks": ranks, "payload_bytes": payload}
                    self.keep(f"{label}, {size_text(payload)}", columns, kernel, timing)
            except (NotMeasured, RuntimeError, OSError) as e:
                self.note(f"{label}: {one_line(e)}")
        if counts and optional("vllm") is not None:
            self.note("all_reduce by vllm: the kernel of its own for small payloads runs within its server alone")


class Parser(argparse.ArgumentParser):
    """Arguments; what is wrong with them is one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raises `Refused`."""
        raise Refused(message)


def parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    p = Parser(
        prog="measure_kernels",
        description="Measures the kernels of an accelerator, in about ten minutes: products, experts, attention, "
        "exchanges between devices and copies. The table is read by `gambrel calibrate --kernels FILE`.",
        allow_abbrev=False,
    )
    p.add_argument("--out", required=True, metavar="FILE", help="the table that is written")
    p.add_argument("--force", action="store_true", help="overwrite FILE")
    p.add_argument("--device", metavar="DEVICE", help="cuda:0 (the default; AMD's too), cuda:N or cpu")
    p.add_argument("--only", metavar="KINDS", help=f"some of {','.join(KINDS)}")
    p.add_argument("--formats", metavar="FORMATS", help=f"some of {','.join(FORMATS)}; by default what the device has")
    p.add_argument("--quick", action="store_true", help="about half of the shapes, a third of the time for each")
    p.add_argument("--seconds", default="600", metavar="S", help="begin nothing new after so long (600)")
    p.add_argument("--toy", action="store_true", help="toy sizes, on the CPU unless --device says otherwise: a trial")
    return p


def chosen(given: str | None, known: Sequence[str], option: str) -> tuple[str, ...]:
    """The words of a list with commas, in the order in which they are known. Raises `Refused`.

    >>> chosen("prefill,gemm", KINDS, "--only")
    ('gemm', 'prefill')
    """
    if given is None:
        return tuple(known)
    words = [word.strip() for word in given.split(",")]
    for word in words:
        if word not in known:
            raise Refused(f"{option} has {word!r}; it must be of {', '.join(known)}, with commas between")
    return tuple(word for word in known if word in words)


def seconds_of(given: str) -> float:
    """The limit of time. Raises `Refused`."""
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise Refused(f"--seconds is {given!r}; it must be a number above 0")
    return seconds


def question_of(args: argparse.Namespace, m: Machine) -> Question:
    """What the arguments ask of a machine. Raises `Refused`."""
    shapes = TOY if args.toy else QUICK if args.quick else FULL
    formats = chosen(args.formats, FORMATS, "--formats")
    if args.formats is None:
        formats = tuple(f for f in FORMATS if f != ("fp16" if not m.lacks("bf16") else "bf16"))
    window, warm = (0.02, 0.0) if args.toy else (0.5, 0.2) if args.quick else (1.5, 0.5)
    return Question(shapes, chosen(args.only, KINDS, "--only"), formats, window, warm)


def torch_or_refused() -> Any:
    """PyTorch. Raises `Refused` where it is not there or does not work."""
    try:
        return importlib.import_module("torch")
    except ModuleNotFoundError as e:
        if e.name == "torch":
            again = "then run measure_kernels again"
            raise Refused(f"torch is not installed: pip install torch (for your CUDA or ROCm), {again}") from None
        raise Refused(f"torch cannot be imported: {one_line(e)}") from None
    except Exception as e:
        raise Refused(f"torch cannot be imported: {one_line(e)}") from None


def run(words: Sequence[str] | None) -> None:
    """Measures what the words of a command line ask for. Raises `Refused`."""
    args = parser().parse_args(words)
    seconds = seconds_of(args.seconds)
    chosen(args.only, KINDS, "--only")
    chosen(args.formats, FORMATS, "--formats")
    if os.path.lexists(args.out) and not args.force:  # said before torch takes its seconds
        raise Refused(f"{args.out} is there already; take another name for --out, or --force to overwrite it")
    torch = torch_or_refused()
    m = Machine(torch, args.device or ("cpu" if args.toy else "cuda:0"), toy=args.toy)
    ask = question_of(args, m)
    table = Table(args.out, remarks_of(m, ask, datetime.date.today().isoformat()), force=args.force)
    this = Run(m, ask, table, seconds, lambda line: print(line, file=sys.stderr, flush=True))
    try:
        with torch.inference_mode():
            this.all()
    except KeyboardInterrupt:
        table.note("all that would have come next: the run was interrupted")
        raise Refused(f"interrupted: {count_text(table)}") from None
    finally:
        table.close()
    if not table.rows:
        reason = table.notes[0].partition(": ")[2] if table.notes else "nothing was asked for"
        raise Refused(f"nothing could be measured: {reason}")
    print(summary(table, this.labels))
    unsteady = sum(float(str(row["spread"])) > UNSTEADY for row in table.rows)
    if unsteady and not args.toy:
        print(f"\n{unsteady} of them spread by more than {100 * UNSTEADY:.0f} %: does the device do something else?")
    print(f"\n{count_text(table)}; next: gambrel calibrate --kernels {args.out}")


def count_text(table: Table) -> str:
    """How many rows lie where."""
    if not table.rows:
        return "nothing was measured"
    return f"{len(table.rows)} row{'' if len(table.rows) == 1 else 's'} in {table.path}"


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line; returns its exit status: 0, or 2 after one sentence on stderr."""
    try:
        run(words)
    except Refused as e:
        print(f"measure_kernels: {e}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
