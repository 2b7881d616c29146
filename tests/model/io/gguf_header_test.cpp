// SPDX-License-Identifier: Apache-2.0
// GGUF headers written here byte by byte: what is read of them, and lies that must be named before anything is
// allocated.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/model/io/gguf_architecture.hpp>
#include <sstream>

using namespace gambrel;

namespace {
/// Writes a GGUF file.
struct writer {
    std::string keys{}, tensors{};
    std::uint64_t key_count = 0, tensor_count = 0, offset = 0;

    template <class T> static std::string raw(T v) {
        std::string s(sizeof(T), '\0');
        std::memcpy(s.data(), &v, sizeof(T));
        return s;
    }
    static std::string text(const std::string& s) { return raw<std::uint64_t>(s.size()) + s; }
    writer& key(const std::string& k, std::uint32_t type, const std::string& value) {
        keys += text(k) + raw(type) + value;
        ++key_count;
        return *this;
    }
    writer& number(const std::string& k, std::uint32_t v) { return key(k, 4, raw(v)); }
    writer& word(const std::string& k, const std::string& v) { return key(k, 8, text(v)); }
    writer& numbers(const std::string& k, const std::vector<std::uint32_t>& v) {
        std::string all = raw<std::uint32_t>(4) + raw<std::uint64_t>(v.size());
        for (const std::uint32_t n : v) all += raw(n);
        return key(k, 9, all);
    }
    writer& tokens(std::uint64_t n) {
        std::string all = raw<std::uint32_t>(8) + raw(n);
        for (std::uint64_t i = 0; i < n; ++i) all += text("t");
        return key("tokenizer.ggml.tokens", 9, all);
    }
    writer& tensor(const std::string& name, std::vector<std::uint64_t> dims, gguf_type t, std::uint32_t id) {
        double elements = 1;
        tensors += text(name) + raw(static_cast<std::uint32_t>(dims.size()));
        for (const std::uint64_t d : dims) {
            tensors += raw(d);
            elements *= static_cast<double>(d);
        }
        tensors += raw(id) + raw(offset);
        const auto bytes = static_cast<std::uint64_t>(elements / block_of(t).elements * block_of(t).bytes);
        offset += (bytes + 31) / 32 * 32;
        ++tensor_count;
        return *this;
    }
    std::string head(std::uint32_t version = 3) const {
        return "GGUF" + raw(version) + raw(tensor_count) + raw(key_count) + keys + tensors;
    }
    /// With data, all zero.
    std::string file() const {
        std::string s = head();
        s.resize((s.size() + 31) / 32 * 32 + offset);
        return s;
    }
};
gguf_header read(const std::string& file) {
    std::istringstream in(file);
    return read_gguf_header(in, file.size());
}
std::string why(const std::string& file) {
    try {
        (void)architecture_of(read(file));
        return "";
    } catch (const error& e) {
        return e.what();
    }
}
bool says(const std::string& message, const char* part) {
    CAPTURE(message);
    return message.find(part) != std::string::npos;
}
/// Two layers of a small Llama in Q4_K, its values in Q6_K.
writer llama() {
    writer w;
    w.word("general.architecture", "llama").word("general.name", "small").number("llama.block_count", 2);
    w.number("llama.embedding_length", 512)
        .number("llama.feed_forward_length", 1024)
        .number("llama.context_length", 4096);
    w.number("llama.attention.head_count", 8).number("llama.attention.head_count_kv", 2).tokens(1000);
    w.tensor("token_embd.weight", {512, 1000}, gguf_type::q4_k, 12)
        .tensor("output.weight", {512, 1000}, gguf_type::q6_k, 14);
    w.tensor("output_norm.weight", {512}, gguf_type::f32, 0);
    for (const std::string l : {"blk.0.", "blk.1."}) {
        w.tensor(l + "attn_norm.weight", {512}, gguf_type::f32, 0)
            .tensor(l + "ffn_norm.weight", {512}, gguf_type::f32, 0);
        w.tensor(l + "attn_q.weight", {512, 512}, gguf_type::q4_k, 12)
            .tensor(l + "attn_k.weight", {512, 128}, gguf_type::q4_k, 12);
        w.tensor(l + "attn_v.weight", {512, 128}, gguf_type::q6_k, 14)
            .tensor(l + "attn_output.weight", {512, 512}, gguf_type::q4_k, 12);
        w.tensor(l + "ffn_gate.weight", {512, 1024}, gguf_type::q4_k, 12)
            .tensor(l + "ffn_up.weight", {512, 1024}, gguf_type::q4_k, 12);
        w.tensor(l + "ffn_down.weight", {1024, 512}, gguf_type::q4_k, 12);
    }
    return w;
}
}  // namespace

