// SPDX-License-Identifier: Apache-2.0
#pragma once
// SGLang's rules, request by request (naive.hpp).
#include "naive.hpp"

namespace naive {

/// Prompts in passes of their own, one token to a block; a prompt starts while it, its output and a share of the decodes'
/// outputs to come fit; the decode with the fewest tokens gives way, to the end of the line.
template <class Law>
answer run_estimated(const Law& law, const settings& s, const std::vector<gambrel::simulation::request>& requests) {
    answer a;
    a.records.resize(requests.size());
    std::vector<live> decodes, waiting, prompts;  // the last of `prompts` may be unfinished
    double now = 0.0, share = 0.7;
    std::uint64_t used = 0, steps_since = 0;
    std::size_t next = 0, ended = 0;
    bool full = false;
    const auto to_come = [&](const live& r) {
        return std::min<std::uint64_t>(requests[r.id].output - r.generated, 4096);
    };
    while (ended < requests.size()) {
        const bool cut = !prompts.empty();
        if (decodes.empty() && waiting.empty() && !cut && requests[next].sent.value() > now)
            now = requests[next].sent.value();
        for (; next < requests.size() && requests[next].sent.value() <= now; ++next)
            waiting.push_back({.id = next, .target = requests[next].prompt});
        if (decodes.empty() && !cut) {
            share = 0.7;
            steps_since = 0;
            full = false;
        }
        std::uint64_t left = s.budget, promised = 0;
        gambrel::pass_load load;
        const auto take = [&](live& r) {
            r.add = std::min(left, r.target - r.computed);
            const bool last = r.computed + r.add == r.target;
            left -= r.add;
            used += r.add;
            promised += 1 + (last ? to_come(r) : 0);
            const auto t = static_cast<double>(r.add), past = static_cast<double>(r.computed);
            load.prompts += 1;
            load.prompt_tokens += t;
            load.prompt_pairs += t * past + 0.5 * t * (t + 1);
            load.finishing += last ? 1 : 0;
            return last;
        };
        bool whole = !cut || take(prompts.front());
        while (!waiting.empty() && !full && left > 0 && whole && decodes.size() + prompts.size() < s.slots) {
            live& r = waiting.front();
            if (!decodes.empty() || !prompts.empty()) {
                double others = 0;
                for (const live& d : decodes) others += static_cast<double>(to_come(d));
                const double least = 0.7 * 0.14, now_share = share - (0.7 - least) / 600 * double(steps_since);
                const double room = double(s.blocks - used) - double(promised) - std::max(now_share, least) * others;
                if (!(double(r.target + to_come(r)) + 1 < room)) {
                    full = true;
                    break;
                }
            }
            if (used + std::min(left, r.target) > s.blocks) break;
            whole = take(r);
            prompts.push_back(r);
            waiting.erase(waiting.begin());
        }
        if (prompts.empty()) {
            bool gave_way = false;
            while (s.blocks - used < decodes.size()) {
                std::size_t v = 0;
                for (std::size_t i = 1; i < decodes.size(); ++i) {
                    const live &x = decodes[i], &y = decodes[v];
                    const auto px = requests[x.id].prompt, py = requests[y.id].prompt;
                    if (x.generated < y.generated || (x.generated == y.generated && px >= py)) v = i;
                }
                live r = decodes[v];
                decodes.erase(decodes.begin() + static_cast<std::ptrdiff_t>(v));
                used -= r.stored;
                r.stored = r.computed = 0;
                r.target = requests[r.id].prompt + r.generated;
                ++a.records[r.id].preemptions;
                ++a.preemptions;
                waiting.push_back(r);
                gave_way = true;
            }
            if (gave_way) {
                double made = 0, asked = 0;
                for (const live& d : decodes) {
                    made += double(d.generated) + 20;
                    asked += requests[d.id].output;
                }
                share = std::min(1.0, made / asked);
                steps_since = 0;
                full = false;
            }
            for (live& d : decodes) {
                ++d.stored;
                ++used;
                load.decodes += 1;
                load.context += static_cast<double>(d.stored);
            }
            ++steps_since;
        }
        now += law.seconds(load);
        ++a.passes;
        const auto ends = [&](const live& r) {
            if (r.generated < requests[r.id].output) return false;
            a.records[r.id].finished = seconds_of(now);
            used -= r.stored;
            ++ended;
            return true;
        };
        if (prompts.empty()) {
            for (live& d : decodes) ++d.generated;
            const auto before = decodes.size();
            decodes.erase(std::remove_if(decodes.begin(), decodes.end(), ends), decodes.end());
            full = full && decodes.size() == before;
        }
        std::vector<live> unfinished;
        for (live& r : prompts) {
            r.computed += r.add;
            r.stored = r.computed;
            if (r.computed < r.target) {
                unfinished.push_back(r);
                continue;
            }
            if (++r.generated == 1) a.records[r.id].first_token = seconds_of(now);
            if (!ends(r)) decodes.push_back(r);
        }
        prompts = unfinished;
    }
    return a;
}
}  // namespace naive
