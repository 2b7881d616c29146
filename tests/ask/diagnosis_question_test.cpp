// SPDX-License-Identifier: Apache-2.0
// Files of servers as questions, their diagnosis, and what is printed of it.
#include <doctest/doctest.h>

#include <gambrel/report/json/diagnosis_json.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
const std::filesystem::path known = "tests/reference/data/diagnosis";

diagnosis_options asked(const std::string& model, const std::string& device) {
    diagnosis_options o;
    o.model = model;
    o.device = device;
    return o;
}
diagnosis_options with_load(diagnosis_options o, double clients, double prompt, double output,
                            const std::string& weights = "") {
    o.lengths_said = o.load_said = true;
    o.say = [=](prediction_options& to) {
        if (clients > 0.0) to.concurrency = clients;
        to.prompt = prompt;
        to.output = output;
        if (!weights.empty()) to.weights = weights;
    };
    return o;
}
std::string refusal(const observation& o, const diagnosis_options& how) {
    try {
        const bound_diagnosis b({o}, {}, how);
    } catch (const error& e) {
        return e.what();
    }
    return "";
}
observation benchmark() {
    observation o{.where = "result.json", .tool = "vllm bench serve", .model = "meta-llama/Llama-3.1-8B-Instruct"};
    o.device = "h100-sxm";
    o.prompt = 1024.0;
    o.output = 128.0;
    o.clients = 16.0;
    o.figures = {{"ttft_mean", 0.055}, {"tpot_mean", 0.0096}, {"request_throughput", 12.54}};
    return o;
}
}  // namespace

TEST_CASE("public files whose cause is known show it (tests/reference/data/diagnosis)") {
    const auto first = [](const char* file, const diagnosis_options& how) {
        const bound_diagnosis b(read_observations(known / file, stated{}), {}, how);
        const gambrel::diagnosis d = diagnosed(b);
        REQUIRE(!d.suspects.all.empty());
        CHECK(d.suspects.nothing < 0.05);
        return d.suspects.all.front().which;
    };
    CHECK(first("kernels-dequantisation.csv", with_load(asked("qwen2.5-1.5b", "rtx-3060"), 1.0, 128.0, 128.0,
                                                        "awq-int4")) == suspect::dequantisation);
    CHECK(first("kernels-attention.csv", with_load(asked("llama-3.1-8b", "h100-sxm"), 64.0, 1024.0, 1024.0, "fp8")) ==
          suspect::decode_attention);
    auto queue = with_load(asked("", "h100-sxm"), 0.0, 1000.0, 200.0);
    queue.load_said = false;  // running and waiting are in the scrape
    CHECK(first("metrics-queue-long.txt", queue) == suspect::slots);
    CHECK(first("watermark-kv-starved.csv", {}) == suspect::cache_room);
}

TEST_CASE("what a file does not say is asked for by name, and what it says otherwise is refused") {
    observation o = benchmark();
    CHECK(refusal(o, {}) == "");
    o.model.clear();
    CHECK(refusal(o, {}) == "result.json does not say which model it ran: give --model");
    o = benchmark();
    o.device.clear();
    CHECK(refusal(o, {}) == "result.json does not say on which device it ran: give --device");
    o = benchmark();
    o.clients.reset();
    CHECK(refusal(o, {}) == "result.json does not say under which load: give --concurrency or --rate");
    o = benchmark();
    o.prompt.reset();
    o.output.reset();
    CHECK(refusal(o, {}) == "result.json does not say the lengths of its requests: give --prompt and --output");
    CHECK(refusal(benchmark(), asked("llama-3.1-70b", "")) ==
          "--model is \"llama-3.1-70b\", but result.json says \"meta-llama/Llama-3.1-8B-Instruct\": give the "
          "one that ran, or leave it to the file");
    CHECK(refusal(benchmark(), asked("", "a100-sxm-80")) ==
          "--device is \"a100-sxm-80\", but result.json says \"h100-sxm\": give the one that ran, or leave it to the "
          "file");
}

