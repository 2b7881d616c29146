// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a start-up log says against the question and against the law of memory, in words: first what contradicts the question
/// (another server, cut, setting, format or device), then whether cache and slots hold the load, and whether graphs were
/// captured. Each is evidence for or against a suspect where it names one.
///
///     need       clients of a copy x (prompt + output) tokens, where each is at its end
///     another format    weights or bytes of a KV token beyond `other_weights` or `other_token` of what is predicted; the law errs
///                       by a few % (docs/calibration/memory.md), formats differ by 1.3 or more
///
/// Evidence: tests/ask/start_findings_test.cpp.

#include <gambrel/ask/bound_diagnosis.hpp>
#include <gambrel/ask/heading.hpp>

namespace gambrel::ask {

struct start_finding {
    std::size_t run = 0;
    std::optional<suspect> of{};
    bool contradicts = false;  ///< the question
    bool bounds = false;       ///< fewer requests at once than there are
    std::string says{};        ///< a sentence without a full stop
};

inline constexpr double other_weights = 1.15, other_token = 1.1, other_memory = 1.1;

namespace detail {
class start_reader {
public:
    start_reader(std::size_t run, const examined_run& r, const question& q, const start_log& l, bool load_said)
        : run_(run), r_(r), q_(q), log_(l), m_(r.predicted.memory), load_said_(load_said) {}

    std::vector<start_finding> found() {
        if (log_.started == false) contradict({}, "it did not start");
        server();
        settings();
        formats();
        const std::size_t against = all_.size();
        room();
        slots();
        graphs();
        std::stable_partition(all_.begin() + static_cast<std::ptrdiff_t>(against), all_.end(),
                              [](const start_finding& f) { return f.contradicts || f.bounds; });
        return std::move(all_);
    }

private:
    static std::string count(double x) { return number(x, 9); }
    static std::string gib(const bytes<>& b) { return to_string_binary(b); }
    static bool apart(double a, double b, double times) { return a > 0.0 && b > 0.0 && std::max(a / b, b / a) > times; }

    void say(std::optional<suspect> of, const std::string& what, bool against, bool bounds = false) {
        all_.push_back({run_, of, against, bounds, clipped(log_.where, 60) + " says: " + what});
    }
    void contradict(std::optional<suspect> of, const std::string& what) { say(of, what, true); }

