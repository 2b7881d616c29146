// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::ceil;

void weight_formats(worked& w) {
    w.text("The down projection of Llama-3.1-8B's MLP: 4096 rows (outputs) of 14,336 columns.\n");
    const number rows = w.given("rows", 4096, "");
    const number columns = w.given("columns", 14336, "");
    const auto size = [&](const storage_format& f) {
        const number block_rows = f.block_rows, block_columns = f.block_columns;
        const number scales =
            f.scale_bits > 0.0 ? ceil(rows / block_rows) * ceil(columns / block_columns) * f.scale_bits : number(0);
        const number by_hand = f.scale_bits > 0.0
                                   ? w.step(f.name.str(), (rows * columns * f.bits + scales) / 8, "bytes")
                                   : w.step(f.name.str(), rows * columns * f.bits / 8, "bytes");
        w.library("storage_format::size", by_hand, f.size(4096, 14336).value(), "bytes");
        return by_hand;
    };
    w.text("");
    const number bf16 = size(formats::bf16);
    size(formats::fp8_block);
    const number int4 = size(formats::int4_g128);
    size(formats::nvfp4);
    w.text("");
    w.step("int4 / bf16", int4 / bf16, "", "not a quarter: the scales");
    w.library("bytes of an element", int4 / (rows * columns), formats::int4_g128.bytes_per_element(), "");
}
const pages::page weight_formats_page("weight-formats", weight_formats);
}  // namespace
