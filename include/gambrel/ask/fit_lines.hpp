// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The command line that runs a row as it was placed, and the one that measures it.
///
/// Layers whose experts lie on the host are said as `--n-cpu-moe`, which counts from the front, where llama.cpp's own
/// search fills the front: as many are away as it takes for the rest to fit. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/fit_answer.hpp>

namespace gambrel::ask {

namespace detail {
/// "qwen3-8b-q4_k_m.gguf"; of a file, what stands for its path.
inline std::string file_named(const bound_fit& q, const fit_row& r) {
    if (q.file) return "FILE.gguf";
    const std::string_view name = r.model->name.view();
    return std::string(name.substr(name.rfind('/') + 1)) + "-" + r.type_name.str() + ".gguf";
}
/// First layers without experts on a device, for which the devices hold the others.
inline int front_experts(const bound_fit& q, const placement::machine& on, const fit_row& r) {
    const placement::stored_model stored = stored_of(q, *r.model, r.type);
    for (int n = r.experts_on_host(); n < r.layers(); ++n) {
        const placement::layer_split at = placement::split_of(stored, r.placed.at.gpu_layers(), n, q.shares);
        const placement::memory_use use = placement::memory_of(*r.model, stored, at, r.placed.with, on.size());
        bool fits = true;
        for (std::size_t d = 0; d < on.size(); ++d) fits = fits && use.devices[d].total() <= on.free(d) - r.margin;
        if (fits) return n;
    }
    return r.layers();
}
/// What llama-server and llama-bench are both told of where layers lie.
inline std::string placing_options(const bound_fit& q, const placement::machine& on, const fit_row& r) {
    if (on.at(0).device.kind == device_class::cpu) return "";
    const placement::layer_split& at = r.placed.at;
    const bool whole = at.gpu_layers() == r.layers() + 1;
    std::string s = " -ngl " + std::to_string(whole ? 99 : at.gpu_layers());
    if (r.experts_on_host() > 0) s += " --n-cpu-moe " + std::to_string(front_experts(q, on, r));
    if (on.size() > 1) {
        std::vector<int> layers(on.size());
        for (const placement::layer_place& p : at.layers)
            if (p.device != placement::on_host) ++layers[static_cast<std::size_t>(p.device)];
        if (at.output != placement::on_host) ++layers[static_cast<std::size_t>(at.output)];
        s += " -ts ";
        for (std::size_t d = 0; d < layers.size(); ++d) s += (d > 0 ? "/" : "") + std::to_string(layers[d]);
    }
    if (!same_name(q.options.kv, "f16")) s += " -ctk " + q.options.kv + " -ctv " + q.options.kv;
    return s;
}
}  // namespace detail

/// "llama-server -m llama-3.3-70b-q4_k_m.gguf -c 4096 -ngl 43".
inline std::string server_line(const bound_fit& q, const fit_row& r) {
    const placement::machine on = q.machine_of(q.machines[r.machine]);
    std::string options = detail::placing_options(q, on, r);
    std::replace(options.begin(), options.end(), '/', ',');  // as llama-server parts shares
    std::string s =
        "llama-server -m " + detail::file_named(q, r) + " -c " + fmt::format("{:.0f}", r.placed.with.context) + options;
    if (q.draft) {
        const std::string_view name = q.draft->name.view();
        s += " -md " + std::string(name.substr(name.rfind('/') + 1)) + "-" + r.type_name.str() +
             ".gguf -ngld 99 --draft-max " + std::to_string(q.options.drafts);
    }
    return s;
}
/// The time to the first token is that of its prompt at depth 0, the speed that of its tokens at the prompt's depth.
inline std::string bench_line(const bound_fit& q, const fit_row& r) {
    const placement::machine on = q.machine_of(q.machines[r.machine]);
    return fmt::format("llama-bench -m {}{} -p {:.0f} -n {:.0f} -d 0,{:.0f}", detail::file_named(q, r),
                       detail::placing_options(q, on, r), q.options.prompt, q.options.output, q.options.prompt);
}
}  // namespace gambrel::ask
