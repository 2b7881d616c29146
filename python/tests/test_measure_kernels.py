# SPDX-License-Identifier: Apache-2.0
"""The script that measures kernels: what it measures, how it takes a time, what it writes; for real at toy sizes.

Most of it runs without PyTorch: a fake stands for it where a test is of arithmetic. With PyTorch the script runs as its
users run it, on the CPU, and kernels of servers are replaced by others of the same shapes.
"""

from __future__ import annotations

import ast
import contextlib
import csv
import importlib.machinery
import math
import random
import re
import shutil
import subprocess
import sys
import time
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable

import pytest

from gambrel import measure_kernels as mk

SOURCE = Path(mk.__file__)
HEADER = (
    "device,kind,library,version,kernel,format,tokens,outputs,inputs,experts,picked,hidden,width,ranks,batch,heads,"
    "kv_heads,head,context,payload_bytes,time_us,spread,clock_mhz,top_clock_mhz,power_w,taken"
)
GIB = 1 << 30


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    mk.optional.cache_clear()
    yield
    mk.optional.cache_clear()


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """A table as a reader takes it: the remarks at the top, then rows by column."""
    lines = path.read_text(encoding="utf-8").splitlines()
    remarks = [line for line in lines if line.startswith("#")]
    assert lines[: len(remarks)] == remarks, "a remark below the top"
    assert lines[len(remarks)] == HEADER
    return remarks, list(csv.DictReader(lines[len(remarks) :]))


# --- shapes -----------------------------------------------------------------------------------------------------------


def numbers(text: str) -> list[tuple[int, ...]]:
    return [tuple(int(n) for n in re.findall(r"\d+", part)) for part in text.split(",")]


def test_products_are_those_whose_laws_were_tried() -> None:
    first = "1 x 8192 x 8192, 64 x 1024 x 8192, 512 x 8192 x 8192, 8192 x 8192 x 8192"
    eight = (
        "1 x 8192 x 8192, 16 x 1024 x 1024, 64 x 1024 x 16384, 64 x 8192 x 8192, 256 x 8192 x 4096, 1024 x 4096 x 8192, "
        "4096 x 8192 x 8192, 16384 x 4096 x 4096"
    )
    assert [tuple(s) for s in mk.QUICK.gemm] == numbers(first)
    assert [tuple(s) for s in mk.FULL.gemm] == numbers(eight)
    assert mk.Gemm._fields == ("tokens", "outputs", "inputs")  # M, N, K


def test_experts_are_those_whose_laws_were_tried() -> None:
    five = "1 128 8 4096 1536 1, 32 128 8 4096 1536 1, 2048 128 8 4096 1536 1, 256 128 8 4096 768 1, 16384 128 8 4096 768 1"
    eight = (
        "1 128 8 4096 1536 1, 64 128 8 4096 1536 1, 2048 128 8 4096 1536 1, 16 256 8 7168 2048 1, "
        "256 128 8 4096 1536 8, 1024 8 2 4096 14336 1, 8192 32 4 2880 2880 1, 16384 128 8 4096 384 1"
    )
    assert [tuple(s) for s in mk.QUICK.experts] == numbers(five)
    assert [tuple(s) for s in mk.FULL.experts] == numbers(eight)
    for s in mk.FULL.experts + mk.QUICK.experts + mk.TOY.experts:
        assert s.experts % s.ranks == 0
        assert s.picked <= s.experts // s.ranks


def test_attention_is_that_whose_laws_were_tried() -> None:
    decode = [(4, 16), (8192, 16), (2048, 128), (512, 8192), (64, 64), (64, 65536)]  # batch x key-value heads @ context
    assert [(s.batch * s.kv_heads, s.context) for s in mk.FULL.decode] == decode
    assert [(s.batch * s.kv_heads, s.context) for s in mk.QUICK.decode] == decode[:4]
    prefill = [(1, 256), (1, 1024), (1, 8192), (8, 1024), (4, 4096)]
    assert [(s.batch, s.context) for s in mk.FULL.prefill] == prefill
    assert all(s.heads == 32 for s in mk.FULL.prefill)
    for s in mk.FULL.decode + mk.FULL.prefill:
        assert s.head == 128
        assert s.heads == 4 * s.kv_heads


def test_exchanges_are_of_the_payloads_whose_laws_were_tried() -> None:
    assert mk.FULL.all_reduce == (8 << 10, 256 << 10, 8 << 20, 256 << 20)
    assert max(mk.FULL.copy) == GIB


# --- how a time is taken ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cache", [4 << 20, 50 << 20, 128 << 20, 256 << 20])
def test_copies_exceed_the_cache_by_half_and_no_more_than_needed(cache: int) -> None:
    drawn = random.Random(7)
    for _ in range(200):
        one = int(2 ** drawn.uniform(21, 33))
        copies = mk.copies_needed(one, cache, 10**15)
        assert copies * one > 1.5 * cache
        assert copies == 1 or (copies - 1) * one <= 1.5 * cache


def test_copies_are_bounded_by_memory_and_by_number() -> None:
    assert mk.copies_needed(32 << 10, 50 << 20, 80 * GIB) == mk.MOST_COPIES  # 2,400 would be needed
    # 1.5 of 100 MiB asks for 16 copies of 10 MiB: 140 MiB, 70 % of 200, hold 14, which still are beyond 1.2 of it
    assert mk.copies_needed(10 << 20, 100 << 20, 200 << 20) == 14
    with pytest.raises(mk.NotMeasured, match="it takes 120 MiB, and 105 MiB may be taken"):
        mk.copies_needed(10 << 20, 100 << 20, 150 << 20)
    with pytest.raises(mk.NotMeasured, match="it takes 1,024 MiB, and 717 MiB may be taken"):
        mk.copies_needed(GIB, 100 << 20, GIB)


def test_a_replay_has_every_copy_equally_often_and_lasts() -> None:
    for copies in (1, 2, 3, 7, 38, 512):
        for call_us in (0.01, 2.0, 90.0, 4999.0, 5000.0, 1e6):
            calls = mk.calls_in_a_replay(copies, call_us)
            assert calls % copies == 0
            if call_us >= mk.LONG_CALL_US:
                assert calls == copies
            else:
                assert calls >= mk.FEWEST_CALLS
                assert calls * call_us >= mk.REPLAY_US or calls >= mk.MOST_COPIES
                assert calls < mk.MOST_COPIES + copies


def test_replays_fill_the_window() -> None:
    assert mk.replays_in(1.5, 2000.0) == 750
    assert mk.replays_in(0.02, 1e9) == 6
    assert mk.replays_in(1.5, 0.0) == mk.MOST_REPLAYS


def test_the_spread_is_of_the_logarithm() -> None:
    # times of 1 and e: logarithms 0 and 1, whose deviation is sqrt(1/2)
    mean, spread = mk.mean_and_spread([1.0, math.e])
    assert mean == pytest.approx((1 + math.e) / 2)
    assert spread == pytest.approx(math.sqrt(0.5))
    assert mk.mean_and_spread([7.0, 7.0, 7.0])[1] == 0.0


class Slow:
    """A clock that only calls move, and a record of which copy each moved it."""

    def __init__(self) -> None:
        self.now, self.order = 0.0, list[int]()

    def call(self, copy: int, seconds: Sequence[float]) -> Callable[[], None]:
        def moved() -> None:
            self.now += seconds[len(self.order) % len(seconds)]
            self.order.append(copy)

        return moved


