// SPDX-License-Identifier: Apache-2.0
#include "axes.hpp"

#include <filesystem>
#include <gambrel/ask/typed_list.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/numeric/text.hpp>

namespace command {
using namespace gambrel;

namespace {
constexpr std::size_t most_values = 1000, most_combinations = 20'000;

std::optional<double> number_of(std::string_view text) {
    double x = 0.0;
    const auto [end, wrong] = read_number(text.data(), text.data() + text.size(), x);
    if (text.empty() || wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return x;
}

/// Of "4..256" or "10..50+10"; nothing where it is no range of numbers.
std::optional<std::vector<std::string>> range_of(const std::string& option, const std::string& typed) {
    const std::size_t dots = typed.find("..");
    if (dots == std::string::npos) return std::nullopt;
    const std::size_t plus = typed.find('+', dots + 2);
    const auto low = number_of(std::string_view(typed).substr(0, dots)),
               high = number_of(std::string_view(typed).substr(dots + 2, plus - dots - 2));
    const auto step =
        plus == std::string::npos ? std::optional(0.0) : number_of(std::string_view(typed).substr(plus + 1));
    if (!low || !high || !step) return std::nullopt;
    const bool doubles = plus == std::string::npos;
    if (!(*low < *high) || (doubles ? !(*low > 0.0) : !(*step > 0.0)))
        fail(option + " is \"" + typed +
             "\": a range goes from the less to the greater, doubled (4..256, from above 0) or in steps (10..50+10)");
    std::vector<std::string> values;
    for (double x = *low; x < *high * (1.0 - 1e-12) && values.size() <= most_values;) {
        values.push_back(shortest(x));
        x = doubles ? 2.0 * x : *low + static_cast<double>(values.size()) * *step;
    }
    const double beyond = doubles ? 0.0 : (*high - *low) / *step - std::floor((*high - *low) / *step + 1e-9);
    if (beyond < 1e-9) values.push_back(shortest(*high));
    return values;
}
}  // namespace

std::vector<std::string> values_of(const std::string& option, const std::string& typed) {
    std::error_code none;
    if (typed.find(',') == std::string::npos && typed.find("..") == std::string::npos) return {typed};
    if (std::filesystem::exists(typed, none)) return {typed};
    std::vector<std::string> values;
    for (const std::string& each : ask::typed_list(typed, "values of " + option)) {
        if (const auto range = range_of(option, each)) values.insert(values.end(), range->begin(), range->end());
        else values.push_back(each);
    }
    if (values.size() > most_values)
        fail(option + " has more than " + std::to_string(most_values) + " values: longer steps, or Python's sweep");
    return values;
}

std::vector<axis> axes_of(const deployment_options& typed) {
    std::vector<axis> axes;
    const auto add = [&](const std::string& name, const std::string& text) {
        if (text.empty()) return;
        if (std::vector<std::string> values = values_of("--" + name, text); values.size() > 1)
            axes.push_back({name, std::move(values)});
    };
    add("model", typed.model);
    add("device", typed.device);
    add("runtime", typed.runtime);
    for (const auto& [k, text] : typed.typed.given) add(std::string(k->option.substr(2)), text);
    return axes;
}

void for_each_combination(const deployment_options& typed, const std::vector<axis>& axes,
                          const std::function<void(const combination&)>& f) {
    double count = 1.0;
    for (const axis& each : axes) count *= static_cast<double>(each.values.size());
    if (count > static_cast<double>(most_combinations))
        fail("these are " + shortest(count) + " combinations; the command prints at most " +
             std::to_string(most_combinations) + ": fewer values, or Python's sweep");
    std::vector<std::size_t> place(axes.size(), 0);
    for (;;) {
        combination c{typed, {}};
        for (std::size_t i = 0; i < axes.size(); ++i) {
            const std::string& value = axes[i].values[place[i]];
            c.at.push_back(value);
            if (axes[i].name == "model") c.deployed.model = value;
            else if (axes[i].name == "device") c.deployed.device = value;
            else if (axes[i].name == "runtime") c.deployed.runtime = value;
            else
                for (auto& [k, text] : c.deployed.typed.given)
                    if (k->option.substr(2) == axes[i].name) text = value;
        }
        f(c);
        std::size_t i = axes.size();
        while (i > 0 && ++place[i - 1] == axes[i - 1].values.size()) place[--i] = 0;
        if (i == 0) return;
    }
}
}  // namespace command
