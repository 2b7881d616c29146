// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The storage formats that have a name of their own, and servers' words for them ("bfloat16").
/// Evidence: tests/ask/format_names_test.cpp.

#include <gambrel/model/catalog/format_aliases.hpp>
#include <gambrel/model/weight_format.hpp>

namespace gambrel {

inline constexpr std::array<const storage_format*, 13> storage_formats{
    &formats::bf16,  &formats::fp16,  &formats::fp32,      &formats::fp8,      &formats::fp8_block,
    &formats::int8,  &formats::w8a16, &formats::int4_g128, &formats::int4_g32, &formats::nvfp4,
    &formats::mxfp4, &formats::mxfp8, &formats::nf4};

/// The format of that name, or the number format that servers call so ("bfloat16"); null where there is none.
inline const storage_format* find_number_format(std::string_view text) {
    if (const name_alias* a = find_alias(format_aliases, text)) text = a->name;
    for (const storage_format* f : storage_formats)
        if (same_name(f->name.view(), text)) return f;
    return nullptr;
}
}  // namespace gambrel
