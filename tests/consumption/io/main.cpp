// SPDX-License-Identifier: Apache-2.0
// The io component brings the core and the libraries the opt-in headers need.
#include <fmt/format.h>
#include <gambrel/units.hpp>
#include <nlohmann/json.hpp>

int main() {
    const auto datasheet = nlohmann::json::parse(R"({"bandwidth_gb_per_s": 3350})");
    const auto bandwidth = gambrel::gigabytes_per_second(datasheet.at("bandwidth_gb_per_s").get<double>());
    const double terabytes_per_second = bandwidth / gambrel::terabytes_per_second(1);
    fmt::print("consumer: {:.2f} TB/s\n", terabytes_per_second);
}