def test_the_time_is_that_of_one_call() -> None:
    slow = Slow()
    copies = [slow.call(i, [250e-6]) for i in range(3)]
    timing = mk.measure(mk.HostTimer(lambda: slow.now), copies, window_s=0.1)
    assert timing.time_us == pytest.approx(250.0)
    assert timing.spread == pytest.approx(0.0, abs=1e-9)
    assert timing.clock_mhz is timing.power_w is None
    # All copies twice to try; graphs of nine calls, 2.25 ms: three to warm up and 45 to fill 0.1 s.
    assert len(slow.order) == 6 + 9 * (3 + 45)
    assert all(a != b for a, b in zip(slow.order, slow.order[1:])), "two calls in a row on one copy"
    assert {slow.order.count(i) for i in range(3)} == {len(slow.order) // 3}


def test_a_long_call_is_timed_six_times_after_three() -> None:
    slow = Slow()
    timing = mk.measure(mk.HostTimer(lambda: slow.now), [slow.call(0, [2.0])], window_s=0.1)
    assert timing.time_us == pytest.approx(2e6)
    assert len(slow.order) == 2 + 3 + 6


def test_what_would_take_longer_than_is_left_is_not_begun() -> None:
    slow = Slow()
    with pytest.raises(mk.NotMeasured, match="a call takes 2 s, and 17 s are left of --seconds"):
        mk.measure(mk.HostTimer(lambda: slow.now), [slow.call(0, [2.0])], window_s=0.1, left_s=17.0)
    assert len(slow.order) == 2
    assert mk.measure(mk.HostTimer(lambda: slow.now), [slow.call(0, [2.0])], window_s=0.1, left_s=18.1).time_us > 0


def test_the_device_is_warmed_before() -> None:
    slow = Slow()
    mk.measure(mk.HostTimer(lambda: slow.now), [slow.call(0, [1e-3])], window_s=0.1, warm_s=0.4)
    assert len(slow.order) == 2 + 8 * (3 + 50 + 13)  # graphs of eight calls


def test_an_unsteady_device_has_a_spread() -> None:
    slow = Slow()
    timing = mk.measure(mk.HostTimer(lambda: slow.now), [slow.call(0, [1.0, math.e])], window_s=0.1)
    assert timing.time_us == pytest.approx(5e5 * (1 + math.e))
    assert timing.spread == pytest.approx(math.sqrt(6 / 5) / 2)  # three of either, as a sample


def test_processes_agree_on_how_often() -> None:
    """The slowest rank says how many replays there are: more on one rank than on another would wait for ever."""
    asked: list[float] = []
    counts = []
    for own in (1e-4, 3e-4):
        slow = Slow()
        mk.measure(
            mk.HostTimer(lambda: slow.now),
            [slow.call(0, [own])],
            window_s=0.05,
            warm_s=0.01,
            agree=lambda figure: (asked.append(figure), 300.0 if figure < 301 else 2400.0)[1],
        )
        counts.append(len(slow.order))
    assert counts[0] == counts[1]
    assert len(asked) == 6


class FakeCuda:
    """As much of torch.cuda as a timer asks for: calls made while capturing are kept, a replay takes a set time."""

    def __init__(self, replay_ms: float = 2.0, failure: Exception | None = None) -> None:
        self.replay_ms, self.failure, self.now, self.replays = replay_ms, failure, 0.0, 0
        self.Stream = lambda device: SimpleNamespace(wait_stream=lambda other: None)
        self.current_stream = self.Stream
        self.stream = lambda stream: contextlib.nullcontext()

    def synchronize(self, device: object) -> None: ...

    def Event(self, *, enable_timing: bool) -> Any:
        assert enable_timing
        at = SimpleNamespace(ms=0.0)
        at.record = lambda: setattr(at, "ms", self.now)
        at.elapsed_time = lambda other: other.ms - at.ms
        return at

    def CUDAGraph(self) -> Any:
        def replay() -> None:
            self.now += self.replay_ms
            self.replays += 1

        return SimpleNamespace(replay=replay)

    @contextlib.contextmanager
    def graph(self, graph: object, capture_error_mode: str) -> Iterator[None]:
        assert capture_error_mode == "thread_local"
        if self.failure is not None:
            raise self.failure
        yield


def test_a_graph_is_captured_once_and_replayed() -> None:
    cuda, calls = FakeCuda(), []
    timer = mk.DeviceTimer(SimpleNamespace(cuda=cuda), "cuda:0")
    replay = timer.capture([lambda: calls.append(1)] * 20)
    assert len(calls) == 3 + 20  # three on the side before the capture, as torch asks
    assert timer.run(replay, 4) == pytest.approx([2000.0] * 4)
    assert len(calls) == 23
    assert cuda.replays == 4


def test_without_graphs_the_calls_are_queued() -> None:
    cuda, calls = FakeCuda(), []
    timer = mk.DeviceTimer(SimpleNamespace(cuda=cuda), "cuda:0", graphs=False)
    timer.run(timer.capture([lambda: calls.append(1)] * 5), 2)
    assert len(calls) == 10
    assert cuda.replays == 0


def test_what_cannot_be_captured_is_not_measured_by_the_host_instead() -> None:
    cuda = FakeCuda(failure=RuntimeError("operation not permitted when stream is capturing\nmore"))
    timer = mk.DeviceTimer(SimpleNamespace(cuda=cuda), "cuda:0")
    with pytest.raises(mk.NotMeasured, match="it cannot be captured in a graph: operation not permitted .* capturing$"):
        timer.capture([lambda: None])
    cuda.failure = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
    with pytest.raises(RuntimeError, match="out of memory"):
        timer.capture([lambda: None])


# --- boards -----------------------------------------------------------------------------------------------------------


def test_an_amd_board_is_read_from_the_drivers_files(tmp_path: Path) -> None:
    monitor = tmp_path / "hwmon" / "hwmon3"
    monitor.mkdir(parents=True)
    (monitor / "freq1_input").write_text("1755000000\n")
    (monitor / "power1_average").write_text("512000000\n")
    (tmp_path / "pp_dpm_sclk").write_text("0: 132Mhz\n1: 1800Mhz *\n2: 2100Mhz\n")
    board = mk.SysfsBoard(tmp_path)
    assert board.read() == (1755.0, 512.0)
    assert board.top_clock_mhz == 2100.0
    (monitor / "power1_average").write_text("\n")
    (monitor / "freq1_input").unlink()
    assert board.read() == (None, None)
    with pytest.raises(OSError, match="nothing in"):
        mk.SysfsBoard(tmp_path / "hwmon")


def test_a_board_that_nobody_can_ask_says_nothing() -> None:
    properties = SimpleNamespace(pci_domain_id=0x7FFF, pci_bus_id=255, pci_device_id=31)
    cuda = SimpleNamespace(get_device_properties=lambda index: properties)
    for hip in (None, "6.4"):
        board = mk.board_of(SimpleNamespace(cuda=cuda, version=SimpleNamespace(hip=hip)), 0)
        assert board.read() == (None, None)
        assert board.top_clock_mhz is None


def test_an_nvidia_board_is_asked_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nvml:
        """The driver's library: 0 is success, answers go where they are pointed to."""

        def nvmlInit_v2(self) -> int:
            return 0

        def nvmlDeviceGetHandleByPciBusId_v2(self, bus: bytes, handle: Any) -> int:
            return 0 if bus == b"00000000:65:00.0" else 2

        def nvmlDeviceGetMaxClockInfo(self, handle: Any, which: int, answer: Any) -> int:
            answer._obj.value = 1980
            return 0

        def nvmlDeviceGetClockInfo(self, handle: Any, which: int, answer: Any) -> int:
            assert which == 1
            answer._obj.value = 1755
            return 0

        def nvmlDeviceGetPowerUsage(self, handle: Any, answer: Any) -> int:
            answer._obj.value = 512_300
            return 0

        def nvmlSystemGetDriverVersion(self, text: Any, length: Any) -> int:
            text.value = b"580.65"
            return 0

    monkeypatch.setattr(mk.ctypes, "CDLL", lambda name: Nvml())
    board = mk.NvmlBoard("00000000:65:00.0")
    assert (board.top_clock_mhz, board.driver) == (1980.0, "580.65")
    assert board.read() == (1755.0, 512.3)
    with pytest.raises(OSError, match="no board"):
        mk.NvmlBoard("00000000:66:00.0")


def test_readings_are_taken_while_it_runs() -> None:
    class Climbing(mk.Board):
        def __init__(self) -> None:
            self.at = 0.0

        def read(self) -> tuple[float | None, float | None]:
            self.at += 1.0
            return self.at, None

    with mk.watching(Climbing(), every_s=0.001) as seen:
        while len(seen) < 5:
            time.sleep(0.002)
    kept = len(seen)
    time.sleep(0.01)
    assert len(seen) == kept, "it is read after the block"
    assert mk.median_of(c for c, _ in seen[:5]) == 3.0
    assert mk.median_of(p for _, p in seen) is None


# --- the machine ------------------------------------------------------------------------------------------------------


def fake_torch(
    capability: tuple[int, int] = (9, 0),
    *,
    hip: str | None = None,
    arch: str = "",
    devices: int = 1,
    l2: int = 50 << 20,
) -> Any:
    """As much of torch as a machine asks for."""
    properties = SimpleNamespace(L2_cache_size=l2, gcnArchName=arch)
    cuda = SimpleNamespace(
        is_available=lambda: devices > 0,
        device_count=lambda: devices,
        set_device=lambda index: None,
        get_device_properties=lambda index: properties,
        get_device_capability=lambda index: capability,
        get_device_name=lambda index: "Board, of a test",
        mem_get_info=lambda index: (60 * GIB, 80 * GIB),
        empty_cache=lambda: None,
        nccl=SimpleNamespace(version=lambda: (2, 27, 3)),
    )
    return SimpleNamespace(
        cuda=cuda,
        version=SimpleNamespace(hip=hip, cuda=None if hip else "12.8"),
        device=lambda name: name,
        __version__="2.9.0",
        bfloat16="bf16 type",
        float16="fp16 type",
        int8="int8 type",
        float8_e4m3fn="fn",
        float8_e4m3fnuz="fnuz",
        _scaled_mm=None,
        _int_mm=None,
        get_num_threads=lambda: 2,
    )


def test_formats_are_those_of_the_device() -> None:
    def has(**words: Any) -> set[str]:
        m = mk.Machine(fake_torch(**words), "cuda:0")
        return {f for f in mk.FORMATS if not m.lacks(f)} - {"mxfp4", "int4"}

    assert has(capability=(7, 5)) == {"fp16", "int8"}
    assert has(capability=(8, 0)) == {"bf16", "fp16", "int8"}
    assert has(capability=(8, 9)) == has(capability=(9, 0)) == {"bf16", "fp16", "int8", "fp8", "fp8_block"}
    assert has(capability=(10, 0)) == has(capability=(12, 0)) == has(capability=(9, 0)) | {"nvfp4"}
    assert has(hip="6.4", arch="gfx90a") == {"bf16", "fp16", "int8"}
    assert has(hip="6.4", arch="gfx942:sramecc+") == {"bf16", "fp16", "int8", "fp8", "fp8_block"}
    why = mk.Machine(fake_torch(capability=(8, 0)), "cuda:0").lacks("fp8")
    assert why == "compute capability 8.0 has no such product (8.9 has)"


def test_fp8_is_of_the_kind_that_the_device_multiplies() -> None:
    assert mk.Machine(fake_torch(), "cuda").type_of("fp8") == "fn"
    assert mk.Machine(fake_torch(hip="6.4", arch="gfx942"), "cuda").type_of("fp8_block") == "fnuz"
    assert mk.Machine(fake_torch(hip="7.0", arch="gfx950"), "cuda").type_of("fp8") == "fn"


def test_a_cache_that_is_not_known_counts_as_large() -> None:
    assert mk.last_level_cache(fake_torch(l2=50 << 20), 0) == 50 << 20
    assert mk.last_level_cache(fake_torch(l2=0), 0) == 128 << 20
    assert mk.last_level_cache(fake_torch(hip="6.4", arch="gfx942", l2=4 << 20), 0) == 256 << 20
    assert mk.last_level_cache(fake_torch(), None) >= 256 << 10


@pytest.mark.parametrize(
    ("device", "devices", "said"),
    [
        ("gpu", 1, "--device is 'gpu'; it must be cpu, cuda or cuda:N"),
        ("cuda:", 1, "--device is 'cuda:'"),
        ("cuda:x", 1, "--device is 'cuda:x'"),
        ("cuda:-1", 1, "--device is 'cuda:-1'"),
        ("cuda:2", 2, "--device is cuda:2, and torch sees 2: cuda:0 to cuda:1"),
        ("cuda:0", 0, "torch sees no accelerator; run where there is one, or try it with --toy or --device cpu"),
    ],
)
def test_a_device_that_is_none_is_refused(device: str, devices: int, said: str) -> None:
    with pytest.raises(mk.Refused, match=re.escape(said)):
        mk.Machine(fake_torch(devices=devices), device)


def test_two_ranks_and_all() -> None:
    assert [mk.rank_counts(n) for n in (0, 1, 2, 4, 8)] == [(), (), (2,), (2, 4), (2, 8)]


def test_the_busiest_rank_is_timed() -> None:
    drawn = random.Random(3)
    for _ in range(50):
        picks = [drawn.randrange(64) for _ in range(40)]
        loads = [sum(1 for p in picks if p // 8 == rank) for rank in range(8)]
        assert loads[mk.busiest(picks, experts=64, ranks=8)] == max(loads)


# --- what is measured and what is not ---------------------------------------------------------------------------------


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("vllm", "sglang", "flashinfer", "flash_attn", "deep_gemm"):
        monkeypatch.setitem(sys.modules, name, None)


def asked(m: mk.Machine, **words: Any) -> tuple[list[mk.Case], list[str]]:
    notes: list[str] = []
    question = mk.Question(**{"shapes": mk.FULL, "kinds": mk.KINDS, "formats": ("bf16", "fp8", "fp8_block"), **words})
    return list(mk.cases_of(m, question, notes.append)), notes


@pytest.mark.usefixtures("nothing_installed")
def test_what_belongs_to_a_server_is_named_where_none_is_installed() -> None:
    cases, notes = asked(mk.Machine(fake_torch(), "cuda:0"))
    assert notes == [
        "gemm fp8_block: vllm is not installed",
        "experts bf16: vllm is not installed",
        "experts fp8: vllm is not installed",
        "experts fp8_block: vllm is not installed",
        "decode bf16: neither vllm nor flashinfer is installed, and scaled_dot_product_attention of one query is no server's",
        "prefill bf16 by a server: flash_attn is not installed",
    ]
    kinds = [case.columns["kind"] for case in cases]
    assert {kind: kinds.count(kind) for kind in kinds} == {"gemm": 16, "prefill": 5, "copy": 3, "host_copy": 3}
    kernels = {(case.columns.get("format", ""), case.kernel.name) for case in cases}
    assert ("fp8", "torch._scaled_mm") in kernels
    assert ("bf16", "torch.matmul") in kernels
    assert ("bf16", "scaled_dot_product_attention") in kernels
    assert all(not case.graphs for case in cases if case.columns["kind"] == "host_copy")


@pytest.mark.usefixtures("nothing_installed")
def test_only_what_is_asked_for() -> None:
    m = mk.Machine(fake_torch(), "cuda:0")
    cases, notes = asked(m, kinds=("gemm",), formats=("int8",), shapes=mk.QUICK)
    assert ([case.label for case in cases], notes) == (
        ["gemm int8 " + s for s in ("1 x 8192 x 8192", "64 x 1024 x 8192", "512 x 8192 x 8192", "8192 x 8192 x 8192")],
        [],
    )
    cases, notes = asked(m, kinds=("prefill",), formats=("fp8",))
    assert cases == []
    assert notes == ["prefill: it is measured over a 16-bit cache, and --formats has neither bf16 nor fp16"]


def test_an_old_device_is_measured_in_fp16() -> None:
    def formats(capability: tuple[int, int]) -> tuple[str, ...]:
        m = mk.Machine(fake_torch(capability), "cuda:0")
        return mk.question_of(mk.parser().parse_args(["--out", "x"]), m).formats

    assert "fp16" in formats((7, 5))
    assert "bf16" not in formats((7, 5))
    assert "bf16" in formats((8, 0))
    assert "fp16" not in formats((8, 0))


def test_a_server_that_is_there_and_has_no_such_kernel_is_named_with_its_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, "vllm", __version__="0.99.0")
    _, notes = asked(mk.Machine(fake_torch(), "cuda:0"), kinds=("experts",), formats=("bf16", "int4"))
    assert notes == [
        "experts bf16: vllm 0.99.0 has no fused_topk",
        "experts int4: vllm packs such weights when it loads them",
    ]


def install(monkeypatch: pytest.MonkeyPatch, name: str, **has: object) -> None:
    """A module in place of one that is not installed, with the packages that hold it."""
    parts = name.split(".")
    for n in range(1, len(parts) + 1):
        dotted = ".".join(parts[:n])
        if dotted not in sys.modules or sys.modules[dotted] is None:
            module = types.ModuleType(dotted)
            module.__spec__ = importlib.machinery.ModuleSpec(dotted, None)
            module.__path__ = []
            monkeypatch.setitem(sys.modules, dotted, module)
    for key, thing in has.items():
        setattr(sys.modules[name], key, thing)


# --- a run ------------------------------------------------------------------------------------------------------------


def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcomes: Sequence[object], seconds: float = 60.0) -> Any:
    """A run of as many cases as outcomes, each of which is a timing or what its kernel raises."""
    m = mk.Machine(fake_torch(), "cuda:0")
    kernel = mk.Kernel("torch", "2.9.0", "torch.matmul")
    columns = {"kind": "gemm", "format": "bf16", "tokens": 1, "outputs": 2, "inputs": 3}
    cases = [
        mk.Case(f"case {i}", columns, kernel, lambda: mk.Work(1, lambda i: lambda: None)) for i in range(len(outcomes))
    ]
    left = iter(outcomes)

    def time_case(*_: object) -> mk.Timing:
        outcome = next(left)
        if isinstance(outcome, BaseException):
            raise outcome
        assert isinstance(outcome, mk.Timing)
        return outcome

    monkeypatch.setattr(mk, "cases_of", lambda *_: iter(cases))
    monkeypatch.setattr(mk, "time_case", time_case)
    table = mk.Table(str(tmp_path / "k.csv"), ["torch: 2.9.0"])
    said: list[str] = []
    return mk.Run(m, mk.Question(mk.FULL, ("gemm",), ("bf16",)), table, seconds, said.append), table, said


def test_a_shape_that_fails_is_said_and_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ok = mk.Timing(12.5, 0.01, 1755.0, 512.34)
    outcomes = [
        ok,
        RuntimeError("CUDA out of memory. Tried to allocate 40.00 GiB.\nSee documentation"),
        mk.NotMeasured("it cannot be captured"),
        ValueError(""),
        TypeError("fused_experts() got an unexpected keyword " + 200 * "x"),
        ok,
    ]
    run, table, said = started(tmp_path, monkeypatch, outcomes)
    run.all()
    table.close()
    remarks, rows = read(tmp_path / "k.csv")
    assert remarks[:5] == [
        "# torch: 2.9.0",
        "# not measured: case 1: out of memory",
        "# not measured: case 2: it cannot be captured",
        "# not measured: case 3: ValueError",
        "# not measured: case 4: " + ("fused_experts() got an unexpected keyword " + 200 * "x")[:157] + "...",
    ]
    assert len(rows) == 2
    row = rows[0]
    assert row["device"] == "Board, of a test"
    assert (row["kind"], row["tokens"], row["outputs"], row["inputs"]) == ("gemm", "1", "2", "3")
    assert (row["library"], row["version"], row["kernel"]) == ("torch", "2.9.0", "torch.matmul")
    assert (row["time_us"], row["spread"], row["clock_mhz"], row["power_w"]) == ("12.5", "0.01", "1755", "512.3")
    assert row["top_clock_mhz"] == row["payload_bytes"] == row["context"] == ""
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["taken"])
    assert "1. case 0: 12.5 us, spread 1.0 %, 1755 MHz, 512 W" in said
    shown = mk.summary(table, run.labels).splitlines()
    assert shown[0].split() == ["measured", "time", "spread", "rate", "clock", "power"]
    assert shown[1].split() == [
        "case",
        "0",
        "12.5",
        "us",
        "1.0",
        "%",
        "9.6e-07",
        "TFLOP/s",
        "1755",
        "MHz",
        "512.3",
        "W",
    ]
    assert [line.index("us") for line in shown[1:]] == [shown[1].index("us")] * 2


