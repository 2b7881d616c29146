// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Little-endian numbers and strings of a GGUF file, each checked against what is left of the file before anything is
/// allocated or skipped: a length is a claim of the file. Evidence: tests/model/io/gguf_header_test.cpp.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <gambrel/error.hpp>
#include <istream>
#include <string>

namespace gambrel::detail::gguf {

static_assert(std::endian::native == std::endian::little, "GGUF is read as it lies in memory");

class stream {
public:
    /// `size`: bytes of `in` from where it stands.
    stream(std::istream& in, std::uint64_t size) : in_(in), left_(size), size_(size) {}

    std::uint64_t left() const { return left_; }
    std::uint64_t position() const { return size_ - left_; }

    /// Throws unless `bytes` of `what` are left.
    void need(std::uint64_t bytes, const char* what) const {
        if (bytes > left_)
            fail(std::string("the GGUF file breaks off in ") + what + ": " + std::to_string(bytes) +
                 " bytes are wanted and " + std::to_string(left_) + " are left");
    }
    template <class T> T number(const char* what) {
        need(sizeof(T), what);
        std::array<char, sizeof(T)> raw{};
        take(raw.data(), sizeof(T));
        T value{};
        std::memcpy(&value, raw.data(), sizeof(T));
        return value;
    }
    /// A string of at most `most` bytes.
    std::string text(std::uint64_t most, const char* what) {
        const auto length = number<std::uint64_t>(what);
        need(length, what);
        if (length > most)
            fail(std::string(what) + " of the GGUF file has " + std::to_string(length) + " bytes, at most " +
                 std::to_string(most) + " are credible");
        std::string s(static_cast<std::size_t>(length), '\0');
        take(s.data(), length);
        return s;
    }
    /// Passes over `count` records of `size` bytes, which must be there.
    void skip(std::uint64_t count, std::uint64_t size, const char* what) {
        if (size > 0 && count > left_ / size) need(count > UINT64_MAX / size ? UINT64_MAX : count * size, what);
        in_.ignore(static_cast<std::streamsize>(count * size));
        if (static_cast<std::uint64_t>(in_.gcount()) != count * size) fail("the GGUF file cannot be read");
        left_ -= count * size;
    }

private:
    void take(char* to, std::uint64_t bytes) {
        if (bytes == 0) return;
        in_.read(to, static_cast<std::streamsize>(bytes));
        if (static_cast<std::uint64_t>(in_.gcount()) != bytes) fail("the GGUF file cannot be read");
        left_ -= bytes;
    }
    std::istream& in_;
    std::uint64_t left_, size_;
};
}  // namespace gambrel::detail::gguf
