// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What may be asked of a plan: what a load takes, and which devices, cuts and formats are tried.
/// Evidence: tests/ask/fleet_answer_test.cpp.

#include <gambrel/ask/load_options.hpp>

namespace gambrel::ask {

struct fleet_options {
    load_options load{};  ///< lengths, rate, limits, settings of the runtime; its cut, formats and price are not read

    std::string devices = "priced";
    std::string runtimes{};
    std::string tensor = "1,2,4,8", pipeline = "1", data = "1", expert = "1";
    std::string weights = "stored", kv = "stored";
    std::string rents{}, have{};
    std::string objective = "rent", decides = "high";
    std::optional<double> most_devices{}, budget{}, power{};  ///< $ per hour, watts
    std::optional<double> per_server{};
    std::optional<double> users{};  ///< of `use_case`: its peak rate is the rate
    std::string use_case{};
    double availability = 0.0, repair_hours = 24.0;
    std::optional<double> failures{};  ///< per device-hour
    double alternatives = 5;
    bool whole_servers = false;
    bool not_simulated = false;
};
inline prediction_options& deployed_of(fleet_options& t) { return t.load.deployed; }
}  // namespace gambrel::ask