TEST_CASE("a small model: its widths, its formats by part, its parameters and its bytes") {
    const gguf_header h = read(llama().file());
    const architecture m = architecture_of(h);
    CHECK(m.name.view() == "small");
    CHECK(m.layers() == 2);
    CHECK(m.group_count == 1);
    CHECK(m.vocabulary == 1000);
    CHECK(m.groups[0].layer.attention.kv_heads == 2);
    CHECK(m.groups[0].layer.attention.head_dim == 64);
    CHECK(m.groups[0].layer.feed_forward.gated);
    CHECK_FALSE(m.tied_embedding);
    double elements = 0;
    for (const gguf_tensor_info& t : h.tensors) elements += t.elements();
    CHECK(static_cast<double>(parameter_count(m)) == elements);
    CHECK(m.stored.feed_forward.bits == approx(4.5));
    CHECK(m.stored.head.bits == approx(6.5625));
    const double attention = 512.0 * (512 * 2 + 128) * 4.5 + 512.0 * 128 * 6.5625;
    CHECK(m.stored.attention.bits == approx(attention / (512.0 * (512 * 2 + 256))));
    CHECK(m.stored.attention.gguf);
}

TEST_CASE("keys of a whole model without tensors: the catalog's widths; numbers and arrays for each layer") {
    writer w;
    w.word("general.architecture", "llama").number("llama.block_count", 32).number("llama.embedding_length", 4096);
    w.number("llama.feed_forward_length", 14336).number("llama.attention.head_count", 32);
    w.number("llama.attention.head_count_kv", 8)
        .number("llama.vocab_size", 128256)
        .number("llama.context_length", 8192);
    const architecture m = architecture_of(read(w.head()));
    CHECK(parameter_count(m) == parameter_count(catalog::llama_3_8b));
    writer q;
    q.word("general.architecture", "qwen3moe")
        .number("qwen3moe.block_count", 48)
        .number("qwen3moe.embedding_length", 2048);
    q.number("qwen3moe.feed_forward_length", 6144).number("qwen3moe.attention.head_count", 32);
    q.number("qwen3moe.attention.head_count_kv", 4).number("qwen3moe.attention.key_length", 128);
    q.number("qwen3moe.expert_count", 128).number("qwen3moe.expert_used_count", 8);
    q.number("qwen3moe.expert_feed_forward_length", 768).number("qwen3moe.vocab_size", 151936);
    const architecture e = architecture_of(read(q.head()));
    CHECK(e.groups[0].layer.experts.experts == 128);
    CHECK(static_cast<double>(parameter_count(e)) ==
          approx(static_cast<double>(parameter_count(catalog::qwen3_30b_a3b)))
              .epsilon(1e-5));  // norms of heads are in tensors
    const auto two_kinds = [](const std::string& x) {
        writer a;
        a.word("general.architecture", x).number(x + ".block_count", 2).number(x + ".embedding_length", 64);
        a.numbers(x + ".feed_forward_length", {128, 256})
            .number(x + ".attention.head_count", 4)
            .numbers(x + ".attention.head_count_kv", {4, 2});
        return a.number(x + ".vocab_size", 100);
    };
    CHECK(says(why(two_kinds("x").head(2)), "the architecture x, which is not known"));
    const writer a = two_kinds("openelm");
    const architecture two = architecture_of(read(a.head(2)));
    REQUIRE(two.group_count == 2);
    CHECK(two.groups[1].layer.feed_forward.width == 256);
    CHECK(two.groups[1].layer.attention.kv_heads == 2);
}

TEST_CASE("every tensor type is read by its number") {
    for (std::uint32_t id = 0; id < 64; ++id) {
        const auto t = detail::gguf::tensor_type_of(id);
        if (!t) continue;
        writer w;
        w.word("general.architecture", "llama").tensor("a.weight", {256, 4}, *t, id);
        const gguf_header h = read(w.file());
        CHECK(h.tensors.at(0).bytes() == 1024.0 / block_of(*t).elements * block_of(*t).bytes);
    }
}

TEST_CASE("a file that breaks off anywhere is an error, never a model") {
    const std::string whole = llama().file();
    CHECK(why(whole).empty());
    for (std::size_t n = 0; n < whole.size() - 64; n += n < 3000 ? 7 : 4001)
        CHECK_FALSE(why(whole.substr(0, n)).empty());
}

