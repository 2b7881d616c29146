// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Predicted against measured, by group: how far off (median and mean absolute error), to which side (bias), how often
/// the measured value lies in the 80 % range and how wide that is, and how many rows could not be predicted, by reason.
///
///     error = predicted / measured - 1        half width = sqrt(high / low) - 1 (a range of value x/ (1 + half width))
///     interval score = ln(high / low) + 2 / alpha (ln(low / measured) below, ln(measured / high) above, else 0)
///
/// The interval score is a proper score: a range is paid for by its width and by what misses it, alpha = 0.2 for ranges
/// of 80 %; lower is better, and neither wide nor narrow ranges win by that alone.
/// Source: Gneiting & Raftery 2007, J. Am. Stat. Assoc. 102, equation 43 (after Winkler 1972), on logarithms.

#include <algorithm>
#include <functional>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/validation/measured.hpp>
#include <map>

namespace gambrel {

class score {
public:
    void add(double predicted, double low, double high, double measured) {
        errors_.push_back(predicted / measured - 1.0);
        if (low > 0.0) {
            widths_.push_back(math::sqrt(high / low) - 1.0);
            constexpr double alpha = 0.2;  // what an 80 % range leaves outside
            const double missed = larger(0.0, larger(math::log(low / measured), math::log(measured / high)));
            intervals_.push_back(math::log(high / low) + 2.0 / alpha * missed);
        }
        if (low <= measured && measured <= high) ++covered_;
    }
    void add(const predicted_figure& p, double measured) { add(p.value, p.low, p.high, measured); }

