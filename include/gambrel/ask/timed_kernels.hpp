// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A table of timed kernels as a calibration of one's own device: read, held against what is asked for, fitted, and said
/// in words. Evidence: tests/ask/timed_kernels_test.cpp.

#include <gambrel/ask/rented_device.hpp>
#include <gambrel/ask/words.hpp>
#include <gambrel/calibration/fit_laws.hpp>
#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/calibration/io/kernel_rows.hpp>

namespace gambrel::ask {

struct timed_kernels {
    kernel_rows table{};
    laws_outcome outcome{};
    std::string timed{};  ///< "13 kernels of NVIDIA X by vLLM 0.11.0 and PyTorch 2.9.0"
};

namespace detail {
/// Throws where the table is of another device of the catalog than `d`.
inline void check_same_device(const std::string& said, const device<>& d) {
    const rented_device found = said.empty() ? rented_device{} : device_rented(said);
    if (found.device == nullptr || found.device->name == d.name || find_device(d.name.view()) == nullptr) return;
    fail("the kernels are of " + said + ", which is " + found.device->name.str() + ", not of " + d.name.str() +
         "; --device must be the device they were timed on");
}
inline std::string library_words(const law_fit& f) {
    const std::string name = f.library == kernel_library::other ? "PyTorch" : std::string(name_of(f.library));
    return f.version.empty() ? name : name + " " + f.version;
}
inline std::string words_of(const kernel_rows& table, const laws_outcome& o) {
    std::vector<std::string> libraries;
    for (const law_fit& f : o.fits) {
        const std::string words = library_words(f);
        if (f.converged && std::find(libraries.begin(), libraries.end(), words) == libraries.end())
            libraries.push_back(words);
    }
    return std::to_string(o.rows) + (o.rows == 1 ? " kernel" : " kernels") +
           (table.device.empty() ? "" : " of " + table.device) + " by " + listed(libraries, ", ");
}
}  // namespace detail

/// The laws of `d` from the table at `path`. Throws `error` for a table that cannot be read or is of another device.
inline timed_kernels kernels_timed(const std::string& path, const device<>& d) {
    timed_kernels k{.table = read_kernel_rows(path)};
    detail::check_same_device(k.table.device, d);
    try {
        k.outcome = fit_laws(d, k.table.rows);
    } catch (const error& e) {
        fail(path + ": " + e.what());
    }
    k.timed = detail::words_of(k.table, k.outcome);
    return k;
}

/// `f` with the laws of `k`.
inline void add_laws(calibration_file& f, const timed_kernels& k, const device<>& d) {
    f.device = d.name.str();
    f.laws = std::make_shared<const measured_laws>(k.outcome.laws);
    f.kernels = k.timed;
}
}  // namespace gambrel::ask
