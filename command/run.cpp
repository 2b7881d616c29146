// SPDX-License-Identifier: Apache-2.0
// Every subcommand, and what the process ends with.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <sstream>

#include <gambrel/ask/words.hpp>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "typed_line.hpp"

namespace command {
using namespace gambrel;

namespace {
/// An option whose value is empty is a script whose variable is not set, not an option that is left out.
void refuse_empty_values(CLI::App& app) {
    const CLI::Validator given(
        [](const std::string& typed) {
            return std::string(typed.empty() ? "is empty; give it a value, or leave it out" : "");
        },
        "");
    for (CLI::App* each : app.get_subcommands([](CLI::App*) { return true; })) {
        if (each->get_group().empty()) continue;  // what a shell completes may be empty
        for (CLI::Option* option : each->get_options()) option->check(given);
        refuse_empty_values(*each);
    }
}
/// One line on the error stream, whatever the sentence quotes.
void complain(const std::string& sentence) { std::fprintf(stderr, "gambrel: %s\n", one_line(sentence).c_str()); }

/// The version, and of when what it knows is.
std::string versions() {
    std::string newest;
    for (const price_quote& q : shipped_prices)
        if (newest < q.date) newest = q.date;
    std::vector<std::string> titles;
    for (const runtime<>* r : all_runtimes)
        if (r->name.view().find('@') == std::string_view::npos &&
            std::find(titles.begin(), titles.end(), r->title.str()) == titles.end())
            titles.push_back(r->title.str());
    return "gambrel " + std::string(version) + "\n" +
           ask::wrapped(std::to_string(all_devices.size()) + " devices, " + std::to_string(all_models.size()) +
                            " models, quotes up to " + newest + "; sources and dates: gambrel device NAME",
                        80, 2) +
           ask::wrapped("runtimes: " + ask::listed(titles, ", ") + "; earlier eras: gambrel runtimes", 80, 2);
}

/// Subcommands under headings, in the order in which people need them.
void add_subcommands(CLI::App& app, command::status& status, const std::string& data) {
    const auto under = [&](const char* heading, const auto&... add) {
        std::size_t before = app.get_subcommands([](CLI::App*) { return true; }).size();
        (add(), ...);
        for (CLI::App* each : app.get_subcommands([](CLI::App*) { return true; })) {
            if (before > 0) --before;
            else if (!each->get_group().empty()) each->group(heading);
        }
    };
    under(
        "How fast, how much, what for", [&] { add_predict(app, status); }, [&] { add_serve(app, status); },
        [&] { add_simulate(app, status); }, [&] { add_explain(app, status); });
    under(
        "What to run it on", [&] { add_plan(app, status); }, [&] { add_tco(app, status); },
        [&] { add_fit(app, status); }, [&] { add_train(app, status); });
    under(
        "What you have measured", [&] { add_diagnose(app, status); }, [&] { add_advise(app, status); },
        [&] { add_report(app, status); }, [&] { add_compare(app, data, status); }, [&] { add_validate(app, data); },
        [&] { add_calibrate(app, data); });
    under(
        "What is known", [&] { add_model(app); }, [&] { add_models(app); }, [&] { add_device(app); },
        [&] { add_devices(app); }, [&] { add_check_device(app, status); }, [&] { add_runtime(app); },
        [&] { add_runtimes(app); }, [&] { add_workloads(app); }, [&] { add_launch(app, status); });
    under("The command itself", [&] { add_shell(app); });
}
}  // namespace

int run(int argc, char** argv, const std::string& data) {
    CLI::App app{"Predicts the speed, memory and cost of LLM inference without running it."};
    app.name("gambrel");
    app.set_version_flag("--version", versions);
    app.require_subcommand(1);
    app.footer(
        "\ngambrel predict llama-3.1-8b h100-sxm                    one answer, with its sources\n"
        "gambrel predict qwen3-32b h100,h200 --concurrency 1..256  a table\n"
        "gambrel help SUBCOMMAND                                  its options");
    command::status status = answered;
    add_subcommands(app, status, data);
    refuse_empty_values(app);
    read_defaults_for(app);
    try {
        std::vector<std::string> words = readable(app, std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
        if (const char* file = std::getenv("GAMBREL_DEFAULTS"); file != nullptr && *file != '\0')
            words.insert(words.begin(), "--defaults=" + std::string(file));
        std::reverse(words.begin(), words.end());  // as CLI11 takes them
        try {
            app.parse(std::move(words));
        } catch (const CLI::Success& e) {
            std::ostringstream asked;  // --help, --version
            app.exit(e, asked, asked);
            write_out(asked.str());
        } catch (const CLI::ParseError&) {
            if (const std::string unknown = unknown_words(app); !unknown.empty()) fail(unknown);
            throw;
        }
        finish_out();
        return argc < 2 ? wrong_input : status;
    } catch (const CLI::ArgumentMismatch& e) {
        const std::string said = e.what();
        complain(said.find(": At Most 1") == std::string::npos
                     ? said + "; give it a value"
                     : said.substr(0, said.find(':')) + " is given more than once, by one of its names; give it once");
    } catch (const CLI::ConversionError& e) {
        complain(std::string(e.what()) + "; it must be a number (a whole one for ranks, stages and replicas)");
    } catch (const std::exception& e) {
        complain(e.what());
    }
    return wrong_input;
}
}  // namespace command
