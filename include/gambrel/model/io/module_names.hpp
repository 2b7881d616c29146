// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which part of a model a module name of a quantisation recipe means.
///
/// Recipes name modules in four ways: a dotted name or a run of its components ("lm_head", "gate"), a glob
/// ("*.mlp.shared_expert.*"), a regular expression ("re:.*mlp\.(gate|up)_proj.*"), or a name with another prefix
/// ("language_model.model.layers.3.self_attn.q_proj"). All are compared with the names that engines give to one
/// representative module of each part, in the middle one of the layers that have the part: recipes leave out single
/// layers at the ends. Regular expressions are read as far as recipes use them: literals, ., .*, .+, \., \d+,
/// alternatives in round brackets; anything else is an error, never a silent mismatch.

#include <gambrel/model/io/draft.hpp>

namespace gambrel::hugging_face {

/// `pattern` with * for any run and ? for any one character, against the whole of `name`. Time: product of lengths.
inline bool matches_glob(std::string_view pattern, std::string_view name) {
    std::size_t p = 0, n = 0, star = std::string_view::npos, resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resume;
        } else return false;
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

/// The globs that a simple regular expression stands for, matched from the start of a name.
inline std::vector<std::string> globs_of_expression(std::string_view expression) {
    const auto refuse = [&] {
        fail("the pattern " + shown(expression) +
             " is a regular expression beyond literals, ., .*, \\., \\d+ and (a|b)");
    };
    std::vector<std::string> globs{""};
    const auto append = [&](std::string_view piece) {
        for (auto& g : globs) g += piece;
    };
    bool anchored = false;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i], next = i + 1 < expression.size() ? expression[i + 1] : '\0';
        if (c == '^' && i == 0) continue;
        if (c == '$' && i + 1 == expression.size()) {
            anchored = true;
            continue;
        }
        if (c == '.' && next == '*') {
            append("*");
            ++i;
        } else if (c == '.' && next == '+') {
            append("?*");
            ++i;
        } else if (c == '.') append("?");
        else if (c == '\\' && next == 'd') {
            append("?*");
            i += expression.substr(i + 2, 1) == "+" ? 2 : 1;
        } else if (c == '\\' && (next == '.' || next == '_' || next == '-')) {
            append(std::string_view(&expression[++i], 1));
        } else if (c == '(') {
            const std::size_t close = expression.find(')', i);
            if (close == std::string_view::npos || next == '?') refuse();
            std::string_view inside = expression.substr(i + 1, close - i - 1);
            std::vector<std::string> more;
            while (true) {
                const std::size_t bar = inside.find('|');
                const std::string_view one = inside.substr(0, bar);
                if (one.find_first_of("()[]{}*+?.\\^$") != std::string_view::npos) refuse();
                for (const auto& g : globs) more.push_back(g + std::string(one));
                if (more.size() > 256) refuse();
                if (bar == std::string_view::npos) break;
                inside.remove_prefix(bar + 1);
            }
            globs = std::move(more);
            i = close;
        } else if (std::string_view("[]{}|)*+?\\^$").find(c) != std::string_view::npos) refuse();
        else append(std::string_view(&c, 1));
    }
    if (!anchored) append("*");
    return globs;
}

/// A pattern of a recipe, ready to be compared.
class module_pattern {
public:
    explicit module_pattern(std::string_view text) : expression_(text.substr(0, 3) == "re:") {
        if (text.size() > 512) fail("the module pattern " + shown(text) + " has more than 512 characters");
        if (expression_) {
            globs_ = globs_of_expression(text.substr(3));
            return;
        }
        for (std::string_view other : {"vision", "visual", "mtp", "multi_modal", "mm_projector", "embed_vision"})
            if (text.find(other) != std::string_view::npos) return;  // not part of the language model
        for (std::string_view prefix : {"model.", "language_model.", "model.", "backbone.", "transformer."})
            if (text.substr(0, prefix.size()) == prefix) text.remove_prefix(prefix.size());
        globs_ = {"*." + std::string(text) + ".*"};  // whole components, anywhere in the name
    }
    bool matches(std::string_view name) const {
        const std::string compared = expression_ ? std::string(name) : "." + std::string(name) + ".";
        for (const auto& g : globs_)
            if (matches_glob(g, compared)) return true;
        return false;
    }
    std::size_t size() const { return globs_.size(); }

private:
    bool expression_;
    std::vector<std::string> globs_;
};

