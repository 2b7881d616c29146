// SPDX-License-Identifier: Apache-2.0
// One term x times worse, and what a file shows: each figure from its definition.
#include <doctest/doctest.h>

#include <gambrel/diagnosis/altered_run.hpp>
#include <gambrel/diagnosis/consistency.hpp>
#include <gambrel/diagnosis/indications_of.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/mistral.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
const deployment<> dense{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}};
const deployment<> mixture{catalog::mixtral_8x7b, catalog::h100_sxm, catalog::vllm, {.tensor = 2}};
const workload lone{.prompt = 2048.0, .output = 256.0, .concurrency = 1.0};
const workload many{.prompt = 1024.0, .output = 256.0, .concurrency = 200.0};

prediction<> with(const deployment<>& d, const workload& w, suspect s, double x) {
    return altered_run(d, w, predict(d, w), s, x).predicted();
}
}  // namespace

TEST_CASE("a suspect once worse changes nothing") {
    for (const auto& row : enum_table<suspect>) {
        if (row.value == suspect::eager || row.value == suspect::cache_room || row.value == suspect::slots) continue;
        CAPTURE(row.key);
        const prediction<> p = predict(dense, many), q = with(dense, many, row.value, 1.0);
        CHECK(q.tpot.value.value() == p.tpot.value.value());
        CHECK(q.ttft.value.value() == p.ttft.value.value());
    }
}

TEST_CASE("a class of kernels takes x times its time, the others theirs") {
    const auto check = [](const deployment<>& d, suspect s, operator_class c) {
        CAPTURE(key_of(s));
        const pass_time<> before = predict(d, lone).decode, after = with(d, lone, s, 1.7).decode;
        for (std::size_t i = 0; i < operator_class_count; ++i) {
            const double x = i == static_cast<std::size_t>(c) ? 1.7 : 1.0;
            CHECK(after.by_class(i).value() == doctest::Approx(x * before.by_class(i).value()).epsilon(1e-9));
        }
        CHECK(after.by_class(c).value() > 0.0);
    };
    check(dense, suspect::gemm, operator_class::gemm);
    check(dense, suspect::decode_attention, operator_class::decode_attention);
    check(dense, suspect::messages, operator_class::collective);
    check(mixture, suspect::experts, operator_class::experts);
    // The KV cache is written by an element-wise kernel too, so that only the class itself is compared.
    const pass_time<> before = predict(dense, lone).decode, after = with(dense, lone, suspect::elementwise, 2.0).decode;
    CHECK(after.by_class(operator_class::elementwise).value() ==
          doctest::Approx(2.0 * before.by_class(operator_class::elementwise).value()).epsilon(1e-9));
}

TEST_CASE("clocks slow what computes, bandwidth what reads, and neither by more than x") {
    for (const suspect s : {suspect::clocks, suspect::bandwidth}) {
        CAPTURE(key_of(s));
        const prediction<> p = predict(dense, lone), q = with(dense, lone, s, 2.0);
        for (const auto& [after, before] :
             {std::pair(q.decode.total(), p.decode.total()), std::pair(q.prefill.total(), p.prefill.total())}) {
            CHECK(after > before);
            CHECK(after < before * 2.0);
        }
    }
    const auto slower = [](suspect s, bool decode) {
        const prediction<> p = predict(dense, lone), q = with(dense, lone, s, 2.0);
        return decode ? q.decode.total() / p.decode.total() : q.prefill.total() / p.prefill.total();
    };
    CHECK(slower(suspect::bandwidth, true) > slower(suspect::clocks, true));    // decodes read
    CHECK(slower(suspect::clocks, false) > slower(suspect::bandwidth, false));  // prompts compute
}

TEST_CASE("host, frontend, slots, room, budget, clients: what each is defined to be") {
    const prediction<> p = predict(dense, many);
    const double host = p.decode.by_class(host_class).value();
    CHECK(with(dense, many, suspect::host, 3.0).decode.by_class(host_class).value() ==
          doctest::Approx(3.0 * host).epsilon(1e-9));
    CHECK(with(dense, many, suspect::eager, 1.0).decode.total() > p.decode.total());

    const prediction<> alone = predict(dense, lone), waits = with(dense, lone, suspect::frontend, 3.0);
    CHECK((waits.ttft.value - alone.ttft.value).value() ==
          doctest::Approx(2.0 * alone.prefill.total().value() * alone.prefill_passes).epsilon(1e-9));
    CHECK(waits.tpot.value.value() == doctest::Approx(alone.tpot.value.value()).epsilon(1e-9));

    for (const runtime<>* r : {&catalog::vllm, &catalog::sglang, &catalog::tensorrt_llm}) {
        CAPTURE(r->name.view());
        const deployment<> d{catalog::llama_3_1_70b, catalog::h100_sxm, *r, {.tensor = 4}};
        const prediction<> here = predict(d, many);
        REQUIRE(here.running == doctest::Approx(200.0));
        CHECK(with(d, many, suspect::cache_room, 2.0).memory.most_sequences == doctest::Approx(100.0).epsilon(1e-6));
        CHECK(with(d, many, suspect::slots, 2.0).running == doctest::Approx(100.0));
        CHECK(with(d, many, suspect::slots, 2.0).waiting == doctest::Approx(100.0));
    }
    CHECK(with(dense, many, suspect::clients, 2.0).tpot.value ==
          predict(dense, {.prompt = 1024.0, .output = 256.0, .concurrency = 100.0}).tpot.value);
    runtime<> quarter = catalog::vllm;
    quarter.scheduling.token_budget /= 4.0;
    const workload longer{.prompt = 65536.0, .output = 64.0, .concurrency = 4.0};
    const deployment<> finer{catalog::llama_3_1_70b, catalog::h100_sxm, quarter, {.tensor = 4}};
    CHECK(with(dense, longer, suspect::token_budget, 4.0).ttft.value == predict(finer, longer).ttft.value);
    CHECK(with(dense, lone, suspect::cached_prompts, 4.0).ttft.value ==
          predict(dense, {.prompt = 2048.0, .output = 256.0, .concurrency = 1.0, .prefix_hit = 0.75}).ttft.value);
}

