// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The axes of a sweep, checked, with every choice made; and a reader that predicts rows in order and rebuilds only
/// what changed since the row before. What is rebuilt when an axis moves:
///
///     machine    (device, runtime, calibration)   constants and host times
///     deployment (machine, model, cut, precision, adapter, speculation)   `predictor`, and its rent and power law
///     lengths    (protocol, images, prefix, prompt, output)  their request_shape
///     load       a prediction
///
/// Evidence: tests/planning/sweep_test.cpp (every row equal bit for bit to predict, cost_per_token, energy_per_token).

#include <gambrel/planning/sweep_axes.hpp>
#include <gambrel/planning/sweep_columns.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/step/on_board.hpp>
#include <optional>
#include <utility>

namespace gambrel {

/// More pairs of (device, runtime, calibration) or (model, precision) than this are taken for a mistake.
inline constexpr row_number most_sweep_choices = 1'000'000;

class sweep_plan {
public:
    /// Makes every choice of `axes`. Throws `error` for an empty axis, an absent descriptor, the first value out of
    /// range, and for more than `most_sweep_rows` rows.
    explicit sweep_plan(sweep_axes axes, sweep_terms terms = {})
        : axes_(std::move(axes)), terms_(std::move(terms)), extents_(extents_of(axes_)), rows_(rows_of(extents_)) {
        check_descriptors();
        check_workloads();
        choose();
    }

    row_number rows() const { return rows_; }
    const sweep_place& extents() const { return extents_; }
    const sweep_axes& axes() const { return axes_; }
    const sweep_terms& terms() const { return terms_; }
    sweep_place place(row_number row) const { return place_of(row, extents_); }

    const precision& formats(const sweep_place& p) const {
        return formats_[on(p, sweep_axis::model) * axes_.precisions.size() + on(p, sweep_axis::precision)];
    }
    const own_constants& correction(const sweep_place& p) const {
        const std::size_t pair = on(p, sweep_axis::device) * axes_.runtimes.size() + on(p, sweep_axis::runtime);
        return corrections_[pair * axes_.calibrations.size() + on(p, sweep_axis::calibration)];
    }
    const std::optional<rental<>>& rent(const sweep_place& p) const { return rents_[on(p, sweep_axis::device)]; }

    workload workload_at(const sweep_place& p) const {
        const load_level& load = axes_.loads[on(p, sweep_axis::load)];
        workload w{.prompt = axes_.prompts[on(p, sweep_axis::prompt)],
                   .output = axes_.outputs[on(p, sweep_axis::output)],
                   .concurrency = load.clients,
                   .rate = load.rate};
        w.images = axes_.images[on(p, sweep_axis::images)];
        w.prefix_hit = axes_.prefix_hits[on(p, sweep_axis::prefix_hit)];
        w.protocol = axes_.protocols[on(p, sweep_axis::protocol)];
        w.objective = terms_.limits;
        return w;
    }

private:
    template <class Pointer> static void check_present(const std::vector<Pointer>& axis, sweep_axis which) {
        for (const Pointer& p : axis)
            if (!p)
                fail("the axis \"" + std::string(sweep_axis_names[static_cast<std::size_t>(which)]) +
                     "\" of the sweep has an empty place");
    }
    void check_descriptors() const {
        check_present(axes_.models, sweep_axis::model);
        check_present(axes_.devices, sweep_axis::device);
        check_present(axes_.runtimes, sweep_axis::runtime);
        check_present(axes_.calibrations, sweep_axis::calibration);
        check_present(axes_.precisions, sweep_axis::precision);
        check_present(axes_.speculations, sweep_axis::speculation);
        check_present(axes_.pools, sweep_axis::pools);
        if (!terms_.rent) fail("the sweep has no rent choice");
        if (!terms_.design_limit) fail("the sweep has no choice of power limits");
        for (const auto& m : axes_.models) checked(*m);
        for (const auto& d : axes_.devices) checked(*d);
        for (const auto& r : axes_.runtimes) checked(*r);
        for (const parallelism& cut : axes_.cuts) check_parallelism(*axes_.models.front(), cut);
        for (const adapter& a : axes_.adapters) {
            checked(static_cast<double>(a.rank), 0.0, 4096.0, "the rank of adapters");
            checked(static_cast<double>(a.distinct_in_batch), 1.0, 1e6, "the number of adapters");
        }
        checked(terms_.around.server, 1.0, 10.0, "the server factor");
        checked(terms_.around.pue, 1.0, 5.0, "the power usage effectiveness");
    }
    /// Every value of every axis once; the values of a workload are checked one by one, so any product passes.
    void check_workloads() const {
        for (std::size_t i = static_cast<std::size_t>(sweep_axis::protocol); i < sweep_axis_count; ++i) {
            sweep_place p{};
            for (p[i] = 0; p[i] < extents_[i]; ++p[i]) checked(workload_at(p));
        }
    }
    void choose() {
        const auto check_count = [](row_number n) {
            if (n > most_sweep_choices)
                fail("the sweep has " + std::to_string(n) + " choices of formats or calibrations; at most " +
                     std::to_string(most_sweep_choices) + " are possible");
        };
        check_count(row_number{axes_.models.size()} * axes_.precisions.size());
        check_count(row_number{axes_.devices.size()} * axes_.runtimes.size() * axes_.calibrations.size());
        for (const auto& m : axes_.models)
            for (const precision_choice& of : axes_.precisions) formats_.push_back(checked(of(*m)));
        for (const auto& d : axes_.devices) {
            rents_.push_back(terms_.rent(*d));
            if (const auto& rent = rents_.back())
                checked(*rent / dollars_per_hour(1), 0.0, 1e6, "the rental in dollars per device-hour");
            for (const auto& r : axes_.runtimes)
                for (const calibration_choice& of : axes_.calibrations)
                    corrections_.push_back(of(*d, *r)), checked(corrections_.back().factors);
        }
    }