def test_a_device_that_broke_is_asked_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ok = mk.Timing(1.0, 0.0)
    broken = RuntimeError("CUDA error: an illegal memory access was encountered")
    run, table, _ = started(tmp_path, monkeypatch, [ok, broken, ok])
    run.all()
    assert len(table.rows) == 1
    assert [note.split(":")[1].strip() for note in table.notes] == ["case 1", "all that would have come next"]


def test_nothing_new_begins_when_the_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, table, _ = started(tmp_path, monkeypatch, [mk.Timing(1.0, 0.0)] * 2, seconds=-1.0)
    run.all()
    assert table.rows == []
    assert table.notes == [f"not measured: case {i}: the time that --seconds allows is over" for i in range(2)]


# --- the table --------------------------------------------------------------------------------------------------------


def row(**columns: object) -> dict[str, object]:
    return {**dict.fromkeys(mk.COLUMNS, ""), **columns}


def test_the_columns_are_those_that_are_read() -> None:
    assert ",".join(mk.COLUMNS) == HEADER


def test_a_row_is_on_the_disk_as_soon_as_it_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    table = mk.Table(str(path), ["torch: 2.9.0"])
    assert read(path) == (["# torch: 2.9.0"], [])
    table.note("experts fp8: vllm is\nnot installed")
    table.add(row(device='A "board", odd', kind="copy", time_us="1.5"))
    remarks, rows = read(path)
    assert remarks == ["# torch: 2.9.0"]
    assert [(r["device"], r["kind"], r["time_us"]) for r in rows] == [('A "board", odd', "copy", "1.5")]
    table.close()
    again, kept = read(path)
    assert again == ["# torch: 2.9.0", "# not measured: experts fp8: vllm is not installed"]
    assert kept == rows
    assert [p.name for p in tmp_path.iterdir()] == ["k.csv"]


