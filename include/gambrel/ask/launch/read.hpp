// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reading the line that starts a server: `vllm serve ...`, `python -m sglang.launch_server ...`, `trtllm-serve ...`,
/// `llama-server ...`, also behind variables, `docker run ... image` and the like.
///
///     read_launch("vllm serve Qwen/Qwen3-32B -tp 4 --max-num-seqs 64 --port 80").keywords
///         == {{"tp", "4"}, {"max_sequences", "64"}}
///
/// Every flag of the line is in `entries`, and one that no table has is refused by name. A flag given twice holds as it
/// stands last, as the servers' own parsers have it. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/llama_cpp.hpp>
#include <gambrel/ask/launch/meanings.hpp>
#include <gambrel/ask/launch/sglang.hpp>
#include <gambrel/ask/launch/tensorrt_llm.hpp>
#include <gambrel/ask/launch/vllm.hpp>
#include <gambrel/ask/launch/words.hpp>

namespace gambrel::ask {

/// The table of a server.
inline std::span<const launch_flag> flags_of(launch_server s) {
    switch (s) {
        case launch_server::vllm: return vllm_flags;
        case launch_server::sglang: return sglang_flags;
        case launch_server::tensorrt_llm: return tensorrt_llm_flags;
        case launch_server::llama_cpp: break;
    }
    return llama_cpp_flags;
}

namespace detail {
/// The server that word `i` starts, and the word after what names it.
inline std::optional<std::pair<launch_server, std::size_t>> server_at(const std::vector<std::string>& words,
                                                                      std::size_t i) {
    std::string_view program = last_part(words[i]);
    if (program.ends_with(".exe")) program.remove_suffix(4);
    const std::string_view word = words[i];
    const bool serve = i + 1 < words.size() && words[i + 1] == "serve";
    const auto contains = [&](std::string_view part) { return word.find(part) != std::string_view::npos; };
    if (program == "vllm" && serve) return std::pair{launch_server::vllm, i + 2};
    if (word.starts_with("vllm.entrypoints.") || contains("vllm/vllm-openai") || contains("rocm/vllm"))
        return std::pair{launch_server::vllm, i + 1};
    if (program == "sglang" && serve) return std::pair{launch_server::sglang, i + 2};
    if (word == "sglang.launch_server") return std::pair{launch_server::sglang, i + 1};
    if (program == "trtllm-serve") return std::pair{launch_server::tensorrt_llm, i + (serve ? 2U : 1U)};
    if (program == "llama-server" || contains("llama.cpp:server")) return std::pair{launch_server::llama_cpp, i + 1};
    return std::nullopt;
}

/// "--max_num_tokens" as "--max-num-tokens"; short flags stay.
inline std::string with_hyphens(std::string flag) {
    if (flag.starts_with("--")) std::replace(flag.begin(), flag.end(), '_', '-');
    return flag;
}
/// Whether `word` is a flag: "-1" and "-0.5" are numbers.
inline bool is_flag(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9') && word[1] != '.';
}
/// Whether the shell takes the rest for itself: "&", ">", "2>&1", "|", ";".
inline bool ends_line(std::string_view word) {
    return word == "&" || word == "&&" || word == "|" || word == ";" || word.starts_with(">") || word.starts_with("2>");
}

/// Reads the words behind the server's name, which hold no shell syntax any more.
inline void read_flags(launch_meaning& to, const std::vector<std::string>& words, std::size_t i) {
    const std::span<const launch_flag> table = flags_of(to.server());
    bool model_given = to.server() == launch_server::llama_cpp;
    while (i < words.size() && !ends_line(words[i])) {
        const std::string& word = words[i++];
        if (!is_flag(word)) {
            if (word.find('$') != std::string::npos) to.refuse(word, "", "a variable of the shell: fill it in");
            else if (model_given) to.refuse(word, "", "it follows no flag");
            else to.model(word);
            model_given = true;
            continue;
        }
        const std::size_t equal = word.find('=');
        const std::string flag = word.substr(0, equal);
        const std::size_t dot =
            to.server() == launch_server::vllm ? flag.find('.') : std::string::npos;  // a part of a configuration
        const std::string head = with_hyphens(flag.substr(0, dot));
        const launch_flag* row = nullptr;
        for (const launch_flag& f : table)
            if (is_one_of(f.names, head)) row = &f;
        std::string value = equal == std::string::npos ? "" : word.substr(equal + 1);
        if (row == nullptr && to.server() == launch_server::vllm && flag.starts_with("-O")) {
            to.not_counted(flag, value, launch_reason::compiler);
            continue;
        }
        const follows then = row != nullptr ? row->then : follows::perhaps;
        const bool takes = equal == std::string::npos && then != follows::nothing;
        if (takes && i < words.size() && !is_flag(words[i]) && !ends_line(words[i])) {
            value = words[i++];
            while (then == follows::values && i < words.size() && !is_flag(words[i]) && !ends_line(words[i]))
                value += " " + words[i++];
        } else if (takes && (then == follows::value || then == follows::values)) {
            to.refuse(flag, "", "its value is missing");
            continue;
        }
        if (value.find('$') != std::string::npos) {
            to.refuse(flag, value, "a variable of the shell: fill it in");
            continue;
        }
        if (row == nullptr) to.unknown(flag, value, table);
        else if (dot != std::string::npos) to.part(*row, flag, flag.substr(dot + 1), value);
        else to.read(*row, flag, value);
        model_given = model_given || (row != nullptr && row->by == "model");
    }
}
}  // namespace detail

/// Throws `error` where no server is started by `line`.
inline launch read_launch(std::string_view line) {
    const std::vector<std::string> words = shell_words(line);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto found = detail::server_at(words, i);
        if (!found) continue;
        detail::launch_meaning meaning(found->first);
        for (std::size_t j = 0; j < i; ++j)
            if (words[j].find('=') != std::string::npos &&
                words[j].find('=') ==
                    words[j].find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"))
                meaning.variable(words[j]);
        detail::read_flags(meaning, words, found->second);
        return meaning.result();
    }
    fail(
        "the line starts no server that is known: vllm serve, python -m sglang.launch_server, trtllm-serve or "
        "llama-server");
}
}  // namespace gambrel::ask