    sweep_axes axes_;
    sweep_terms terms_;
    sweep_place extents_;
    row_number rows_;
    std::vector<precision> formats_{};
    std::vector<own_constants> corrections_{};
    std::vector<std::optional<rental<>>> rents_{};
};

/// Predicts rows of a plan; fastest in order. Each thread has its own.
class sweep_reader {
public:
    explicit sweep_reader(const sweep_plan& plan) : plan_(plan) {}
    sweep_reader(const sweep_reader&) = delete;  // its deployment refers to its own machine
    sweep_reader& operator=(const sweep_reader&) = delete;

    /// The prediction of `row`. Throws `error` beyond the last row, and what `predict` throws.
    const prediction<>& predicted(row_number row) {
        go_to(row);
        prediction_ = pools_.on() ? predict(*what_, pools_, load_) : predictor_->at(load_, shape_, cache_);
        return prediction_;
    }
    /// All columns of `row`. Throws `error` naming the row where a cost or an energy is out of range.
    const sweep_row& read(row_number row) {
        try {
            columns_.fill(predicted(row), bill_, plan_.terms().limits);
        } catch (const error& e) {
            fail("row " + std::to_string(row) + " of the sweep: " + e.what());
        }
        return columns_;
    }
    /// The deployment and workload of the last row read.
    const deployment<>& asked() const { return *what_; }
    const workload& load() const { return load_; }

private:
    void go_to(row_number row) {
        if (row >= plan_.rows())
            fail("row " + std::to_string(row) + " of a sweep of " + std::to_string(plan_.rows()) + " rows");
        const std::size_t first = changed_to(row);
        if (first <= static_cast<std::size_t>(sweep_axis::calibration)) make_machine();
        if (first < sweep_deployment_axes) make_deployment();
        if (first < static_cast<std::size_t>(sweep_axis::load)) make_lengths();
        const load_level& level = plan_.axes().loads[on(place_, sweep_axis::load)];
        load_.concurrency = level.clients;
        load_.rate = level.rate;
    }
    /// Goes to the place of `row` and returns the slowest axis that moved; 0 for the first row asked for.
    std::size_t changed_to(row_number row) {
        const sweep_place& extents = plan_.extents();
        const bool next_load = predictor_ && row == row_ + 1 && place_.back() + 1 < extents.back();
        row_ = row;
        if (next_load) {
            ++place_.back();
            return sweep_axis_count - 1;
        }
        const sweep_place before = std::exchange(place_, place_of(row, extents));
        if (!predictor_) return 0;
        std::size_t first = 0;
        while (first + 1 < sweep_axis_count && place_[first] == before[first]) ++first;
        return first;
    }
    void make_machine() {
        predictor_.reset();
        what_.reset();
        const device<>& d = *plan_.axes().devices[on(place_, sweep_axis::device)];
        const runtime<>& r = *plan_.axes().runtimes[on(place_, sweep_axis::runtime)];
        const own_constants& own = plan_.correction(place_);
        machine_ = adjusted(r, own.factors);
        constants_ = constants_of(d, r.kernels, own.factors, own.laws.get());
    }
    void make_deployment() {
        const sweep_axes& a = plan_.axes();
        predictor_.reset();
        software_ = on_board(machine_, *a.devices[on(place_, sweep_axis::device)], a.cuts[on(place_, sweep_axis::cut)]);
        guesses_ = a.speculations[on(place_, sweep_axis::speculation)](
            *a.models[on(place_, sweep_axis::model)], plan_.formats(place_), *a.devices[on(place_, sweep_axis::device)],
            software_);
        what_.emplace(deployment<>{*a.models[on(place_, sweep_axis::model)], *a.devices[on(place_, sweep_axis::device)],
                                   software_, a.cuts[on(place_, sweep_axis::cut)], plan_.formats(place_), constants_,
                                   a.adapters[on(place_, sweep_axis::adapter)], guesses_.terms});
        predictor_.emplace(*what_);
        pools_ = a.pools[on(place_, sweep_axis::pools)](*what_);
        bill_ = bill_of(*what_, plan_.rent(place_), plan_.terms().around);
        bill_.design_limit = plan_.terms().design_limit(what_->device);
        if (pools_.on()) {
            bill_.devices = pools_.devices(what_->cut);
            bill_.law = nullptr;  // boards of two pools work differently
        }
    }
    void make_lengths() {
        cache_.point.reset();
        load_ = plan_.workload_at(place_);
        shape_ = request_shape(load_, software_.scheduling, what_->model, what_->speculation);
    }

    const sweep_plan& plan_;
    row_number row_ = 0;
    sweep_place place_{};
    runtime<> machine_{}, software_{};  ///< as the axis says; as it sets itself up on the device
    calibration<> constants_{};
    owned_speculation guesses_{};
    pools pools_{};
    std::optional<deployment<>> what_{};
    std::optional<predictor<>> predictor_{};  ///< refers to what_; empty before the first row
    sweep_bill bill_{};
    workload load_{};
    request_shape shape_{load_, software_.scheduling, architecture{}};
    operating_point_cache<> cache_{};
    prediction<> prediction_{};
    sweep_row columns_{};
};
}  // namespace gambrel
