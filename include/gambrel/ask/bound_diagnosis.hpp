// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Files of a server that is slow, made into runs that a diagnosis compares: each with its own question, of what its
/// file says and what the caller says besides. What the caller says holds over the file, but a file of another model or
/// device is refused.
///
///     settings     of the server, where the file has them, by the names of its launch flags: max_num_seqs, mem_fraction_static
///     load         clients or rate of the file, else the caller's; in steady state, as `validate` reads such files, unless the
///                  protocol is said to be a benchmark's: then as many prompts a client as the file counts
///     cache        the share of prompt tokens that the server's counters found in the prefix cache
///     guesses      tokens accepted a step as the file counts them; who drafts must be said
///     start-up log   is of all runs beside it: its settings, ranks and formats are theirs where nothing else says; of the run with
///                  the greatest load what it says is evidence. Alone it needs no load
///     parts        counters, profiles and readings of a board have no load of their own: where one run has a load they are of
///                  that run, else of the load that the caller states
///
/// Evidence: tests/ask/diagnosis_question_test.cpp.

#include <functional>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/launch/read.hpp>
#include <gambrel/ask/observed_parts.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/diagnosis/diagnosis.hpp>
#include <gambrel/diagnosis/start_indications.hpp>
#include <gambrel/measurement/io/observations.hpp>

namespace gambrel::ask {

/// What is asked besides the files. `say` sets in options what the caller says of the deployment, its load and its
/// lengths.
struct diagnosis_options {
    std::string model{}, device{}, runtime{};         ///< empty: as the file says
    std::shared_ptr<const architecture> own_model{};  ///< a descriptor of the caller's, over the names
    std::shared_ptr<const gambrel::device<>> own_device{};
    std::shared_ptr<const gambrel::runtime<>> own_runtime{};
    std::function<void(prediction_options&)> say = [](prediction_options&) {};
    bool lengths_said = false, load_said = false;
    double noise = 0.05;  ///< between two runs of one server, of the logarithm
};

namespace detail {
/// What the settings of `o` set, by the table of flags of its server; what no flag means is left.
inline void set_from_settings(const observation& o, const std::string& runtime, prediction_options& options) {
    std::optional<launch_server> server;
    for (const auto& row : enum_table<launch_server>)
        if (same_name(row.key, runtime.substr(0, row.key.size()))) server = row.value;
    if (!server) return;
    for (const auto& [name, value] : o.settings) {
        if (value.empty() || value == "None" || value == "null" || value == "False" || value == "false") continue;
        const std::string flag = with_hyphens("--" + name);
        for (const launch_flag& f : flags_of(*server)) {
            const bool plain = f.by.empty() || f.by == "tokens" || f.by == "chunk";
            if (!is_one_of(f.names, flag) || f.what.empty() || !plain) continue;
            const auto* k = prediction_keyword(f.what);
            if (k == nullptr || (f.effect != flag_effect::sets && f.effect != flag_effect::clears)) continue;
            const bool yes = value == "True" || value == "true";
            prediction_options tried = options;
            try {
                set_from_text(*k, tried, f.effect == flag_effect::clears ? "false" : yes ? "true" : value);
                check_ranges(tried);
                options = std::move(tried);
            } catch (const error&) {  // a value that means "as the server works it out"
            }
        }
    }
}

inline void set_from_file(const observation& o, prediction_options& options) {
    for (const auto& [rank, n] : o.ranks) {
        int& to = rank == "tp"   ? options.tensor
                  : rank == "pp" ? options.pipeline
                  : rank == "ep" ? options.expert
                                 : options.data;
        to = static_cast<int>(gambrel::checked(n, 1.0, 65536.0, "the ranks of a file"));
    }
    const auto set = [&](std::string_view keyword, const std::string& text) {
        if (text.empty() || text == "unstated" || text == "auto") return;
        set_from_text(*prediction_keyword(keyword), options, text);
    };
    set("weights", o.weights);
    set("kv", o.kv);
    if (o.prompt && *o.prompt >= 1.0) options.prompt = *o.prompt;
    if (o.output && *o.output >= 1.0) options.output = *o.output;
    if (o.offered_rate) options.rate = *o.offered_rate;
    else if (o.clients) options.concurrency = *o.clients;
    else if (o.all_at_once && o.completed) options.concurrency = *o.completed;
    else if (o.server && o.server->running)
        options.concurrency = std::max(1.0, *o.server->running + o.server->waiting.value_or(0.0));
}
/// Share of prompt tokens found in the prefix cache; 0 where nothing is counted.
inline double prefix_hit_of(const server_counters& s) {
    const double looked_up = s.prefix_queries.value_or(s.prompt_tokens.value_or(0.0)),
                 found = s.prefix_hits.value_or(0.0);
    return looked_up > 0.0 ? std::clamp(found / looked_up, 0.0, 0.99) : 0.0;
}
[[noreturn]] inline void fail_unsaid(const observation& o, const std::string& what, const std::string& option) {
    fail(o.where + " does not say " + what + ": give " + option);
}
}  // namespace detail

/// What the question of a run is made of.
struct asked_run {
    std::shared_ptr<const architecture> model{};
    std::shared_ptr<const device<>> board{};
    std::shared_ptr<const runtime<>> software{};
    prediction_options options{};
    bool load_said = false;
};

/// Owns the descriptors that its runs refer to. Throws `error` naming what a file does not say, or says otherwise.
class bound_diagnosis {
public:
    /// `before`: observations of the server while it was well.
    bound_diagnosis(std::vector<observation> slow, std::vector<observation> before, const diagnosis_options& asked) {
        for (observation& o : detail::joined_parts(std::move(before))) add(std::move(o), asked, true);
        for (observation& o : detail::joined_parts(std::move(slow))) add(std::move(o), asked, false);
        for (const std::size_t i : starts())
            if (!runs[i].before && load_is_said(i))
                for (const indication& each : indications_of(*files[i].start, runs[i])) runs[i].seen.push_back(each);
        if (files.empty()) fail("no run to diagnose: give a file that a benchmark, a server or a profiler wrote");
    }
    bound_diagnosis(const bound_diagnosis&) = delete;
    bound_diagnosis& operator=(const bound_diagnosis&) = delete;

