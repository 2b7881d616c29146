// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The header of a GGUF file: its keys and the names, shapes and types of its tensors. Their data are not read.
///
///     "GGUF", u32 version, u64 tensors, u64 keys
///     key     string, u32 type, value          array: u32 type, u64 count, elements; none within one another
///     tensor  string, u32 dims, u64 each, u32 type, u64 offset
///     data    from the next multiple of general.alignment (32), each tensor behind the one before, padded to it
///
/// A file is hostile until shown otherwise: every length and count is checked against what is left of the file before
/// anything is allocated; counts times sizes cannot wrap; names are at most 63 bytes and distinct; rows are whole
/// blocks; offsets are the running padded sum. Vocabulary (arrays of strings, megabytes) is passed over: its length is
/// kept. Versions 2 and 3. Source: ggml's docs/gguf.md and gguf.cpp (llama.cpp of 2026-10), read 2026-11.
/// Evidence: tests/model/io/gguf_header_test.cpp; tests/fuzz/.

#include <bit>
#include <filesystem>
#include <fstream>
#include <gambrel/model/gguf_block.hpp>
#include <gambrel/model/io/gguf_stream.hpp>
#include <gambrel/names/printable.hpp>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace gambrel {

/// What a key holds: a number, a text, or an array of numbers; of other arrays their length alone.
struct gguf_value {
    std::optional<double> number{};
    std::string text{};
    std::vector<double> numbers{};
    std::uint64_t length = 0;  ///< of an array
    bool array = false;
};
struct gguf_tensor_info {
    std::string name{};
    std::vector<std::uint64_t> dims{};
    gguf_type type{};

    double elements() const {
        double n = 1.0;
        for (const std::uint64_t d : dims) n *= static_cast<double>(d);
        return n;
    }
    double bytes() const { return elements() / block_of(type).elements * block_of(type).bytes; }
};
struct gguf_header {
    std::uint32_t version = 0;
    std::map<std::string, gguf_value, std::less<>> keys{};
    std::vector<gguf_tensor_info> tensors{};
    std::uint64_t data_from = 0;  ///< where tensor data begins
    std::uint64_t data_bytes = 0;

    const gguf_value* find(std::string_view key) const {
        const auto at = keys.find(key);
        return at == keys.end() ? nullptr : &at->second;
    }
};

