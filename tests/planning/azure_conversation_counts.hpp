// SPDX-License-Identifier: Apache-2.0
#pragma once
// Requests per minute of the conversation trace of Azure, 2023-11-16, in the 58 whole minutes from its first request:
// AzureLLMInferenceTrace_conv.csv of github.com/Azure/AzurePublicDataset (CC-BY 4.0), described in Patel et al., Splitwise,
// ISCA 2024. Counted from its 19,366 times, outside this library.
#include <vector>

inline std::vector<double> azure_conversation_rates() {
    std::vector<double> per_s;
    for (const int count :
         {191, 265, 329, 353, 307, 273, 268, 261, 322, 298, 301, 302, 345, 326, 283, 279, 280, 308, 343, 351,
          351, 343, 408, 396, 386, 398, 432, 480, 476, 453, 448, 507, 438, 413, 423, 418, 465, 311, 329, 316,
          333, 355, 319, 360, 334, 375, 330, 249, 221, 249, 265, 280, 256, 254, 242, 260, 246, 225})
        per_s.push_back(count / 60.0);
    return per_s;
}
