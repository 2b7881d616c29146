// SPDX-License-Identifier: Apache-2.0
// Every input of the corpus through its reader, with any compiler: what fuzzing found stays found.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <fuzz/descriptors.hpp>
#include <fuzz/tables.hpp>
#include <set>

namespace {
template <class Readers> void replay(const Readers& readers, std::set<std::string>& seen) {
    for (const fuzz::reader& r : readers) {
        const std::filesystem::path folder = std::filesystem::path("tests/fuzz/corpus") / r.name;
        seen.insert(std::string(r.name));
        CAPTURE(folder.string());
        std::size_t n = 0;
        REQUIRE(std::filesystem::is_directory(folder));
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            std::ifstream in(file.path(), std::ios::binary);
            std::ostringstream text;
            text << in.rdbuf();
            CAPTURE(file.path().string());
            CHECK_NOTHROW(fuzz::run(r, text.str()));
            // Cut anywhere, as a download is.
            const std::string whole = text.str();
            for (std::size_t i = 1; i < 8; ++i) CHECK_NOTHROW(fuzz::run(r, whole.substr(0, whole.size() * i / 8)));
            ++n;
        }
        CHECK(n >= 2);
        CHECK(n <= 60);  // small: a corpus is minimised before it is kept (tests/fuzz/README.md)
    }
}
}  // namespace

TEST_CASE("the corpus of every reader") {
    std::set<std::string> seen{"question"};  // of the C interface: fuzz_interface, with libFuzzer
    replay(fuzz::descriptor_readers, seen);
    replay(fuzz::table_readers, seen);
    for (const auto& folder : std::filesystem::directory_iterator("tests/fuzz/corpus"))
        CHECK(seen.count(folder.path().filename().string()) == 1);
}