TEST_CASE("lies are named before anything is allocated") {
    const auto u64 = [](std::uint64_t n) { return writer::raw(n); };
    const auto u32 = [](std::uint32_t n) { return writer::raw(n); };
    const auto with_key = [&](std::uint32_t type, const std::string& value) {
        return writer(llama()).key("lie", type, value).file();
    };
    const auto huge = std::uint64_t{1} << 62;
    CHECK(says(why("GGML" + std::string(40, '\0')), "no GGUF file"));
    CHECK(says(why(llama().head(1)), "version 1"));
    CHECK(says(why(llama().head(0x03000000)), "big-endian"));
    CHECK(says(why("GGUF" + u32(3) + u64(huge) + u64(1) + std::string(100, 'x')), "claims"));
    CHECK(says(why("GGUF" + u32(3) + u64(1) + u64(~std::uint64_t{0}) + std::string(100, 'x')), "claims"));
    CHECK(says(why(with_key(8, u64(~std::uint64_t{0}))), "breaks off"));
    CHECK(says(why(with_key(9, u32(4) + u64(huge))), "claims"));
    CHECK(says(why(with_key(9, u32(8) + u64(huge))), "claims"));
    CHECK(says(why(with_key(9, u32(9) + u64(1))), "arrays within arrays"));
    CHECK(says(why(with_key(77, u32(0))), "unknown type"));
    CHECK(says(why(writer(llama()).number("llama.block_count", 2).file()), "twice"));
    CHECK(says(why(writer(llama()).number("general.alignment", 24).file()), "power of two"));
    CHECK(says(why(writer(llama()).number("general.alignment", 0).file()), "power of two"));
    CHECK(says(why(writer(llama()).tensor("output_norm.weight", {512}, gguf_type::f32, 0).file()), "twice"));
    CHECK(says(why(writer(llama()).tensor(std::string(64, 'n'), {32}, gguf_type::f32, 0).file()), "64 bytes"));
    CHECK(says(why(writer(llama()).tensor("x", {1, 1, 1, 1, 1}, gguf_type::f32, 0).file()), "5 dimensions"));
    CHECK(says(why(writer(llama()).tensor("x", {100}, gguf_type::q4_k, 12).file()), "no whole blocks"));
    CHECK(says(why(writer(llama()).tensor("x", {32}, gguf_type::f32, 5).file()), "unknown type 5"));
    writer wide = llama();
    wide.tensors += writer::text("x") + u32(2) + u64((std::uint64_t{1} << 42) + 1) + u64(4) + u32(0) + u64(wide.offset);
    ++wide.tensor_count;
    CHECK(says(why(wide.head()), "dimension"));
    writer moved = llama();
    moved.offset += 32;
    CHECK(says(why(moved.tensor("x", {32}, gguf_type::f32, 0).file()), "begins at"));
}

TEST_CASE("keys that the tensors do not bear out") {
    const auto with = [](const char* instead, const std::function<void(writer&)>& add) {
        writer w = llama();  // a second key of the same name is refused: the first is renamed
        const auto rename = [&](std::string& in, const std::string& from) {
            const std::size_t at = in.find(from);
            REQUIRE(at != std::string::npos);
            in[at] = 'X';
        };
        rename(w.keys, instead);
        add(w);
        return why(w.file());
    };
    CHECK(with("llama.attention.head_count_kv", [](writer& w) { w.number("llama.attention.head_count_kv", 4); }) ==
          "the tensor blk.0.attn_k.weight of the GGUF file is 512 x 128, 65536 elements, where its keys say 131072");
    CHECK(says(with("llama.feed_forward_length", [](writer& w) { w.number("llama.feed_forward_length", 2048); }),
               "blk.0.ffn_gate.weight of the GGUF file is 512 x 1024"));
    CHECK(says(with("llama.attention.head_count_kv", [](writer&) {}), "blk.0.attn_k.weight"));  // as many as heads
    CHECK(says(with("llama.embedding_length", [](writer& w) { w.number("llama.embedding_length", 256); }),
               "token_embd.weight"));
    writer other = llama();
    other.tensor("blk.1.indexer.attn_q_b.weight", {512, 32}, gguf_type::q4_k, 12);
    CHECK(says(why(other.file()), "blk.1.indexer.attn_q_b.weight of the GGUF file is of a part that is not read"));
    writer norm = llama();
    norm.tensor("blk.1.attn_q_norm.weight", {64}, gguf_type::f32, 0);
    norm.tensor("blk.2.anything.weight", {64, 64}, gguf_type::f32, 0);  // beyond the layers: a prediction module
    CHECK(why(norm.file()).empty());

    // Gate and up in one matrix (phi3), whatever the architecture is called; queries, keys and values in one
    writer fused;
    fused.word("general.architecture", "new").number("new.block_count", 1).number("new.embedding_length", 64);
    fused.number("new.feed_forward_length", 96)
        .number("new.attention.head_count", 4)
        .number("new.attention.head_count_kv", 2);
    fused.tensor("token_embd.weight", {64, 50}, gguf_type::f32, 0)
        .tensor("blk.0.attn_qkv.weight", {64, 64 + 2 * 32}, gguf_type::f32, 0)
        .tensor("blk.0.attn_output.weight", {64, 64}, gguf_type::f32, 0)
        .tensor("blk.0.ffn_down.weight", {96, 64}, gguf_type::f32, 0);
    CHECK(says(why(fused.file()), "no blk.0.ffn_up.weight"));
    writer up = fused;
    up.tensor("blk.0.ffn_up.weight", {64, 2 * 96}, gguf_type::f32, 0);
    const architecture m = architecture_of(read(up.file()));
    CHECK(m.groups[0].layer.feed_forward.gated);
    CHECK(m.tied_embedding);
    writer plain = fused;
    plain.tensor("blk.0.ffn_up.weight", {64, 96}, gguf_type::f32, 0);
    CHECK_FALSE(architecture_of(read(plain.file())).groups[0].layer.feed_forward.gated);
}