    std::size_t size() const { return errors_.size(); }
    const std::vector<double>& errors() const { return errors_; }
    double median() const { return quantile_of(absolute(), 0.5); }
    double mean() const { return mean_of(absolute()); }
    double bias() const { return mean_of(errors_); }
    double coverage() const {
        return errors_.empty() ? 0.0 : static_cast<double>(covered_) / static_cast<double>(size());
    }
    /// Median half width of the ranges.
    double half_width() const { return quantile_of(widths_, 0.5); }
    /// Mean interval score of the ranges, on logarithms; a range that always holds its row scores ln(high / low).
    double interval_score() const { return mean_of(intervals_); }
    /// The signed error that a share `p` of the rows does not exceed; between rows, linear. 0 without rows.
    double quantile(double p) const { return quantile_of(errors_, p); }

private:
    std::vector<double> absolute() const {
        std::vector<double> a(errors_.size());
        std::transform(errors_.begin(), errors_.end(), a.begin(), [](double e) { return math::abs(e); });
        return a;
    }
    static double mean_of(const std::vector<double>& v) {
        double sum = 0.0;
        for (const double e : v) sum += e;
        return v.empty() ? 0.0 : sum / static_cast<double>(v.size());
    }
    static double quantile_of(std::vector<double> v, double p) {
        if (v.empty()) return 0.0;
        std::sort(v.begin(), v.end());
        const double at = checked(p, 0.0, 1.0, "the share of a quantile") * static_cast<double>(v.size() - 1);
        const auto below = static_cast<std::size_t>(at);
        const std::size_t above = std::min(below + 1, v.size() - 1);
        return v[below] + (at - static_cast<double>(below)) * (v[above] - v[below]);
    }
    std::vector<double> errors_{}, widths_{}, intervals_{};
    std::size_t covered_ = 0;
};

/// What rows are grouped by.
enum class group_key : unsigned char { metric, kind, device, runtime, model, precision, source };
// clang-format off
template <> inline constexpr std::array<enum_row<group_key>, 7> enum_table<group_key>{{
    {group_key::metric, "metric", "metric"},
    {group_key::kind, "kind", "kind"},
    {group_key::device, "device", "device"},
    {group_key::runtime, "runtime", "runtime"},
    {group_key::model, "model", "model"},
    {group_key::precision, "precision", "precision"},
    {group_key::source, "source", "source"},
}};
// clang-format on

/// The keys of "device,runtime"; an unknown one is an error naming those there are.
inline std::vector<group_key> group_keys_in(std::string_view text) {
    std::vector<group_key> keys;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        keys.push_back(enum_named<group_key>("group", text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return keys;
}

/// What a readable row is called under `key`.
inline std::string label_of(const measured_row& m, group_key key) {
    switch (key) {
        case group_key::metric: return std::string(name_of(m.metric));
        case group_key::kind: return is_dense(*m.model) ? "dense" : "MoE";
        case group_key::device: return m.device->name.str();
        case group_key::runtime: return std::string(runtime_of_era(m.runtime.name.view()));
        case group_key::model: return std::string(gambrel::detail::short_model_name(m.model->name.view()));
        case group_key::precision: return m.weights;
        case group_key::source: return m.source;
    }
    return {};
}
inline std::string label_of(const measured_row& m, const std::vector<group_key>& keys) {
    std::string label;
    for (const group_key k : keys) label += (label.empty() ? "" : "  ") + label_of(m, k);
    return label;
}

struct scored_row {
    measured_row row{};
    predicted_figure predicted{};
};

/// A row that was set aside for what memory cannot deliver, in its own words.
struct impossible_row {
    std::size_t line = 0;
    gambrel::metric metric{};
    double value = 0.0;
    std::string source{}, model{}, hardware{};
};

struct validation {
    std::vector<scored_row> rows{};                ///< those the filter lets through, where they are kept
    std::map<std::string, score> groups{};         ///< by the keys asked for
    std::map<std::string, score> totals{};         ///< "TPOT  dense"
    std::map<std::string, std::size_t> refused{};  ///< reason -> rows
    std::vector<impossible_row> impossible{};      ///< set aside for what memory cannot deliver
    std::size_t read = 0;                          ///< rows of the table
    std::size_t left_out = 0;                      ///< by the filter
    std::size_t assumed = 0;                       ///< scored with an engine's defaults, for want of their recipe
    std::size_t scored() const {
        std::size_t n = 0;
        for (const auto& [name, s] : totals) n += s.size();
        return n;
    }
};

/// Which rows `validate` looks at, and how it groups them. Texts are found anywhere in the row's label or words; "" is
/// all.
struct validation_filter {
    bool dense_only = false;
    std::string metric{}, device{}, runtime{}, model{}, precision{}, source{};
    std::vector<group_key> by{group_key::metric, group_key::kind, group_key::device, group_key::runtime};

    /// Throws `error` for a metric that does not exist.
    void check() const {
        bool known = metric.empty();
        for (std::size_t i = 0; i < metric_count; ++i)
            known = known || metric == name_of(static_cast<gambrel::metric>(i));
        if (known) return;
        std::string all;
        for (std::size_t i = 0; i < metric_count; ++i)
            all += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<gambrel::metric>(i)));
        fail("unknown metric \"" + metric.substr(0, 40) + "\"; it must be one of " + all);
    }
    bool passes(const measured_row& m) const {
        const auto within = [](const std::string& part, std::initializer_list<std::string_view> texts) {
            return part.empty() ||
                   std::any_of(texts.begin(), texts.end(), [&](std::string_view t) { return contains_name(t, part); });
        };
        return within(device, {m.hardware, m.device ? m.device->name.view() : ""}) &&
               within(runtime, {m.framework, m.runtime.name.view()}) &&
               within(model, {m.model_name, m.model ? m.model->name.view() : ""}) && within(precision, {m.weights}) &&
               within(source, {m.source}) && (!dense_only || (m.model && is_dense(*m.model))) &&
               (metric.empty() || metric == name_of(m.metric));
    }
};

/// Scores rows as they come, and keeps none: `kept`, where given, is called with each that the filter lets through, whether
/// it could be predicted or not. What a score keeps is its errors, 24 bytes a row. Evidence: tests/validation/validation_test.cpp.
class validator {
public:
    explicit validator(validation_filter filter, std::function<void(scored_row&&)> kept = {})
        : filter_(std::move(filter)), kept_(std::move(kept)) {
        filter_.check();
    }
    void add(measured_row m) {
        ++result_.read;
        if (!filter_.passes(m)) {
            ++result_.left_out;
            return;
        }
        predicted_figure p = predict_measured(m);
        if (!p.ok()) {
            ++result_.refused[p.refused];
            if (p.impossible)
                result_.impossible.push_back({m.line, m.metric, m.value, m.source, m.model_name, m.hardware});
        } else {
            result_.assumed += m.assumed ? 1 : 0;
            result_.groups[label_of(m, filter_.by)].add(p, m.value);
            result_.totals[label_of(m, {group_key::metric, group_key::kind})].add(p, m.value);
        }
        if (kept_) kept_({std::move(m), std::move(p)});
    }
    validation& result() { return result_; }

private:
    validation_filter filter_;
    std::function<void(scored_row&&)> kept_;
    validation result_{};
};

/// Scores the rows of a table, and keeps them.
inline validation validate(const std::vector<measured_row>& rows, const validation_filter& filter = {}) {
    std::vector<scored_row> kept;
    validator v(filter, [&](scored_row&& row) { kept.push_back(std::move(row)); });
    for (const measured_row& m : rows) v.add(m);
    v.result().rows = std::move(kept);
    return std::move(v.result());
}
inline validation validate(std::istream& table, const conventions& c, const validation_filter& filter = {}) {
    filter.check();
    return validate(read_measurements(table, c), filter);
}
}  // namespace gambrel
