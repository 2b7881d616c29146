// SPDX-License-Identifier: Apache-2.0
// Quantities carry their unit in the type: arithmetic gives the right one, nonsense does not compile.
#include <gambrel/units_io.hpp>
#include <iostream>

using namespace gambrel;
using namespace gambrel::literals;

// [gib]
// GB is 10^9 bytes, GiB is 2^30, Gb is 10^9 bits. One dimension, three labels, no default.
static_assert(80_GiB > 85_GB && 80_GiB < 86_GB);
static_assert(400_Gb_per_s == 50_GB_per_s);
// [gib]

constexpr seconds<> read_weights = 141_GB / 3.35_TB_per_s;
constexpr intensity<> ridge_point = 989_TFLOP_per_s / 3.35_TB_per_s;
constexpr token_price<> price = 2.5_usd_per_h / 1000_tok_per_s;

int main() {
    std::cout << "one pass over 141 GB of weights takes " << read_weights << '\n'
              << "the roofs of an H100 meet at " << ridge_point << '\n'
              << "1,000 tok/s on a device of 2.50 $/h cost " << price << '\n';

    // A number leaves by dividing by the unit it is to count; it enters by a literal or a labelled constructor.
    const double in_ms = read_weights / 1_ms;
    std::cout << "twice " << in_ms << " milliseconds are " << milliseconds(2.0 * in_ms) << '\n';

    // Memory is printed in decimal units unless asked otherwise.
    std::cout << "80 GiB is " << 80_GiB << " or " << to_string_binary(80_GiB) << '\n';

    // Datasheets and price lists are text.
    std::cout << "a 400 Gb/s network card moves " << parse<byte_rate<>>("400 Gb/s") << '\n';
    try {
        parse<bytes<>>("80 KB");
    } catch (const error& e) {
        std::cout << e.what() << '\n';
    }

    // Does not compile: "only_quantities_of_the_same_dimension_can_be_added_or_compared".
    //     80_GB + 1_s;
    // Does not compile: a plain number says neither GB nor GiB.
    //     bytes<> capacity = 80;
    // How to read such an error: docs/reading-a-unit-error.md.
}
