// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/chip.hpp>

using namespace gambrel;

TEST_CASE("every measured board is a device of the catalog and finds itself") {
    for (std::size_t i = 1; i < chip_count; ++i) {
        const auto c = static_cast<chip>(i);
        const chip_match m = chip_of(device_named(board_of(c)));
        CHECK(m.chip == c);
        CHECK(m.exact);
        CHECK(m.widening() == 1.0);
    }
}

TEST_CASE("another board of a chip takes its constants, less surely") {
    const struct {
        const char* board;
        chip expected;
    } rows[] = {{"a100-pcie-40", chip::a100}, {"h100-nvl", chip::h100},
                {"gh200-96", chip::h100},     {"h20", chip::h200},
                {"b300-sxm", chip::b200},     {"gb300", chip::gb200},
                {"l40", chip::l40s},          {"rtx-pro-6000-ws", chip::rtx_pro_6000}};
    for (const auto& row : rows) {
        INFO(row.board);
        const chip_match m = chip_of(device_named(row.board));
        CHECK(m.chip == row.expected);
        CHECK_FALSE(m.exact);
        CHECK(m.widening() > 1.0);
    }
}

TEST_CASE("the H20 is a Hopper with a cut matrix rate, of which it reaches more") {
    CHECK(chip_of(device_named("h20")).compute == cut_rate_compute);
    CHECK(chip_of(device_named("h200-nvl")).compute == 0.0);
    CHECK(chip_of(device_named("h200-sxm")).compute == 0.0);
}

TEST_CASE("a device nobody measured has no chip") {
    for (const char* name : {"mi300x", "rtx-4090", "tpu-v5e", "a30"}) CHECK_FALSE(chip_of(device_named(name)).found());
    CHECK_FALSE(chip_of(device<>{.name = "my-gpu"}).found());
    CHECK_FALSE(chip_of(device<>{.name = "h100-sxm", .vendor = vendor::amd}).found());
}