def test_a_file_is_not_overwritten_unless_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("mine")
    with pytest.raises(mk.Refused, match="is there already; take another name for --out, or --force to overwrite it"):
        mk.Table(str(path), [])
    assert path.read_text() == "mine"
    mk.Table(str(path), [], force=True)
    assert read(path) == ([], [])


def test_a_file_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    for path, why in [(tmp_path / "no" / "k.csv", "No such file"), (tmp_path, "Is a directory"), ("a\0b", "null")]:
        with pytest.raises(mk.Refused, match=f"cannot be written: .*{why}"):
            mk.Table(str(path), [], force=True)


def test_a_table_without_rows_is_taken_away(tmp_path: Path) -> None:
    mk.Table(str(tmp_path / "k.csv"), []).close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_plain_file_stays_what_it_is() -> None:
    table = mk.Table("/dev/null", [], force=True)
    table.close()
    table.add(row(kind="copy"))
    table.close()
    assert Path("/dev/null").is_char_device()


def test_rates_are_what_is_done_by_time() -> None:
    second = {"time_us": "1e6"}
    assert mk.rate_of({**second, "kind": "gemm", "tokens": 10**4, "outputs": 10**4, "inputs": 10**4}) == "2 TFLOP/s"
    experts = {"tokens": 10**4, "picked": 2, "hidden": 10**4, "width": 10**4, "ranks": 4}
    assert mk.rate_of({**second, "kind": "experts", **experts}) == "3 TFLOP/s"  # three matrices, a quarter of the picks
    attention = {"batch": 1, "heads": 32, "kv_heads": 8, "head": 100, "context": 10**4}
    # Half of the 4 b s^2 heads head flop of all pairs, for a token sees those before it; keys and values of 2 bytes.
    assert mk.rate_of({**second, "kind": "prefill", **attention}) == "0.64 TFLOP/s"
    assert mk.rate_of({**second, "kind": "decode", **attention}) == "0.032 GB/s"
    assert mk.rate_of({**second, "kind": "copy", "payload_bytes": 10**9}) == "2 GB/s"  # read and written
    assert mk.rate_of({**second, "kind": "host_copy", "payload_bytes": 10**9}) == "1 GB/s"


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "the following arguments are required: --out"),
        (["--out", "k", "more"], "unrecognized arguments: more"),
        (["--out", "k", "--only", "gemm,gem"], "--only has 'gem'; it must be of gemm, experts, decode, prefill, "),
        (["--out", "k", "--only", ""], "--only has ''"),
        (["--out", "k", "--formats", "fp9"], "--formats has 'fp9'; it must be of bf16, fp16, fp8, "),
        (["--out", "k", "--seconds", "0"], "--seconds is '0'; it must be a number above 0"),
        (["--out", "k", "--seconds", "nan"], "--seconds is 'nan'"),
        (["--out", "k", "--seconds", "ten"], "--seconds is 'ten'"),
        (["--out", "k", "--sec", "5"], "unrecognized arguments: --sec 5"),
    ],
)
def test_wrong_arguments_are_one_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert mk.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"measure_kernels: {said}")
    assert err.count("\n") == 1


