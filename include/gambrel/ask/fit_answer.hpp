// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What runs on a machine, or where a model runs: a row for each file on each machine, with where its layers lie, what it
/// makes, and what those lack that do not run. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/bound_fit.hpp>
#include <gambrel/model/gguf_quality.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/placement/greatest_context.hpp>
#include <gambrel/placement/local_draft.hpp>

namespace gambrel::ask {

struct fit_row {
    const architecture* model = nullptr;
    std::size_t machine = 0;
    std::optional<gguf_file_type> type{};  ///< none: as the file is
    text<16> type_name{};
    double file = 0;  ///< bytes
    double bits = 0;  ///< of a parameter
    placement::fitted placed{};
    double greatest_context = 0;
    double margin = 0;  ///< bytes of each device that stay free, a draft among them
    figure<token_rate<>> speed{};
    figure<seconds<>> first_token{};
    std::vector<std::string> alike{};  ///< other models of the same shape
    bool too_slow = false;

    bool runs() const { return placed.runs() && !too_slow; }
    int layers() const { return static_cast<int>(placed.at.layers.size()); }
    /// Layers whose experts are, or of which anything is, on the host.
    int experts_on_host() const {
        int n = 0;
        for (const placement::layer_place& p : placed.at.layers)
            n += p.device != placement::on_host && p.keeps != placement::kept::all ? 1 : 0;
        return n;
    }
};

struct fit_answer {
    std::vector<fit_row> rows{};  ///< that run, in the order of models, then of types
    std::vector<fit_row> near{};  ///< that do not: the closest of each model, by what they lack
    int files = 0;                ///< looked at
    int models = 0;
    std::vector<std::string> unknown{};  ///< models whose tensors are not known

    bool ok() const { return !rows.empty(); }
};

namespace detail {
inline placement::stored_model stored_of(const bound_fit& q, const architecture& m,
                                         std::optional<gguf_file_type> type) {
    return type ? placement::stored_as(m, *type) : placement::stored_in(m, q.file ? m.stored : as_served(m.stored));
}
inline fit_row placed_row(const bound_fit& q, const placement::machine& on, const architecture& m,
                          std::optional<gguf_file_type> type) {
    const placement::stored_model stored = stored_of(q, m, type);
    placement::settings with = q.settings_of(on.software());
    placement::fit_rules rules = q.rules();
    fit_row r{.model = &m, .type = type};
    r.type_name = type ? name_of(*type) : m.stored.feed_forward.name.view();
    r.file = stored.file();
    r.bits = 8.0 * r.file / static_cast<double>(parameters_by_part(m).language_model());
    const double tokens = larger(q.options.context.value_or(0.0), q.tokens());
    if (m.most_context > 0 && tokens > static_cast<double>(m.most_context)) {
        r.placed.lacks = placement::lack::context;
        return r;
    }
    std::optional<placement::stored_model> draft;
    if (q.draft) {
        draft = has_gguf_rules(*q.draft) && q.draft->stored.attention.gguf == false
                    ? placement::stored_as(*q.draft, type.value_or(gguf_file_type::q4_k_m))
                    : placement::stored_in(*q.draft, q.draft->stored);
        rules.margin += placement::memory_of_draft(*q.draft, *draft, with);
    }
    r.margin = rules.margin;
    const bool given = q.options.gpu_layers >= 0 || q.options.cpu_experts >= 0 || !q.shares.empty();
    if (given && (on.host() != nullptr || !q.over_devices))  // of the catalog, those that have something to place
        r.placed =
            placement::held_as(on, m, stored,
                               placement::split_of(stored, q.options.gpu_layers < 0 ? 100000 : q.options.gpu_layers,
                                                   std::max(0, q.options.cpu_experts), q.shares),
                               with, rules);
    else r.placed = placement::fit(on, m, stored, with, rules);
    if (!r.placed.runs()) return r;
    placement::pass_clock clock(on, m, stored, r.placed.with);
    const double context = q.options.prompt + 0.5 * q.options.output;
    placement::timed token = clock.decode(r.placed, context, rules.disk);
    if (draft) {
        const speculation guesses{q.options.drafts, q.options.acceptance, drafting::draft_model};
        token = placement::round_of(on, clock, r.placed.at, *q.draft, *draft, r.placed.with, guesses, context).each();
    }
    const figure<seconds<>> each = placement::with_spread(token);
    r.speed = inverse(tokens_of(1.0), each);
    r.first_token = placement::with_spread(clock.prompt(r.placed, q.options.prompt, rules.disk));
    r.greatest_context = placement::greatest_context(on, m, stored, r.placed, rules);
    r.too_slow = q.options.speed && r.speed.value < *q.options.speed;
    return r;
}
/// Whether `b` is `a` of another name: the same shape.
inline bool same_shape(const architecture& a, const architecture& b) {
    if (a.group_count != b.group_count || a.hidden != b.hidden || a.vocabulary != b.vocabulary ||
        a.most_context != b.most_context || a.tied_embedding != b.tied_embedding)
        return false;
    for (std::size_t i = 0; i < a.group_count; ++i)
        if (a.groups[i].layers != b.groups[i].layers || !(a.groups[i].layer == b.groups[i].layer)) return false;
    return true;
}
}  // namespace detail

inline fit_answer answered(const bound_fit& q) {
    fit_answer a;
    std::vector<std::pair<const architecture*, std::vector<std::string>>> models;
    if (q.model) models.push_back({q.model.get(), {}});
    else
        for (const architecture* m : models_with(q.options.part)) {
            if (!has_gguf_rules(*m)) {
                a.unknown.push_back(m->name.str());
                continue;
            }
            const auto same = std::find_if(models.begin(), models.end(),
                                           [&](const auto& x) { return detail::same_shape(*x.first, *m); });
            if (same != models.end()) same->second.push_back(m->name.str());
            else models.push_back({m, {}});
        }
    a.models = static_cast<int>(models.size());
    std::vector<std::optional<gguf_file_type>> types(q.types.begin(), q.types.end());
    if (q.file) types = {std::nullopt};
    for (std::size_t i = 0; i < q.machines.size(); ++i) {
        const placement::machine on = q.machine_of(q.machines[i]);
        for (const auto& [m, alike] : models) {
            std::optional<fit_row> closest;
            bool any = false;
            for (const auto& type : types) {
                fit_row r = detail::placed_row(q, on, *m, type);
                r.machine = i;
                r.alike = alike;
                ++a.files;
                any = any || r.runs();
                const auto lack = [](const fit_row& x) {
                    return x.placed.runs() ? -x.speed.value.value() / 1e9 : x.placed.missing;
                };
                if (r.runs()) a.rows.push_back(std::move(r));
                else if (!closest || lack(r) < lack(*closest)) closest = std::move(r);
            }
            if (!any && closest) a.near.push_back(std::move(*closest));
        }
    }
    std::stable_sort(a.near.begin(), a.near.end(), [](const fit_row& x, const fit_row& y) {
        const auto rank = [](const fit_row& r) {
            return r.placed.lacks == placement::lack::context ? 2 : r.placed.runs() ? 0 : 1;
        };
        if (rank(x) != rank(y)) return rank(x) < rank(y);
        return x.placed.runs() ? y.speed.value < x.speed.value : x.placed.missing < y.placed.missing;
    });
    return a;
}
}  // namespace gambrel::ask
