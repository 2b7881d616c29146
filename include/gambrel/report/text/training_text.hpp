// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A training answer as one screen of 80 columns: what was asked, step, tokens and run with their ranges, MFU in both
/// conventions, memory by part, where the time goes, the next best layouts; where it does not fit, by how much and which
/// single change does. Evidence: tests/ask/training_test.cpp.

#include <gambrel/ask/training_answer.hpp>
#include <gambrel/report/text/prediction_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string whole_number(double x) { return symbols::fixed(x, 0); }
/// What numbers of the size of `x` are told in: millions and more by letter.
inline std::pair<double, std::string> scale_of(double x) {
    for (const auto& [size, name] : {std::pair{1e12, "T"}, {1e9, "G"}, {1e6, "M"}})
        if (x >= size) return {size, std::string(" ") + name};
    return {1.0, ""};
}
/// "1.41 T", "30 G", "10 M", "512".
inline std::string count_text(double x) {
    const auto [size, name] = scale_of(x);
    return size > 1.0 ? number(x / size) + name : whole_number(x);
}
/// "1 step", "12 steps".
inline std::string so_many(double n, const char* one, const char* several) {
    return count_text(n) + " " + (n == 1.0 ? one : several);
}
inline std::string carbon_text(double kg) {
    return kg < 1e3 ? number(kg, 3) + " kg CO2e" : number(kg / 1e3, 3) + " t CO2e";
}
inline std::string in_gib(const bytes<>& b) { return symbols::fixed(b / gibibytes(1.0), 1); }

