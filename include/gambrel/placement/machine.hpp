// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What llama.cpp runs on: devices with memories of their own and the host's beside them, or one memory for all.
///
///     free of a device = visible - the driver's context                 (hardware/visible_memory.hpp, runtime)
///     free of the host, or of a processor = its memory - `host_reserve`
///     one memory       processors, Apple, boards that share theirs: nothing to place
///
/// The host multiplies under ggml's law of processors, at the share of its bandwidth that it reaches beside a device
/// (offload_law.hpp). Evidence: tests/placement/placement_test.cpp.

#include <gambrel/hardware/visible_memory.hpp>
#include <gambrel/placement/offload_law.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/roofline/roof.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace gambrel::placement {

/// Of the host's memory, what the system and other programs keep: an assumption.
inline constexpr bytes<> host_reserve = gibibytes(4);

/// A device with its constants. Its roof refers to both: it stays where it was made.
struct board {
    gambrel::device<> device;
    calibration<> constants;
    gambrel::roof<> roof;

    board(const gambrel::device<>& d, const calibration<>& c) : device(d), constants(c), roof(device, constants) {}
    board(const board&) = delete;
};

class machine {
public:
    /// `boards` under `software`, beside `host` with `host_memory` of it; no host where there is nothing to place.
    machine(const std::vector<gambrel::device<>>& boards, const runtime<>& software,
            const std::optional<gambrel::device<>>& host = {}, bytes<> host_memory = {}, const offload_law& law = {})
        : software_(software), law_(law), host_memory_(host_memory) {
        if (boards.empty()) fail("a machine has no device; name one");
        for (const gambrel::device<>& d : boards)
            boards_.push_back(std::make_unique<board>(d, default_calibration(d, software.kernels)));
        if (!host) return;
        calibration<> c = default_calibration(*host, kernel_library::ggml_cpu);
        c.ggml.memory.fill(law.host_share);
        c.ggml.cache = law.host_share;
        c.ggml.decode_sigma = c.ggml.expert_decode_sigma = law.host_sigma;
        host_ = std::make_unique<board>(*host, c);
    }

    std::size_t size() const { return boards_.size(); }
    const board& at(std::size_t i) const { return *boards_[i]; }
    const board* host() const { return host_.get(); }
    const runtime<>& software() const { return software_; }
    const offload_law& law() const { return law_; }

    /// What llama.cpp finds free.
    double free(std::size_t i) const {
        const gambrel::device<>& d = boards_[i]->device;
        const bytes<> kept = d.kind == device_class::cpu ? host_reserve : software_.memory.reserve.value;
        return larger(0.0, (visible_memory(d) - kept).value());
    }
    double host_free() const { return host_ ? larger(0.0, (host_memory_ - host_reserve).value()) : 0.0; }
    /// Whether device and host share one memory.
    bool unified() const {
        const gambrel::device<>& d = boards_.front()->device;
        return d.kind == device_class::cpu || shares_memory_with_host(d);
    }

private:
    runtime<> software_;
    offload_law law_;
    bytes<> host_memory_{};
    std::vector<std::unique_ptr<board>> boards_{};
    std::unique_ptr<board> host_{};
};
}  // namespace gambrel::placement
