// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The measured collectives of fit_kernels: kernels/nccl.csv by chip, kernels/custom_allreduce.csv by chip and library,
/// and the folds that are held out in turn.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/collective.hpp>
#include <map>

#include "report.hpp"

namespace collectives {

using namespace gambrel;

struct exchange {
    message_kind kind;
    bytes<> payload;
    int ranks;
    double buffer;  // bytes, as the table counts them
};
struct rows {
    std::vector<exchange> exchanges;
    std::vector<double> seconds;

    void add(const exchange& e, double t) {
        exchanges.push_back(e);
        seconds.push_back(t);
    }
};

inline const interconnect<>& link_of(chip c) {
    const device<>& d = device_named(board_of(c));
    return d.scale_up.present() ? d.scale_up : d.host_link;
}
inline const char* code_of(fabric f) { return f == fabric::nvlink ? "fabric::nvlink" : "fabric::pcie"; }

/// Each row is predicted by a fit on the other three quarters of the sizes.
inline constexpr int folds = 4;
inline int fold_of(const exchange& e) {
    const double ranks = e.ranks, kind = static_cast<double>(e.kind);
    return (held_out({e.buffer, ranks, kind}) ? 2 : 0) + (held_out({kind, e.buffer, ranks}) ? 1 : 0);
}
/// The rows of fold `f`, or all the others.
inline rows part_of(const rows& all, int f, bool others) {
    rows r;
    for (std::size_t i = 0; i < all.seconds.size(); ++i)
        if ((fold_of(all.exchanges[i]) == f) != others) r.add(all.exchanges[i], all.seconds[i]);
    return r;
}

inline std::map<chip, rows> read_rings(const std::string& data) {
    const std::map<std::string, message_kind> kinds{{"all_reduce", message_kind::all_reduce},
                                                    {"all_gather", message_kind::all_gather},
                                                    {"reduce_scatter", message_kind::reduce_scatter},
                                                    {"alltoall", message_kind::all_to_all}};
    std::map<chip, rows> found;
    kernel_table t(data + "/kernels/nccl.csv");
    while (t.next()) {
        const auto kind = kinds.find(t.text("op_name"));
        if (kind == kinds.end() || t.text("nccl_dtype") != "half") continue;             // int8 moves the same bytes
        const double n = t.number("num_gpus"), buffer = 2.0 * t.number("message_size");  // the table counts elements
        const double sent = kind->second == message_kind::all_to_all ? (n - 1.0) / n : 1.0;
        found[t.chip()].add({kind->second, bytes_of(buffer * sent), static_cast<int>(n), buffer}, t.latency().value());
    }
    return found;
}

using direct_key = std::pair<chip, kernel_library>;
inline std::map<direct_key, rows> read_directs(const std::string& data) {
    std::map<direct_key, rows> found;
    kernel_table t(data + "/kernels/custom_allreduce.csv");
    while (t.next()) {
        if (t.text("kernel_source").find("eager") != std::string::npos) continue;  // the host's time, not the kernel's
        const double buffer = 2.0 * t.number("message_size");
        found[{t.chip(), t.library()}].add(
            {message_kind::all_reduce, bytes_of(buffer), static_cast<int>(t.number("num_gpus")), buffer},
            t.latency().value());
    }
    return found;
}
}  // namespace collectives
