// SPDX-License-Identifier: Apache-2.0
// gambrel completion SHELL, and the words that it asks for; gambrel manual: the page of man.
#include <algorithm>
#include <gambrel/ask/format_names.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/workload/catalog.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "typed_line.hpp"

namespace command {
using namespace gambrel;

namespace {
// Each script asks `gambrel complete WORD ...` for what may stand in the place of the last word, and adds files.
constexpr const char* bash_script = R"sh(_gambrel() {
    local IFS=$'\n' word=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$word"))
}
complete -o default -o bashdefault -F _gambrel gambrel
)sh";
constexpr const char* zsh_script = R"sh(#compdef gambrel
_gambrel() {
    local -a found
    found=(${(f)"$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( ${#found} )); then compadd -- $found; else _files; fi
}
if [[ $funcstack[1] == _gambrel ]]; then _gambrel "$@"; else compdef _gambrel gambrel; fi
)sh";
constexpr const char* fish_script = R"sh(function __gambrel_complete
    set -l words (commandline -opc) (commandline -ct)
    gambrel complete -- $words[2..-1] 2>/dev/null
end
complete -c gambrel -f -a '(__gambrel_complete)'
complete -c gambrel -F -n 'string match -q -- "*/*" (commandline -ct)'
)sh";

template <class Names> void add_all(std::vector<std::string>& to, const Names& names) {
    for (const auto& each : names) to.emplace_back(each);
}

/// What may be the value of an option of a deployment; nothing where anything may.
std::vector<std::string> values_for(const std::string& option) {
    std::vector<std::string> all;
    if (option == "--model" || option == "--draft-model" || option == "--config") {
        add_all(all, model_names);
        for (std::string bare : std::vector<std::string>(bare_model_names.begin(), bare_model_names.end())) {
            for (char& c : bare) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;  // as people type
            all.push_back(std::move(bare));
        }
    } else if (option == "--device" || option == "--gpu") add_all(all, device_names);
    else if (option == "--runtime") add_all(all, runtime_names);
    else if (option == "--workload") add_all(all, workload_names);
    else if (option == "--weights" || option == "--kv") {
        all = {"stored"};
        add_all(all, ask::format_names());
        for (const auto& row : gguf_file_types) all.emplace_back(row.name);
    } else if (option == "--protocol") all = {"steady", "benchmark"};
    return all;
}

/// What may stand in the place of the last of `words`.
std::vector<std::string> candidates(const CLI::App& app, const std::vector<std::string>& words) {
    std::vector<std::string> all;
    const std::string last = words.empty() ? "" : words.back();
    if (words.size() <= 1) {
        for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; }))
            if (!each->get_group().empty()) all.push_back(each->get_name());
        all.emplace_back("help");
        return all;
    }
    const CLI::App* sub = subcommand_of(app, words.front());
    if (sub == nullptr) return words.front() == "help" ? candidates(app, {last}) : all;
    if (!last.empty() && last.front() == '-') return option_names(*sub);
    const std::string& before = words[words.size() - 2];
    if (before.size() > 2 && before.front() == '-') {
        if (const CLI::Option* option = sub->get_option_no_throw(before);
            option != nullptr && option->get_items_expected_max() > 0)
            return values_for("--" + option->get_lnames().front());
    }
    std::size_t placed = 0;  // words that stand for themselves
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
        const CLI::Option* option = words[i].front() == '-' ? sub->get_option_no_throw(words[i]) : nullptr;
        if (option == nullptr) placed += words[i].front() != '-';
        else if (option->get_items_expected_max() > 0) ++i;
    }
    for (const CLI::Option* each : sub->get_options()) {
        if (!each->get_positional() || each->get_lnames().empty()) continue;
        if (placed == 0) return values_for("--" + each->get_lnames().front());
        --placed;
    }
    return all;
}

/// `text` in troff: a hyphen is a hyphen, and no line is a request.
std::string troff(const std::string& text) {
    std::string s;
    for (const char c : text) {
        if (c == '\\') s += "\\\\";
        else if (c == '-') s += "\\-";
        else if (c == '\n') s += ' ';
        else s += c;
    }
    return !s.empty() && (s.front() == '.' || s.front() == '\'') ? "\\&" + s : s;
}

std::string manual(const CLI::App& app) {
    std::string s =
        ".TH GAMBREL 1 \"\" \"gambrel " + std::string(gambrel::version) +
        "\" \"User Commands\"\n.SH NAME\ngambrel \\- speed, memory and cost of LLM inference, without running it\n"
        ".SH SYNOPSIS\n.B gambrel\n.I SUBCOMMAND\n[\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n" +
        troff(app.get_description()) + "\n";
    for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (each->get_group().empty()) continue;
        s += ".SH " + troff(each->get_name()) + "\n" + troff(each->get_description()) + "\n";
        for (const CLI::Option* option : each->get_options()) {
            if (option->get_group().empty()) continue;
            s += ".TP\n\\fB" + troff(option->get_name(false, true)) + "\\fR" +
                 (option->get_items_expected_max() > 0 ? " \\fI" + troff(option->get_type_name()) + "\\fR" : "") +
                 (option->get_default_str().empty() ? "" : " [" + troff(option->get_default_str()) + "]") + "\n" +
                 troff(option->get_description()) + "\n";
        }
    }
    return s +
           ".SH EXIT STATUS\n0 an answer; 1 worse (compare); 2 wrong input; 3 not possible; 4 cannot tell (compare).\n"
           ".SH ENVIRONMENT\n.TP\n\\fBGAMBREL_DEFAULTS\\fR\nfile of defaults, TOML.\n.TP\n\\fBNO_COLOR\\fR\nno "
           "colours.\n"
           ".TP\n\\fBCOLUMNS\\fR\nwidth of tables of combinations.\n";
}
}  // namespace

void add_shell(CLI::App& app) {
    CLI::App& completion = *app.add_subcommand("completion", "completion of words for a shell: bash, zsh or fish");
    const auto shell = std::make_shared<std::string>();
    completion.add_option("SHELL", *shell, "bash, zsh or fish")->required();
    completion.callback([shell] {
        if (*shell == "bash") write_out(bash_script);
        else if (*shell == "zsh") write_out(zsh_script);
        else if (*shell == "fish") write_out(fish_script);
        else fail("there is no completion for \"" + shell->substr(0, 40) + "\"; give bash, zsh or fish");
    });
    CLI::App& man = *app.add_subcommand("manual", "the page of man, in troff");
    man.callback([&app] { write_out(manual(app)); });
    CLI::App& complete = *app.add_subcommand("complete", "what may stand in the place of the last word");
    complete.group("");
    const auto words = std::make_shared<std::vector<std::string>>();
    complete.add_option("WORDS", *words);
    complete.callback([&app, words] {
        for (const std::string& each : candidates(app, *words)) out("{}\n", each);
    });
}
}  // namespace command
