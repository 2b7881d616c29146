// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/numeric/io/json_problem.hpp>
#include <stdexcept>

using gambrel::json_problem;

TEST_CASE("the library's own name for a mistake is left out, the rest is kept and bounded") {
    CHECK(json_problem(std::runtime_error("[json.exception.parse_error.101] parse error at line 1")) ==
          "parse error at line 1");
    CHECK(json_problem(std::runtime_error("plain [a] b")) == "plain [a] b");
    CHECK(json_problem(std::runtime_error("[unfinished")) == "[unfinished");
    CHECK(json_problem(std::runtime_error("[x] ")).empty());
    CHECK(json_problem(std::runtime_error(std::string(500, 'y'))).size() == 160);
}
