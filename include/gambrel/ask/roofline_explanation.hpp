// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a roofline shows: the bandwidth slope and the compute roofs of a device in the formats in use, and the
/// operators of a pass as points at (intensity, achieved rate). Operators of one name are one point: their work,
/// traffic and time added over layers. Collectives have no intensity and are no points. Drawn by roofline_text.hpp and
/// roofline_svg.hpp. Evidence: tests/report/roofline_test.cpp.

#include <algorithm>
#include <cmath>
#include <gambrel/ask/answer.hpp>
#include <gambrel/planning/sensitivity.hpp>
#include <gambrel/step/operator_table.hpp>
#include <optional>

namespace gambrel::ask {

/// A kind of pass, with the operators it runs; equal rows of different layer groups are one.
struct examined_pass {
    std::string name{};   ///< "decode", "draft", "prefill"
    std::string shape{};  ///< "64 sequences at 2,176 tokens"
    std::vector<operator_row<>> rows{};

    seconds<> total() const {
        seconds<> t{};
        for (const auto& r : rows) t += r.total();
        return t;
    }
};

struct compute_roof {
    std::string format{};
    flop_rate<> peak{};
};
struct roofline_point {
    char letter = ' ';  ///< its name in text; a-z decode, A-Z prefill
    std::string name{};
    operator_class kind{};
    bool prefill = false;
    intensity<> at{};
    flop_rate<> achieved{};
    double share = 0;  ///< of the pass's operator time
};
struct roofline {
    std::string title{};
    byte_rate<> bandwidth{};
    std::vector<compute_roof> roofs{};  ///< fastest first
    std::vector<roofline_point> points{};
};

namespace detail {
inline std::vector<operator_row<>> merged(const operator_table<>& table) {
    std::vector<operator_row<>> rows;
    for (const operator_row<>& r : table) {
        const auto same = std::find_if(rows.begin(), rows.end(), [&](const operator_row<>& other) {
            return other.asked.name == r.asked.name && other.asked.work == r.asked.work &&
                   other.asked.traffic() == r.asked.traffic() && other.asked.payload == r.asked.payload &&
                   other.asked.outputs == r.asked.outputs;
        });
        if (same == rows.end()) rows.push_back(r);
        else same->asked.repeats += r.asked.repeats;
    }
    return rows;
}

inline void add_points(roofline& r, const examined_pass& pass, bool prefill) {
    struct sum {
        std::string_view name;
        operator_class kind;
        flop<> work;
        bytes<> moved;
        seconds<> time;
    };
    std::vector<sum> sums;
    for (const operator_row<>& row : pass.rows) {
        if (!(row.asked.work > flop<>{}) || !(row.asked.traffic() > bytes<>{})) continue;
        const double n = row.asked.repeats;
        const auto same =
            std::find_if(sums.begin(), sums.end(), [&](const sum& s) { return s.name == row.asked.name; });
        if (same == sums.end())
            sums.push_back({row.asked.name, row.asked.kind, row.asked.work * n, row.asked.traffic() * n, row.total()});
        else {
            same->work += row.asked.work * n;
            same->moved += row.asked.traffic() * n;
            same->time += row.total();
        }
    }
    const seconds<> all = pass.total();
    char letter = prefill ? 'A' : 'a';
    for (const sum& s : sums)
        r.points.push_back({letter++, std::string(s.name), s.kind, prefill, intensity<>(s.work / s.moved),
                            flop_rate<>(s.work / s.time), s.time / all});
}
}  // namespace detail

/// A decode pass and a prefill pass of one prompt as the deployment of `q` runs them, and their roofline.
struct examination {
    examined_pass decode{};
    examined_pass prefill{};
    std::optional<examined_pass> draft{};  ///< of the drafter, one of `passes` in a step, where there is one
    gambrel::ask::roofline roofline{};
    std::optional<std::array<elasticity, varied_inputs>> moved_by{};  ///< of one pool, not of a static batch
};

/// Examines a feasible deployment; `a` is the answer to `q`.
inline examination examined(const question& q, const answer& a) {
    const deployment<>& d = q.what;
    const precision formats = d.resolved_formats();
    const pass_inputs terms = d.pass_inputs(formats);
    const deployment<> prompts_of = q.pools.on() ? prefill_of(d, q.pools) : d;
    const roof<> roof = d.roof();
    const request_shape r(q.load, d.runtime.scheduling, d.model, d.speculation);
    const double context = q.static_batch ? r.prompt + 0.5 * r.output : r.context;
    const double prompts = q.static_batch ? a.predicted.batch : 1.0;
    const double fresh = q.static_batch ? r.prompt : r.fresh / a.predicted.prefill_passes;
    const double past = q.static_batch ? 0.0 : r.cached + 0.5 * (r.fresh - fresh);

    step_shape carried = step_shape::prefill(prompts, fresh, past);
    carried.images = r.images * prompts * fresh / r.fresh;

    const auto amount = [](double n, std::string_view what) { return number(n, 6) + " " + std::string(what); };
    examination e;
    step_shape decoding = step_shape::decode(a.predicted.batch, context);
    std::string sequences = amount(a.predicted.batch, "sequences at ") + amount(context, "tokens");
    if (terms.speculates()) {
        const draft_run<> run(terms, d.runtime);
        if (run.passes > 0.0)
            e.draft = {"draft",
                       sequences + ", " + amount(run.passes, run.passes == 1.0 ? "pass a step" : "passes a step"),
                       detail::merged(operators_of(pass_inputs{*terms.drafts->drafter, run.cut, terms.drafts->formats},
                                                   decoding, roof))};
        decoding.tokens_per_decode = terms.drafts->checked_tokens();
        sequences += ", " + amount(decoding.tokens_per_decode, "tokens of each checked");
    }
    e.decode = {"decode", sequences, detail::merged(operators_of(terms, decoding, roof))};
    e.prefill = {"prefill",
                 amount(prompts, prompts == 1.0 ? "prompt of " : "prompts of ") + amount(fresh, "tokens") +
                     (past > 0.0 ? " after " + number(past, 6) : ""),
                 detail::merged(operators_of(prompts_of.pass_inputs(formats), carried, roof))};

    if (!q.static_batch && !q.pools.on()) e.moved_by = elasticities_of(d, q.load);
    e.roofline.title = clipped(d.model.name.view(), 50) + " on " +
                       (d.cut.devices() > 1 ? "one of " + std::to_string(d.cut.devices()) + " " : "") +
                       clipped(d.device.name.view(), 30);
    e.roofline.bandwidth = roof.bandwidth();
    for (const examined_pass* pass : {&e.decode, &e.prefill})
        for (const operator_row<>& row : pass->rows) {
            if (!(row.asked.work > flop<>{})) continue;
            const compute_roof here{std::string(name_of(row.asked.issue)), roof.peak(row.asked.issue)};
            auto& roofs = e.roofline.roofs;
            if (std::none_of(roofs.begin(), roofs.end(),
                             [&](const compute_roof& x) { return x.format == here.format; }))
                roofs.push_back(here);
        }
    std::sort(e.roofline.roofs.begin(), e.roofline.roofs.end(),
              [](const compute_roof& x, const compute_roof& y) { return y.peak < x.peak; });
    detail::add_points(e.roofline, e.decode, false);
    detail::add_points(e.roofline, e.prefill, true);
    return e;
}

/// The powers of ten that hold every point and roof.
struct log_axes {
    int left, right;  ///< FLOP/B
    int bottom, top;  ///< FLOP/s
};

inline log_axes axes_of(const roofline& r) {
    double low_x = 1e9, high_x = 1e-9, low_y = 1e30, high_y = 1.0;
    const auto include = [&](double x, double y) {
        low_x = std::min(low_x, x), high_x = std::max(high_x, x);
        low_y = std::min(low_y, y), high_y = std::max(high_y, y);
    };
    for (const compute_roof& c : r.roofs) include(3.0 * c.peak.value() / r.bandwidth.value(), c.peak.value());
    for (const roofline_point& p : r.points) include(p.at.value(), p.achieved.value());
    const auto power = [](double x) { return std::log10(std::max(x, 1e-12)); };
    log_axes a{static_cast<int>(std::floor(power(low_x))), static_cast<int>(std::ceil(power(high_x))),
               static_cast<int>(std::floor(power(low_y))), static_cast<int>(std::ceil(power(high_y)))};
    a.right = std::max(a.right, a.left + 1);
    a.top = std::max(a.top, a.bottom + 1);
    return a;
}
}  // namespace gambrel::ask
