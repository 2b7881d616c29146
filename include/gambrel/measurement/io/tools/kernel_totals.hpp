// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Times of kernels by their names, summed in bounded memory. Evidence: tests/measurement/io/profiles_test.cpp.

#include <algorithm>
#include <gambrel/measurement/kernel_class.hpp>
#include <gambrel/names/printable.hpp>
#include <map>
#include <utility>
#include <vector>

namespace gambrel::detail {

/// Kernels by name in bounded memory: of more than `most_names` the rest is one.
class kernel_totals {
public:
    static constexpr std::size_t most_names = 50'000;
    void add(std::string_view name, double launches, double seconds) {
        std::string key = printable(name.substr(0, 2000));
        if (names_.size() >= most_names && names_.find(key) == names_.end()) key = "(kernels of other names)";
        auto& [n, t] = names_[std::move(key)];
        n += launches;
        t += seconds;
    }
    bool empty() const { return names_.empty(); }
    double seconds() const {
        double sum = 0.0;
        for (const auto& [name, k] : names_) sum += k.second;
        return sum;
    }
    /// The longest first.
    std::vector<kernel_time> result() const {
        std::vector<kernel_time> all;
        for (const auto& [name, k] : names_) all.push_back({name, kind_of_kernel(name), k.first, k.second});
        std::stable_sort(all.begin(), all.end(),
                         [](const kernel_time& a, const kernel_time& b) { return b.seconds < a.seconds; });
        return all;
    }

private:
    std::map<std::string, std::pair<double, double>> names_{};
};
}  // namespace gambrel::detail
