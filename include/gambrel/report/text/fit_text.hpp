// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What runs where, for a screen of 80 columns: of the catalog a line for each model, of one model a line for each file, or
/// for each device; then how to run and to check one of them, or what the closest lack. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/fit_lines.hpp>
#include <gambrel/report/text/prediction_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string gib_text(double bytes) { return number(bytes / 1073741824.0, 3); }
inline std::string bare_name(const architecture& m) {
    const std::string_view name = m.name.view();
    return std::string(name.substr(name.rfind('/') + 1));
}
/// "GPU", "43/81 layers", "14/48 experts".
inline std::string where_text(const bound_fit& q, const fit_row& r) {
    const placement::layer_split& at = r.placed.at;
    std::string s = q.machines[r.machine].boards.front().kind == device_class::cpu ? "CPU" : "GPU";
    const bool disk = r.placed.from_disk > 0.0;
    if (at.gpu_layers() < r.layers() + 1)
        s = std::to_string(at.gpu_layers()) + "/" + std::to_string(r.layers() + 1) + (disk ? "" : " layers");
    else if (const int away = r.experts_on_host(); away > 0)
        s = std::to_string(r.layers() - away) + "/" + std::to_string(r.layers()) + (disk ? " exp" : " experts");
    return disk ? s + ", disk" : s;
}
inline std::string speed_text(const fit_row& r) {
    const auto x = [](const token_rate<>& v) { return number(v.value(), v.value() < 100.0 ? 2 : 3); };
    return x(r.speed.value) + " (" + x(r.speed.low) + "-" + x(r.speed.high) + ")";
}
inline std::string first_text(const fit_row& r) { return number(r.first_token.value.value(), 2) + " s"; }
inline std::string context_text(double tokens) {
    return tokens >= 10000.0 ? symbols::fixed(std::floor(tokens / 1024.0), 0) + "k" : symbols::fixed(tokens, 0);
}
inline std::string lack_text(const bound_fit& q, const fit_row& r) {
    const std::string what = clipped(bare_name(*r.model), 40) + " as " + r.type_name.str();
    if (r.placed.runs())
        return what + " makes " + speed_text(r) + " tok/s" + (r.too_slow ? ", less than asked for" : "");
    if (r.placed.lacks == placement::lack::context)
        return clipped(bare_name(*r.model), 40) + " takes " + number(static_cast<double>(r.model->most_context), 9) +
               " tokens";
    const asked_machine& m = q.machines[r.machine];
    const std::string lacked = gib_text(r.placed.missing) + " GiB more ";
    if (r.placed.lacks == placement::lack::host_memory) return what + " needs " + lacked + "of host memory (--ram)";
    return what + " needs " + lacked + "on " + m.name;
}
/// Which of the host nobody said.
inline std::string assumed_text(const bound_fit& q) {
    const bool cpu = q.options.cpu.empty(), ram = !q.options.ram;
    return !cpu && !ram
               ? ""
               : std::string(" (assumed: ") + (cpu ? "--cpu" : "") + (cpu && ram ? ", " : "") + (ram ? "--ram)" : ")");
}
inline std::string fit_heading(const bound_fit& q, const fit_answer& a) {
    std::string s;
    for (const std::string& remark : q.remarks) s += wrapped(remark, screen_columns, 2);
    const asked_machine& m = q.machines.front();
    const bool one = m.boards.front().kind == device_class::cpu || shares_memory_with_host(m.boards.front());
    const std::string host =
        "host " + q.cpu.name.str() + " with " + number(q.ram.value() / 1073741824.0, 4) + " GiB" + assumed_text(q);
    std::string head = q.model ? clipped(q.model->name.view(), 60) : "Models of the catalog";
    head += q.over_devices ? " on devices of the catalog" : " on " + m.name + " under " + m.software.name.str();
    if (q.over_devices || !one) head += ", " + host;
    head += q.options.context ? ", " + context_text(*q.options.context) + " tokens of context" : "";
    s += wrapped(head, screen_columns, 2);
    return s + wrapped(std::to_string(a.files) +
                           (q.over_devices ? " machines"
                            : a.files == 1 ? " file"
                                           : " files") +
                           " looked at" +
                           (q.options.speed ? "; at least " + number(q.options.speed->value(), 4) + " tok/s" : ""),
                       screen_columns, 2);
}
/// Of each model the file with most bits that lies on the devices as a whole, else the one with most bits.
inline std::vector<const fit_row*> one_of_each(const fit_answer& a) {
    std::vector<const fit_row*> chosen;
    const auto better = [](const fit_row& x, const fit_row& y) {
        const bool here = x.placed.at.all_on_devices(), there = y.placed.at.all_on_devices();
        return here != there ? here : here ? y.file < x.file : y.speed.value < x.speed.value;
    };
    for (const fit_row& r : a.rows) {
        if (!chosen.empty() && chosen.back()->model == r.model) {
            if (better(r, *chosen.back())) chosen.back() = &r;
        } else {
            chosen.push_back(&r);
        }
    }
    return chosen;
}
inline std::string fit_table(const bound_fit& q, const fit_answer& a) {
    using enum align;
    std::vector<const fit_row*> shown;
    const bool catalog = !q.model;
    if (catalog && !q.options.all) shown = one_of_each(a);
    else
        for (const fit_row& r : a.rows) shown.push_back(&r);
    table t({left, left, right, left, right, right, right}, 1);
    t.row({q.over_devices ? "device"
           : catalog      ? "model"
                          : "file",
           catalog || q.over_devices ? "file" : "bits", "GiB", "where", "tok/s", "TTFT", "context"});
    for (const fit_row* r : shown) {
        std::string name = q.over_devices ? clipped(q.machines[r->machine].name, 22)
                           : catalog      ? clipped(bare_name(*r->model), r->alike.empty() ? 22 : 18)
                                          : r->type_name.str();
        if (catalog && !r->alike.empty()) name += " +" + std::to_string(r->alike.size());
        t.row({name, catalog || q.over_devices ? r->type_name.str() : symbols::fixed(r->bits, 2), gib_text(r->file),
               where_text(q, *r), speed_text(*r), first_text(*r), context_text(r->greatest_context)});
    }
    return t.text();
}
inline std::string quality_text(const fit_answer& a) {
    using enum align;
    table t({left, right, right});
    t.row({"as published", "perplexity", "KL divergence"});
    std::vector<gguf_file_type> seen;
    bool matrix = false;
    for (const fit_row& r : a.rows) {
        const gguf_quality* q = r.type ? quality_of(*r.type) : nullptr;
        if (!q || std::find(seen.begin(), seen.end(), *r.type) != seen.end()) continue;
        seen.push_back(*r.type);
        matrix = matrix || q->importance_matrix;
        t.row({r.type_name.str() + (q->importance_matrix ? " *" : ""), "+" + symbols::fixed(q->perplexity, 3),
               symbols::fixed(q->divergence, 4)});
    }
    if (seen.empty()) return "";
    return t.text() + wrapped("of " + std::string(gguf_quality_of) + (matrix ? "; * with an importance matrix" : ""),
                              screen_columns, 2);
}
inline std::string lines_text(const bound_fit& q, const fit_row& r) {
    const auto broken = [](const char* what, std::string line) {  // before its options where it is too long
        const std::size_t options = line.find(' ', line.find(" -m ") + 4);
        if (std::string_view(what).size() + line.size() > screen_columns && options != std::string::npos)
            line.insert(options, " \\\n           ");
        return what + line + "\n";
    };
    return broken("run it:   ", server_line(q, r)) + broken("check it: ", bench_line(q, r));
}
inline std::string near_text(const bound_fit& q, const fit_answer& a, std::size_t most) {
    std::string s;
    for (std::size_t i = 0; i < std::min(most, a.near.size()); ++i)
        s += wrapped("  " + lack_text(q, a.near[i]), screen_columns, 4);
    return s;
}
}  // namespace detail

