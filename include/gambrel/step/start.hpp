// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a server starts: one of three values, from the room for KV, its deviation, and what must fit in it.
///
///     deviation^2 = (of_weights weights)^2 + (of_besides besides)^2 + board^2
///     board       = of_visible visible, or of_unified visible where a host shares the memory
///     probability = P(room > needed) = Phi((room - needed) / deviation)
///     fits from 0.9 on, does not fit up to 0.1, may not fit between
///
/// The three shares are what the law leaves of start-up logs (docs/calibration/memory.md): weights that a loader keeps
/// otherwise than they are stored, working memory that a profiling run measures, and what else lies on the board. Phi is
/// the logistic approximation of Page (Applied Statistics 26, 1977), to 1.4e-4. Errors are taken as normal and
/// independent. Evidence: tests/step/start_test.cpp.

#include <array>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/step/fitted_room.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

// clang-format off
enum class starts : unsigned char { fits, may_not, does_not };
template <> inline constexpr std::array<enum_row<starts>, 3> enum_table<starts>{{
    {starts::fits, "fits", "fits"},
    {starts::may_not, "may_not_fit", "may not fit"},
    {starts::does_not, "does_not_fit", "does not fit"},
}};
/// What most of the deviation comes from.
enum class room_doubt : unsigned char { weights, besides, board };
template <> inline constexpr std::array<enum_row<room_doubt>, 3> enum_table<room_doubt>{{
    {room_doubt::weights, "weights", "what the weights take once loaded"},
    {room_doubt::besides, "working_memory", "what working memory the server finds it needs"},
    {room_doubt::board, "board", "what else is on the board"},
}};
// clang-format on

/// z of an 80 % range, 10 % on each side.
inline constexpr double normal_80 = 1.2815515655446004;
inline constexpr double sure = 0.9;

struct start_verdict {
    starts what = starts::fits;
    double probability = 1;  ///< that it starts
    room_doubt decided_by = room_doubt::besides;
};

namespace detail {
constexpr std::array<double, 3> room_deviation_parts(const bytes<>& weights, const bytes<>& besides,
                                                     const bytes<>& board, const room_deviation_shares& shares) {
    return {shares.of_weights * weights.value(), shares.of_besides * besides.value(), board.value()};
}
}  // namespace detail

/// What the board adds to it.
constexpr bytes<> board_deviation(const bytes<>& visible, bool shared_with_host,
                                  const room_deviation_shares& shares = {}) {
    return visible * (shared_with_host ? shares.of_unified : shares.of_visible);
}
/// Standard deviation of the room for KV.
constexpr bytes<> room_deviation(const bytes<>& weights, const bytes<>& besides, const bytes<>& board,
                                 const room_deviation_shares& shares = {}) {
    double squares = 0.0;
    for (const double part : detail::room_deviation_parts(weights, besides, board, shares)) squares += part * part;
    return bytes_of(math::sqrt(squares));
}
/// Which part of it is the largest.
constexpr room_doubt largest_doubt(const bytes<>& weights, const bytes<>& besides, const bytes<>& board,
                                   const room_deviation_shares& shares = {}) {
    const auto parts = detail::room_deviation_parts(weights, besides, board, shares);
    std::size_t most = 0;
    for (std::size_t i = 1; i < parts.size(); ++i)
        if (parts[i] > parts[most]) most = i;
    return static_cast<room_doubt>(most);
}

/// P(Z <= z) of a standard normal Z.
constexpr double normal_probability(double z) {
    if (z > 8.0) return 1.0;
    if (z < -8.0) return 0.0;
    return 1.0 / (1.0 + math::exp(-z * (1.5976 + 0.070565992 * z * z)));
}

/// The verdict on `room` with that deviation, where `needed` must fit.
constexpr start_verdict start_verdict_of(const bytes<>& room, const bytes<>& needed, const bytes<>& deviation,
                                         room_doubt decided_by) {
    const double margin = (room - needed).value();
    const double p = deviation > bytes<>{} ? normal_probability(margin / deviation.value()) : margin >= 0.0 ? 1.0 : 0.0;
    return {p >= sure ? starts::fits : p <= 1.0 - sure ? starts::does_not : starts::may_not, p, decided_by};
}
}  // namespace gambrel
