// SPDX-License-Identifier: Apache-2.0
// train and finetune: options mean what they say, the screen and JSON show one answer, a layout that is none is answered.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/report/json/training_json.hpp>
#include <gambrel/report/text/training_text.hpp>

using namespace gambrel;

namespace {
ask::bound_training asked(const char* model, const char* device, const ask::training_options& o,
                          ask::training_task task = ask::training_task::train) {
    return {ask::asked_model_of(model).model, ask::asked_device_of(device), o, task};
}
bool says(const std::string& text, const char* what) { return text.find(what) != std::string::npos; }
/// Whether `text` says `what`, wherever its lines break.
bool tells(std::string text, const char* what) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return says(text, what);
}
}  // namespace

TEST_CASE("keywords set the fields they name; every one has a name of its own") {
    ask::training_options o;
    for (std::size_t i = 0; i < ask::training_keywords.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            CHECK(ask::training_keywords[i].name != ask::training_keywords[k].name);
            CHECK(ask::training_keywords[i].option != ask::training_keywords[k].option);
        }
    const auto set = [&](const char* option, const char* typed) {
        for (const auto& k : ask::training_keywords)
            if (k.option == option) return ask::set_from_text(k, o, typed);
        FAIL("no such option");
    };
    set("--tp", "4");
    set("--zero", "3");
    set("--recompute", "alternate");
    set("--offload", "optimizer");
    set("--format", "fp8");
    set("--optimizer", "adam_8bit");
    set("--micro-batch", "2");
    const ask::bound_training q = asked("llama-3.1-8b", "8x h100", o);
    CHECK(q.devices == 8);
    CHECK(q.layout.tensor == 4);
    CHECK(q.layout.data == 2);
    CHECK(q.layout.sequence);
    CHECK(q.layout.zero == training::zero_stage::weights);
    CHECK(q.recipe.recompute == training::recomputation::alternate);
    CHECK(q.recipe.offload == training::offloading::optimizer);
    CHECK(q.recipe.products.name.view() == "fp8");
    CHECK(q.recipe.states.optimizer == 2.0);
    CHECK(q.batch.micro == 2.0);
    CHECK(!q.searched);
    o = {};
    for (const auto& [field, typed] : {std::pair{&ask::training_options::recompute, "much"},
                                       {&ask::training_options::zero, "4"},
                                       {&ask::training_options::schedule, "gpipe"},
                                       {&ask::training_options::offload, "disk"},
                                       {&ask::training_options::optimizer, "adamw"},
                                       {&ask::training_options::method, "dora"},
                                       {&ask::training_options::stack, "megatrom-core"}}) {
        ask::training_options wrong;
        wrong.*field = typed;
        CHECK_THROWS_WITH_AS(asked("llama-3.1-8b", "h100", wrong), doctest::Contains(typed), error);
    }
}

TEST_CASE("70B on 64 devices: the best layout that fits, faster ones that may not beside it, JSON and screen alike") {
    const ask::bound_training q =
        asked("llama-3-70b", "h100-sxm", {.devices = 64, .format = "fp8", .sequence = 8192, .rent = 2.0, .layouts = 5});
    const ask::training_answer a = ask::answered(q);
    REQUIRE(a.ok());
    CHECK(q.searched);
    CHECK(a.layout.devices() == 64);
    CHECK(a.predicted.fits == training::fit_verdict::fits);
    CHECK(a.found.best.size() == 5);
    for (const training::candidate& c : a.found.best)
        if (c.step < a.predicted.step.value) CHECK(c.fits == training::fit_verdict::may_not_fit);
    CHECK(a.run.tokens == approx(20.0 * 70553706496.0));
    CHECK(a.run.price.value.value() == approx(a.run.device_time.value.value() / 3600.0 * 2.0));
    const std::string s = report::screen(q, a);
    CHECK(says(s, "(the best found)"));
    CHECK(says(s, "with causal attention"));
    CHECK(says(s, "may not fit"));
    CHECK(says(s, "held by the power limit"));
    const auto j = report::as_json(q, a);
    CHECK(j["feasible"] == true);
    CHECK(j["step"]["value"].get<double>() == approx(a.predicted.step.value.value()));
    CHECK(j["layouts"].size() == 5);
    CHECK(j["memory"]["peak_gib"].get<double>() == approx(a.predicted.memory.peak() / gibibytes(1)));
    double shares = 0.0;
    for (const auto& [part, share] : j["where_time_goes"].items()) shares += share.get<double>();
    CHECK(shares == approx(1.0));
    CHECK(j["run"]["cost_usd"]["value"].get<double>() == approx(a.run.price.value.value()));
    CHECK(j["changes"].empty());
}