TEST_CASE("settings of the file hold, the caller's hold over them, and parts belong to the one run with a load") {
    observation o = benchmark();
    o.runtime = "vllm";
    o.settings = {
        {"max_num_seqs", "8"}, {"enforce_eager", "True"}, {"gpu_memory_utilization", "0.5"}, {"quantization", "None"}};
    o.ranks = {{"tp", 2.0}};
    const bound_diagnosis b({o}, {}, {});
    CHECK(b.asked(0).what.runtime.scheduling.most_sequences == 8.0);
    CHECK(b.asked(0).what.runtime.graphs.decode == graph_use::none);
    CHECK(b.asked(0).what.runtime.memory.fraction == 0.5);
    CHECK(b.asked(0).what.cut.tensor == 2);
    diagnosis_options over;
    over.say = [](prediction_options& to) { to.tensor = 4; };
    CHECK(bound_diagnosis({o}, {}, over).asked(0).what.cut.tensor == 4);

    observation board{.where = "board.csv"};
    board.board.emplace();
    board.board->sm_clock_mean = 900e6;
    board.board->sm_clock_most = 1980e6;
    const bound_diagnosis joined({benchmark(), board}, {}, {});
    REQUIRE(joined.runs.size() == 1);
    CHECK(joined.files.front().board);
    CHECK(diagnosed(joined).suspects.all.front().which == suspect::clocks);  // 900 of 1980 MHz
}

TEST_CASE("the waterfall is as the runs before correct it; a file that was there twice is said") {
    observation before = benchmark(), now = benchmark();
    for (const auto& [o, tpot] : {std::pair{&before, 0.0115}, {&now, 0.0230}}) {
        o->figures["tpot_mean"] = tpot;
        o->figures["request_throughput"] = 16.0 / (0.055 + 127.0 * tpot);
    }
    now.notes.push_back("result (1).json " + std::string(counts_once));
    const bound_diagnosis b({now}, {before}, {});
    const gambrel::diagnosis d = diagnosed(b);
    REQUIRE(d.corrected.size() == 2);
    CHECK(d.corrected[1] > 1.02);  // it took longer than predicted while it was well
    const std::string text = report::screen(b, d);
    CHECK(text.find("as the runs before correct it") != std::string::npos);
    CHECK(text.find("result.json: result (1).json is a copy of it, and counts once with it.") != std::string::npos);
    const double sum = d.corrected[1] * b.runs[1].predicted.mean_step.total().value();
    CHECK(text.find("  sum") != std::string::npos);
    CHECK(text.find(to_string(seconds<>::from_value(sum))) != std::string::npos);
    const report::json j = report::as_json(b, d);
    CHECK(j["runs"][1]["tpot_corrected_by"].get<double>() == d.corrected[1]);
    CHECK(j["runs"][1]["notes"].size() == 1);
    const bound_diagnosis alone({now}, {}, {});
    CHECK(report::screen(alone, diagnosed(alone)).find("as the runs before") == std::string::npos);
}

TEST_CASE("guesses, static batches, pools and cached prompts are understood or refused") {
    observation o = benchmark();
    o.accepted_per_step = 2.5;
    CHECK(refusal(o, {}) ==
          "result.json counts 2.5 tokens accepted a step: give --draft-method, and --drafts, as the server guessed");
    diagnosis_options drafts;
    drafts.say = [](prediction_options& to) {
        to.draft_method = "eagle3";
        to.drafts = 3.0;
    };
    const bound_diagnosis guessed({o}, {}, drafts);
    CHECK(guessed.asked(0).what.speculation.on());
    diagnosis_options batch;
    batch.say = [](prediction_options& to) { to.batch = 8.0; };
    CHECK(refusal(benchmark(), batch).find("diagnose takes clients or a rate") != std::string::npos);

    observation cached = benchmark();
    cached.server.emplace();
    cached.server->prefix_queries = 1000.0;
    cached.server->prefix_hits = 400.0;
    CHECK(bound_diagnosis({cached}, {}, {}).runs.front().load.prefix_hit == doctest::Approx(0.4));
    diagnosis_options rate;  // what is typed holds over the file's clients
    rate.load_said = true;
    rate.say = [](prediction_options& to) { to.rate = 2.0; };
    CHECK(bound_diagnosis({benchmark()}, {}, rate).runs.front().load.open_loop());
}