namespace detail::gguf {

inline constexpr std::uint64_t most_name = 63, most_key = 65535, most_text = std::uint64_t{1} << 20,
                               most_numbers = 65536, most_dim = std::uint64_t{1} << 40;

/// Types by their number in the file; the gaps are types that were taken back.
inline std::optional<gguf_type> tensor_type_of(std::uint32_t id) {
    using enum gguf_type;
    static const std::map<std::uint32_t, gguf_type> known{
        {0, f32},      {1, f16},    {2, q4_0},    {3, q4_1},   {6, q5_0},   {7, q5_1},     {8, q8_0},
        {10, q2_k},    {11, q3_k},  {12, q4_k},   {13, q5_k},  {14, q6_k},  {16, iq2_xxs}, {17, iq2_xs},
        {18, iq3_xxs}, {19, iq1_s}, {20, iq4_nl}, {21, iq3_s}, {22, iq2_s}, {23, iq4_xs},  {29, iq1_m},
        {30, bf16},    {34, tq1_0}, {35, tq2_0},  {39, mxfp4}, {40, nvfp4}, {41, q1_0},    {42, q2_0}};
    const auto at = known.find(id);
    return at == known.end() ? std::nullopt : std::optional(at->second);
}

/// Bytes of a value of `type`; 0: a string (8) or an array (9).
inline std::uint64_t size_of(std::uint32_t type, const std::string& key) {
    constexpr std::array<std::uint64_t, 13> sizes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type >= sizes.size())
        fail("the key " + printable(key) + " of the GGUF file has the unknown type " + std::to_string(type));
    return sizes[type];
}
inline double number_of(stream& s, std::uint32_t type) {
    constexpr const char* what = "a key";
    switch (type) {
        case 0: return s.number<std::uint8_t>(what);
        case 1: return s.number<std::int8_t>(what);
        case 2: return s.number<std::uint16_t>(what);
        case 3: return s.number<std::int16_t>(what);
        case 4: return s.number<std::uint32_t>(what);
        case 5: return s.number<std::int32_t>(what);
        case 6: return static_cast<double>(s.number<float>(what));
        case 7: return s.number<std::uint8_t>(what) != 0 ? 1.0 : 0.0;
        case 10: return static_cast<double>(s.number<std::uint64_t>(what));
        case 11: return static_cast<double>(s.number<std::int64_t>(what));
        default: return s.number<double>(what);
    }
}
inline gguf_value array_of(stream& s, const std::string& key) {
    gguf_value v;
    v.array = true;
    const auto type = s.number<std::uint32_t>("an array");
    if (type == 9) fail("the key " + printable(key) + " of the GGUF file holds arrays within arrays");
    const std::uint64_t size = size_of(type, key);
    v.length = s.number<std::uint64_t>("an array");
    if (v.length > s.left() / (size > 0 ? size : 8))
        fail("the key " + printable(key) + " of the GGUF file claims " + std::to_string(v.length) + " elements, but " +
             std::to_string(s.left()) + " bytes are left");
    if (size == 0) {
        for (std::uint64_t i = 0; i < v.length; ++i) s.skip(s.number<std::uint64_t>("a string"), 1, "a string");
    } else if (v.length > most_numbers) {
        s.skip(v.length, size, "an array");
    } else {
        v.numbers.reserve(static_cast<std::size_t>(v.length));
        for (std::uint64_t i = 0; i < v.length; ++i) v.numbers.push_back(number_of(s, type));
    }
    return v;
}
inline gguf_value value_of(stream& s, const std::string& key) {
    const auto type = s.number<std::uint32_t>("a key");
    if (type == 9) return array_of(s, key);
    gguf_value v;
    if (size_of(type, key) == 0) {  // chat templates and licences are long: kept where short
        const auto length = s.number<std::uint64_t>("a string");
        s.need(length, "a string");
        if (length > 4096) s.skip(length, 1, "a string");
        else {
            v.text.resize(static_cast<std::size_t>(length));
            for (char& c : v.text) c = static_cast<char>(s.number<std::uint8_t>("a string"));
        }
        v.length = length;
        return v;
    }
    v.number = number_of(s, type);
    return v;
}

inline gguf_tensor_info tensor_of(stream& s) {
    gguf_tensor_info t;
    t.name = s.text(most_name, "the name of a tensor");
    const std::string named = "the tensor " + printable(t.name) + " of the GGUF file ";
    const auto dims = s.number<std::uint32_t>("a tensor");
    if (dims < 1 || dims > 4) fail(named + "has " + std::to_string(dims) + " dimensions; tensors have 1 to 4");
    double elements = 1.0;
    for (std::uint32_t i = 0; i < dims; ++i) {
        const auto d = s.number<std::uint64_t>("a tensor");
        if (d < 1 || d > most_dim) fail(named + "has a dimension of " + std::to_string(d));
        t.dims.push_back(d);
        elements *= static_cast<double>(d);
    }
    if (!(elements < 1e15)) fail(named + "has more elements than any memory holds");
    const auto id = s.number<std::uint32_t>("a tensor");
    const auto type = tensor_type_of(id);
    if (!type) fail(named + "has the unknown type " + std::to_string(id));
    t.type = *type;
    if (t.dims[0] % static_cast<std::uint64_t>(block_of(*type).elements) != 0)
        fail(named + "has rows of " + std::to_string(t.dims[0]) + ", which are no whole blocks of " +
             block_of(*type).name.str());
    return t;
}

