// SPDX-License-Identifier: Apache-2.0
// Factors and deviations fitted on serving rows against the page that the fit wrote (docs/calibration/software.md).
#include <doctest/doctest.h>

#include <fstream>
#include <gambrel/roofline/calibration/catalog/serving.hpp>
#include <gambrel/serving/fitted_deviations.hpp>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace gambrel;

namespace {
std::vector<std::string> lines_of_page() {
    std::ifstream page("docs/calibration/software.md");
    std::vector<std::string> lines;
    for (std::string line; std::getline(page, line);) lines.push_back(line);
    return lines;
}
/// The number that follows `words` in the page.
double stated_after(const std::string& words) {
    for (const std::string& line : lines_of_page())
        if (const auto at = line.find(words); at != std::string::npos) return std::stod(line.substr(at + words.size()));
    FAIL("the page does not say: ", words);
    return 0.0;
}
}  // namespace

TEST_CASE("factors of devices fitted on serving rows are those that the page of the fit states") {
    std::map<std::string, std::vector<std::string>> rows;
    bool inside = false;
    for (const std::string& line : lines_of_page()) {
        if (line.starts_with("| device | data |")) inside = true;
        else if (!line.starts_with("|")) inside = false;
        else if (inside && !line.starts_with("|--")) {
            std::istringstream in(line.substr(2));
            std::vector<std::string> cells;
            for (std::string cell; std::getline(in, cell, '|');) cells.push_back(cell);
            rows[cells.at(0).substr(0, cells[0].find(' '))] = cells;
        }
    }
    CHECK(rows.size() == catalog::serving_fits.size());
    for (const serving_fit& f : catalog::serving_fits) {
        CAPTURE(f.device);
        const auto& cells = rows.at(std::string(f.device));
        CHECK(f.rows == std::stoi(cells.at(2)));
        for (std::size_t i = 0; i < 4; ++i)  // compute, memory, launch, network; two digits after the point
            CHECK(std::abs(f.factors.factor[i] - std::stod(cells.at(3 + i))) <= 0.0051);
    }
}

TEST_CASE("deviations beyond those of the laws are those that the page of the fit states") {
    CHECK(std::abs(routing_sigma - stated_after("routing sigma ")) <= 0.0051);
    CHECK(std::abs(ttft_sigma - stated_after("TTFT sigma ")) <= 0.0051);
}
