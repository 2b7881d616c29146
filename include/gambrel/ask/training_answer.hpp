// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The whole answer to a training question: the layout that was given, or the best found; its step, memory and run; other
/// layouts; and where it does not fit, by how much and which single change does. Evidence: tests/ask/training_test.cpp.

#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/bound_training.hpp>
#include <gambrel/economics/assumptions.hpp>
#include <gambrel/training/changes.hpp>
#include <gambrel/training/run.hpp>

namespace gambrel::ask {

struct training_answer {
    training::layout layout{};  ///< that is answered for
    training::batch batch{};
    training::recipe recipe{};
    training::prediction<> predicted{};
    training::run_cost run{};
    training::search_result found{};
    std::vector<training::changed> changes{};  ///< where it does not surely fit
    std::optional<rental<>> rent{};
    std::string rent_source{};

    bool ok() const { return predicted.ok() && predicted.fits != training::fit_verdict::does_not_fit; }
};

/// Tokens of a fine-tuning run where none are given: 10 million.
inline constexpr double usual_tuning_tokens = 1e7;

inline training_answer answered(const bound_training& q) {
    training_answer a;
    const training_options& o = q.options;
    a.layout = q.layout;
    a.batch = q.batch;
    a.recipe = q.recipe;
    training::job<> j = q.job();
    j.validate();
    const bool tune = q.task == training_task::finetune;
    const int listed = o.search ? 10 : o.layouts;
    a.found = training::search(j, {.devices = q.devices,
                                   .only_micro = o.micro.value_or(0.0),
                                   .most_tensor = tune && !o.tensor ? 1 : 0,
                                   .most_pipeline = tune && !o.pipeline ? 1 : 64,
                                   .sequence = o.sequence_parallel.value_or(true),
                                   .keep = 100000,
                                   .any_zero = o.zero.empty(),
                                   .recompute = o.recompute.empty()});
    if (q.searched || (!o.micro && q.devices == 1 && !a.found.best.empty())) {
        const bool any = !a.found.best.empty();
        // The fastest that surely fits; faster ones that may not are listed beside it.
        const auto sure = std::find_if(a.found.best.begin(), a.found.best.end(), [](const training::candidate& c) {
            return c.fits == training::fit_verdict::fits;
        });
        const training::candidate& c = sure != a.found.best.end() ? *sure
                                       : any                      ? a.found.best.front()
                                                                  : a.found.smallest;
        if (any || a.found.tried > 0) {
            a.layout = c.layout;
            a.batch.micro = c.micro;
            a.recipe.recompute = c.recompute;
        }
    }
    std::erase_if(a.found.best, [&](const training::candidate& c) {
        return c.layout == a.layout && c.micro == a.batch.micro && c.recompute == a.recipe.recompute;
    });
    if (a.found.best.size() > static_cast<std::size_t>(listed)) a.found.best.resize(static_cast<std::size_t>(listed));
    j.layout = a.layout;
    j.batch = a.batch;
    j.recipe = a.recipe;
    a.predicted = training::predict(j);
    if (a.predicted.ok() && a.layout.devices() != q.devices)
        a.predicted.layout = training::check(*q.model, a.layout, a.batch, q.devices);
    if (!a.predicted.ok()) return a;
    if (a.predicted.fits != training::fit_verdict::fits) a.changes = training::single_changes(j);
    if (o.rent) {
        a.rent = dollars_per_hour(*o.rent);
        a.rent_source = "given by the caller";
    } else if (const price_book quotes = price_quotes_for(q.board->name.view());
               const auto typical = typical_of(quotes)) {
        a.rent = typical->value;
        a.rent_source = detail::quoted_range(quotes);
    } else {
        a.rent_source = "no on-demand quote for " + q.board->name.str() + " is known: give the price per device-hour";
    }
    training::run_terms t{.tokens = o.tokens.value_or(tune ? usual_tuning_tokens : 0.0),
                          .epochs = o.epochs,
                          .per_device = a.rent.value_or(rental<>{}),
                          .around = {o.server, o.pue},
                          .grid = grams_per_kilowatt_hour(o.grid.value_or(*assumed::grid)),
                          .loader_tokens = o.loader_tokens.value_or(0.0)};
    t.failures.checkpoint = seconds_of(o.checkpoint);
    t.failures.restart = seconds_of(o.restart);
    t.failures.interval = seconds_of(o.interval.value_or(0.0));
    if (o.failure_hours)
        t.failures.between =
            *o.failure_hours > 0.0 ? sourced<seconds<>>(hours(*o.failure_hours)) : sourced<seconds<>>{};
    a.run = training::cost_of_run(j, a.predicted, t);
    return a;
}
}  // namespace gambrel::ask
