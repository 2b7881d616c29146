// law: an enumerator has words
// expect: an enumerator has no row in its enum_table
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/numeric/enum_table.hpp>
using namespace gambrel;

#ifdef MUST_FAIL
enum class season : unsigned char { spring, summer, autumn };
#else
enum class season : unsigned char { spring, summer };
#endif
template <>
inline constexpr std::array<enum_row<season>, 2> gambrel::enum_table<season>{{
    {season::spring, "spring", "spring"},
    {season::summer, "summer", "summer"},
}};
constexpr std::string_view words = name_of(season::spring);
