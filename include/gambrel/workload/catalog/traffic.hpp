// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Lengths of recorded traffic, as quantiles (length::of_quantiles). Written by tools/fit_traffic from the traces
/// named; what the tables leave out is in docs/calibration/traffic.md.

#include <gambrel/workload/named_workload.hpp>

namespace gambrel::catalog {

/// 8819 requests.
inline constexpr named_workload azure_code{
    .name = "azure-code",
    .title = "Azure 2023, code completion",
    .from = {"Azure/AzurePublicDataset, AzureLLMInferenceTrace_code (CC-BY 4.0)",
             "2023-11-16", evidence::measured},
    .prompt =
        length::of_quantiles({3, 62, 109, 179, 253, 385.6, 539, 698, 848, 969.5, 1075, 1204.9, 1377, 1555, 1724, 1909,
                              2128, 2329.2, 2546, 2804, 3192.4, 3714.1, 4559, 5959.2, 7430.3, 7436, 7436,
                              7436, 7436, 7437, 7437, 7437, 7437}),
    .output =
        length::of_quantiles({6, 6, 6, 7, 8, 8, 9, 9, 10, 10, 11, 12, 13, 13, 14, 16, 17, 19, 21, 25, 29, 37, 48, 65,
                              105, 170.9, 251.5, 359.4, 598.7, 791.8, 859.2, 930.9, 1899}),
};

/// 19366 requests.
inline constexpr named_workload azure_conversation{
    .name = "azure-conversation",
    .title = "Azure 2023, conversation",
    .from = {"Azure/AzurePublicDataset, AzureLLMInferenceTrace_conv (CC-BY 4.0)",
             "2023-11-16", evidence::measured},
    .prompt =
        length::of_quantiles({2, 181, 201, 222, 375, 387, 395, 400, 406, 419, 703, 971.6, 1009, 1031, 1050, 1071,
                              1092, 1116, 1147, 1214.4, 1315, 1689.2, 2401.2, 4073, 4086, 4098, 4142, 4831,
                              5404.5, 5993.7, 6459.3, 7088.4, 14050}),
    .output =
        length::of_quantiles({7, 38, 49, 59, 69, 77, 84, 89, 93, 97, 103, 110, 122, 137, 156, 177, 216, 375, 390, 396,
                              400, 410, 417, 429, 468, 540, 601, 643.2, 718.8, 939, 992, 1000, 1000}),
};

/// 12031 requests.
inline constexpr named_workload mooncake_conversation{
    .name = "mooncake-conversation",
    .title = "Mooncake, conversation",
    .from = {"kvcache-ai/Mooncake, FAST25 conversation trace (Apache-2.0)",
             "2025", evidence::measured},
    .prompt =
        length::of_quantiles({891, 899, 919, 1066, 1325.6, 1662, 2137.2, 2840.4, 3710.2, 4389.8, 4993, 5687.2, 6490,
                              7400.4, 8452, 9570, 10881, 12317.4, 14017.6, 15757.8, 17869, 20588.2, 24830.2,
                              30462, 44612.8, 66448.6, 85400.4, 100810.3, 117789.1, 120627.2, 122825.2,
                              123240.2, 126195}),
    .output =
        length::of_quantiles({1, 8, 18, 30.6, 56, 100, 144, 193, 230, 265, 291, 317, 339, 361, 380, 399, 418, 438,
                              457, 477, 504, 535, 571, 628, 738, 891.8, 1118.5, 1567.6, 1998, 2000, 2000,
                              2000, 2000}),
};

/// 3993 requests.
inline constexpr named_workload mooncake_synthetic{
    .name = "mooncake-synthetic",
    .title = "Mooncake, long documents (synthetic)",
    .from = {"kvcache-ai/Mooncake, FAST25 synthetic trace (Apache-2.0)",
             "2025", evidence::measured},
    .prompt =
        length::of_quantiles({13, 21, 27, 34, 50, 88, 199, 551.8, 1466.5, 2951.1, 4364.8, 5804, 10011.2, 13682.8,
                              15062.8, 16290.2, 17360.8, 18482.4, 20619.1, 23745.3, 28425.2, 33019.4, 37146.2,
                              40431.2, 51386, 56631, 66456.2, 76328, 127238.8, 191372, 191374, 191377,
                              191378}),
    .output =
        length::of_quantiles({1, 2, 3, 4, 6, 8, 10, 13, 18, 23, 32, 45, 61, 78, 99, 126, 159.9, 196, 227.2, 255.9,
                              288.6, 323, 363, 432.6, 564, 688.8, 768.1, 782, 792.1, 811, 827.5, 839, 893}),
};
}  // namespace gambrel::catalog
