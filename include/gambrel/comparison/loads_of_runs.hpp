// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which runs were put to the same load: clients agree, rates to 1 % and mean lengths to 2 %, for lengths are drawn; of
/// llama-bench also the tokens that are already cached (its `n_depth`).
/// Evidence: tests/comparison/compare_test.cpp.

#include <algorithm>
#include <gambrel/comparison/metric_change.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel {

namespace detail {
/// Tokens that were cached before what is timed; "": none.
inline std::string depth_of(const observation& o) {
    const auto found = o.settings.find("n_depth");
    return found == o.settings.end() || found->second == "0" ? "" : found->second;
}
}  // namespace detail

/// Whether two runs were put to the same load.
inline bool same_load(const observation& x, const observation& y) {
    return detail::close(x.prompt, y.prompt, 0.02) && detail::close(x.output, y.output, 0.02) &&
           detail::close(x.clients, y.clients, 0.0) && detail::close(x.offered_rate, y.offered_rate, 0.01) &&
           x.all_at_once == y.all_at_once && detail::depth_of(x) == detail::depth_of(y);
}

/// "prompt 1024, output 256, 16 clients"
inline std::string load_words(const observation& o) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    const auto number = [](double x) { return shortest(std::round(x * 100.0) / 100.0); };
    if (o.prompt) add("prompt " + number(*o.prompt));
    if (o.output) add("output " + number(*o.output));
    if (o.clients) add(number(*o.clients) + (*o.clients == 1.0 ? " client" : " clients"));
    if (o.offered_rate) add(number(*o.offered_rate) + " requests/s");
    if (o.all_at_once) add("all at once");
    if (const std::string depth = detail::depth_of(o); !depth.empty()) add("after " + depth + " cached tokens");
    return text.empty() ? "a load that is not stated" : text;
}

namespace detail {
/// A run, and the probe before it where there is one.
struct run_and_probe {
    const observation* run = nullptr;
    const observation* probe = nullptr;
};
using runs_of_load = std::vector<run_and_probe>;

/// Runs by their loads, in the order in which loads come. `probes`: as many as runs, or none.
inline std::vector<runs_of_load> by_load(const std::vector<observation>& runs, const std::vector<observation>& probes) {
    std::vector<runs_of_load> all;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const run_and_probe one{&runs[i], probes.empty() ? nullptr : &probes[i]};
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const runs_of_load& l) { return same_load(*l.front().run, runs[i]); });
        if (found == all.end()) all.push_back({one});
        else found->push_back(one);
    }
    return all;
}
}  // namespace detail
}  // namespace gambrel
