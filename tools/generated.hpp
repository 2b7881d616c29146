// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What all generators share: the date they write, the head of a generated header, and the writing of files. Structs
/// of generated data are in hand-written headers of the library; generated headers hold data only.

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gambrel/error.hpp>
#include <string>

namespace generated {

/// The month of the fit, "2026-11": that of today, or of SOURCE_DATE_EPOCH (seconds since 1970) where it is set.
inline std::string fit_date() {
    using namespace std::chrono;
    const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
    const sys_seconds now =
        epoch ? sys_seconds(seconds(std::strtoll(epoch, nullptr, 10))) : floor<seconds>(system_clock::now());
    const year_month_day day(floor<days>(now));
    return fmt::format("{:04}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()));
}

inline void write(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    if (!out.flush()) gambrel::fail("cannot write " + path);
    fmt::print("wrote {}\n", path);
}
}  // namespace generated
