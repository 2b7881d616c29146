// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cstdio>
#include <filesystem>
#include <gambrel/roofline/calibration/io/kernel_table.hpp>

using namespace gambrel;

namespace {
struct temporary_file {
    std::string path = (std::filesystem::temp_directory_path() / "gambrel_kernel_table_test.csv").string();
    explicit temporary_file(const std::string& text) { std::ofstream(path) << text; }
    ~temporary_file() { std::remove(path.c_str()); }
};
}  // namespace

TEST_CASE("rows come with chip, library, shape and seconds; unknown systems and libraries are counted") {
    const temporary_file f(
        "system,backend_name,m,dtype,latency\n"
        "h100_sxm,trtllm,128,fp8,0.25\n"
        "b60,vllm,1,fp8,1\n"
        "l40s,somebody,1,fp8,1\n"
        "l40s,vllm,1,fp8,0\n"
        "rtx_pro_6000_server,sglang,64,bfloat16,1e-2\n");
    kernel_table t(f.path);
    REQUIRE(t.next());
    CHECK(t.chip() == chip::h100);
    CHECK(t.library() == kernel_library::tensorrt_llm);
    CHECK(t.number("m") == 128);
    CHECK(t.text("dtype") == "fp8");
    CHECK(t.latency().value() == approx(0.25e-3));
    REQUIRE(t.next());
    CHECK(t.chip() == chip::rtx_pro_6000);
    CHECK(t.library() == kernel_library::sglang);
    CHECK(t.latency().value() == approx(1e-5));
    CHECK_FALSE(t.next());
    CHECK(t.passed_over() == 3);
}

TEST_CASE("a table that cannot be used is refused by name") {
    CHECK_THROWS_WITH_AS(kernel_table("no-such-table.csv"), doctest::Contains("no-such-table.csv"), error);
    const temporary_file no_latency("system,backend_name\nh100_sxm,vllm\n");
    CHECK_THROWS_WITH_AS(kernel_table(no_latency.path), doctest::Contains("latency"), error);
    const temporary_file bad("system,backend_name,latency,m\nh100_sxm,vllm,1,many\n");
    kernel_table t(bad.path);
    REQUIRE(t.next());
    CHECK_THROWS_WITH_AS(t.number("m"), doctest::Contains("many"), error);
    CHECK_THROWS_WITH_AS(t.number("n"), doctest::Contains("\"n\""), error);
}
