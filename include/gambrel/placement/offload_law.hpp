// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What it costs that layers lie in the host's memory.
///
///     decode   bytes there / (host_share x host's bandwidth), or what its cores unpack (ggml's law of processors)
///              + crossing for each time that a pass goes from device to host or back
///     prompts  batches of 32 tokens and more are computed on the device, for which the weights travel each pass:
///              bytes there / (streamed_share x link) + the pass as if all were on the device
///
/// Evidence: tests/placement/offload_test.cpp; docs/models/placement.md.

#include <gambrel/units.hpp>

namespace gambrel::placement {

struct offload_law {
    double host_share = 0.46;
    double host_sigma = 0.15;
    double crossing = 138e-6;
    double streamed_share = 0.11;
    double streamed_sigma = 0.5;
    double streamed_rows = 32;  ///< tokens from which on weights travel
};
}  // namespace gambrel::placement