TEST_CASE("what cannot be at fault is no suspect") {
    const prediction<> p = predict(dense, lone), q = predict(mixture, lone);
    CHECK(!applies(suspect::experts, dense, p));
    CHECK(applies(suspect::experts, mixture, q));
    CHECK(applies(suspect::messages, dense, p));
    const deployment<> single{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm};
    CHECK(!applies(suspect::messages, single, predict(single, lone)));
    runtime<> eager = catalog::vllm;
    eager.graphs = {.decode = graph_use::none};
    const deployment<> bare{catalog::llama_3_1_8b, catalog::h100_sxm, eager};
    CHECK(!applies(suspect::eager, bare, predict(bare, lone)));
}

TEST_CASE("a file whose figures disagree is found out, by law") {
    observation o{.output = 101.0, .clients = 20.0, .duration = 100.0, .completed = 200.0};
    o.figures = {{"request_throughput", 2.0},
                 {"e2e_latency_mean", 10.0},
                 {"ttft_mean", 1.0},
                 {"tpot_mean", 0.09},
                 {"output_throughput", 202.0}};
    CHECK(inconsistencies_of(o).empty());  // 2 x 10 = 20 clients; 1 + 100 x 0.09 = 10; 2 x 101 = 202; 2 x 100 = 200

    const auto wrong = [&](const char* name, double value, bool contradiction) {
        observation x = o;
        x.figures[name] = value;
        const auto found = inconsistencies_of(x);
        CAPTURE(name);
        REQUIRE(!found.empty());
        CHECK(contradicts(found) == contradiction);
    };
    wrong("e2e_latency_mean", 30.0, true);  // 60 in flight of 20 clients
    wrong("tpot_mean", 0.2, true);          // 21 s by its parts, 10 by its latency
    wrong("output_throughput", 101.0, true);
    wrong("output_throughput", 230.0, false);
    observation idle = o;
    idle.clients = 64.0;  // 20 of them busy
    REQUIRE(inconsistencies_of(idle).size() == 1);
    CHECK(!contradicts(inconsistencies_of(idle)));
    observation falling = o;
    falling.figures["ttft_median"] = 1.0;
    falling.figures["ttft_p99"] = 0.5;
    CHECK(contradicts(inconsistencies_of(falling)));
    observation beyond = o;
    beyond.clients.reset();
    beyond.offered_rate = 4.0;  // 2 served
    CHECK(inconsistencies_of(beyond).size() == 1);
    observation counted = o;
    counted.mean_concurrency = 40.0;  // by Little's law 20
    CHECK(contradicts(inconsistencies_of(counted)));
}

TEST_CASE("what a file shows is compared once, and in the unit of its prediction") {
    const prediction<> p = predict(dense, many);
    observation o{.clients = 200.0};
    o.figures = {{"ttft_mean", 0.5},   {"ttft_median", 0.4},       {"tpot_mean", 0.04},         {"itl_mean", 0.041},
                 {"itl_median", 0.03}, {"e2e_latency_mean", 10.7}, {"request_throughput", 18.0}};
    const auto all = indications_of(o, many, p);
    const auto of = [&](indicator what) -> const indication* {
        for (const indication& i : all)
            if (i.what == what) return &i;
        return nullptr;
    };
    REQUIRE(of(indicator::ttft));
    CHECK(of(indicator::ttft)->measured == 0.5);  // the mean before the median
    CHECK(of(indicator::tpot)->measured == 0.04);
    CHECK(of(indicator::latency) == nullptr);  // its parts say it
    CHECK(of(indicator::in_flight)->measured == doctest::Approx(18.0 * 10.7));
    CHECK(std::exp(expected(*of(indicator::in_flight), p, many, 1.0)) == doctest::Approx(200.0));
    CHECK(std::exp(expected(*of(indicator::tpot), p, many, 1.0)) == doctest::Approx(p.tpot.value.value()));

    const deployment<> two{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4, .replicas = 2}};
    workload twice = many;
    twice.concurrency = 400.0;
    const indication fill{.what = indicator::cache_use};  // each copy has a cache of its own
    CHECK(expected(fill, predict(two, twice), twice, 2.0) == doctest::Approx(expected(fill, p, many, 1.0)));

    observation grouped = o;
    grouped.figures["itl_median"] = 0.0002;  // several tokens a message
    for (const indication& i : indications_of(grouped, many, p)) CHECK(i.what != indicator::itl);

    observation profile;
    profile.kernels = kernel_profile{.kernels = {{"a", kernel_kind::gemm, 1, 4.0},
                                                 {"b", kernel_kind::dequantisation, 1, 2.0},
                                                 {"c", kernel_kind::decode_attention, 1, 3.0},
                                                 {"d", kernel_kind::attention, 1, 1.0},
                                                 {"e", kernel_kind::copy, 1, 9.0}}};
    const auto kernels = indications_of(profile, many, p);
    REQUIRE(kernels.size() == 3);  // copies are no kernels; a name without a phase makes both phases one
    CHECK(kernels[0].measured == 4.0);
    CHECK(kernels[1].of == profiled::attention);
    CHECK(kernels[1].measured == 4.0);
    CHECK(kernels[2].of == profiled::dequantisation);
    CHECK(kernels[2].measured == 2.0);
    CHECK(!kernels[0].counted);
}