inline std::uint64_t alignment_of(const gguf_header& h) {
    const gguf_value* a = h.find("general.alignment");
    if (!a) return 32;
    const double n = a->number.value_or(0.0);
    if (!(n >= 1.0 && n <= 1048576.0) || !std::has_single_bit(static_cast<std::uint64_t>(n)))
        fail("general.alignment of the GGUF file is no power of two up to 2^20");
    return static_cast<std::uint64_t>(n);
}
}  // namespace detail::gguf

/// The header of the file that `in` holds, of `size` bytes; `whole`: the data of its tensors must be there too.
/// Throws `error` naming what is wrong.
inline gguf_header read_gguf_header(std::istream& in, std::uint64_t size, bool whole = true) {
    namespace g = detail::gguf;
    g::stream s(in, size);
    if (size < 4 || s.number<std::uint32_t>("its magic") != 0x46554747U)
        fail("this is no GGUF file: it does not begin with GGUF");
    gguf_header h;
    h.version = s.number<std::uint32_t>("its version");
    if (h.version == 0x02000000U || h.version == 0x03000000U) fail("the GGUF file is big-endian, which is not read");
    if (h.version != 2 && h.version != 3)
        fail("the GGUF file is of version " + std::to_string(h.version) + "; 2 and 3 are read");
    const auto tensors = s.number<std::uint64_t>("its counts"), keys = s.number<std::uint64_t>("its counts");
    constexpr std::uint64_t least_key = 8 + 4 + 1, least_tensor = 8 + 4 + 8 + 4 + 8;
    if (keys > s.left() / least_key || tensors > s.left() / least_tensor)
        fail("the GGUF file claims " + std::to_string(keys) + " keys and " + std::to_string(tensors) +
             " tensors, but has " + std::to_string(s.left()) + " bytes left");
    for (std::uint64_t i = 0; i < keys; ++i) {
        std::string key = s.text(g::most_key, "a key");
        gguf_value value = g::value_of(s, key);
        if (!h.keys.emplace(key, std::move(value)).second)
            fail("the key " + printable(key) + " stands in the GGUF file twice");
    }
    const std::uint64_t alignment = g::alignment_of(h);
    std::set<std::string, std::less<>> names;
    for (std::uint64_t i = 0; i < tensors; ++i) {
        gguf_tensor_info t = g::tensor_of(s);
        if (!names.insert(t.name).second) fail("the tensor " + printable(t.name) + " stands in the GGUF file twice");
        const auto offset = s.number<std::uint64_t>("a tensor");
        if (offset != h.data_bytes)
            fail("the tensor " + printable(t.name) + " of the GGUF file begins at " + std::to_string(offset) +
                 ", but those before it end at " + std::to_string(h.data_bytes));
        const auto bytes = static_cast<std::uint64_t>(t.bytes());  // below 4e15: exact, and no sum of them wraps soon
        if (h.data_bytes > (std::uint64_t{1} << 62)) fail("the tensors of the GGUF file are larger than any file");
        h.data_bytes += (bytes + alignment - 1) / alignment * alignment;
        h.tensors.push_back(std::move(t));
    }
    h.data_from = (s.position() + alignment - 1) / alignment * alignment;
    if (whole && !h.tensors.empty() &&
        (h.data_from > size || h.data_bytes - std::min(h.data_bytes, alignment) > size - h.data_from))
        fail("the GGUF file breaks off: its tensors take " + std::to_string(h.data_bytes) + " bytes from " +
             std::to_string(h.data_from) + ", and it has " + std::to_string(size));
    return h;
}

/// The header of the file at `path`. Throws `error` naming it.
inline gguf_header read_gguf_header(const std::filesystem::path& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    std::ifstream in(path, std::ios::binary);
    if (problem || !in) fail("the GGUF file " + printable(path.string()) + " cannot be read");
    try {
        return read_gguf_header(in, size);
    } catch (const error& e) {
        fail(printable(path.string()) + ": " + e.what());
    }
}
}  // namespace gambrel