inline std::string layout_text(const training::layout& l, double micro, training::recomputation again) {
    std::string s = "tp " + std::to_string(l.tensor) + " pp " + std::to_string(l.pipeline);
    if (l.virtual_stages > 1) s += " vp " + std::to_string(l.virtual_stages);
    if (l.context > 1) s += " cp " + std::to_string(l.context);
    if (l.expert > 1) s += " ep " + std::to_string(l.expert);
    if (l.expert_tensor > 1) s += " etp " + std::to_string(l.expert_tensor);
    s += " dp " + std::to_string(l.data);
    if (l.copies() > 1) s += " ZeRO-" + std::string(key_of(l.zero));
    if (l.shard > 0) s += " in shards of " + std::to_string(l.shard);
    if (l.pipeline > 1 && l.schedule != training::schedule::one_forward_one_backward)
        s += ", " + std::string(name_of(l.schedule));
    s += ", micro-batch " + number(micro, 4);
    if (again != training::recomputation::none) s += ", recompute " + std::string(key_of(again));
    return s;
}
inline std::string training_heading(const bound_training& q, const training_answer& a) {
    std::string s = q.model->name.str() + " on " + std::to_string(q.devices) + " x " + q.board->name.str() + " under " +
                    q.software.title.str() + " " + q.software.version.str();
    std::string how = a.recipe.widens_base() ? "QLoRA" : a.recipe.adapts() ? "LoRA" : "all parameters";
    if (a.recipe.adapts()) how += " of rank " + std::to_string(a.recipe.adapter.rank);
    how += ", products in " + std::string(a.recipe.products.name.view());
    return wrapped(s, screen_columns, 0) +
           wrapped(layout_text(a.layout, a.batch.micro, a.recipe.recompute) + (q.searched ? " (the best found)" : ""),
                   screen_columns, 2) +
           wrapped(how + "; " + so_many(a.batch.global, "sequence", "sequences") + " of " +
                       so_many(a.batch.sequence, "token", "tokens") + " a step",
                   screen_columns, 2);
}
/// Why a layout cannot be answered for, and what could.
inline std::string fault_text(const training::layout_check& c) {
    using training::layout_fault;
    std::string s = "Not possible: " + std::string(name_of(c.what));
    if (c.have > 0.0) s += ": " + number(c.have, 6) + " against " + number(c.limit, 6);
    s += ".";
    if (c.nearest > 0.0 && c.what == layout_fault::devices)
        s += " The nearest: " + so_many(c.nearest, "data rank", "data ranks") + ".";
    else if (c.nearest > 0.0 && c.what == layout_fault::data)
        s += " The nearest that works: a batch of " + so_many(c.nearest, "sequence", "sequences") + ".";
    else if (c.nearest > 0.0) s += " The nearest that works: " + number(c.nearest, 6) + ".";
    return wrapped(s, screen_columns, 0);
}
inline std::string training_figures(const bound_training& q, const training_answer& a) {
    const auto& p = a.predicted;
    table t({align::left, align::right, align::left, align::left});
    t.row({"", "", "80 % range", ""});
    figure_row(t, "step", p.step, so_many(p.time.micro_batches, "micro-batch", "micro-batches"));
    const auto hours_of = [&](const char* name, const figure<seconds<>>& f, const std::string& remark) {
        const double unit = f.value / hours(1) < 48.0 ? 1.0 : 24.0;
        const auto [size, letter] = scale_of(f.value / hours(unit));
        const double whole = unit * size;
        const auto x = [&](const seconds<>& s) { return number(s / hours(whole), 3); };
        t.row({name, x(f.value) + letter + (unit > 1.0 ? " days" : " h"), "(" + x(f.low) + " to " + x(f.high) + ")",
               remark});
    };
    const auto count_row = [&](const char* name, const auto& f, const auto& unit, const char* symbol,
                               const std::string& remark) {
        const auto [size, letter] = scale_of(f.value / unit);
        const double in = 1.0 / size;
        t.row({name, number(f.value / unit * in, 3) + letter + " " + symbol,
               "(" + number(f.low / unit * in, 3) + " to " + number(f.high / unit * in, 3) + ")", remark});
    };
    count_row("tokens", p.tokens, tokens_per_second(1), "tok/s", "");
    count_row("  per device", p.per_device, tokens_per_second(1), "tok/s", "");
    hours_of("run", a.run.time,
             so_many(a.run.tokens, "token", "tokens") + ", " + so_many(a.run.steps, "step", "steps"));
    count_row("device-hours", a.run.device_time, hours(1), "h", "goodput " + percent(a.run.kept.share));
    if (a.rent) count_row("cost", a.run.price, dollars_of(1), "$", "at " + to_string(*a.rent) + " each");
    else t.row({"cost", "not known", "", "no price"});
    if (a.run.energy.value > joules<>{})
        count_row("energy", a.run.energy, kilowatt_hours(1), "kWh",
                  to_string(a.run.board.value) + " a board, " + carbon_text(a.run.carbon / kilograms(1)));
    std::string s = t.text();
    s += wrapped("MFU " + percent(p.mfu_causal) + " with causal attention, " + percent(p.mfu_full) +
                     " with all of it counted; HFU " + percent(p.hfu) + "; of " + to_string(p.peak) + " (" +
                     std::string(a.recipe.products.name.view()) + (p.widened ? ", multiplied in 16 bit" : "") + ")",
                 screen_columns, 2);
    if (a.run.starved) s += "Data loading is slower than the step: it sets the pace.\n";
    (void)q;
    return s;
}
inline std::string training_memory(const training_answer& a) {
    const training::memory_of_rank& m = a.predicted.memory;
    std::string s = "memory     " + in_gib(m.peak()) + " of " + in_gib(a.predicted.capacity) + " GiB (stage " +
                    std::to_string(m.stage) + "): weights " + in_gib(m.weights) + ", gradients " + in_gib(m.gradients) +
                    ", optimizer " + in_gib(m.optimizer);
    if (m.gathered > bytes<>{}) s += ", gathered layers " + in_gib(m.gathered);
    s += ", activations " + in_gib(m.activations) + ", logits " + in_gib(m.logits) + ", other " +
         in_gib(m.workspace + m.reserve);
    if (m.on_host() > bytes<>{}) s += "; on the host " + in_gib(m.on_host());
    return wrapped(s + ": " + std::string(name_of(a.predicted.fits)), screen_columns, 11);
}
inline std::string training_breakdown(const training_answer& a) {
    table t({align::left, align::right, align::left});
    t.row({"where the time goes", "", ""});
    std::vector<std::pair<double, std::size_t>> shares;
    for (std::size_t i = 0; i < training::part_count; ++i)
        shares.emplace_back(a.predicted.time.by_part[i] / a.predicted.time.total, i);
    std::sort(shares.begin(), shares.end(), [](const auto& x, const auto& y) { return y.first < x.first; });
    for (std::size_t n = 0; n < 8; ++n)
        if (shares[n].first >= 0.005)
            t.row({"  " + std::string(name_of(static_cast<training::part>(shares[n].second))), percent(shares[n].first),
                   bar(shares[n].first, 30)});
    return t.text();
}
/// A table of steps and peaks, whose last cell is broken into lines where it is long.
class choices {
public:
    explicit choices(const std::string& heading) { rows_.push_back({"step", "GiB", "", heading}); }
    void add(const seconds<>& step, const bytes<>& peak, training::fit_verdict fits, const std::string& what) {
        rows_.push_back({to_string(step), in_gib(peak), std::string(name_of(fits)), what});
    }
    std::string text() const {
        std::array<std::size_t, 3> wide{};
        for (const auto& row : rows_)
            for (std::size_t i = 0; i < 3; ++i) wide[i] = std::max(wide[i], width(row[i]));
        std::string s;
        for (const auto& row : rows_) {
            std::string line = "  ";
            for (std::size_t i = 0; i < 3; ++i) {
                const std::string fill(wide[i] - width(row[i]), ' ');
                line += (i < 2 ? fill + row[i] : row[i] + fill) + "  ";
            }
            const std::size_t before = width(line);
            const std::string last = wrapped(row[3], screen_columns - before, 0);
            for (const char c : last.substr(0, last.size() - 1))
                line += c == '\n' ? "\n" + std::string(before + 2, ' ') : std::string(1, c);
            s += line + "\n";
        }
        return s;
    }

private:
    std::vector<std::array<std::string, 4>> rows_;
};
inline std::string other_layouts(const training_answer& a) {
    if (a.found.best.empty()) return "";
    choices t("other layouts (" + whole_number(static_cast<double>(a.found.tried)) + " tried)");
    for (const training::candidate& c : a.found.best)
        t.add(c.step, c.peak, c.fits, layout_text(c.layout, c.micro, c.recompute));
    return t.text();
}
inline std::string changes_text(const training_answer& a) {
    if (a.changes.empty()) return "";
    choices t("one change alone");
    for (const training::changed& c : a.changes) t.add(c.step, c.peak, c.fits, std::string(name_of(c.what)));
    return t.text();
}
}  // namespace detail

