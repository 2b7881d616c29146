// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The loads under which the mixture-of-experts table was measured. Its rows name a distribution of tokens over
/// experts: "balanced", or a power law of exponent a, from which the collector draws each expert's weight between 1 and
/// 0.8 T (0.01 and 2 where the copies are fewer than the experts), scales and rounds to whole tokens, at most T each,
/// settles the difference one by one over the ranks, and times the busiest rank. Drawn here from the same description,
/// with numbers of our own: the mean of eight.

#include <cmath>
#include <gambrel/operators/experts.hpp>
#include <random>
#include <vector>

class load_drawer {
public:
    /// Load of the busiest of `groups` ranks; `exponent` 0: balanced.
    gambrel::expert_load operator()(int tokens, int experts, int top_k, int groups, double exponent) const {
        const double copies = static_cast<double>(tokens) * top_k, here = static_cast<double>(experts) / groups;
        if (exponent == 0.0) {
            const double rows = std::max(copies / groups, 1.0);
            return {rows, std::min(here, rows)};
        }
        std::mt19937_64 random(20261121);
        gambrel::expert_load mean;
        for (int i = 0; i < draws; ++i) {
            const gambrel::expert_load one = draw(random, tokens, experts, top_k, groups, exponent);
            mean.rows += one.rows / draws;
            mean.distinct += one.distinct / draws;
        }
        return mean;
    }
    /// Coefficient of variation of the weights before rounding: what experts_block::routing_variation stands for.
    static double variation(int tokens, int experts, int top_k, double exponent) {
        if (exponent == 0.0) return 0.0;
        const auto [low, high] = weights_between(tokens, experts, top_k);
        const auto moment = [&, low = low, high = high](double j) {
            const double s = j + 1.0 - exponent;
            return std::abs(s) < 1e-12 ? std::log(high / low) : (std::pow(high, s) - std::pow(low, s)) / s;
        };
        const double mean = moment(1) / moment(0);
        return std::sqrt(moment(2) / moment(0) / (mean * mean) - 1.0);
    }

private:
    static constexpr int draws = 8;
    using counts = std::vector<long>;

    static std::pair<double, double> weights_between(int tokens, int experts, int top_k) {
        return tokens * top_k > experts ? std::pair{1.0, std::max(0.8 * tokens, 1.1)} : std::pair{0.01, 2.0};
    }
    static gambrel::expert_load draw(std::mt19937_64& random, int tokens, int experts, int top_k, int groups,
                                     double exponent) {
        const auto [low, high] = weights_between(tokens, experts, top_k);
        const double e = 1.0 - exponent, from = std::pow(low, e), to = std::pow(high, e);
        std::vector<double> weight;
        double sum = 0;
        for (int i = 0; i < experts; ++i) {
            const double u = static_cast<double>(random() >> 11) * 0x1p-53;
            weight.push_back(std::pow(from + (to - from) * u, 1.0 / e));
            sum += weight.back();
        }
        const long copies = static_cast<long>(tokens) * top_k;
        counts count;
        long missing = copies;
        for (const double w : weight) {
            count.push_back(std::min(std::lround(w / sum * static_cast<double>(copies)), static_cast<long>(tokens)));
            missing -= count.back();
        }
        settle(count, missing, tokens, groups);
        return busiest(count, groups);
    }
    /// Rank after rank gives one more to its least loaded expert, or takes one from its most loaded.
    static void settle(counts& count, long missing, long most, int groups) {
        const auto here = static_cast<std::ptrdiff_t>(count.size()) / groups;
        for (bool moved = true; missing != 0 && moved;) {
            moved = false;
            for (auto first = count.begin(); first != count.end() && missing != 0; first += here) {
                if (missing > 0) {
                    const auto least = std::min_element(first, first + here);
                    if (*least >= most) continue;
                    ++*least, --missing;
                } else {
                    const auto largest = std::max_element(first, first + here);
                    if (*largest == 0) continue;
                    --*largest, ++missing;
                }
                moved = true;
            }
        }
    }
    static gambrel::expert_load busiest(const counts& count, int groups) {
        const auto here = static_cast<std::ptrdiff_t>(count.size()) / groups;
        gambrel::expert_load best;
        for (auto first = count.begin(); first != count.end(); first += here) {
            gambrel::expert_load one;
            for (auto i = first; i != first + here; ++i) {
                one.rows += static_cast<double>(*i);
                one.distinct += *i > 0 ? 1.0 : 0.0;
            }
            if (one.rows > best.rows) best = one;
        }
        return best;
    }
};
