// SPDX-License-Identifier: Apache-2.0
// The law of element-wise operators and norms, on the LayerNorm and GELU rows of operators/measured_ops.csv
// (LLMCompass, figure 5: A100 and MI210 under PyTorch): 2 B read and 2 B written per element,
//
//     t = 4 elements / (bandwidth e_m) + launch
//
// The launch (20 to 50 us of eager PyTorch) is fitted along and not shipped: runtimes have their own. Norms wider than
// 8192 take another kernel at half the speed and few models have such rows; they are left out. So are tensors that fit
// in half of the cache.
#include <gambrel/hardware/catalog.hpp>
#include <map>

#include "report.hpp"

using namespace gambrel;

namespace {

struct row {
    double bytes_time, measured;  // at full bandwidth; both in seconds
    bool norm;
};

/// The number after `name=` in a shape; 1 without it.
double extent(const std::string& shape, const char* name) {
    const std::size_t at = shape.find(name);
    return at == std::string::npos ? 1.0 : std::stod(shape.substr(at + 2));
}

std::vector<row> read(const std::string& file, const std::string& device_printed, const device<>& d) {
    std::ifstream in(file);
    if (!in) fail("the table " + file + " cannot be read");
    csv_reader t(in);
    std::vector<row> rows;
    while (t.next()) {
        const bool norm = t["op"] == "layernorm_fp16";
        if (t["device"] != device_printed || !(norm || t["op"] == "gelu_fp16")) continue;
        const double width = extent(t["shape"], "N="), elements = width * extent(t["shape"], "M=");
        const bytes<> moved = bytes_of(4.0 * elements);
        if ((norm && width > 8192) || moved < 0.5 * d.cache.capacity.value) continue;
        const double per_second = 1e9 * std::stod(t["derived"]);  // "x G elements/s"
        rows.push_back({(moved / d.memory.bandwidth.value).value(), elements / per_second, norm});
    }
    return rows;
}

fit_result fit_rows(const std::vector<row>& rows) {
    std::vector<double> t;
    for (const row& r : rows) t.push_back(r.measured);
    const std::vector<prior> priors{{0.8, 0.7}, {4e-5, 0.7}, {4e-5, 0.7}};  // e_m, launch of GELU, of LayerNorm
    return fit(priors, t, [&](std::size_t i, std::span<const double> c) {
        return rows[i].bytes_time / c[0] + (rows[i].norm ? c[2] : c[1]);
    });
}

/// What another chip of the vendor adds to sigma: one chip each is too few to measure it; leaving a device out puts the
/// 16-bit GEMM law of HBM chips 0.12 to 0.15 off (docs/calibration/gemm.md).
constexpr double other_chip = 0.15;
}  // namespace

void fit_elementwise(const std::string& data, fit_report& out) {
    const struct {
        const char *printed, *ours, *name;
    } devices[] = {{"A100", "a100-sxm-80", "elementwise_nvidia"}, {"MI210", "mi210", "elementwise_amd"}};
    std::string code,
        page =
            "<!-- written by `fit_kernels DATA_DIR SOURCE_DIR`: do not edit -->\n# Element-wise constants\n\n"
            "LayerNorm (rows up to 8192 wide) and GELU of LLMCompass's figure 5 in `operators/measured_ops.csv`, eager "
            "PyTorch;\n"
            "`t = 4 elements / (bandwidth e_m) + launch`. Launches belong to the runtime and are not shipped. Sigma "
            "includes 0.15\n"
            "for the vendor's other chips.\n\n"
            "| device | rows | e_m | launch GELU us | launch LayerNorm us | sigma | mean error % "
            "|\n|---|---|---|---|---|---|---|\n";
    for (const auto& d : devices) {
        const fit_result f = fit_rows(read(data + "/operators/measured_ops.csv", d.printed, device_named(d.ours)));
        if (!f.converged) {
            fmt::print("elementwise: {} did not converge: no constants\n", d.ours);
            continue;
        }
        const double sigma = std::hypot(std::max(f.robust_sigma, f.sigma), other_chip);
        code += fmt::format("inline constexpr product_law<> {}{{0.50, {:.3f}, 1.5, microseconds(0.0), {:.2f}, {}}};\n",
                            d.name, f.values[0], sigma, f.rows);
        page += fmt::format("| {} | {} | {:.2f} | {:.0f} | {:.0f} | {:.2f} | {:.1f} |\n", d.ours, f.rows, f.values[0],
                            1e6 * f.values[1], 1e6 * f.values[2], sigma, 100 * f.mean_error);
    }
    out.header("elementwise", "#include <gambrel/roofline/calibration/product_law.hpp>\n",
               "Element-wise constants fitted on LayerNorm and GELU (LLMCompass, figure 5): "
               "docs/calibration/elementwise.md.\n",
               code);
    out.page("elementwise", page);
}
