// law: an enumerator has words
// expect: an enumerator has no row in its enum_table
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/numeric/enum_table.hpp>
using namespace gambrel;

enum class season : unsigned char { spring, summer };
template <>
inline constexpr std::array<enum_row<season>, 2> gambrel::enum_table<season>{{
    {season::spring, "spring", "spring"},
    {season::summer, "summer", "summer"},
}};
enum class month : unsigned char { may, june, july };
template <>
inline constexpr std::array<enum_row<month>, 2> gambrel::enum_table<month>{{
    {month::may, "may", "May"},
    {month::june, "june", "June"},
}};
#ifdef MUST_FAIL
constexpr std::string_view words = name_of(month::may);
#else
constexpr std::string_view words = name_of(season::spring);
#endif
