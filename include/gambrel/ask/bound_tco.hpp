// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question about cost in the words of a command line or a notebook. Evidence: tests/ask/tco_test.cpp.

#include <chrono>
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/tco_answer.hpp>

namespace gambrel::ask {

namespace detail {
/// Year and month of "2026-12"; of today where `text` is empty.
inline std::pair<int, int> month_of(const std::string& text) {
    if (text.empty()) {
        const std::chrono::year_month_day today(
            std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
        return {static_cast<int>(today.year()), static_cast<int>(static_cast<unsigned>(today.month()))};
    }
    if (text.size() != 7 || !is_date(text))
        fail("the month of the purchase is \"" + text.substr(0, 40) + "\"; it must be YEAR-MONTH, as 2026-12");
    return {std::stoi(text.substr(0, 4)), std::stoi(text.substr(5, 2))};
}

/// The options of the deployment as a load question takes them.
inline load_options as_load(const tco_options& t) {
    const prediction_options& d = t.deployed;
    if (d.concurrency || d.batch)
        fail("tco takes loads as rates: give --rate and --planned in the place of " +
             std::string(d.concurrency ? "clients" : "a static batch"));
    if (d.replicas != 1)
        fail("tco counts the replicas itself: leave --replicas " + std::to_string(d.replicas) +
             " out, or ask predict what so many cost");
    if (t.api_cached && !t.api_input)
        fail("the API's price of cached input, " + number(*t.api_cached) +
             " $/Mtok, is given without that of input: give --api-input");
    if (t.api_input.has_value() != t.api_output.has_value())
        fail("an API asks a price for input and one for output: give --api-" +
             std::string(t.api_input ? "output" : "input") + " too");
    if (t.residual && t.capital && *t.residual > *t.capital)
        fail("the residual value of " + number(*t.residual, 9) + " $ is above the capital of " + number(*t.capital, 9) +
             " $: give at most that");
    load_options o{.deployed = d, .limits = t.limits};
    if (!o.deployed.rate) o.deployed.rate = 0.0;
    return o;
}
}  // namespace detail

/// Owns, or shares, the descriptors that its question refers to. Throws `error` naming the first option that is wrong.
class bound_tco {
public:
    bound_tco(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
              std::shared_ptr<const runtime<>> runtime, const tco_options& t)
        : bound_((check_ranges(t), std::move(model)), std::move(device), std::move(runtime), detail::as_load(t)),
          question{.load = bound_.question, .terms = terms_of(bound_.question.what, t)} {
        if (!t.deployed.rate || !(*t.deployed.rate > 0.0)) question.load.rate.reset();
        if (t.planned && *t.planned > 0.0) question.planned = requests_per_second(*t.planned);
        const auto [year, month] = detail::month_of(t.start);
        question.year = year;
        question.month = month;
    }

private:
    bound_load_question bound_;

public:
    tco_question question;
};
}  // namespace gambrel::ask