    void server() {
        const std::string name = q_.what.runtime.name.str();
        same_server_ = log_.server.empty() || name.starts_with(log_.server);
        if (!same_server_) contradict({}, "the server is " + log_.server + ", and the question is of " + name);
        if (gambrel::detail::models_differ(log_.model, q_.what.model.name.str()))
            contradict({},
                       "the model is " + quoted(log_.model) + ", and the question is of " + q_.what.model.name.str());
        if (log_.visible && apart(*log_.visible, m_.visible / gibibytes(1.0), other_memory))
            contradict({}, "the device shows " + gib(gibibytes(*log_.visible)) + " of memory, where " +
                               q_.what.device.name.str() + " shows " + gib(m_.visible));
    }
    void settings() {
        const auto differs = [&](const std::optional<double>& said, double asked, const char* what, const char* option,
                                 std::optional<suspect> of) {
            if (said && asked > 0.0 && std::isfinite(asked) && apart(*said, asked, 1.005))
                contradict(
                    of, what + (" " + count(*said)) + ", and the question has " + count(asked) + " (" + option + ")");
        };
        const parallelism& cut = q_.what.cut;
        differs(log_.tensor, cut.tensor, "tensor ranks", "--tp", {});
        differs(log_.pipeline, cut.pipeline, "pipeline stages", "--pp", {});
        differs(log_.data, cut.data, "copies of attention", "--dp", {});
        const scheduling& s = q_.what.runtime.scheduling;
        if (!same_server_) return;  // settings of another mean other things
        differs(log_.slots, s.most_sequences, "slots", "--max-sequences", suspect::slots);
        differs(log_.token_budget, s.token_budget, "tokens of a pass", "--token-budget", suspect::token_budget);
        differs(log_.fraction, q_.what.runtime.memory.fraction, "share of the memory", "--memory-fraction",
                suspect::cache_room);
        const double longest = q_.load.prompt.mean() + q_.load.output.mean();
        if (load_said_ && log_.max_context && log_.server != "llama.cpp" && longest > *log_.max_context)
            contradict({}, "requests have " + count(*log_.max_context) + " tokens at most, and those of the question " +
                               count(longest));
    }
    void formats() {
        const parallelism& cut = q_.what.cut;
        if (apart(log_.tensor.value_or(cut.tensor), cut.tensor, 1.0) ||
            apart(log_.pipeline.value_or(cut.pipeline), cut.pipeline, 1.0))
            return;  // of another share of the model
        if (log_.weights && apart(*log_.weights, m_.weights / gibibytes(1.0), other_weights))
            contradict({}, "the weights take " + gib(gibibytes(*log_.weights)) + " of a device, where " +
                               format_text(q_.what) + " take " + gib(m_.weights) +
                               ": another format, model or cut (--weights)");
        const double tokens = q_.load.prompt.mean() + q_.load.output.mean();
        const bool plain = !apart(m_.kv_ideal / m_.kv_per_token, tokens, 1.02);  // nothing but keys and values
        if (log_.kv && log_.kv_tokens && *log_.kv_tokens > 0.0 && plain) {
            const bytes<> each = gibibytes(*log_.kv / *log_.kv_tokens);
            if (apart(each / m_.kv_per_token, 1.0, other_token))
                contradict({}, "a token takes " + gib(each) + " of the cache, where " + format_text(q_.what) +
                                   " take " + gib(m_.kv_per_token) + ": another format of the cache (--kv)");
        }
    }
    /// Tokens that the log has room for; of llama.cpp the context that it made its cache for.
    std::optional<double> tokens() const {
        if (log_.kv_tokens) return log_.kv_tokens;
        if (log_.server == "llama.cpp") return log_.max_context;
        if (log_.kv && m_.kv_per_token > bytes<>{}) return gibibytes(*log_.kv) / m_.kv_per_token;
        return std::nullopt;
    }
    void room() {
        const auto has = tokens();
        if (!has) return;
        std::string what = "room for " + count(std::floor(*has)) + " KV tokens";
        const bool of_law = log_.server != "llama.cpp" && m_.kv_per_token > bytes<>{} && m_.for_kv > bytes<>{};
        const auto law = [&](const bytes<>& b) { return number(b / m_.kv_per_token); };
        const std::string predicted =
            of_law ? " (" + law(m_.for_kv) + " predicted, " + law(m_.for_kv_low) + " to " + law(m_.for_kv_high) + ")"
                   : "";
        if (!load_said_) return say(suspect::cache_room, what + predicted, false);
        const double copies = r_.copies(), each = std::ceil(q_.load.prompt.mean() + q_.load.output.mean());
        const double at_once = needed_at_once(r_);
        const std::string who = (r_.load.open_loop() ? count(std::ceil(at_once)) + " requests at once"
                                                     : count(at_once) + (at_once == 1.0 ? " client" : " clients")) +
                                (copies > 1.0 ? " of a copy" : "");
        const double needs = std::ceil(at_once) * each;
        what += ", where " + who + " x " + count(each) + " tokens need " + count(needs);
        const bool is_short = *has < needs;
        say(suspect::cache_room,
            what + (is_short ? ": " + number(std::floor(*has / each)) + " at once" : "") + predicted, false, is_short);
    }
    void slots() {
        if (!log_.slots || !load_said_) return;
        const double needs = needed_at_once(r_);
        const bool is_short = *log_.slots < std::floor(needs);
        say(suspect::slots,
            count(*log_.slots) + " slots" + (is_short ? ", fewer than the " : ", enough for the ") +
                count(std::ceil(needs)) + " requests at once",
            false, is_short);
    }
    void graphs() {
        const bool none = q_.what.runtime.graphs.decode == graph_use::none;
        if (log_.eager)
            say(suspect::eager,
                "no graphs are captured" + std::string(none ? "" : ", and the question has graphs (--graphs)"), !none);
        else if (log_.captured)
            say(suspect::eager,
                "graphs were captured" + (log_.graphs ? " in " + gib(gibibytes(*log_.graphs)) : std::string()) +
                    (none ? ", and the question has none (--enforce-eager, --graphs)" : ""),
                none);
    }

    std::size_t run_;
    const examined_run& r_;
    const question& q_;
    const start_log& log_;
    const memory_fit& m_;
    bool load_said_, same_server_ = true;
    std::vector<start_finding> all_{};
};
}  // namespace detail

/// Of the logs of `b`, each against the run with the greatest load beside it; contradictions first.
inline std::vector<start_finding> start_findings(const bound_diagnosis& b) {
    std::vector<start_finding> all;
    for (const std::size_t i : b.starts()) {
        auto found = detail::start_reader(i, b.runs[i], b.asked(i), *b.files[i].start, b.load_is_said(i)).found();
        for (start_finding& f : found) all.push_back(std::move(f));
    }
    std::stable_partition(all.begin(), all.end(), [](const start_finding& f) { return f.contradicts; });
    return all;
}
}  // namespace gambrel::ask
