// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question in the words of a command line or a notebook, made into the descriptors of the library.
///
///     bound_question b(model, device, runtime, options);   answered(b.question)
///
/// Descriptors are shared, not copied, unless the options change them (a token budget, a memory size, a calibration).
/// Evidence: tests/ask/bound_question_test.cpp.

#include <fmt/core.h>
#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/device_check.hpp>
#include <gambrel/ask/keywords.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/pool_terms.hpp>
#include <gambrel/ask/price_file.hpp>
#include <gambrel/ask/settings.hpp>
#include <gambrel/ask/speculation_terms.hpp>
#include <memory>

namespace gambrel::ask {

namespace detail {
/// Whether `size` is a whole number of GiB or of GB, as boards are sold.
inline bool is_sold(const bytes<>& size) {
    const auto whole = [](double x) { return std::abs(x - std::round(x)) < 1e-3; };
    return whole(size / gibibytes(1.0)) || whole(size / gigabytes(1.0));
}

/// `d` with a memory of that size. What no board has is asked back: most often it is what a driver shows.
inline std::shared_ptr<const device<>> with_memory(std::shared_ptr<const device<>> d,
                                                   const std::optional<bytes<>>& memory) {
    if (!memory) return d;
    const bool board = d->kind == device_class::datacenter_gpu || d->kind == device_class::workstation_gpu ||
                       d->kind == device_class::consumer_gpu;
    if (board && !is_sold(*memory))
        fail("no board has " + to_string_binary(*memory) +
             " of memory: state the size it is sold with, and what its driver "
             "shows in a device file (memory.visible)");
    return std::make_shared<const device<>>(with_capacity(*d, *memory));
}

/// The power limit that a device of the name of `d` is sold with; none where nobody sells it.
inline watts<> design_limit_of(const device<>& d) {
    const device<>* sold = d.power.limit.known() ? find_device(d.name.view()) : nullptr;
    return sold != nullptr && sold->power.limit.known() ? sold->power.limit.value : watts<>{};
}

/// `d` with the memory that a start-up log of it showed, where the caller states no other.
inline std::shared_ptr<const device<>> as_shown(std::shared_ptr<const device<>> d, const prediction_options& t) {
    if (t.memory || !t.calibration || !t.calibration->memory || !t.calibration->memory->visible) return d;
    device<> other = *d;
    other.memory.visible = gibibytes(*t.calibration->memory->visible);
    return std::make_shared<const device<>>(other);
}

/// The factors of a calibration, which must be of this device and this runtime.
inline adjustment adjustment_of(const std::optional<calibration_file>& f, const device<>& d, const runtime<>& r) {
    if (!f) return {};
    if (!f->device.empty() && d.name.view() != f->device)
        fail("the calibration is of " + f->device + ", not of " + d.name.str());
    if (!f->runtime.empty() && runtime_of_era(r.name.view()) != runtime_of_era(f->runtime))
        fail("the calibration is of " + f->runtime + ", not of " + r.name.str());
    return f->adjustment;
}

/// Factors and laws of a calibration, likewise.
inline own_constants own_constants_of(const std::optional<calibration_file>& f, const device<>& d, const runtime<>& r) {
    return {adjustment_of(f, d, r), f ? f->laws : nullptr};
}
/// The constants of `d` under `r` with those of `f`, likewise.
inline calibration<> constants_of(const std::optional<calibration_file>& f, const device<>& d, const runtime<>& r) {
    const own_constants own = own_constants_of(f, d, r);
    return gambrel::constants_of(d, r.kernels, own.factors, own.laws.get());
}

inline std::shared_ptr<const runtime<>> as_asked(std::shared_ptr<const runtime<>> r, const device<>& d,
                                                 const prediction_options& t) {
    r = with_settings(std::move(r), t);
    const runtime<> settled = on_board(*r, d, {.tensor = t.tensor, .pipeline = t.pipeline});
    if (settled.scheduling.token_budget != r->scheduling.token_budget ||
        settled.scheduling.most_sequences != r->scheduling.most_sequences ||
        settled.memory.fraction != r->memory.fraction)
        r = std::make_shared<const runtime<>>(settled);
    if (!t.calibration) return r;
    runtime<> measured = adjusted(*r, adjustment_of(t.calibration, d, *r));
    if (t.calibration->memory) measured = corrected(measured, *t.calibration->memory);
    return std::make_shared<const runtime<>>(measured);
}

inline precision precision_of(const prediction_options& t, const architecture& m) {
    precision p{.weights = as_served(m.stored), .kv = m.kv_cache};
    if (t.weights != "stored" && t.weights != "auto") p.weights = weights_of(t.weights, m);
    if (t.kv != "stored" && t.kv != "auto") p.kv = kv_format_of(t.kv);
    return p;
}

inline parallelism cut_of(const prediction_options& t) {
    parallelism cut{.tensor = t.tensor,
                    .pipeline = t.pipeline,
                    .data = t.data,
                    .expert = t.expert,
                    .replicas = t.replicas,
                    .sequence = t.sequence,
                    .balanced_experts = t.balanced_experts,
                    .two_batches = t.two_batches};
    std::vector<std::string_view> keys;
    for (const auto& row : enum_table<expert_exchange>) {
        keys.push_back(row.key);
        cut.exchange = same_name(row.key, t.exchange) ? row.value : cut.exchange;
    }
    if (!same_name(key_of(cut.exchange), t.exchange)) fail_unknown("exchange", t.exchange, keys);
    return cut;
}

inline adapter adapter_of(const prediction_options& t) {
    if (t.adapter_rank == 0) return {};
    return {.rank = t.adapter_rank, .on_feed_forward = true, .distinct_in_batch = t.adapters};
}

inline workload workload_of(const prediction_options& t) {
    if (int(t.concurrency.has_value()) + int(t.rate.has_value()) + int(t.batch.has_value()) > 1)
        fail("concurrency, rate and batch exclude each other: clients, requests per second, or one static batch");
    if (t.protocol != "steady" && t.protocol != "benchmark")
        fail("the protocol is \"" + t.protocol.substr(0, 40) + "\"; it must be steady or benchmark");
    workload w{.prompt = t.prompt, .output = t.output};
    w.concurrency = t.concurrency.value_or(1.0);
    if (t.rate) w.rate = requests_per_second(checked(*t.rate, 1e-9, 1e9, "the request rate per second"));
    w.images = t.images;
    w.prefix_hit = t.prefix_cache.value_or(true) ? t.prefix_hit : 0.0;
    if (t.protocol == "benchmark") w.protocol = protocol::serving_benchmark();
    return checked(w);
}
}  // namespace detail

/// What is to be said of the names: what they were taken for, what speaks against a device file, weights that are asked for over those of the name, and how
/// many devices a machine has. Sentences without a full stop.
inline std::vector<std::string> name_remarks(const asked_model& m, const asked_device& d, const prediction_options& t) {
    std::vector<std::string> remarks;
    if (!m.remark.empty()) remarks.push_back(m.remark);
    if (d.typed.ends_with(".json"))  // the catalog is held to this by its tests
        for (const doubt& each : doubts_of(d.device))
            remarks.push_back(detail::quoted(d.typed) + " is doubted: " + sentence_of(each) +
                              " (gambrel check-device)");
    const bool stated = t.weights != "stored" && t.weights != "auto";
    if (stated && !m.weights.empty() && !same_name(t.weights, m.weights))
        remarks.push_back("weights in " + t.weights + " are asked for, which hold over " + m.weights + " of the name");
    if (d.count == 0) return remarks;
    const int asked = detail::cut_of(t).devices();
    remarks.push_back(fmt::format("{} is {} x {}, of which {}", detail::quoted(d.typed), d.count, d.device.name.view(),
                                  asked <= d.count ? fmt::format("{} {} asked about: --tp and --replicas say how many",
                                                                 asked, asked == 1 ? "is" : "are")
                                                   : fmt::format("more are asked about than it has, {}", asked)));
    return remarks;
}

/// Owns, or shares, the descriptors that its question refers to, so it stays where it is made.
/// Throws `error` naming the first option that is wrong.
class bound_question {
public:
    bound_question(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
                   std::shared_ptr<const runtime<>> runtime, const prediction_options& t)
        : model_((check_ranges(t), std::move(model))),
          device_(detail::as_shown(detail::with_memory(std::move(device), t.memory), t)),
          runtime_(detail::as_asked(runtime, *device_, t)),
          guesses_(speculation_of(t, *model_, detail::precision_of(t, *model_), *device_, *runtime_)),
          prices_(t.prices.empty() ? nullptr : read_price_file(t.prices)),
          question{
              .what = {*model_, *device_, *runtime_, detail::cut_of(t), detail::precision_of(t, *model_),
                       detail::constants_of(t.calibration, *device_, *runtime_), detail::adapter_of(t), guesses_.terms},
              .load = detail::workload_of(t),
              .static_batch = t.batch} {
        question.others = all_runtimes;
        if (t.price) question.rent = dollars_per_hour(*t.price);
        if (prices_) {
            question.prices = prices_->quotes;
            question.prices_from = prices_->name;
        }
        question.design_limit = detail::design_limit_of(*device_);
        if (t.price_kwh) question.electricity = dollars_per_kilowatt_hour(*t.price_kwh);
        question.around = {t.server.value_or(1.0), t.pue.value_or(1.0)};
        question.notes = t.remarks;
        if (t.calibration && t.calibration->laws)
            question.notes.push_back(
                (question.what.constants.from.kind == evidence::user
                     ? "laws of kernels timed on this device stand for those shipped: "
                     : "no kernel timed on this device serves this runtime; the shipped constants stay: ") +
                t.calibration->kernels);
        for (std::string& note : setting_notes(t, *runtime, *runtime_, *model_))
            question.notes.push_back(std::move(note));
        question.pools = pools_of(t, question.what);
        add_pool_notes(question.notes, t, question.pools);
        add_speculation_notes(question.notes, t, guesses_.terms, *model_);
    }
    bound_question(const bound_question&) = delete;
    bound_question& operator=(const bound_question&) = delete;

private:
    std::shared_ptr<const architecture> model_;
    std::shared_ptr<const gambrel::device<>> device_;
    std::shared_ptr<const gambrel::runtime<>> runtime_;
    owned_speculation guesses_;
    std::shared_ptr<const price_file> prices_;

public:
    gambrel::ask::question question;
};
}  // namespace gambrel::ask
