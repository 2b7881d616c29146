// SPDX-License-Identifier: Apache-2.0
// Kernel constants in the catalog against the pages that the fits wrote beside them, row by row: a constant that
// changes without a fit differs from its page.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <gambrel/roofline/calibration/fitted_attention.hpp>
#include <gambrel/roofline/calibration/fitted_gemm.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace gambrel;

namespace {
/// The cells of the rows of `page` that have `columns` of them and begin with a measured board.
std::vector<std::vector<std::string>> rows_of(const char* page, std::size_t columns) {
    std::ifstream file(page);
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("| ")) continue;
        std::istringstream in(line.substr(2));
        std::vector<std::string> cells;
        for (std::string cell; std::getline(in, cell, '|');) {
            const auto first = cell.find_first_not_of(' ');
            cells.push_back(first == std::string::npos ? ""
                                                       : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
        }
        if (cells.size() != columns) continue;
        for (std::size_t i = 1; i < chip_count; ++i)
            if (cells[0] == board_of(static_cast<chip>(i))) rows.push_back(cells);
    }
    return rows;
}
/// Whether `x` is what the page says, to the last digit it has.
bool stated(double x, const std::string& cell) {
    const auto point = cell.find('.');
    const double digit = point == std::string::npos ? 1.0 : std::pow(0.1, static_cast<double>(cell.size() - point - 1));
    return std::abs(x - std::stod(cell)) <= 0.51 * digit;
}
double us(seconds<> t) { return t.value() * 1e6; }
}  // namespace

TEST_CASE("matrix products: the constants are those of docs/calibration/gemm.md") {
    const auto rows = rows_of("docs/calibration/gemm.md", 15);
    REQUIRE(rows.size() == catalog::gemm_fits.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& fit = catalog::gemm_fits[i];
        const auto& cells = rows[i];
        const product_law<>& law = fit.constants.product;
        CAPTURE(cells[0] + ", " + cells[1] + ", " + cells[2]);
        CHECK(board_of(fit.key) == cells[0]);
        CHECK(law.rows == std::stoi(cells[3]));
        CHECK(stated(law.compute, cells[4]));
        CHECK(stated(law.memory, cells[5]));
        CHECK(stated(law.overlap, cells[6]));
        CHECK(stated(us(law.fixed), cells[7]));
        CHECK(stated(1e3 * us(law.per_input), cells[8]));
        CHECK(stated(law.sigma, cells[11]));
        if (cells[10] == "-") continue;  // no conversion before it
        CHECK(stated(us(fit.constants.conversion.fixed), cells[9]));
        CHECK(stated(fit.constants.conversion.share, cells[10]));
    }
}

TEST_CASE("attention: the constants are those of docs/calibration/attention.md") {
    const auto rows = rows_of("docs/calibration/attention.md", 17);
    REQUIRE(rows.size() == catalog::attention_fits.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& fit = catalog::attention_fits[i];
        const auto& cells = rows[i];
        const attention_law<>& law = fit.constants;
        CAPTURE(cells[0] + ", " + cells[1] + ", " + cells[2]);
        CHECK(board_of(fit.key) == cells[0]);
        CHECK(law.product.rows == std::stoi(cells[16]));
        CHECK(stated(law.product.compute, cells[7]));
        CHECK(stated(law.softmax, cells[8]));
        CHECK(stated(law.product.memory, cells[9]));
        CHECK(stated(law.product.overlap, cells[10]));
        CHECK(stated(us(law.product.fixed), cells[11]));
        CHECK(stated(1e3 * us(law.per_stream), cells[12]));
        CHECK(stated(1e3 * us(law.per_key), cells[13]));
        CHECK(stated(us(law.ramp), cells[14]));
        CHECK(stated(law.product.sigma, cells[15]));
    }
}
