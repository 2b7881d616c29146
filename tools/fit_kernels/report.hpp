// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the laws of fit_kernels share: the files they write, the split of their rows, how they print constants.

#include "generated.hpp"
#include <cstdint>
#include <fmt/format.h>
#include <fstream>
#include <gambrel/calibration/least_squares.hpp>
#include <gambrel/roofline/calibration/fitted.hpp>
#include <gambrel/roofline/calibration/io/kernel_table.hpp>
#include <initializer_list>
#include <string>

/// Half of the shapes, the same at every run and on every machine (FNV-1a over the integers of the shape).
inline bool held_out(std::initializer_list<double> shape) {
    std::uint64_t hash = 1469598103934665603ULL;
    for (const double x : shape) {
        hash ^= static_cast<std::uint64_t>(x);
        hash *= 1099511628211ULL;
        hash ^= hash >> 29;
    }
    return (hash >> 17) % 2 == 1;
}

/// Mean and median of |predicted / measured - 1| over rows.
struct error_score {
    double mean = 0, median = 0;
    std::size_t rows = 0;
};
template <class Model>
error_score score_of(std::span<const double> measured, const Model& model, std::span<const double> constants) {
    std::vector<double> errors;
    for (std::size_t i = 0; i < measured.size(); ++i)
        errors.push_back(std::abs(model(i, constants) / measured[i] - 1.0));
    double sum = 0;
    for (const double e : errors) sum += e;
    return {errors.empty() ? 0.0 : sum / static_cast<double>(errors.size()), gambrel::detail::quantile(errors, 0.5),
            errors.size()};
}

inline const char* code_of(gambrel::chip c) {
    using gambrel::chip;
    switch (c) {
        case chip::none: return "chip::none";
        case chip::a100: return "chip::a100";
        case chip::h100: return "chip::h100";
        case chip::h200: return "chip::h200";
        case chip::b200: return "chip::b200";
        case chip::gb200: return "chip::gb200";
        case chip::l40s: return "chip::l40s";
        case chip::rtx_pro_6000: return "chip::rtx_pro_6000";
    }
    return "chip::none";
}
inline const char* code_of(gambrel::chip_family f) {
    using gambrel::chip_family;
    return f == chip_family::hbm    ? "chip_family::hbm"
           : f == chip_family::gddr ? "chip_family::gddr"
                                    : "chip_family::none";
}
inline const char* code_of(gambrel::kernel_library l) {
    using gambrel::kernel_library;
    return l == kernel_library::tensorrt_llm ? "kernel_library::tensorrt_llm"
           : l == kernel_library::vllm       ? "kernel_library::vllm"
           : l == kernel_library::sglang     ? "kernel_library::sglang"
                                             : "kernel_library::other";
}
inline const char* title_of(gambrel::kernel_library l) {
    using gambrel::kernel_library;
    return l == kernel_library::tensorrt_llm ? "TensorRT-LLM"
           : l == kernel_library::vllm       ? "vLLM"
           : l == kernel_library::sglang     ? "SGLang"
                                             : "any";
}

/// Where the results go: a source tree, each law two files.
class fit_report {
public:
    explicit fit_report(std::string source_dir) : source_dir_(std::move(source_dir)) {}
    const std::string& source_dir() const { return source_dir_; }

    /// include/gambrel/roofline/calibration/catalog/<law>.hpp: `comment` lines (without slashes) say from what,
    /// `body` stands in namespace gambrel::catalog.
    void header(const std::string& law, const std::string& includes, const std::string& comment,
                const std::string& body) {
        std::string text = "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n";
        std::string line;
        for (const char c : comment + (comment.ends_with('\n') ? "" : "\n")) {
            if (c == '\n') text += (line.empty() ? "///" : "/// " + line) + "\n", line.clear();
            else line += c;
        }
        text +=
            fmt::format("/// Fitted {} by `fit_kernels DATA_DIR SOURCE_DIR` (tools/fit_kernels/{}.cpp). Do not edit.\n",
                        generated::fit_date(), law);
        text += "\n" + includes + "\nnamespace gambrel::catalog {\n\n" + body + "}  // namespace gambrel::catalog\n";
        write("include/gambrel/roofline/calibration/catalog/" + law + ".hpp", text);
    }
    /// docs/calibration/<law>.md.
    void page(const std::string& law, const std::string& markdown) {
        write("docs/calibration/" + law + ".md", markdown);
    }

private:
    void write(const std::string& path, const std::string& text) { generated::write(source_dir_ + "/" + path, text); }
    std::string source_dir_;
};

// One function per law, each in its own file. `data`: the folder with kernels/ and operators/.
void fit_attention(const std::string& data, fit_report& out);
void fit_gemm(const std::string& data, fit_report& out);
void fit_collectives(const std::string& data, fit_report& out);
void fit_experts(const std::string& data, fit_report& out);
void fit_elementwise(const std::string& data, fit_report& out);
void fit_exchange(const std::string& data, fit_report& out);
void fit_clock(const std::string& data, fit_report& out);