/// Names of one representative module of `part`; none when the model lacks the part.
inline std::vector<std::string> module_names(const draft& d, weight_part part) {
    if (part == weight_part::head) return {"lm_head", "model.lm_head", "output"};
    if (part == weight_part::embedding) return {"embed_tokens", "model.embed_tokens"};
    const auto has = [&](const layer& l) {
        switch (part) {
            case weight_part::attention: return l.attention.present() || l.latent.present();
            case weight_part::feed_forward: return l.feed_forward.present();
            case weight_part::experts:
            case weight_part::router: return l.experts.present();
            case weight_part::shared_experts: return l.experts.shared_width > 0;
            case weight_part::state: return l.state_space.present() || l.linear.present() || l.convolution.present();
            default: return false;
        }
    };
    std::vector<std::size_t> where;
    for (std::size_t i = 0; i < d.layers.size(); ++i)
        if (has(d.layers[i])) where.push_back(i);
    if (where.empty()) return {};
    const std::string prefix = "model.layers." + std::to_string(where[where.size() / 2]) + ".";
    std::vector<std::string> names;
    const auto add = [&](std::initializer_list<const char*> tails) {
        for (const char* tail : tails) names.push_back(prefix + tail);
    };
    switch (part) {
        case weight_part::attention:
            add({"self_attn.q_proj", "self_attn.q_b_proj", "attn.q_proj", "mixer.q_proj"});
            break;
        case weight_part::feed_forward:
            add({"mlp.gate_proj", "mlp.up_proj", "feed_forward.up_proj", "mixer.up_proj"});
            break;
        case weight_part::experts:
            add({"mlp.experts.0.gate_proj", "block_sparse_moe.experts.0.w1", "feed_forward.experts.0.gate_proj",
                 "mixer.experts.0.up_proj", "mlp.experts"});
            break;
        case weight_part::shared_experts:
            add({"mlp.shared_experts.gate_proj", "mlp.shared_expert.gate_proj", "feed_forward.shared_expert.gate_proj",
                 "mixer.shared_experts.up_proj"});
            break;
        case weight_part::router:
            add({"mlp.gate", "block_sparse_moe.gate", "mlp.router", "feed_forward.router"});
            break;
        case weight_part::state:
            add({"linear_attn.in_proj_qkv", "linear_attn.out_proj", "mixer.in_proj", "mamba.in_proj"});
            break;
        default: break;
    }
    return names;
}

/// The module names of every part that a recipe may convert.
struct recipe_modules {
    std::array<weight_part, 8> parts{weight_part::attention,      weight_part::feed_forward, weight_part::experts,
                                     weight_part::shared_experts, weight_part::router,       weight_part::head,
                                     weight_part::embedding,      weight_part::state};
    std::array<std::vector<std::string>, 8> names;

    explicit recipe_modules(const draft& d) {
        for (std::size_t i = 0; i < parts.size(); ++i) names[i] = module_names(d, parts[i]);
    }
    /// Parts that `pattern` means. A recipe may ask for a million comparisons; published ones need a tenth.
    template <class Visit> void for_each_match(const module_pattern& pattern, Visit&& visit) {
        for (std::size_t i = 0; i < parts.size(); ++i)
            for (const auto& name : names[i]) {
                comparisons += pattern.size();
                if (comparisons > 1'000'000) fail("the module lists of the quantisation recipe are too long");
                if (pattern.matches(name)) {
                    visit(parts[i]);
                    break;
                }
            }
    }
    std::size_t comparisons = 0;
};
}  // namespace gambrel::hugging_face
