// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Options that were typed with several values, and every combination of them.
///
///     1,2,8        these
///     4..256       doubled from the first up to the last, which is among them: 4, 8 ... 256
///     10..50+10    in steps: 10, 20 ... 50
///     1,2,4..256   any of these beside each other; names are listed with commas
///
/// The name of a file that is there is no list, whatever it is called.

#include <functional>
#include <string>
#include <vector>

#include "options.hpp"

namespace command {

/// The values that `typed` lists; itself alone where it is no list. Throws `error` for a range that has no end.
std::vector<std::string> values_of(const std::string& option, const std::string& typed);

struct axis {
    std::string name;  ///< of its option: "concurrency"
    std::vector<std::string> values;
};

/// One combination: the deployment as if it had been typed with single values, and those of each axis.
struct combination {
    deployment_options deployed;
    std::vector<std::string> at;
};

/// What was typed with several values, in the order model, device, runtime, then as typed.
std::vector<axis> axes_of(const deployment_options& typed);

/// Calls `f` with every combination, the last axis fastest. Throws `error` for more than a table can hold.
void for_each_combination(const deployment_options& typed, const std::vector<axis>& axes,
                          const std::function<void(const combination&)>& f);
}  // namespace command
