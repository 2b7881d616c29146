// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A workload that has a name: how long its prompts and outputs are and how it is measured, with the source. The load
/// (clients or a rate) is the asker's. Prompt and output are drawn independently, whatever the source shows of them
/// together. Catalog: workload/catalog.hpp. Evidence: tests/workload/catalog_test.cpp.

#include <ridgepoint/numeric/sourced.hpp>
#include <ridgepoint/numeric/text.hpp>
#include <ridgepoint/workload/workload.hpp>

namespace ridgepoint {

struct named_workload {
    name_text name{};
    name_text title{};
    source from{};
    length prompt = 1024.0;
    length output = 256.0;
    ridgepoint::protocol protocol{};
};
}  // namespace ridgepoint
