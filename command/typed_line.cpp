// SPDX-License-Identifier: Apache-2.0
#include "typed_line.hpp"

#include <algorithm>
#include <gambrel/names.hpp>
#include <gambrel/names/printable.hpp>
#include <sstream>

namespace command {
using namespace gambrel;

namespace {
std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
}
std::vector<std::string> names_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* each : subcommands_of(app)) names.push_back(each->get_name());
    return names;
}
std::string nearest(const std::string& word, const std::vector<std::string>& names) {
    std::string s;
    for (const std::string_view each : nearest_names(word, names))
        if (!each.empty()) s += (s.empty() ? "" : ", ") + std::string(each);
    return s;
}
std::string in_quotes(const std::string& word) { return '"' + word.substr(0, longest_compared_name) + '"'; }

/// Of a line of a file of defaults: the subcommand that it is meant for is the one that runs.
class defaults_reader : public CLI::ConfigBase {
public:
    explicit defaults_reader(const CLI::App& app) : app_(app) {}

    std::vector<CLI::ConfigItem> from_config(std::istream& file) const override {
        constexpr std::size_t most = 65'536;  // bytes
        std::string text(most + 1, '\0');
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(file.gcount()));
        if (text.size() > most || text.find('\0') != std::string::npos)
            fail("the file of defaults is no text of at most " + std::to_string(most) +
                 " bytes; it holds lines such as device = \"h100-sxm\"");
        std::istringstream lines(text);
        std::vector<CLI::ConfigItem> kept;
        const std::vector<CLI::App*> running = const_cast<CLI::App&>(app_).get_subcommands();
        for (CLI::ConfigItem item : CLI::ConfigBase::from_config(lines)) {
            if (item.name == "++" || item.name == "--") {
                check_section(item);
                continue;
            }
            std::replace(item.name.begin(), item.name.end(), '_', '-');
            check(item);
            for (const CLI::App* each : running) {
                if (!item.parents.empty() && item.parents.front() != each->get_name()) continue;
                const CLI::Option* option = each->get_option_no_throw("--" + item.name);
                if (option == nullptr || option->count() > 0) continue;
                item.parents = {each->get_name()};
                kept.push_back(item);
                break;
            }
        }
        say(kept);
        return kept;
    }

private:
    /// What is not typed is said, so that two people with one line know why they differ.
    static void say(const std::vector<CLI::ConfigItem>& kept) {
        std::string line;
        for (const CLI::ConfigItem& item : kept) {
            line += " --" + item.name;
            for (const std::string& value : item.inputs) line += " " + value;
        }
        if (!line.empty()) std::fprintf(stderr, "gambrel: by the file of defaults%s\n", one_line(line).c_str());
    }
    void check_section(const CLI::ConfigItem& item) const {
        const auto names = names_of(app_);
        for (const std::string& section : item.parents)
            if (std::find(names.begin(), names.end(), section) == names.end())
                fail("the defaults have a section [" + section + "], which is no subcommand; the nearest are " +
                     nearest(section, names));
    }
    void check(const CLI::ConfigItem& item) const {
        std::vector<std::string> all;
        for (const CLI::App* each : subcommands_of(app_)) {
            if (!item.parents.empty() && item.parents.front() != each->get_name()) continue;
            for (const std::string& name : option_names(*each)) all.push_back(name.substr(2));
        }
        if (std::find(all.begin(), all.end(), item.name) != all.end()) return;
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        fail("the defaults set " + in_quotes(item.name) + ", which is no option" +
             (item.parents.empty() ? "" : " of " + item.parents.front()) + "; the nearest are " +
             nearest(item.name, all));
    }

    const CLI::App& app_;
};
}  // namespace

const CLI::App* subcommand_of(const CLI::App& app, const std::string& name) {
    for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; }))
        if (each->get_name() == name) return each;
    return nullptr;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* each : app.get_options())
        if (!each->get_group().empty())
            for (const std::string& name : each->get_lnames()) names.push_back("--" + name);
    return names;
}

std::vector<std::string> readable(const CLI::App& app, std::vector<std::string> words) {
    if (words.empty()) return {"--help"};
    if (words.front() == "help") {
        words.erase(words.begin());
        words.push_back("--help");
        if (words.size() > 2) words = {words.front(), "--help"};
    }
    const std::string& first = words.front();
    if (first.empty()) fail("the first word is empty: a subcommand comes first; gambrel help lists them");
    if (first.front() == '-') {
        const bool own = first == "-h" || app.get_option_no_throw(first.substr(0, first.find('='))) != nullptr;
        if (!own)
            fail("a subcommand comes before " + in_quotes(first) + ": gambrel predict " + first +
                 " ...; gambrel help lists them");
        return words;
    }
    if (subcommand_of(app, first) != nullptr) return words;
    fail("no subcommand is called " + in_quotes(first) + "; the nearest are " + nearest(first, names_of(app)) +
         "; gambrel help lists all");
}

std::string unknown_words(const CLI::App& app) {
    for (const CLI::App* sub : app.get_subcommands()) {
        std::vector<std::string> left = sub->remaining();
        const auto option = std::find_if(left.begin(), left.end(), [](const std::string& word) {
            return word.size() > 1 && word.front() == '-' && (word[1] < '0' || word[1] > '9') && word[1] != '.';
        });
        if (option != left.end()) {
            const std::string typed = option->substr(0, option->find('='));
            return sub->get_name() + " has no option " + in_quotes(typed) + "; the nearest are " +
                   nearest(typed, option_names(*sub)) + "; gambrel help " + sub->get_name() + " lists all";
        }
        if (left.empty()) continue;
        std::string takes;
        for (const CLI::Option* each : sub->get_options())
            if (each->get_positional()) takes += (takes.empty() ? "" : " ") + each->get_name(true);
        return sub->get_name() + " has no use for " + in_quotes(left.front()) +
               (takes.empty() ? "; it takes options alone" : "; it takes " + takes + " and options") +
               ": gambrel help " + sub->get_name();
    }
    return {};
}

void read_defaults_for(CLI::App& app) {
    app.set_config("--defaults", "", "TOML of options that are not typed: device = \"h100-sxm\" (or GAMBREL_DEFAULTS)");
    app.config_formatter(std::make_shared<defaults_reader>(app));
}
}  // namespace command
