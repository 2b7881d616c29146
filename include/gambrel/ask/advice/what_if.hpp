// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One change to a deployment that could help: what it changes, what it takes, what it risks, and how to try it. A table of
/// these is the catalogue (catalogue.hpp); predictions of before and after make advice of it (advised.hpp).
///
/// `change` alters the question, or says why it does not apply: a precondition is checked, never assumed.
/// Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/bound_question.hpp>
#include <gambrel/numeric/enum_table.hpp>

namespace gambrel::ask {

/// What of the time or the bill a change acts on. Gains of two changes of one term do not add up.
enum class advice_term : unsigned char {
    workload,
    batch,
    weights,
    cache,
    guesses,
    host,
    schedule,
    memory,
    cut,
    model,
    machine,
    price
};
/// Work until it runs: hours, days, weeks.
enum class effort : unsigned char { small, medium, large };
}  // namespace gambrel::ask

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<ask::advice_term>, 12> enum_table<ask::advice_term>{{
    {ask::advice_term::workload, "workload", "workload"},
    {ask::advice_term::batch, "batch", "batch"},
    {ask::advice_term::weights, "weights", "weights"},
    {ask::advice_term::cache, "cache", "cache"},
    {ask::advice_term::guesses, "guesses", "guesses"},
    {ask::advice_term::host, "host", "host"},
    {ask::advice_term::schedule, "schedule", "schedule"},
    {ask::advice_term::memory, "memory", "memory"},
    {ask::advice_term::cut, "cut", "cut"},
    {ask::advice_term::model, "model", "model"},
    {ask::advice_term::machine, "machine", "machine"},
    {ask::advice_term::price, "price", "price"},
}};
template <> inline constexpr std::array<enum_row<ask::effort>, 3> enum_table<ask::effort>{{
    {ask::effort::small, "small", "small: hours", "S"},
    {ask::effort::medium, "medium", "medium: days", "M"},
    {ask::effort::large, "large", "large: weeks", "L"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::ask {

/// What is asked about, to be changed: descriptors are shared until one is replaced.
struct advised_case {
    std::shared_ptr<const architecture> model{};
    std::shared_ptr<const device<>> board{};
    std::shared_ptr<const runtime<>> software{};
    prediction_options options{};
    bool sparse = false;    ///< linear layers stored as two of four elements
    std::string assumes{};  ///< what the change takes for granted and only a measurement knows

    /// The model as a server is told it: a checkpoint's name.
    std::string served() const { return model->name.str(); }
};

/// The case as it is, and its answer.
struct advice_baseline {
    const question& asked;
    const answer& now;

    const prediction<>& predicted() const { return now.predicted; }
    const runtime<>& software() const { return asked.what.runtime; }
    const device<>& board() const { return asked.what.device; }
    bool waits() const { return predicted().waiting > 0.5; }
    bool closed_loop() const { return !asked.load.open_loop(); }
};

struct what_if {
    std::string_view key{}, title{};
    advice_term term = advice_term::workload;
    gambrel::ask::effort effort = effort::small;
    /// Changes the case; a reason why it does not apply, or nothing.
    std::string (*change)(advised_case&, const advice_baseline&) = nullptr;
    std::string_view risk{}, portability{};
    std::string_view quality{};  ///< what may be worse of the answers; empty: nothing can be
    std::string_view rollback{};
    std::string_view flag{};    ///< the change as a server's own flag, where launch lines cannot say it
    std::string_view source{};  ///< who measured it; empty: nobody is quoted
};

/// How answers are compared where a change may alter them: the error of the harness counts.
inline constexpr std::string_view quality_check =
    "lm_eval --model local-completions --tasks gsm8k,mmlu_pro --model_args base_url=URL,model=MODEL on both: at least "
    "99 % "
    "of the score is kept, its standard error considered";
}  // namespace gambrel::ask
