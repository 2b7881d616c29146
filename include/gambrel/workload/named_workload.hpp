// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A workload that has a name: the lengths of its prompts and outputs and how it is measured, with the source. The user
/// adds the number of clients or the request rate. Assumption: prompt and output lengths are independent. Catalog:
/// workload/catalog.hpp. Evidence: tests/workload/catalog_test.cpp.

#include <gambrel/numeric/sourced.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

struct named_workload {
    name_text name{};
    name_text title{};
    source from{};
    length prompt = 1024.0;
    length output = 256.0;
    gambrel::protocol protocol{};
};
}  // namespace gambrel
