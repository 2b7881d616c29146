// SPDX-License-Identifier: Apache-2.0
// The io component brings the core and the libraries the opt-in headers need.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ridgepoint/units.hpp>

int main() {
    const auto datasheet = nlohmann::json::parse(R"({"bandwidth_gb_per_s": 3350})");
    const auto bandwidth = ridgepoint::gigabytes_per_second(datasheet.at("bandwidth_gb_per_s").get<double>());
    const double terabytes_per_second = bandwidth / ridgepoint::terabytes_per_second(1);
    fmt::print("consumer: {:.2f} TB/s\n", terabytes_per_second);
}
