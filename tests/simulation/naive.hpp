// SPDX-License-Identifier: Apache-2.0
#pragma once
// Simulators that look at every request in every pass: slow, plain, and written without the library's books, to judge
// them by. This one has the rules of vLLM, LMDeploy and MLC LLM; those of SGLang: naive_estimated.hpp.
#include <algorithm>
#include <cstdint>
#include <gambrel/simulation/request.hpp>
#include <gambrel/step/step_law.hpp>
#include <vector>

using gambrel::seconds_of;
namespace naive {

struct settings {
    std::uint64_t slots = 256, budget = 8192, blocks = 1 << 30, block_tokens = 16;
    bool by_chunk = false;    ///< a prompt starts when its first chunk fits, not the whole, which it takes then
    std::uint64_t spare = 0;  ///< blocks kept free for each decode, and twice as many for one to start
};

struct answer {
    std::vector<gambrel::simulation::request_record> records{};
    std::uint64_t preemptions = 0, passes = 0;
};

struct live {
    std::size_t id = 0;
    std::uint64_t target = 0, computed = 0, generated = 0, stored = 0, blocks = 0, add = 0;
};

template <class Law>
answer run(const Law& law, const settings& s, const std::vector<gambrel::simulation::request>& requests) {
    answer a;
    a.records.resize(requests.size());
    std::vector<live> running, waiting;
    double now = 0.0;
    std::uint64_t used = 0;
    std::size_t next = 0, ended = 0;
    const auto blocks_of = [&](std::uint64_t tokens) { return (tokens + s.block_tokens - 1) / s.block_tokens; };
    while (ended < requests.size()) {
        if (running.empty() && waiting.empty() && requests[next].sent.value() > now) now = requests[next].sent.value();
        for (; next < requests.size() && requests[next].sent.value() <= now; ++next)
            waiting.push_back({.id = next, .target = requests[next].prompt});
        // What each running request gets, in order of admission; the last one gives way when blocks run out.
        std::uint64_t left = s.budget;
        bool preempted = false;
        for (live& r : running) r.add = 0;
        std::uint64_t decoding = 0, begun = 0, taken = 0;
        const std::uint64_t free_before = s.blocks - used;
        const auto count_decodes = [&] {
            decoding = 0;
            for (const live& r : running) decoding += r.computed == r.target ? 1 : 0;
        };
        const auto give_up_last = [&] {
            live v = running.back();
            running.pop_back();
            used -= v.blocks;
            left += v.add;
            v.blocks = v.stored = v.computed = v.add = 0;
            v.target = requests[v.id].prompt + v.generated;
            ++a.records[v.id].preemptions;
            ++a.preemptions;
            waiting.insert(waiting.begin(), v);
            preempted = true;
        };
        // Whether `tokens` more of a prompt leave what is to be kept free.
        const auto leaves_spare = [&](std::uint64_t tokens) {
            return s.spare == 0 || taken + blocks_of(tokens) + s.spare * (2 * decoding + begun + 1) <= free_before;
        };
        for (count_decodes(); s.spare > 0 && running.size() > 1; count_decodes()) {
            std::uint64_t needed = 0;
            for (const live& r : running)
                if (r.computed == r.target) needed += blocks_of(r.stored + 1) - r.blocks;
            if (std::max(needed, s.spare * decoding) <= s.blocks - used) break;
            give_up_last();
        }
        for (std::size_t i = 0; i < running.size(); ++i) {
            const bool decodes = running[i].computed == running[i].target;
            const std::uint64_t add = decodes ? 1 : std::min(left, running[i].target - running[i].computed);
            const auto wanted = [&] { return std::max(running[i].blocks, blocks_of(running[i].stored + add)); };
            if (s.spare > 0 && !decodes) {
                if (used - running[i].blocks + wanted() > s.blocks || !leaves_spare(add)) {  // it waits
                    left = 0;
                    continue;
                }
                ++begun;
                taken += blocks_of(add);
            }
            while (i < running.size() && used - running[i].blocks + wanted() > s.blocks) give_up_last();
            if (i >= running.size()) break;
            used += wanted() - running[i].blocks;
            running[i].blocks = wanted();
            running[i].add = add;
            left -= add;
        }
        while (!preempted && !waiting.empty() && left > 0 && running.size() < s.slots) {
            live r = waiting.front();
            r.add = std::min(left, r.target);
            r.blocks = blocks_of(s.by_chunk ? r.add : r.target);
            if (used + r.blocks > s.blocks || !leaves_spare(r.add)) break;
            ++begun;
            taken += blocks_of(r.add);
            used += r.blocks;
            left -= r.add;
            running.push_back(r);
            waiting.erase(waiting.begin());
        }
        gambrel::pass_load load;
        for (const live& r : running) {
            if (r.add == 0) continue;
            if (r.computed == r.target) {
                load.decodes += 1;
                load.context += static_cast<double>(r.stored + 1);
            } else {
                const auto t = static_cast<double>(r.add), past = static_cast<double>(r.computed);
                load.prompts += 1;
                load.prompt_tokens += t;
                load.prompt_pairs += t * past + 0.5 * t * (t + 1);
                load.finishing += r.computed + r.add == r.target ? 1 : 0;
            }
        }
        now += law.seconds(load);
        ++a.passes;
        for (std::size_t i = 0; i < running.size();) {
            live& r = running[i];
            const bool decodes = r.computed == r.target;
            r.stored += r.add;
            if (!decodes) r.computed += r.add;
            auto& record = a.records[r.id];
            if (r.add > 0 && r.computed == r.target && ++r.generated == 1) record.first_token = seconds_of(now);
            if (r.generated < requests[r.id].output) {
                ++i;
                continue;
            }
            record.finished = seconds_of(now);
            used -= r.blocks;
            running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
            ++ended;
        }
    }
    return a;
}
}  // namespace naive
