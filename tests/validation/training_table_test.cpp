// SPDX-License-Identifier: Apache-2.0
// The whole table of measured training, where it is: how far off steps and peaks are, and what choosing layouts by the
// model costs against the best layout measured. Skipped where only the cut table is.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/measurement/read_file.hpp>
#include <gambrel/validation/validation.hpp>
#include <map>
#include <shared_data.hpp>

using namespace gambrel;

namespace {
const std::vector<measured_row>& table() {
    static const std::vector<measured_row> rows =
        read_measurements((shared_data::folder() / "training_measured.csv").string(), {});
    return rows;
}
/// Whether the whole table is there; says so where it is not.
bool whole() {
    if (shared_data::whole()) return true;
    MESSAGE("skipped: the whole table is not here; set GAMBREL_DATA");
    return false;
}
double median(std::vector<double> x) {
    std::sort(x.begin(), x.end());
    return x.empty() ? 0.0 : 0.5 * (x[(x.size() - 1) / 2] + x[x.size() / 2]);
}
}  // namespace

TEST_CASE("steps of the training table: in sample within 4.5 % in the median, 7 % in the mean") {
    if (!whole()) return;
    score all, dense;
    std::size_t refused = 0;
    for (const measured_row& m : table()) {
        if (m.metric != metric::step_time) continue;
        const predicted_figure p = predict_measured(m);
        if (!p.ok()) {
            CHECK(!p.refused.empty());
            ++refused;
            continue;
        }
        all.add(p, m.value);
        if (is_dense(*m.model)) dense.add(p, m.value);
    }
    MESSAGE("steps: " << all.size() << " scored, " << refused << " refused; median " << all.median() << ", mean "
                      << all.mean() << ", coverage " << all.coverage() << ", half width, dense " << dense.half_width());
    CHECK(all.size() + refused == 706);
    CHECK(all.size() > 550);
    CHECK(all.median() < 0.045);
    CHECK(all.mean() < 0.07);
    CHECK(dense.half_width() < 0.20);
}

TEST_CASE("peaks of torchtune's runs: 7 % in the median") {
    if (!whole()) return;
    std::vector<double> errors;
    for (const measured_row& m : table())
        if (m.metric == metric::training_memory && m.source.find("torchtune") != std::string::npos) {
            const predicted_figure p = predict_measured(m);
            REQUIRE(p.ok());
            errors.push_back(math::abs(p.value / m.value - 1.0));
        }
    MESSAGE("peaks: " << errors.size() << " rows, median " << median(errors));
    CHECK(errors.size() == 17);
    CHECK(median(errors) < 0.07);
}

TEST_CASE("the layout chosen by the model is at most 2 % slower than the best measured, in the median of the sweeps") {
    if (!whole()) return;
    struct sweep {
        std::vector<std::pair<double, double>> layouts{};  ///< predicted and measured seconds
    };
    std::map<std::string, sweep> sweeps;
    for (const measured_row& m : table()) {
        if (m.metric != metric::step_time || !m.ok()) continue;
        const training_row& r = *m.training;
        const std::string one = m.source + "|" + m.hardware + "|" + m.model_name + "|" +
                                std::to_string(r.layout.devices()) + "|" + shortest(r.batch.global) + "|" +
                                shortest(r.batch.sequence) + "|" + m.weights + "|" + m.date;
        sweeps[one].layouts.emplace_back(predict_measured(m).value, m.value);
    }
    std::vector<double> regret;
    for (const auto& [name, s] : sweeps) {
        if (s.layouts.size() < 4 || name.find("torchtune") != std::string::npos) continue;  // recipes, not layouts
        const auto chosen = std::min_element(s.layouts.begin(), s.layouts.end());
        double best = s.layouts.front().second;
        for (const auto& [predicted, measured] : s.layouts) best = std::min(best, measured);
        regret.push_back(chosen->second / best - 1.0);
        MESSAGE(name << ": " << s.layouts.size() << " layouts, chosen " << regret.back() << " slower than the best");
    }
    MESSAGE(regret.size() << " sweeps, median regret " << median(regret));
    CHECK(regret.size() >= 10);
    CHECK(median(regret) < 0.02);
}
