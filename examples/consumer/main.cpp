// SPDX-License-Identifier: Apache-2.0
// The number the library is named after: the arithmetic intensity at which a machine's two roofs meet.
#include <cstdio>
#include <gambrel/gambrel.hpp>

using namespace gambrel::literals;

int main() {
    constexpr auto compute = 989_TFLOP_per_s;  // NVIDIA H100 SXM datasheet: dense BF16
    constexpr auto memory = 3.35_TB_per_s;     // the same: HBM3
    constexpr auto ridge_point = compute / memory;
    static_assert(ridge_point > 200_FLOP_per_B);
    constexpr double flop_per_byte = ridge_point / 1_FLOP_per_B;
    std::printf("consumer: %.1f FLOP/B is the ridge point of an H100 SXM in BF16\n", flop_per_byte);
}
