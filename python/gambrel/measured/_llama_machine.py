# SPDX-License-Identifier: Apache-2.0
"""On what a test of llama-bench ran and when: hardware, number of devices, backend, date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .._error import Error
from ._fields import count, day, devices_differ, text
from ._run import Refused

#: What `backends` lists, the accelerator before the libraries beside it, and the backend of our tables.
known_backends = {
    "cuda": "cuda",
    "rocm": "rocm",
    "hip": "rocm",
    "metal": "metal",
    "mtl": "metal",
    "vulkan": "vulkan",
    "sycl": "sycl",
    "cpu": "cpu",
    "blas": "cpu",
    "accelerate": "cpu",
}
#: Builds whose date is known from what was measured with them, and the last build that date is taken for: it decides
#: between the generations of kernels, so a build between two of these is asked for its date.
build_dates = (
    (1275, 1691, "2023-09-23"),
    (2796, 3440, "2024-05"),
    (3441, 3441, "2024-07"),
    (5163, 5862, "2025-04-24"),
    (5863, 7422, "2025-08"),
    (7423, 9186, "2026-02"),
    (9187, 10**9, "2026-08"),
)


@dataclass
class StatedTest:
    """What the caller says of the tests; empty is not stated."""

    device: str
    model: str
    backend: str
    num_devices: int | None
    date: str
    source: str
    notes: str


def is_on(value: Any) -> bool:
    return value is True or text(value).lower() in ("1", "true")


def hardware_of(test: dict[str, Any], where: str, stated: StatedTest) -> tuple[str, int]:
    """The devices that ran the test: their one name and their number."""
    printed = [
        p.strip() for p in re.split(r",|/(?=\s*(?:NVIDIA|AMD|Intel)\b)", text(test.get("gpu_info"))) if p.strip()
    ]
    if not printed:
        cpu = text(test.get("cpu_info"))
        printed = [cpu] if cpu else []
    if len(set(printed)) > 1:
        raise Refused("devices of two kinds")
    said = _plain_hardware(printed[0]) if printed else ""
    if stated.device and said and devices_differ(stated.device, said):
        raise Error(f"device is stated as {stated.device!r}, but {where} says {said!r}")
    hardware = stated.device or said
    if not hardware:
        raise Error(f"{where} does not say on which hardware it ran: pass device=")
    alone = text(test.get("split_mode")).lower() == "none"
    devices = 1 if alone else max(1, len(printed))
    if stated.num_devices is not None:
        if len(printed) > 1 and not alone and stated.num_devices != devices:
            raise Error(f"num_devices is stated as {stated.num_devices}, but {where} names {devices}")
        devices = stated.num_devices
    return hardware, devices


def _plain_hardware(printed: str) -> str:
    """ "NVIDIA GeForce RTX 4090" as "RTX 4090": what catalogs are asked for."""
    name = re.sub(r"\s*\([^)]*\)", "", printed)
    name = re.sub(r"\b(?:NVIDIA|AMD|Intel|GeForce|Tesla|Instinct|Graphics)\b\s*", "", name).strip()
    return name if re.search(r"\d", name) else printed


def backend_of(test: dict[str, Any], hardware: str, where: str, stated: StatedTest) -> str:
    listed = [b.strip().lower() for b in text(test.get("backends")).split(",") if b.strip()]
    if not listed:  # builds of 2023 and early 2024 state flags
        listed = [b for b in ("cuda", "vulkan", "kompute", "metal", "sycl", "opencl", "blas") if is_on(test.get(b))]
        if listed[:1] == ["cuda"] and re.search(r"\b(AMD|Radeon|Instinct)\b", text(test.get("gpu_info"))):
            listed[0] = "rocm"
        listed = listed or (["cpu"] if "cuda" in test else [])
    if "rpc" in listed or is_on(test.get("rpc")):
        raise Refused("devices over the network (RPC)")
    accelerators = [b for b in listed if known_backends.get(b, b) != "cpu"]
    first = (accelerators or listed or [""])[0]
    said = known_backends.get(first, first)
    if stated.backend and said and stated.backend != said:
        raise Error(f"backend is stated as {stated.backend!r}, but {where} says {said!r}")
    backend = stated.backend or said
    if not backend:
        raise Error(f"{where} does not say with which backend it ran: pass backend=")
    moved = text(test.get("tensor_buft_overrides")).lower() not in ("", "none")
    if backend != "cpu" and (moved or (count(test.get("n_cpu_moe")) or 0) > 0):
        return f"{backend}+cpu"
    if backend not in ("cpu", "metal") and count(test.get("n_gpu_layers"), 0) == 0:
        return f"{backend}+cpu"
    return backend


def date_of(test: dict[str, Any], where: str, stated: StatedTest) -> str:
    said = day(test.get("test_time"))
    if stated.date:
        shorter = min(len(said), len(stated.date))
        if said and said[:shorter] != stated.date[:shorter]:
            raise Error(f"date is stated as {stated.date}, but {where} says {said}")
        return max(said, stated.date, key=len)
    if said:
        return said
    build = count(test.get("build_number")) or 0
    known = [when for first, last, when in build_dates if first <= build <= last]
    if not known:
        raise Error(f"{where} does not say when it ran, which chooses the kernels' generation: pass date=")
    return known[-1]