TEST_CASE(
    "fine-tuning on one card: what does not fit by how much, and which single change does; what fits costs so much") {
    const ask::training_task tune = ask::training_task::finetune;
    const ask::bound_training full = asked("llama-3.1-8b", "rtx-4090", {}, tune);
    const ask::training_answer no = ask::answered(full);
    CHECK(!no.ok());
    CHECK(no.changes.front().fits == training::fit_verdict::fits);
    CHECK(says(report::screen(full, no), "Does not fit: "));
    CHECK(says(report::screen(full, no), "adapters on a 4-bit base (QLoRA)"));
    CHECK(report::as_json(full, no)["feasible"] == false);
    const ask::bound_training q = asked("llama-3.1-8b", "rtx-4090", {.method = "qlora"}, tune);
    const ask::training_answer yes = ask::answered(q);
    CHECK(yes.ok());
    CHECK(yes.recipe.widens_base());
    CHECK(yes.run.tokens == ask::usual_tuning_tokens);
    CHECK(says(report::screen(q, yes), "QLoRA of rank 16"));
}

TEST_CASE("layouts that are none: the reason and the nearest that works, on both faces") {
    const ask::bound_training q = asked("llama-3-70b", "h100-sxm", {.devices = 64, .tensor = 4, .pipeline = 7});
    const ask::training_answer a = ask::answered(q);
    CHECK(!a.ok());
    const std::string s = report::screen(q, a);
    CHECK(says(s, "stages do not share out the layers evenly: 7 against 80"));
    CHECK(says(s, "nearest that works: 8"));
    CHECK(a.found.best.size() == 3);
    const auto j = report::as_json(q, a);
    CHECK(j["fault"]["what"] == "layers");
    CHECK(j["fault"]["nearest"] == 8.0);
    const ask::training_answer batch =
        ask::answered(asked("llama-3-70b", "h100-sxm", {.devices = 64, .tensor = 8, .batch = 16, .micro = 5}));
    CHECK(batch.predicted.layout.what == training::layout_fault::batch);
    CHECK(batch.predicted.layout.nearest == 2.0);
    const ask::training_answer devices =
        ask::answered(asked("llama-3-70b", "h100-sxm", {.devices = 60, .tensor = 8, .zero = "3"}));
    CHECK(devices.predicted.layout.what == training::layout_fault::devices);
}

TEST_CASE("a number that is none is refused by name; what was given holds for every layout that is tried") {
    const auto set = [](const char* option, const char* typed) {
        ask::training_options o;
        for (const auto& k : ask::training_keywords)
            if (k.option == option) ask::set_from_text(k, o, typed);
        return o;
    };
    for (const char* option : {"--devices", "--tp", "--pp", "--vp", "--cp", "--ep", "--etp", "--shard", "--batch",
                               "--micro-batch", "--tokens", "--loader", "--interval", "--sequence"}) {
        CAPTURE(option);
        CHECK_THROWS_WITH_AS(asked("llama-3-8b", "h100-sxm", set(option, "0")),
                             doctest::Contains(" is 0; it must be from 1 to"), error);
        CHECK_NOTHROW(asked("llama-3-8b", "h100-sxm", set(option, "1")));
    }
    CHECK(asked("llama-3-8b", "4x h100-sxm", {}).devices == 4);
    CHECK_THROWS_WITH_AS(asked("llama-3-8b", "h100-sxm", {.shard = 4, .zero = "0"}), doctest::Contains("ZeRO-0"),
                         error);
    const ask::bound_training q = asked("llama-3-8b", "h100-sxm", {.devices = 8, .shard = 3});
    const ask::training_answer three = ask::answered(q);
    CHECK(three.predicted.layout.what == training::layout_fault::shard);
    CHECK(tells(report::screen(q, three),
                "shards do not divide the data ranks: 3 against 8. The nearest that works: 2."));
    const ask::training_answer two = ask::answered(asked("llama-3-8b", "h100-sxm", {.devices = 8, .shard = 2}));
    REQUIRE(two.predicted.ok());
    CHECK(two.layout.shard == 2);
}

