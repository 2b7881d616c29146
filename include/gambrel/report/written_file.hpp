// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A file that is written, whole or with an error: a disk that is full, a quota, a folder that is gone. Streams keep silent
/// about it. Evidence: tests/report/neutral_test.cpp.

#include <cerrno>
#include <fstream>
#include <gambrel/error.hpp>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

namespace gambrel::report {

/// Throws `error`: `what` cannot be written, and why, as the system says.
[[noreturn]] inline void fail_written(const std::string& what, int reason) {
    fail("cannot write " + what + ": " + std::generic_category().message(reason != 0 ? reason : EIO) +
         "; what is there of it is not whole");
}

namespace detail {
/// A file's buffer that remembers why the system took no more of it.
class remembering_buffer : public std::filebuf {
public:
    int reason = 0;

protected:
    int_type overflow(int_type c) override {
        errno = 0;
        const int_type taken = std::filebuf::overflow(c);
        if (traits_type::eq_int_type(taken, traits_type::eof()) && reason == 0) reason = errno;
        return taken;
    }
    std::streamsize xsputn(const char* s, std::streamsize n) override {
        errno = 0;
        const std::streamsize taken = std::filebuf::xsputn(s, n);
        if (taken != n && reason == 0) reason = errno;
        return taken;
    }
};
}  // namespace detail

/// Counts as not written until `finish` has been called.
class written_file {
public:
    /// Throws `error` where it cannot be opened.
    explicit written_file(std::string path) : path_(std::move(path)) {
        errno = 0;
        if (buffer_.open(path_, std::ios::out | std::ios::binary) == nullptr)
            fail("cannot write " + path_ + ": " + std::generic_category().message(errno != 0 ? errno : EIO) +
                 "; name a file in a folder that exists and may be written");
    }
    std::ostream& stream() { return stream_; }
    /// Throws `error` unless all of it has been written.
    void finish() {
        const bool taken = stream_.good();
        errno = 0;
        const bool closed = buffer_.close() != nullptr;  // writes the rest of the buffer
        if (!taken || !closed) fail_written(path_, buffer_.reason != 0 ? buffer_.reason : errno);
    }

private:
    std::string path_;
    detail::remembering_buffer buffer_;
    std::ostream stream_{&buffer_};
};

inline void write_file(const std::string& path, const std::string& text) {
    written_file file(path);
    file.stream() << text;
    file.finish();
}
}  // namespace gambrel::report