TEST_CASE("experts and a dense layer: which is which say the tensors, and the width of shared experts too") {
    writer w;
    w.word("general.architecture", "llama4").number("llama4.block_count", 2).number("llama4.embedding_length", 64);
    w.number("llama4.feed_forward_length", 128)
        .number("llama4.attention.head_count", 4)
        .number("llama4.expert_count", 8);
    w.number("llama4.expert_used_count", 1).number("llama4.expert_feed_forward_length", 32);
    w.tensor("token_embd.weight", {64, 50}, gguf_type::f32, 0);
    for (const std::string l : {"blk.0.", "blk.1."})
        for (const char* each : {"attn_q", "attn_k", "attn_v", "attn_output"})
            w.tensor(l + each + ".weight", {64, 64}, gguf_type::f32, 0);
    for (const char* each : {"ffn_gate", "ffn_up", "ffn_down"}) {
        w.tensor("blk.0." + std::string(each) + ".weight", {64, 128}, gguf_type::f32, 0);
        w.tensor("blk.1." + std::string(each) + "_exps.weight", {64, 32, 8}, gguf_type::f32, 0);
        w.tensor("blk.1." + std::string(each) + "_shexp.weight", {64, 16}, gguf_type::f32, 0);
    }
    w.tensor("blk.1.ffn_gate_inp.weight", {64, 8}, gguf_type::f32, 0);
    const gguf_header h = read(w.file());
    const architecture m = architecture_of(h);
    REQUIRE(m.group_count == 2);
    CHECK(m.groups[0].layer.feed_forward.width == 128);
    CHECK(m.groups[1].layer.experts.shared_width == 16);
    CHECK(m.groups[1].layer.experts.gated);
    double elements = 0;
    for (const gguf_tensor_info& t : h.tensors) elements += t.elements();
    CHECK(static_cast<double>(parameter_count(m)) == elements + 2 * 2 * 64 + 64);  // norms, which are not in this file
}

TEST_CASE("a file that is wrong is named") {
    const auto path = std::filesystem::temp_directory_path() / "gambrel-gguf-wrong.gguf";
    std::ofstream(path, std::ios::binary) << llama().file().substr(0, 500);
    CHECK_THROWS_WITH(read_gguf(path), doctest::Contains("gambrel-gguf-wrong.gguf: the GGUF file claims 9 keys"));
    std::ofstream(path, std::ios::binary) << writer().word("general.name", "x").file();
    CHECK_THROWS_WITH(read_gguf(path),
                      doctest::Contains("gambrel-gguf-wrong.gguf: the GGUF file has no general.architecture"));
    std::filesystem::remove(path);
}

TEST_CASE("models that no tensor bears out, and architectures that are not read, are named") {
    writer w;
    w.word("general.architecture", "llama").number("llama.block_count", 3);
    w.number("llama.embedding_length", 64)
        .number("llama.feed_forward_length", 128)
        .number("llama.attention.head_count", 4);
    w.number("llama.vocab_size", 10).tensor("blk.0.attn_q.weight", {64, 64}, gguf_type::f16, 1);
    CHECK(says(why(w.file()), "no tensor of layer 1"));
    CHECK(says(why(writer().word("general.name", "x").file()), "general.architecture"));
    CHECK(says(why(writer().word("general.architecture", "mamba").number("mamba.ssm.state_size", 16).file()),
               "ssm.state_size"));
    CHECK(says(why(writer().word("general.architecture", "llama").file()), "llama.embedding_length"));
    writer many;
    many.word("general.architecture", "llama").key("llama.embedding_length", 6, writer::raw(-3.5F));
    CHECK(says(why(many.file()), "no count"));
}