def test_without_torch_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert mk.main(["--toy", "--out", str(tmp_path / "k.csv")]) == 2
    said = "torch is not installed: pip install torch (for your CUDA or ROCm), then run measure_kernels again"
    assert capsys.readouterr().err == f"measure_kernels: {said}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_torch_that_is_broken_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libcudart.so.12: cannot open shared object file\\nmore')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    with pytest.raises(mk.Refused, match="^torch cannot be imported: libcudart.so.12: cannot open shared object file$"):
        mk.torch_or_refused()


def test_a_file_that_is_there_is_said_before_torch_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (tmp_path / "k.csv").touch()
    assert mk.main(["--out", str(tmp_path / "k.csv")]) == 2
    assert "k.csv is there already" in capsys.readouterr().err


@pytest.mark.skipif(sys.version_info < (3, 10), reason="this Python cannot name its standard library")
def test_it_needs_nothing_but_python_and_torch() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {"." * n.level + (n.module or "") for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] or name for name in names} <= sys.stdlib_module_names


def test_it_runs_where_it_is_copied_to(tmp_path: Path) -> None:
    shutil.copy(SOURCE, tmp_path)
    ran = subprocess.run(
        [sys.executable, "-I", "measure_kernels.py", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for option in ("--out", "--force", "--device", "--only", "--formats", "--quick", "--seconds", "--toy"):
        assert option in ran.stdout


# --- for real, at toy sizes -------------------------------------------------------------------------------------------


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is not installed: nothing is measured for real")


def test_toys_are_measured(tmp_path: Path, torch: Any) -> None:
    """As its users run it: a copy of the file, in a process of its own."""
    shutil.copy(SOURCE, tmp_path)
    line = [sys.executable, "-W", "error", "measure_kernels.py", "--toy", "--out", "k.csv", "--seconds", "200"]
    ran = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    remarks, rows = read(tmp_path / "k.csv")
    assert f"# torch: {torch.__version__}" in remarks
    assert "# devices: 1" in remarks
    assert "# not measured: host_copy: there is no device to copy to" in remarks
    kinds = [r["kind"] for r in rows]
    assert kinds.count("gemm") >= 4  # bf16, int8, and fp8 where this torch has it on the CPU
    assert (kinds.count("prefill"), kinds.count("copy"), kinds.count("all_reduce")) == (2, 2, 2)
    for r in rows:
        assert float(r["time_us"]) > 0
        assert float(r["spread"]) >= 0
        assert r["device"]
        assert (r["library"], r["version"]) == ("torch", torch.__version__)
        assert r["clock_mhz"] == r["top_clock_mhz"] == r["power_w"] == ""
    assert {(r["tokens"], r["outputs"], r["inputs"]) for r in rows if r["kind"] == "gemm"} == {
        ("1", "64", "128"),
        ("32", "64", "128"),
    }
    assert [
        (r["batch"], r["heads"], r["kv_heads"], r["head"], r["context"]) for r in rows if r["kind"] == "prefill"
    ] == [
        ("1", "8", "2", "64", "64"),
        ("2", "8", "2", "64", "32"),
    ]
    assert [(r["ranks"], r["payload_bytes"]) for r in rows if r["kind"] == "all_reduce"] == [
        ("2", "1024"),
        ("2", "65536"),
    ]
    assert f"{len(rows)} rows in k.csv; next: gambrel calibrate --kernels k.csv" in ran.stdout
    assert ran.stderr.count("\n") >= len(rows)
    assert "Traceback" not in ran.stderr
    ran = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert (
        ran.stderr
        == "measure_kernels: k.csv is there already; take another name for --out, or --force to overwrite it\n"
    )


@pytest.mark.usefixtures("torch")
def test_it_is_a_module_of_the_package(tmp_path: Path) -> None:
    line = [
        sys.executable,
        "-m",
        "gambrel.measure_kernels",
        "--toy",
        "--only",
        "all_reduce",
        "--out",
        str(tmp_path / "k.csv"),
    ]
    ran = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    assert [r["kind"] for r in read(tmp_path / "k.csv")[1]] == ["all_reduce"] * 2


@pytest.mark.usefixtures("torch")
def test_what_this_machine_has_not_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kinds, said in [
        ("host_copy", "host_copy: there is no device to copy to"),
        ("experts,decode", "experts bf16: vllm's kernel runs on an accelerator"),
    ]:
        assert mk.main(["--toy", "--only", kinds, "--out", str(tmp_path / "k.csv")]) == 2
        assert capsys.readouterr().err.splitlines()[-1] == f"measure_kernels: nothing could be measured: {said}"
        assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_keeps_what_it_has(
    torch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, taken = mk.time_case, []

    def interrupted(*words: Any) -> mk.Timing:
        taken.append(1)
        if len(taken) == 3:
            raise KeyboardInterrupt
        return whole(*words)

    monkeypatch.setattr(mk, "time_case", interrupted)
    assert mk.main(["--toy", "--only", "gemm", "--formats", "bf16,int8", "--out", str(tmp_path / "k.csv")]) == 2
    said = f"measure_kernels: interrupted: 2 rows in {tmp_path / 'k.csv'}"
    assert capsys.readouterr().err.splitlines()[-1] == said
    remarks, rows = read(tmp_path / "k.csv")
    assert len(rows) == 2
    assert remarks[-1] == "# not measured: all that would have come next: the run was interrupted"


def test_each_copy_has_operands_of_its_own(torch: Any) -> None:
    m = mk.Machine(torch, "cpu", toy=True)
    s = mk.Gemm(3, 64, 32)
    for number_format, size in [("bf16", 2), ("fp16", 2), ("int8", 1)]:
        _, prepare = mk.product_kernel(m, number_format)
        work = prepare(s)
        assert work.one == size * 64 * 32
        first, second = work.make(0), work.make(1)
        made: Any = first()
        assert tuple(made.shape) == (3, 64)
        assert torch.equal(made, first())
        assert not torch.equal(made, second())


# --- kernels of servers, replaced by others of the same shapes --------------------------------------------------------


class Pretended(mk.Machine):
    """The CPU in the place of an accelerator: what is handed to the servers' kernels, without these."""

    def __init__(self, torch: Any, capability: tuple[int, int]) -> None:
        super().__init__(torch, "cpu", toy=True)
        self.on_cpu, self._pretended = False, capability

    @property
    def capability(self) -> tuple[int, int]:
        return self._pretended

    @property
    def name(self) -> str:
        return "pretended"

    def free(self) -> int:
        return GIB

    def tidy(self) -> None: ...

    def timer(self, *, graphs: bool = True) -> mk.HostTimer:
        return mk.HostTimer()


def measured(m: mk.Machine, *kinds: str, formats: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """The library, version, kernel and format of each row; all must be measured."""
    question = mk.Question(mk.TOY, kinds, formats, window_s=0.001, warm_s=0.0)
    notes: list[str] = []
    found = []
    for case in mk.cases_of(m, question, notes.append):
        assert mk.time_case(m, case, question).time_us > 0
        found.append((*case.kernel, str(case.columns["format"])))
    assert [n for n in notes if "by a server" not in n] == []
    return found


def vllm_experts(torch: Any, seen: list[Any], *, narrow: str) -> dict[str, Any]:
    """vLLM's layer of experts as it was in 2024 (`flags`) and is since 2025 (`config`), worked out by its definition."""

    def topk(hidden_states: Any, gating_output: Any, topk: int, renormalize: bool) -> Any:
        assert hidden_states.shape[0] == gating_output.shape[0]
        weights, ids = torch.topk(torch.softmax(gating_output, -1), topk, dim=-1)
        return weights / weights.sum(-1, keepdim=True), ids.int(), None

    def layer(x: Any, w1: Any, w2: Any, weights: Any, ids: Any, where: Any, scales: Any) -> Any:
        experts, hidden, width = w2.shape
        assert tuple(w1.shape) == (experts, 2 * width, hidden)
        assert tuple(x.shape) == (ids.shape[0], hidden)
        if w1.dtype == torch.float8_e4m3fn:
            assert scales is not None
        rows = 0
        out = torch.zeros(x.shape, dtype=torch.float32)
        for token in range(x.shape[0]):
            for weight, expert in zip(weights[token], ids[token].tolist()):
                local = expert if where is None else int(where[expert])
                if local < 0:
                    continue
                rows += 1
                gate, up = (w1[local].float() @ x[token].float()).chunk(2)
                out[token] += weight * (w2[local].float() @ (torch.nn.functional.silu(gate) * up))
        seen.append((rows, ids, where, scales))
        return out.to(x.dtype)

    def by_config(
        hidden_states: Any,
        w1: Any,
        w2: Any,
        topk_weights: Any,
        topk_ids: Any,
        activation: str = "silu",
        global_num_experts: int = -1,
        expert_map: Any = None,
        quant_config: Any = None,
    ) -> Any:
        return layer(hidden_states, w1, w2, topk_weights, topk_ids, expert_map, quant_config)

    def by_flags(
        hidden_states: Any,
        w1: Any,
        w2: Any,
        topk_weights: Any,
        topk_ids: Any,
        inplace: bool = False,
        use_fp8_w8a8: bool = False,
        global_num_experts: int = -1,
        expert_map: Any = None,
        w1_scale: Any = None,
        w2_scale: Any = None,
        block_shape: Any = None,
    ) -> Any:
        scales = {"w1_scale": w1_scale, "w2_scale": w2_scale, "block_shape": block_shape} if use_fp8_w8a8 else None
        return layer(hidden_states, w1, w2, topk_weights, topk_ids, expert_map, scales)

    return {"fused_topk": topk, "fused_experts": by_config if narrow == "config" else by_flags}


@pytest.mark.parametrize("narrow", ["config", "flags"])
def test_experts_are_asked_as_either_vllm_wants(torch: Any, monkeypatch: pytest.MonkeyPatch, narrow: str) -> None:
    seen: list[Any] = []
    install(monkeypatch, "vllm", __version__="0.33.0")
    install(monkeypatch, "vllm.model_executor.layers.fused_moe", **vllm_experts(torch, seen, narrow=narrow))
    made = {"fp8_w8a8_moe_quant_config": lambda w1_scale, w2_scale, block_shape=None: locals()}
    install(monkeypatch, "vllm.model_executor.layers.fused_moe.config", **made)
    found = measured(Pretended(torch, (9, 0)), "experts", formats=("bf16", "fp8", "fp8_block"))
    plain = ("vllm", "0.33.0", "fused_topk + fused_experts", "bf16")
    by_scale = [
        ("vllm", "0.33.0", "fused_topk + quant + fused_experts", f) for f in ("fp8", "fp8", "fp8_block", "fp8_block")
    ]
    assert found == [plain, plain, *by_scale]
    scales = [s for _, _, _, s in seen if s is not None]
    assert {tuple(s["w1_scale"].shape) for s in scales} == {(8,), (8, 1, 1), (4,), (4, 1, 1)}
    assert {tuple(s["block_shape"]) if s["block_shape"] else None for s in scales} == {None, (128, 128)}
    ranked = [(rows, ids, where) for rows, ids, where, _ in seen if where is not None]
    assert ranked
    for rows, ids, where in ranked:  # of two ranks, the one with more of the 32 picks
        assert sorted(where.tolist()) == [-1] * 4 + [0, 1, 2, 3]
        assert rows >= ids.numel() / 2
    assert len({tuple(ids.flatten().tolist()) for _, ids, _, _ in seen}) >= 8, "routings are drawn anew"


def vllm_ops(torch: Any) -> dict[str, Any]:
    """vLLM's narrow products, by their definition, with the shapes that its kernels check."""

    def quant(x: Any, use_per_token_if_dynamic: bool = True) -> Any:
        assert use_per_token_if_dynamic
        return x.to(torch.float8_e4m3fn), torch.ones((x.shape[0], 1))

    def product(a: Any, b: Any, scale_a: Any, scale_b: Any, out_dtype: Any, bias: Any = None) -> Any:
        assert a.dtype == b.dtype
        assert b.stride(0) == 1  # by columns
        assert (scale_a.numel(), scale_b.numel()) == (a.shape[0], b.shape[1])
        return (a.float() @ b.float()).to(out_dtype)

    def quant4(x: Any, scale: Any) -> Any:
        assert x.shape[1] % 16 == 0
        assert scale.numel() == 1
        return torch.zeros((x.shape[0], x.shape[1] // 2), dtype=torch.uint8), torch.ones((128, x.shape[1] // 16))

    def product4(a: Any, b: Any, block_a: Any, block_b: Any, alpha: Any, out_dtype: Any) -> Any:
        assert a.shape[1] == b.shape[1]
        assert a.dtype == b.dtype == torch.uint8
        return torch.zeros((a.shape[0], b.shape[0]), dtype=out_dtype)

    return {
        "scaled_fp8_quant": quant,
        "scaled_int8_quant": lambda x: (x.to(torch.int8), torch.ones((x.shape[0], 1)), None),
        "cutlass_scaled_mm": product,
        "scaled_fp4_quant": quant4,
        "cutlass_scaled_fp4_mm": product4,
    }


def test_narrow_products_are_vllms_where_it_is_installed(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "vllm", __version__="0.33.0")
    install(monkeypatch, "vllm._custom_ops", **vllm_ops(torch))
    found = measured(Pretended(torch, (12, 0)), "gemm", formats=("bf16", "fp8", "int8", "nvfp4"))
    assert (
        found[::2]
        == found[1::2]
        == [
            ("torch", torch.__version__, "torch.matmul", "bf16"),
            ("vllm", "0.33.0", "scaled_fp8_quant + cutlass_scaled_mm", "fp8"),
            ("vllm", "0.33.0", "scaled_int8_quant + cutlass_scaled_mm", "int8"),
            ("vllm", "0.33.0", "scaled_fp4_quant + cutlass_scaled_fp4_mm", "nvfp4"),
        ]
    )


def cutlass_experts(torch: Any, seen: list[Any]) -> dict[str, Any]:
    """FlashInfer's layer of experts, with the shapes that its kernels are given."""

    def fused(**given: Any) -> None:
        s = next(e for e in mk.TOY.experts if e.tokens == given["token_selected_experts"].shape[0])
        here = s.experts // s.ranks
        assert given["token_selected_experts"].dtype == torch.int32
        assert given["output_dtype"] == given["output"].dtype
        assert tuple(given["output"].shape) == (s.tokens, s.hidden)
        assert given["tune_max_num_tokens"] == s.tokens  # powers of two
        w1, w2 = given["fc1_expert_weights"], given["fc2_expert_weights"]
        packed = 16 if w1.dtype == torch.long else 1
        assert tuple(w1.shape) == (here, 2 * s.width, s.hidden // packed)
        assert tuple(w2.shape) == (here, s.hidden, s.width // packed)
        if s.ranks > 1:  # the rank with the most picks
            picks = [int(p) // here for p in given["token_selected_experts"].flatten()]
            assert picks.count(given["ep_rank"]) == max(picks.count(r) for r in range(s.ranks))
        scales = [(str(q.dtype).removeprefix("torch."), *q.shape) for q in given["quant_scales"]]
        narrow = str(given["input"].dtype).removeprefix("torch.")
        seen.append((narrow, s.ranks, given.get("use_deepseek_fp8_block_scale", False), scales))

    return {"cutlass_fused_moe": fused}


def flashinfer_and_vllm(torch: Any, monkeypatch: pytest.MonkeyPatch, seen: list[Any], tunings: list[bool]) -> None:
    @contextlib.contextmanager
    def autotune(on: bool) -> Iterator[None]:
        tunings.append(on)
        yield

    install(monkeypatch, "vllm", __version__="0.33.0")
    ops = {**vllm_ops(torch), "scaled_fp8_quant": lambda x, scale: (x.to(torch.float8_e4m3fn), scale)}
    install(monkeypatch, "vllm._custom_ops", **ops)
    layers = vllm_experts(torch, [], narrow="flags")
    install(monkeypatch, "vllm.model_executor.layers.fused_moe", **layers)

    def fp4_quantize(x: Any, scale: Any) -> Any:
        return torch.zeros((x.shape[0], x.shape[1] // 2), dtype=torch.uint8), torch.zeros(1, dtype=torch.uint8)

    install(monkeypatch, "flashinfer", __version__="0.6.18", fp4_quantize=fp4_quantize)
    install(monkeypatch, "flashinfer.fused_moe", **cutlass_experts(torch, seen))
    install(monkeypatch, "flashinfer.autotuner", autotune=autotune)


def test_experts_are_flashinfers_where_vllm_takes_these(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    tunings: list[bool] = []
    flashinfer_and_vllm(torch, monkeypatch, seen, tunings)
    found = measured(Pretended(torch, (12, 0)), "experts", formats=("bf16", "fp8", "nvfp4"))
    name = "flashinfer 0.6.18 cutlass_fused_moe"
    assert (
        found[::2]
        == found[1::2]
        == [
            ("vllm", "0.33.0", f"fused_topk + {name}", "bf16"),
            ("vllm", "0.33.0", f"fused_topk + quant + {name}", "fp8"),
            ("vllm", "0.33.0", f"fused_topk + quant + {name}", "nvfp4"),
        ]
    )
    assert tunings == [True] * 6, "tiles are chosen once for each shape"
    each, one = ("float32", 8), ("float32",)
    packed = [one, ("int32", 8, 128, 1), each, one, ("int32", 8, 128, 1), each]
    assert [row for row in seen if row[1] == 1] == [
        row
        for row in seen
        if row
        in (
            ("bfloat16", 1, False, []),
            ("float8_e4m3fn", 1, False, [each, one, each, one]),
            ("uint8", 1, False, packed),
        )
    ]
    assert {row[0] for row in seen} == {"bfloat16", "float8_e4m3fn", "uint8"}


def test_experts_on_hopper_are_of_either(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    flashinfer_and_vllm(torch, monkeypatch, seen, [])
    found = measured(Pretended(torch, (9, 0)), "experts", formats=("bf16", "fp8", "fp8_block"))
    triton, cutlass = "fused_experts", "flashinfer 0.6.18 cutlass_fused_moe"
    assert [(kernel.split(" + ")[-1], f) for _, _, kernel, f in found] == [
        *[(triton, "bf16")] * 2,
        *[(cutlass, "fp8")] * 2,
        (triton, "fp8_block"),
        (cutlass, "fp8_block"),
    ]
    blocks = [("float32", 4, 1, 1)] * 2
    assert ("bfloat16", 2, True, blocks) in seen


def test_experts_that_vllm_packs_are_not_measured(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    flashinfer_and_vllm(torch, monkeypatch, [], [])
    with pytest.raises(mk.NotMeasured, match="on this device vllm runs FlashInfer's TRT-LLM layer"):
        mk.experts_kernel(Pretended(torch, (10, 0)), "bf16", several=False)
    for number_format in ("mxfp4", "int4"):
        with pytest.raises(mk.NotMeasured, match="vllm packs such weights when it loads them"):
            mk.experts_kernel(Pretended(torch, (9, 0)), number_format, several=False)


def test_nvfp4_products_are_flashinfers_where_that_is_installed(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    flashinfer_and_vllm(torch, monkeypatch, [], [])
    backends: list[str] = []

    def product(a: Any, b: Any, block_a: Any, block_b: Any, alpha: Any, out_dtype: Any, backend: str) -> Any:
        backends.append(backend)
        assert block_a.ndim == block_b.ndim == 2
        return torch.zeros((a.shape[0], b.shape[0]), dtype=out_dtype)

    install(monkeypatch, "vllm.utils.flashinfer", flashinfer_scaled_fp4_mm=product)
    for capability, backend in [((10, 0), "cute-dsl"), ((12, 0), "cutlass")]:
        found = measured(Pretended(torch, capability), "gemm", formats=("nvfp4",))
        assert {kernel for _, _, kernel, _ in found} == {f"scaled_fp4_quant + flashinfer_scaled_fp4_mm {backend}"}
        assert backends[-1] == backend


@pytest.mark.parametrize(
    "name", ["w8a8_triton_block_scaled_mm", "w8a8_block_fp8_matmul", "cutlass_scaled_mm", "fp8_gemm_nt"]
)
def test_block_scaled_products_are_those_of_the_device(torch: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    deep, columns = name == "fp8_gemm_nt", name in ("fp8_gemm_nt", "cutlass_scaled_mm")

    def quant(x: Any, group_size: int, column_major_scales: bool = False, use_ue8m0: bool | None = None) -> Any:
        assert column_major_scales == columns
        return x.to(torch.float8_e4m3fn), torch.ones((x.shape[0], x.shape[1] // group_size))

    def product(a: Any, b: Any, a_s: Any, b_s: Any, block: list[int], output_dtype: Any) -> Any:
        assert tuple(b_s.shape) == (math.ceil(b.shape[0] / block[0]), b.shape[1] // block[1])
        assert a_s.shape[1] == b_s.shape[1]
        return (a.float() @ b.float().t()).to(output_dtype)

    def by_deep_gemm(a: Any, b: Any, out: Any, *, is_deep_gemm_e8m0_used: bool) -> None:
        assert not is_deep_gemm_e8m0_used
        out.copy_(product(a[0], b[0], a[1], b[1], [128, 128], out.dtype))

    install(monkeypatch, "vllm", __version__="0.33.0")
    utils = "vllm.model_executor.layers.quantization.utils.fp8_utils"
    install(monkeypatch, utils, per_token_group_quant_fp8=quant, **({} if columns else {name: product}))
    if name == "cutlass_scaled_mm":

        def by_cutlass(a: Any, b: Any, a_s: Any, b_s: Any, out_dtype: Any) -> Any:
            return product(a, b.t(), a_s, b_s.t(), [128, 128], out_dtype)

        supported = {"cutlass_scaled_mm_supports_block_fp8": lambda capability: capability == 90}
        install(monkeypatch, "vllm._custom_ops", cutlass_scaled_mm=by_cutlass, **supported)
    if deep:
        install(monkeypatch, "vllm.utils.deep_gemm", is_deep_gemm_supported=lambda: True, fp8_gemm_nt=by_deep_gemm)
        why = "on this device vllm runs DeepGEMM's"
        with pytest.raises(mk.NotMeasured, match=why):
            mk.product_kernel(Pretended(torch, (10, 0)), "fp8_block")
    found = measured(Pretended(torch, (9, 0)), "gemm", formats=("fp8_block",))
    assert set(found) == {("vllm", "0.33.0", f"per_token_group_quant_fp8 + {name}", "fp8_block")}


def attended(torch: Any, q: Any, k: Any, v: Any) -> Any:
    """Attention of one query or of a prompt, (tokens, heads, head), by its definition."""
    k, v = (t.repeat_interleave(q.shape[1] // k.shape[1], dim=1).float() for t in (k, v))
    scores = torch.einsum("qhd,khd->hqk", q.float(), k) / math.sqrt(q.shape[2])
    return torch.einsum("hqk,khd->qhd", torch.softmax(scores, -1), v)


def flash_attention(torch: Any, seen: list[str]) -> dict[str, Any]:
    """vLLM's flash attention, with the shapes of prompts that lie one after the other and of pages."""

    def varlen(
        q: Any,
        k: Any,
        v: Any,
        max_seqlen_q: int,
        cu_seqlens_q: Any,
        max_seqlen_k: int,
        cu_seqlens_k: Any = None,
        seqused_k: Any = None,
        causal: bool = False,
        block_table: Any = None,
        fa_version: int = 2,
    ) -> Any:
        assert causal
        seen.append(f"{fa_version} {'pages' if block_table is not None else 'prompts'}")
        assert int(cu_seqlens_q[-1]) == q.shape[0]
        assert cu_seqlens_q.dtype == torch.int32
        out = []
        for i in range(len(cu_seqlens_q) - 1):
            mine = slice(int(cu_seqlens_q[i]), int(cu_seqlens_q[i + 1]))
            assert mine.stop - mine.start == max_seqlen_q
            if block_table is None:
                keys, values = k[mine], v[mine]
                assert cu_seqlens_k.tolist() == cu_seqlens_q.tolist()
            else:
                keys, values = (t[block_table[i].long()].flatten(0, 1)[: int(seqused_k[i])] for t in (k, v))
            assert keys.shape[0] == max_seqlen_k
            out.append(attended(torch, q[mine], keys, values))
        return torch.cat(out)

    return {"flash_attn_varlen_func": varlen, "is_fa_version_supported": lambda version: version in (2, 3)}


def test_attention_is_vllms_where_it_is_installed(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    install(monkeypatch, "vllm", __version__="0.33.0")
    install(monkeypatch, "vllm.vllm_flash_attn.flash_attn_interface", **flash_attention(torch, seen))
    found = measured(Pretended(torch, (9, 0)), "decode", "prefill", formats=("bf16",))
    assert found == [
        ("vllm", "0.33.0", "vllm_flash_attn fa3, paged", "bf16"),
        *[("vllm", "0.33.0", "vllm_flash_attn fa3", "bf16")] * 2,
        *[("torch", torch.__version__, "scaled_dot_product_attention", "bf16")] * 2,
    ]
    assert set(seen) == {"3 pages", "3 prompts"}


def flashinfer(torch: Any, seen: list[str]) -> dict[str, Any]:
    """FlashInfer's decode by its wrapper: planned, then run on one cache after the other."""

    class Wrapper:
        def __init__(
            self, space: Any, layout: str, *, use_cuda_graph: bool, use_tensor_cores: bool, **buffers: Any
        ) -> None:
            assert (layout, use_cuda_graph, use_tensor_cores) == ("NHD", True, True)
            assert len(buffers["paged_kv_indptr_buffer"]) == len(buffers["paged_kv_last_page_len_buffer"]) + 1

        def plan(self, starts: Any, pages: Any, last: Any, *shape: int, q_data_type: Any, kv_data_type: Any) -> None:
            assert int(starts[-1]) == len(pages)
            self.starts, self.pages, self.last, self.shape = starts, pages, last, shape

        def run(self, q: Any, cache: Any) -> Any:
            heads, kv_heads, head, page = self.shape
            assert tuple(cache.shape[1:]) == (2, page, kv_heads, head)
            assert tuple(q.shape) == (len(self.last), heads, head)
            seen.append("run")
            out = []
            for i in range(len(self.last)):
                mine = self.pages[int(self.starts[i]) : int(self.starts[i + 1])].long()
                length = (len(mine) - 1) * page + int(self.last[i])
                assert length == mk.TOY.decode[0].context
                k, v = (cache[mine, part].flatten(0, 1)[:length] for part in (0, 1))
                out.append(attended(torch, q[i : i + 1], k, v))
            return torch.cat(out)

    return {"BatchDecodeWithPagedKVCacheWrapper": Wrapper, "__version__": "0.6.18"}


@pytest.mark.usefixtures("nothing_installed")
def test_decode_is_flashinfers_where_that_is_installed(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    install(monkeypatch, "flashinfer", **flashinfer(torch, seen))
    named = "flashinfer 0.6.18 BatchDecodeWithPagedKVCacheWrapper"
    assert measured(Pretended(torch, (8, 9)), "decode", formats=("bf16",)) == [("vllm", "", named, "bf16")]
    assert seen
    mk.optional.cache_clear()
    install(monkeypatch, "sglang", __version__="0.5.10")
    assert measured(Pretended(torch, (8, 9)), "decode", formats=("fp16",)) == [("sglang", "0.5.10", named, "fp16")]


def test_decode_on_the_newest_is_what_servers_run_there(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def direct(
        query: Any,
        kv_cache: Any,
        workspace_buffer: Any,
        block_tables: Any,
        seq_lens: Any,
        max_seq_len: int,
        bmm1_scale: float,
        bmm2_scale: float,
    ) -> Any:
        s = mk.TOY.decode[0]
        assert tuple(kv_cache.shape) == (s.batch * 3, 2, s.kv_heads, 16, s.head)  # 48 keys are three pages
        assert tuple(block_tables.shape) == (s.batch, 3)
        assert seq_lens.tolist() == [max_seq_len] * s.batch == [48] * s.batch
        assert bmm1_scale == pytest.approx(s.head**-0.5)
        return torch.zeros_like(query)

    install(monkeypatch, "vllm", __version__="0.33.0")
    install(monkeypatch, "flashinfer", __version__="0.6.18")
    install(monkeypatch, "flashinfer.decode", trtllm_batch_decode_with_kv_cache=direct)
    found = measured(Pretended(torch, (10, 0)), "decode", formats=("bf16",))
    assert found == [("vllm", "0.33.0", "flashinfer 0.6.18 trtllm_batch_decode_with_kv_cache", "bf16")]


@pytest.mark.usefixtures("nothing_installed")
def test_prompts_by_the_flash_attn_package(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def attend(q: Any, k: Any, v: Any, causal: bool) -> Any:
        assert causal
        assert q.shape[:2] == k.shape[:2] == v.shape[:2]
        assert q.shape[2] == 4 * k.shape[2]
        return torch.stack([attended(torch, *sequence) for sequence in zip(q, k, v)])

    install(monkeypatch, "flash_attn", flash_attn_func=attend, __version__="2.8.3")
    found = measured(Pretended(torch, (8, 0)), "prefill", formats=("bf16",))
    assert found[0] == ("torch", torch.__version__, "flash_attn 2.8.3 flash_attn_func", "bf16")
    assert len(found) == 4


def test_copies_copy(torch: Any) -> None:
    m = mk.Machine(torch, "cpu", toy=True)
    work = mk.copy_work(m, 4096)
    assert work.one == 2 * 4096
    target: Any = work.make(0)()
    assert target.dtype == torch.uint8
    assert int(target.sum()) == 4096
