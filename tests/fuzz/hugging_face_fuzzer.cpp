// SPDX-License-Identifier: Apache-2.0
// Entry point for libFuzzer: clang++ -std=c++20 -g -fsanitize=fuzzer,address,undefined -I include this_file.cpp
#include <cstddef>
#include <cstdint>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const gambrel::architecture m = gambrel::parse_config({reinterpret_cast<const char*>(data), size}, "fuzzed");
        const bool whole = m.layers() >= 1 && gambrel::parameter_count(m) > 0 &&
                           gambrel::weight_bytes(m, m.stored).value() > 0.0 &&
                           gambrel::kv_bytes(m, 4096.0).value() >= 0.0;
        if (!whole) __builtin_trap();
    } catch (const gambrel::error&) {
    }
    return 0;
}
