// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Memory that a program can have of a device: what the driver shows, of which servers take their share.
///
///     visible = memory.visible                                     where the device states it
///             = capacity x shown_share(memory kind, device class)  otherwise
///
/// The driver keeps page tables and its own buffers (1 to 2 %); error correction on GDDR takes 6 to 9 % of boards that
/// have it on, which are listed one by one; Apple lets its GPU have two thirds of up to 32 GiB and three quarters of
/// more (`recommendedMaxWorkingSetSize` as llama.cpp prints it); other devices that share their memory with a host
/// leave it 5 % (GB10: 121.7 of 128 GiB). A size that the caller states of a processor is all there to be had.
/// Figures and where they were read: docs/catalog-hardware.md. Evidence: tests/hardware/visible_memory_test.cpp.

#include <gambrel/hardware/device.hpp>

namespace gambrel {

namespace shown {
inline constexpr double hbm = 0.99;       ///< A100-40 0.988, A100-80 0.991, H100 0.990, H200 0.991, GB300 0.991
inline constexpr double gddr = 0.982;     ///< RTX 3090 0.983, 4090 0.981, 5090 0.995, A6000 0.990
inline constexpr double unified = 0.951;  ///< GB10
inline constexpr double apple_small = 2.0 / 3.0, apple_large = 0.75;
inline constexpr double apple_small_bytes = 33.0 * 1073741824.0;  ///< 32 GiB are small, 36 GiB are large
}  // namespace shown

/// Whether a host's programs and its file cache lie in the same memory.
template <class Y> constexpr bool shares_memory_with_host(const device<Y>& d) {
    return d.kind == device_class::embedded || d.kind == device_class::apple ||
           (d.vendor == vendor::amd && d.memory.kind == memory_kind::lpddr);
}

/// Share of its capacity that `d` shows where it does not say how much.
template <class Y> constexpr double shown_share(const device<Y>& d) {
    switch (d.kind) {
        case device_class::apple:
            return math::plain(d.memory.capacity.value.value()) < shown::apple_small_bytes ? shown::apple_small
                                                                                           : shown::apple_large;
        case device_class::cpu: return 1.0;
        case device_class::embedded: return shown::unified;
        default: break;
    }
    switch (d.memory.kind) {
        case memory_kind::gddr: return shown::gddr;
        case memory_kind::lpddr:
        case memory_kind::ddr: return shown::unified;
        case memory_kind::hbm:
        case memory_kind::unknown: break;
    }
    return shown::hbm;
}

/// Bytes of `d` that a program can have; zero where its capacity is not known.
template <class Y> constexpr bytes<Y> visible_memory(const device<Y>& d) {
    return d.memory.visible.known() ? d.memory.visible.value : d.memory.capacity.value * Y(shown_share(d));
}

/// `d` with a memory of `capacity`, of which it shows what boards of its kind do.
template <class Y> constexpr device<Y> with_capacity(device<Y> d, const bytes<Y>& capacity) {
    d.memory.capacity = capacity;
    d.memory.visible = {};
    return d;
}
}  // namespace gambrel