    std::vector<observation> files{};
    std::vector<examined_run> runs{};
    double deviations = 1.0;  ///< of a calibration that is in use

    /// The question of run `i`.
    const question& asked(std::size_t i) const { return questions_[i]->question; }
    /// What it is made of.
    const asked_run& terms(std::size_t i) const { return terms_[i]; }
    /// Whether a file or the caller says its load.
    bool load_is_said(std::size_t i) const { return terms_[i].load_said; }
    /// The runs that what a start-up log says is set against: of those before and of the others the one with the greatest
    /// load.
    std::vector<std::size_t> starts() const {
        std::vector<std::size_t> all;
        for (const bool before : {false, true}) {
            std::optional<std::size_t> most;
            for (std::size_t i = 0; i < runs.size(); ++i)
                if (files[i].start && runs[i].before == before &&
                    (!most || needed_at_once(runs[i]) > needed_at_once(runs[*most])))
                    most = i;
            if (most) all.push_back(*most);
        }
        return all;
    }

private:
    void add(observation o, const diagnosis_options& asked, bool before) {
        const std::string model_text = agreed("--model", asked.model, o.model, o, gambrel::detail::models_differ);
        const std::string device_text = agreed("--device", asked.device, o.device, o, gambrel::detail::devices_differ);
        if (!asked.own_model && model_text.empty()) detail::fail_unsaid(o, "which model it ran", "--model");
        if (!asked.own_device && device_text.empty()) detail::fail_unsaid(o, "on which device it ran", "--device");
        asked_model model = asked.own_model ? asked_model{*asked.own_model} : asked_model_of(model_text);
        asked_device board = asked.own_device ? asked_device{*asked.own_device} : asked_device_of(device_text);
        const std::string name = asked.runtime.empty() ? o.runtime : asked.runtime;
        auto software = asked.own_runtime
                            ? asked.own_runtime
                            : std::make_shared<const runtime<>>(
                                  name.empty() ? usual_runtime(board.device, names_gguf(model.weights) ||
                                                                                 model.model.stored.attention.gguf)
                                               : runtime_of(name, board.device));
        prediction_options options;
        detail::set_from_settings(o, software->name.str(), options);
        detail::set_from_start(o, model.model, options);
        detail::set_from_file(o, options);
        if (o.server) options.prefix_hit = detail::prefix_hit_of(*o.server);
        if (asked.load_said) {
            options.rate.reset();
            options.concurrency.reset();
        }
        prediction_options said = options;
        asked.say(said);
        check_understood(o, said);
        const bool load_said = detail::has_load(o) || asked.load_said || said.concurrency;
        const bool alone = detail::is_start_alone(o);
        if (!load_said && !alone) detail::fail_unsaid(o, "under which load", "--concurrency or --rate");
        if (!o.prompt && !o.output && !asked.lengths_said && (!alone || load_said))
            detail::fail_unsaid(o, "the lengths of its requests", "--prompt and --output");
        said.remarks = name_remarks(model, board, said);
        if (said.calibration) deviations = said.calibration->adjustment.sigma;
        asked_run terms{std::make_shared<const architecture>(std::move(model.model)),
                        std::make_shared<const device<>>(std::move(board.device)), std::move(software), said,
                        load_said};
        auto bound = std::make_unique<bound_question>(terms.model, terms.board, terms.software, said);
        workload& w = bound->question.load;
        if (!w.open_loop() && o.all_at_once) w.protocol = {true, 1.0, statistic::mean};
        else if (said.protocol == "benchmark" && o.completed && *o.completed >= w.concurrency)
            w.protocol.prompts_per_client = *o.completed / w.concurrency;
        if (!w.open_loop() && !o.clients && asked.load_said) o.clients = w.concurrency;
        const prediction<> p = predict_run_of(bound->question.what, w, o.static_batch);
        runs.push_back({bound->question.what, w, p, indications_of(o, w, p, asked.noise), before, o.static_batch});
        questions_.push_back(std::move(bound));
        terms_.push_back(std::move(terms));
        files.push_back(std::move(o));
    }
    /// Throws for what a diagnosis has no prediction of.
    static void check_understood(const observation& o, prediction_options& said) {
        if (said.batch)
            fail("diagnose takes clients or a rate: leave --batch " + number(*said.batch) +
                 " out, or give --concurrency " + number(*said.batch));
        if (said.prefill_replicas > 0 || said.decode_replicas > 0)
            fail("diagnose takes one pool: leave --prefill-replicas " + std::to_string(said.prefill_replicas) +
                 " and --decode-replicas " + std::to_string(said.decode_replicas) + " out, and give one pool's files");
        const double accepted = o.accepted_per_step.value_or(1.0);
        if (!(accepted > 1.0)) return;
        if (said.draft_method == "none")
            fail(o.where + " counts " + number(accepted) +
                 " tokens accepted a step: give --draft-method, and --drafts, as " + "the server guessed");
        if (!said.acceptance && !said.accepted_tokens) said.accepted_tokens = accepted;
    }
    template <class Differ>
    static std::string agreed(const char* option, const std::string& said, const std::string& in_file,
                              const observation& o, const Differ& differ) {
        if (said.empty()) return in_file;
        const bool is_file = std::string_view(said).ends_with(".json") || said.find('/') == 0;
        if (!in_file.empty() && !is_file && differ(said, in_file))
            fail(std::string(option) + " is " + detail::quoted(said) + ", but " + o.where + " says " +
                 detail::quoted(in_file) + ": give the one that ran, or leave it to the file");
        return said;
    }

    std::vector<std::unique_ptr<bound_question>> questions_{};
    std::vector<asked_run> terms_{};
};

/// The diagnosis of what `b` holds.
inline diagnosis diagnosed(const bound_diagnosis& b) { return diagnose(b.runs, b.files, b.deviations); }
}  // namespace gambrel::ask
