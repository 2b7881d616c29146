// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What it costs that layers lie in the host's memory.
///
///     decode   bytes there / (host_share x host's bandwidth), or what its cores unpack (ggml's law of processors)
///              + crossing for each time that a pass goes from device to host or back
///     prompts  passes of `streamed_rows` tokens and more are computed on the device, to which the weights travel each
///              time: bytes there / (streamed_share x link) + the pass as if all were on the device
///
/// host_share: least squares of log tokens/s over -ngl 10 to 32 of llama-bench's README (7B Q4_0, RTX 3090 Ti beside a Core
/// i9-13900K, build 1275, 2023-09): 4 % mean, 6 % at most; 8 rows of another box (RTX 2080, i9-10900X; AlexsJones/llmfit,
/// 2026-07) left out: five dense within 8 %, one 24 %, mixtures 17 %. A processor alone reaches 0.68 to 0.76.
/// crossing: keys and values on the host or not, 59.99 and 127.43 tokens/s (pull request 4812, 2024-01): 64 crossings.
/// streamed_share: four rows of pull request 6083 (2024-03), 3.5 GB/s of mapped, unpinned memory over PCIe 4.0 x16; the
/// README's slope over -ngl gives 4.1. Memory that is pinned (--no-mmap) travels faster: not measured.
/// streamed_rows: the same pull request. Evidence: tests/placement/offload_test.cpp; docs/models/placement.md.

namespace gambrel::placement {

struct offload_law {
    double host_share = 0.445;     ///< of the host's datasheet bandwidth, beside a device
    double host_sigma = 0.15;      ///< of what is computed there: the rows left out
    double crossing = 126e-6;      ///< seconds
    double streamed_share = 0.11;  ///< of the link's datasheet rate
    double streamed_sigma = 0.5;   ///< two boxes of one owner, years ago
    double streamed_rows = 32;
};
}  // namespace gambrel::placement
