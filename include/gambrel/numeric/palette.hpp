// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The colours of pictures and cards, which the colour-blind can tell apart: those of Okabe and Ito.
///
/// Source: M. Okabe, K. Ito, "Color Universal Design", 2008, recalled. Their yellow is too faint for lines on white and
/// only fills; black and the greys are ours. Evidence: tests/numeric/enum_table_test.cpp.

#include <array>
#include <string_view>
#include <utility>

namespace gambrel::colours {

inline constexpr std::string_view blue = "#0072B2", orange = "#E69F00", green = "#009E73", vermilion = "#D55E00",
                                  purple = "#CC79A7", sky = "#56B4E9", yellow = "#F0E442", black = "#000000",
                                  grey = "#8C8C8C", faint = "#D9D9D9";

/// By name, for other languages.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 10> by_name{{{"blue", blue},
                                                                                        {"orange", orange},
                                                                                        {"green", green},
                                                                                        {"vermilion", vermilion},
                                                                                        {"purple", purple},
                                                                                        {"sky", sky},
                                                                                        {"yellow", yellow},
                                                                                        {"black", black},
                                                                                        {"grey", grey},
                                                                                        {"faint", faint}}};
}  // namespace gambrel::colours
