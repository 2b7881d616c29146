// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question in the words of a command line or a notebook, made into the descriptors of the library.
///
///     asked a(model, device, runtime, terms);   answered(a.question)
///
/// Descriptors are shared, not copied, unless the terms change them (a token budget, a memory size, a calibration).
/// Evidence: tests/ask/asked_test.cpp.

#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/workload/named_workload.hpp>
#include <memory>
#include <optional>

namespace gambrel::ask {

/// Everything but the three descriptors, in units that the names say.
struct terms {
    std::optional<bytes<>> memory{};  ///< of one device; else the device's own
    std::string weights = "stored", kv = "stored", protocol = "steady";
    length prompt = 1024.0, output = 256.0;
    int tensor = 1, pipeline = 1, expert = 1, data = 1, replicas = 1;
    bool sequence = false;
    int adapter_rank = 0, adapters = 1;
    double images = 0.0, prefix_hit = 0.0;
    double server = 1.0, pue = 1.0;                        ///< IT power / board power; building power / IT power
    std::optional<double> concurrency{}, rate{}, batch{};  ///< clients, requests per second, sequences of one batch
    std::optional<double> price{}, price_kwh{};            ///< $ per device-hour, $ per kWh
    std::optional<double> token_budget{}, most_sequences{}, memory_fraction{};
    std::optional<calibration_file> calibration{};
};

/// `t` with the lengths of `w`, and its protocol where clients ask: a rate or a static batch has no opening burst.
inline terms under(terms t, const named_workload& w) {
    t.prompt = w.prompt;
    t.output = w.output;
    t.protocol = w.protocol.burst_start && !t.rate && !t.batch ? "benchmark" : "steady";
    return t;
}

namespace detail {
inline std::shared_ptr<const device<>> with_memory(std::shared_ptr<const device<>> d,
                                                   const std::optional<bytes<>>& memory) {
    if (!memory) return d;
    device<> other = *d;
    other.memory.capacity = *memory;
    checked(other.memory.capacity.value / gibibytes(1), 1e-3, 1e6, "the memory of a device in GiB");
    return std::make_shared<const device<>>(other);
}

/// `r` with the settings of `t`.
inline std::shared_ptr<const runtime<>> with_settings(std::shared_ptr<const runtime<>> r, const terms& t) {
    if (!t.token_budget && !t.most_sequences && !t.memory_fraction) return r;
    runtime<> other = *r;
    if (t.token_budget) other.scheduling.token_budget = checked(*t.token_budget, 1.0, 1e7, "the token budget");
    if (t.most_sequences) other.scheduling.most_sequences = checked(*t.most_sequences, 1.0, 1e6, "the most sequences");
    if (t.memory_fraction) other.memory.fraction = checked(*t.memory_fraction, 0.01, 1.0, "the memory fraction");
    return std::make_shared<const runtime<>>(other);
}

/// The factors of a calibration, which must be of this device and this runtime.
inline adjustment adjustment_of(const std::optional<calibration_file>& f, const device<>& d, const runtime<>& r) {
    if (!f) return {};
    if (!f->device.empty() && d.name.view() != f->device)
        fail("the calibration is of " + f->device + ", not of " + d.name.str());
    if (!f->runtime.empty() && r.name.view() != f->runtime)
        fail("the calibration is of " + f->runtime + ", not of " + r.name.str());
    return f->adjustment;
}

inline std::shared_ptr<const runtime<>> as_asked(std::shared_ptr<const runtime<>> r, const device<>& d,
                                                 const terms& t) {
    r = with_settings(std::move(r), t);
    if (!t.calibration) return r;
    return std::make_shared<const runtime<>>(adjusted(*r, adjustment_of(t.calibration, d, *r)));
}

inline precision precision_of(const terms& t, const architecture& m) {
    precision p{.weights = as_served(m.stored), .kv = m.kv_cache};
    if (t.weights != "stored") p.weights = weights_of(t.weights, m);
    if (t.kv != "stored") p.kv = format_of(t.kv);
    return p;
}

inline adapter adapter_of(const terms& t) {
    if (t.adapter_rank == 0) return {};
    checked(t.adapter_rank, 1, 4096, "the rank of adapters");
    checked(t.adapters, 1, 1e6, "the number of adapters");
    return {.rank = t.adapter_rank, .on_feed_forward = true, .distinct_in_batch = t.adapters};
}

inline workload workload_of(const terms& t) {
    if (int(t.concurrency.has_value()) + int(t.rate.has_value()) + int(t.batch.has_value()) > 1)
        fail("concurrency, rate and batch exclude each other: clients, requests per second, or one static batch");
    if (t.protocol != "steady" && t.protocol != "benchmark")
        fail("the protocol is \"" + t.protocol.substr(0, 40) + "\"; it must be steady or benchmark");
    workload w{.prompt = t.prompt, .output = t.output};
    w.concurrency = t.concurrency.value_or(1.0);
    if (t.rate) w.rate = requests_per_second(checked(*t.rate, 1e-9, 1e9, "the request rate per second"));
    w.images = t.images;
    w.prefix_hit = t.prefix_hit;
    if (t.protocol == "benchmark") w.protocol = protocol::serving_benchmark();
    return checked(w);
}
}  // namespace detail

/// Owns, or shares, the descriptors that its question refers to, so it stays where it is made.
/// Throws `error` naming the first term that is wrong.
class asked {
public:
    asked(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
          std::shared_ptr<const runtime<>> runtime, const terms& t)
        : model_(std::move(model)),
          device_(detail::with_memory(std::move(device), t.memory)),
          runtime_(detail::as_asked(std::move(runtime), *device_, t)),
          question{.what = {*model_,
                            *device_,
                            *runtime_,
                            {.tensor = t.tensor,
                             .pipeline = t.pipeline,
                             .data = t.data,
                             .expert = t.expert,
                             .replicas = t.replicas,
                             .sequence = t.sequence},
                            detail::precision_of(t, *model_),
                            default_calibration(*device_, runtime_->kernels),
                            detail::adapter_of(t)},
                   .load = detail::workload_of(t),
                   .static_batch = t.batch} {
        if (t.calibration) question.what.constants = adjusted(question.what.constants, t.calibration->adjustment);
        question.others = all_runtimes;
        if (t.batch) checked(*t.batch, 1.0, most_clients, "the batch");
        if (t.price)
            question.rent = dollars_per_hour(checked(*t.price, 0.0, 1e6, "the price in dollars per device-hour"));
        if (t.price_kwh)
            question.electricity = dollars_per_kilowatt_hour(
                checked(*t.price_kwh, 0.0, 100.0, "the electricity price in dollars per kWh"));
        question.around = {checked(t.server, 1.0, 10.0, "the server factor"),
                           checked(t.pue, 1.0, 5.0, "the power usage effectiveness")};
    }
    asked(const asked&) = delete;
    asked& operator=(const asked&) = delete;

private:
    std::shared_ptr<const architecture> model_;
    std::shared_ptr<const gambrel::device<>> device_;
    std::shared_ptr<const gambrel::runtime<>> runtime_;

public:
    gambrel::ask::question question;
};
}  // namespace gambrel::ask