TEST_CASE("what cannot run as stated is said, and what is beyond the limit is no evidence of a cause") {
    observation o = benchmark();
    o.model = "meta-llama/Llama-3.1-70B-Instruct";
    const bound_diagnosis large({o}, {}, {});
    const gambrel::diagnosis none = diagnosed(large);
    CHECK(none.conclusion == conclusion::impossible);
    CHECK(none.suspects.all.empty());
    CHECK(report::screen(large, none).find("of memory are") != std::string::npos);

    observation open = benchmark();
    open.clients.reset();
    open.offered_rate = 1e4;
    open.figures = {{"request_throughput", 40.0}, {"ttft_mean", 90.0}};
    const bound_diagnosis beyond({open}, {}, {});
    const gambrel::diagnosis queue = diagnosed(beyond);
    CHECK(queue.conclusion == conclusion::beyond_limit);
    REQUIRE(queue.compared.size() == 1);
    CHECK(queue.compared.front().predicted.value == doctest::Approx(beyond.runs.front().predicted.verdict.limit));
}

TEST_CASE("one batch without a server is predicted as one, and nothing of a server is suspected") {
    observation o = benchmark();
    o.static_batch = true;
    o.figures = {{"ttft_mean", 0.2}, {"tpot_median", 0.02}};
    const bound_diagnosis b({o}, {}, {});
    const question& q = b.asked(0);
    const prediction<> p = predict_static_batch(q.what, 1024.0, 128.0, 16.0);
    CHECK(b.runs.front().predicted.ttft.value == p.ttft.value);
    const gambrel::diagnosis d = diagnosed(b);
    for (const weighed_suspect& s : d.suspects.all) CHECK_FALSE(is_of_server(s.which));
    CHECK(report::screen(b, d).find("TPOT, median") != std::string::npos);
}

TEST_CASE("a time that memory does not allow, and more in flight than clients, are not used") {
    observation o = benchmark();
    o.figures = {{"tpot_mean", 0.003}};  // 16 GB of weights over 3.35 TB/s are 4.8 ms
    const bound_diagnosis b({o}, {}, {});
    CHECK(diagnosed(b).conclusion == conclusion::contradictory);
    observation many = benchmark();
    many.mean_concurrency = 60.0;  // of 16 clients
    many.figures = {{"tpot_mean", 0.0096}};
    CHECK(contradicts(inconsistencies_of(many)));
}

TEST_CASE("half of a class by Amdahl's law, and no pass below its floor") {
    const bound_diagnosis b({benchmark()}, {}, {});
    const gambrel::diagnosis d = diagnosed(b);
    const pass_time<>& step = b.runs.front().predicted.mean_step;
    const double whole = step.total().value(), gemm = step.by_class(operator_class::gemm).value();
    REQUIRE(d.use.front());
    for (const faster_class& f : d.faster)
        if (f.which == suspect::gemm)
            CHECK(f.tpot == doctest::Approx(std::max(whole - 0.5 * gemm, d.use.front()->floor) / whole));
        else if (f.which == suspect::host)
            CHECK(f.tpot == doctest::Approx(1.0 - 0.5 * step.by_class(host_class).value() / whole));
}

TEST_CASE("the screen and the JSON say the same, and nothing that steers a terminal") {
    observation o = benchmark();
    o.where = "re\x1b[31msult";
    o.figures["tpot_mean"] = 0.03;
    o.figures["request_throughput"] = 16.0 / (0.055 + 127.0 * 0.03);
    const bound_diagnosis b({o}, {}, {});
    const gambrel::diagnosis d = diagnosed(b);
    const std::string text = report::screen(b, d);
    const auto j = report::as_json(b, d);
    CHECK(j["conclusion"] == key_of(d.conclusion));
    CHECK(j["suspects"].size() == d.suspects.all.size());
    CHECK(j["runs"][0]["use"]["tpot_s"].get<double>() == 0.03);
    double sum = 0.0;
    for (const auto& [name, seconds] : j["runs"][0]["tpot_predicted_s"].items()) sum += seconds.get<double>();
    CHECK(sum == doctest::Approx(b.runs[0].predicted.tpot.value.value()));
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("30 ms") != std::string::npos);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        CHECK(width(text.substr(at, end - at)) <= 92);  // tables of numbers; paragraphs wrap at 80
        at = end + 1;
    }
    // MFU and MBU are those predicted, over by how much longer the pass took.
    CHECK(j["runs"][0]["use"]["mbu"].get<double>() ==
          doctest::Approx(b.runs[0].predicted.mbu * b.runs[0].predicted.tpot.value.value() / 0.03));
}
