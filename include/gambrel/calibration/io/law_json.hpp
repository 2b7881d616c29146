// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Measured laws as the section "kernels" of a calibration file: a list with one object a law.
///
///     {"kind": "gemm", "law": "fp8", "library": "vllm", "compute": 0.71, "memory": 0.88, "overlap": 1.6, "fixed_s": 4.1e-6,
///      "per_input_s": 3e-10, "conversion_share": 0.5, "conversion_s": 2e-6, "sigma": 0.07, "rows": 8}
///
/// Kinds: gemm, experts, attention, elementwise, ring, direct (all-reduces). Every constant of the law is there; one that
/// is missing, unknown or out of range is an `error`. Evidence: tests/calibration/law_json_test.cpp.

#include <gambrel/roofline/calibration/measured_laws.hpp>
#include <nlohmann/json.hpp>

namespace gambrel {

inline constexpr std::array<std::string_view, multiply_law_count> multiply_law_keys{
    "16_bit", "fp8", "fp4", "int8", "weight_only", "fp32", "fp8_block"};
inline constexpr std::array<std::string_view, expert_format_count> expert_law_keys{"16_bit", "fp8",   "fp8_block",
                                                                                   "int4",   "mxfp4", "nvfp4"};
inline constexpr std::size_t most_laws = 200;

namespace detail {
/// The constants of each law with the names the file gives them; times are seconds.
template <class F> void each_constant(product_law<>& l, F&& f) {
    f("compute", l.compute);
    f("memory", l.memory);
    f("overlap", l.overlap);
    f.time("fixed_s", l.fixed);
    f.time("per_input_s", l.per_input);
    f("sigma", l.sigma);
    f("rows", l.rows);
}
template <class F> void each_constant(gemm_law<>& l, F&& f) {
    each_constant(l.product, f);
    f("conversion_share", l.conversion.share);
    f.time("conversion_s", l.conversion.fixed);
}
template <class F> void each_constant(experts_law<>& l, F&& f) {
    f("compute", l.compute);
    f("memory", l.memory);
    f("overlap", l.overlap);
    f.time("fixed_s", l.fixed);
    f("activation_passes", l.activation_passes);
    f("routing_passes", l.routing_passes);
    f("sigma", l.sigma);
    f("rows", l.rows);
}
template <class F> void each_constant(attention_law<>& l, F&& f) {
    each_constant(l.product, f);
    f.time("per_stream_s", l.per_stream);
    f.time("per_key_s", l.per_key);
    f.time("ramp_s", l.ramp);
    f("softmax_flop", l.softmax);
}
template <class F> void each_constant(message_factors& l, F&& f) {
    f("start", l.start);
    f("share", l.share);
    f("sigma", l.sigma);
    f("rows", l.rows);
}

struct constants_to_json {
    nlohmann::ordered_json& to;
    void operator()(const char* name, double x) { to[name] = x; }
    void operator()(const char* name, int x) { to[name] = x; }
    void time(const char* name, const seconds<>& t) { to[name] = t.value(); }
};
template <class Law> nlohmann::ordered_json law_json(const char* kind, std::string_view law, kernel_library l, Law c) {
    nlohmann::ordered_json j{{"kind", kind}};
    if (!law.empty()) j["law"] = law;
    j["library"] = key_of(l);
    constants_to_json put{j};
    each_constant(c, put);
    return j;
}

struct constants_from_json {
    const nlohmann::json& from;
    std::size_t taken = 0;
    double number(const char* name) {
        if (!from.contains(name)) fail("a law of \"kernels\" lacks \"" + std::string(name) + "\"");
        if (!from.at(name).is_number()) fail("\"" + std::string(name) + "\" of a law of \"kernels\" must be a number");
        ++taken;
        return from.at(name).get<double>();
    }
    void operator()(const char* name, double& x) { x = number(name); }
    void operator()(const char* name, int& x) {
        x = static_cast<int>(checked(number(name), 0.0, 1e9, "the rows of a law"));
    }
    void time(const char* name, seconds<>& t) { t = seconds<>::from_value(number(name)); }
};
template <class Law> Law law_from(const nlohmann::json& j, std::size_t words) {
    Law l{};
    constants_from_json get{j};
    each_constant(l, get);
    if (j.size() != get.taken + words) fail("a law of \"kernels\" has a constant that means nothing here");
    return l;
}
template <std::size_t N>
std::size_t place_of(const std::array<std::string_view, N>& keys, const std::string& what, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (keys[i] == name) return i;
    fail_unknown(what, name, keys);
}
}  // namespace detail

inline nlohmann::ordered_json to_json(const measured_laws& own) {
    using detail::law_json;
    auto all = nlohmann::ordered_json::array();
    for (const auto& l : own.gemm)
        all.push_back(law_json("gemm", multiply_law_keys[static_cast<std::size_t>(l.variant)], l.library, l.constants));
    for (const auto& l : own.experts)
        all.push_back(
            law_json("experts", expert_law_keys[static_cast<std::size_t>(l.variant)], l.library, l.constants));
    for (const auto& l : own.attention) all.push_back(law_json("attention", key_of(l.variant), l.library, l.constants));
    if (own.elementwise) all.push_back(law_json("elementwise", "", kernel_library::other, *own.elementwise));
    if (own.ring) all.push_back(law_json("ring", "", kernel_library::other, *own.ring));
    if (own.direct) all.push_back(law_json("direct", "", kernel_library::other, *own.direct));
    return all;
}

/// The laws that `value`, the section of a file, describes. Throws `error` as above, and for a law that is there twice.
inline measured_laws laws_from_json(const nlohmann::json& value) {
    if (!value.is_array()) fail("\"kernels\" of the calibration file must be a list of laws");
    if (value.size() > most_laws) fail("\"kernels\" of the calibration file has more laws than a device can have");
    measured_laws own;
    const auto add = [](auto& laws, auto law) {
        for (const auto& each : laws)
            if (each.variant == law.variant && each.library == law.library)
                fail("a law of \"kernels\" is there twice; give each once for a library");
        check(law.constants);
        laws.push_back(law);
    };
    const auto set = [](auto& law, auto constants) {
        if (law) fail("a law of \"kernels\" is there twice; give each once");
        check(constants);
        law = constants;
    };
    for (const nlohmann::json& j : value) {
        const auto word = [&](const char* key) {
            if (!j.is_object() || !j.contains(key) || !j.at(key).is_string())
                fail("a law of \"kernels\" lacks \"" + std::string(key) + "\"");
            return j.at(key).get<std::string>();
        };
        const std::string kind = word("kind");
        const auto library =
            static_cast<kernel_library>(detail::place_of(keys_of_all<kernel_library>(), "library", word("library")));
        if (kind == "gemm")
            add(own.gemm, own_law<multiply_law, gemm_law<>>{library,
                                                            static_cast<multiply_law>(detail::place_of(
                                                                multiply_law_keys, "law of products", word("law"))),
                                                            detail::law_from<gemm_law<>>(j, 3)});
        else if (kind == "experts")
            add(own.experts, own_law<expert_format, experts_law<>>{library,
                                                                   static_cast<expert_format>(detail::place_of(
                                                                       expert_law_keys, "law of experts", word("law"))),
                                                                   detail::law_from<experts_law<>>(j, 3)});
        else if (kind == "attention")
            add(own.attention, own_law<attention_kernel, attention_law<>>{
                                   library,
                                   static_cast<attention_kernel>(detail::place_of(keys_of_all<attention_kernel>(),
                                                                                  "law of attention", word("law"))),
                                   detail::law_from<attention_law<>>(j, 3)});
        else if (kind == "elementwise") set(own.elementwise, detail::law_from<product_law<>>(j, 2));
        else if (kind == "ring") set(own.ring, detail::law_from<message_factors>(j, 2));
        else if (kind == "direct") set(own.direct, detail::law_from<message_factors>(j, 2));
        else
            fail_unknown(
                "kind of law", kind,
                std::array<std::string_view, 6>{"gemm", "experts", "attention", "elementwise", "ring", "direct"});
    }
    return own;
}
}  // namespace gambrel
