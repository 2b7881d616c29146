// SPDX-License-Identifier: Apache-2.0
// fit_kernels DATA_DIR SOURCE_DIR [law...]: fits the kernel laws on the measured tables of DATA_DIR and writes the
// constants (include/gambrel/roofline/calibration/catalog/) and their residuals (docs/calibration/) into the tree
// SOURCE_DIR.
#include "report.hpp"

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: fit_kernels DATA_DIR SOURCE_DIR [law...]\n");
        return 2;
    }
    const std::vector<std::string> wanted(argv + 3, argv + argc);
    const struct {
        const char* name;
        void (*fit)(const std::string&, fit_report&);
    } laws[] = {
        {"clock", fit_clock},       {"attention", fit_attention},
        {"gemm", fit_gemm},         {"collectives", fit_collectives},
        {"experts", fit_experts},   {"elementwise", fit_elementwise},
        {"exchange", fit_exchange},
    };
    try {
        fit_report out(argv[2]);
        for (const auto& law : laws)
            if (wanted.empty() || std::find(wanted.begin(), wanted.end(), law.name) != wanted.end())
                law.fit(argv[1], out);
    } catch (const gambrel::error& e) {
        fmt::print(stderr, "fit_kernels: {}\n", e.what());
        return 1;
    }
}