/// The answer for a terminal of 80 columns.
inline std::string screen(const bound_training& q, const training_answer& a) {
    std::string s = detail::training_heading(q, a);
    if (!a.predicted.ok()) return s + "\n" + detail::fault_text(a.predicted.layout) + detail::other_layouts(a);
    const bytes<> over = a.predicted.memory.peak() - a.predicted.capacity;
    if (!a.ok()) s += "\n" + wrapped("Does not fit: " + detail::in_gib(over) + " GiB too much.", screen_columns, 0);
    else if (a.predicted.fits == training::fit_verdict::may_not_fit)
        s += wrapped("It may not fit: the 80 % range of the peak, " + detail::in_gib(a.predicted.memory_range.low) +
                         " to " + detail::in_gib(a.predicted.memory_range.high) +
                         " GiB, reaches beyond what the device shows.",
                     screen_columns, 0);
    if (a.ok()) s += detail::training_figures(q, a);
    s += detail::training_memory(a);
    s += detail::changes_text(a);
    if (a.ok()) s += detail::training_breakdown(a);
    s += detail::other_layouts(a);
    const auto source = [&](const char* what, const std::string& text) {
        return wrapped("  " + std::string(what) + ": " + text, screen_columns, 4);
    };
    s += "what it rests on\n";
    s += source("software", std::string(q.software.launch.text));
    if (q.job().shares_memory() && (a.recipe.offload != training::offloading::none || a.recipe.offload_activations))
        s += source("offload", "the host's memory is the device's own: nothing moves and nothing is freed");
    if (chip_of(*q.board).found() == false)
        s += source("kernels", "of the device's class, none measured on it: the range is wider");
    s += source("price", a.rent_source);
    s += source("failures", std::string(training::llama_3_interruptions.text));
    return s;
}
}  // namespace gambrel::report