inline std::string screen(const bound_fit& q, const fit_answer& a) {
    std::string s = detail::fit_heading(q, a) + "\n";
    if (!a.ok()) {
        s += "Nothing runs. The closest:\n" + detail::near_text(q, a, 3);
        if (!a.near.empty() && a.near.front().placed.missing > 0.0)
            s += wrapped(
                "What would: that much more memory, a smaller model, a file of fewer bits (--types iq2_xs), or a "
                "disk that holds the rest (--disk \"5 GB/s\").",
                screen_columns, 2);
        return s;
    }
    s += detail::fit_table(q, a);
    s += wrapped("80 % ranges; tok/s of " + number(q.options.output, 6) + " tokens after " +
                     number(q.options.prompt, 6) + " in, TTFT of those; context: the most that this split holds",
                 screen_columns, 2);
    if (q.model && !q.over_devices) {
        const fit_row* chosen = detail::one_of_each(a).front();
        const std::string quality = detail::quality_text(a);
        s += (quality.empty() ? "" : "\n" + quality) + "\n" + chosen->type_name.str() + "\n" +
             detail::lines_text(q, *chosen);
    }
    if (!a.near.empty()) s += "\nNot, for want of\n" + detail::near_text(q, a, 5);
    if (!a.unknown.empty())
        s +=
            wrapped(std::to_string(a.unknown.size()) +
                        " models are left out: the types of their tensors in a GGUF file are not known (give the file)",
                    screen_columns, 2);
    if (!q.model) s += "Every file of one: gambrel fit --model NAME --device ...\n";
    return s;
}
}  // namespace gambrel::report
