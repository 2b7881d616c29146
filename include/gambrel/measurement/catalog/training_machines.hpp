// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Machines of measured training runs: the board and the network of each, as sources describe them (docs/models/training.md).
/// Evidence: tests/measurement/training_row_test.cpp.

#include <gambrel/measurement/refusal.hpp>

namespace gambrel::detail {

/// A board of a source and the network of its machines, in GB/s of a device and direction.
struct training_machine {
    std::string_view hardware, device;
    double network;
};
inline constexpr std::array training_machines{
    training_machine{"DGX-H100", "h100-sxm", 50},
    training_machine{"DGX-GB200", "gb200", 50},
    training_machine{"DGX-B200", "b200-sxm", 50},
    training_machine{"A4 B200", "b200-sxm", 50},
    training_machine{"H100-80GB", "h100-sxm", 50},
    training_machine{"H100-SXM-80GB", "h100-sxm", 50},
    training_machine{"A3 H100-80GB", "h100-sxm", 25},
    training_machine{"H100-SXM-96GB-HBM2e(500W)", "h100-sxm", 50},
    training_machine{"A100-80GB", "a100-sxm-80", 25},
    training_machine{"A100-40GB", "a100-sxm-40", 25},
    training_machine{"A100-SXM-40GB", "a100-sxm-40", 25},
    training_machine{"A100-SXM-80GB", "a100-sxm-80", 25},
    training_machine{"A100-SXM-80GB (Selene)", "a100-sxm-80", 25},
    training_machine{"A100-SXM-80GB (Jean Zay)", "a100-sxm-80", 6.25},
    training_machine{"A100-SXM-80GB (4x100Gb RoCE)", "a100-sxm-80", 6.25},
    training_machine{"RTX4090", "rtx-4090", 0},
    training_machine{"A6000", "rtx-a6000", 0},
};

inline device<> training_device(const std::string& hardware) {
    constexpr source networks{"the sources' descriptions of their machines (docs/models/training.md)", "2026-11",
                              evidence::recalled};
    for (const training_machine& m : training_machines) {
        if (hardware != m.hardware) continue;
        device<> d = device_named(m.device);
        if (m.network > 0)
            d.scale_out = {"network", fabric::infiniband, {gigabytes_per_second(m.network), networks}, 1};
        if (contains(hardware, "500W")) {  // torchtitan: "96GB HBM2e, 2.4 TB/s, capped at 500 W"
            d.memory.capacity = {gibibytes(95), networks};
            d.memory.bandwidth = {terabytes_per_second(2.4), networks};
            d.power.limit = {watts_of(500), networks};
        }
        return d;
    }
    if (const device<>* d = find_device(hardware)) return *d;
    refuse("device not in the catalog: " + hardware);
}
}  // namespace gambrel::detail