TEST_CASE("what cannot be asked of a device is said in a sentence, not computed") {
    const auto screen = [](const char* model, const char* device, const ask::training_options& o,
                           ask::training_task task = ask::training_task::finetune) {
        const ask::bound_training q = asked(model, device, o, task);
        const ask::training_answer a = ask::answered(q);
        for (const char* never : {"inf", "nan", "no end"}) CHECK(!says(report::screen(q, a), never));
        return report::screen(q, a);
    };
    CHECK(says(screen("llama-3-8b", "epyc-9654", {}), "Not possible: the memory of the device is not known.\n"));
    CHECK(says(screen("llama-3-8b", "xeon-8480p", {.devices = 4, .offload = "states"}, ask::training_task::train),
               "Not possible: "));
    CHECK(says(screen("llama-3-8b", "apple-m2-ultra", {.offload = "states"}), "nothing moves"));
    CHECK(tells(
        screen("llama-3-8b", "h100-sxm", {.devices = 7}, ask::training_task::train),
        "data ranks do not divide the sequences of the batch: 128 against 7. The nearest that works: a batch of 126 "
        "sequences."));
}

TEST_CASE(
    "screens are of 80 columns; other layouts differ from each other and from the answer; one of a thing is one") {
    struct asking {
        const char *model, *device;
        ask::training_options options;
        ask::training_task task = ask::training_task::train;
    };
    for (const asking& x :
         {asking{"llama-3.1-405b",
                 "h100-sxm",
                 {.devices = 16384, .format = "fp8", .sequence = 65536, .batch = 4096, .search = true}},
          asking{"deepseek-v3", "h100-sxm", {.devices = 2048, .recompute = "selective", .batch = 2048, .search = true}},
          asking{"qwen3-30b-a3b", "h100-sxm", {.devices = 16, .layouts = 40}},
          asking{"llama-3-8b", "h100-sxm", {.loader_tokens = 1}},
          asking{"llama-3.1-8b", "rtx-4090", {}, ask::training_task::finetune},
          asking{"llama-3.1-8b", "rtx-4090", {.method = "qlora", .batch = 1}, ask::training_task::finetune}}) {
        const ask::bound_training q = asked(x.model, x.device, x.options, x.task);
        const ask::training_answer a = ask::answered(q);
        const std::string s = report::screen(q, a);
        CAPTURE(s);
        std::size_t widest = 0;
        for (std::size_t at = 0; at < s.size();) {
            const std::size_t end = std::min(s.find('\n', at), s.size());
            widest = std::max(widest, ask::width(std::string_view(s).substr(at, end - at)));
            at = end + 1;
        }
        CHECK(widest <= 80);
        std::vector<std::string> texts{report::detail::layout_text(a.layout, a.batch.micro, a.recipe.recompute)};
        for (const training::candidate& c : a.found.best)
            texts.push_back(report::detail::layout_text(c.layout, c.micro, c.recompute));
        std::sort(texts.begin(), texts.end());
        CHECK(std::adjacent_find(texts.begin(), texts.end()) == texts.end());
        for (const char* several : {" 1 micro-batches", "; 1 sequences", " 1 steps", " 1 devices"})
            CHECK(!says(s, several));
    }
}
