// SPDX-License-Identifier: Apache-2.0
// libFuzzer on one reader: build/fuzz/fuzz_descriptors --reader=device tests/fuzz/corpus/device (make fuzz). Compiled with
// -DFUZZ_TABLES for the readers of tables, -DFUZZ_INTERFACE for the questions of the C interface.
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(FUZZ_INTERFACE)
#include <fuzz/interface.hpp>
#elif defined(FUZZ_TABLES)
#include <fuzz/tables.hpp>
#else
#include <fuzz/descriptors.hpp>
#endif

namespace {
#if defined(FUZZ_INTERFACE)
constexpr const auto& readers = fuzz::interface_readers;
#elif defined(FUZZ_TABLES)
constexpr const auto& readers = fuzz::table_readers;
#else
constexpr const auto& readers = fuzz::descriptor_readers;
#endif
const fuzz::reader* chosen = nullptr;
}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    for (int i = 1; i < *argc; ++i)
        if (std::strncmp((*argv)[i], "--reader=", 9) == 0) chosen = fuzz::find(readers, (*argv)[i] + 9);
    if (chosen != nullptr) return 0;
    std::fprintf(stderr, "--reader=NAME is one of:");
    for (const fuzz::reader& r : readers) std::fprintf(stderr, " %s", std::string(r.name).c_str());
    std::fprintf(stderr, "\n");
    std::exit(2);
}
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::run(*chosen, std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}
