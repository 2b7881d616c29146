// SPDX-License-Identifier: Apache-2.0
// The write-up: the same in Markdown, as a page and as JSON; every section, and figures that are those of the
// prediction.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/write_up/write_up.hpp>
#include <gambrel/report/html/document_html.hpp>
#include <gambrel/report/json/document_json.hpp>
#include <gambrel/report/text/document_markdown.hpp>
#include <start_logs.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
advice small(double price = 2.5) {
    advised_case c{std::make_shared<const architecture>(model_named("llama-3.1-8b")),
                   std::make_shared<const device<>>(device_named("h100-sxm")),
                   std::make_shared<const runtime<>>(runtime_named("vllm"))};
    c.options.concurrency = 64;
    c.options.price = price;
    advice_options o;
    o.limits.tpot = milliseconds(1.0);
    o.limits.ttft = milliseconds(500.0);
    return advised(c, o);
}
template <class Block> const Block& first(const document& d, std::string_view key) {
    const section* s = d.find(key);
    REQUIRE(s != nullptr);
    for (const block& b : s->blocks)
        if (const auto* found = std::get_if<Block>(&b)) return *found;
    FAIL("no such block in " << key);
    static const Block none{};
    return none;
}
}  // namespace

TEST_CASE("every section that a write-up needs, with the figures of the prediction") {
    const advice a = small();
    const document d = write_up(a);
    for (const char* key : {"baseline", "bottleneck", "utilisation", "options", "actions", "validation", "decision",
                            "money", "assumptions"}) {
        CAPTURE(std::string_view(key));
        REQUIRE(d.find(key) != nullptr);
        CHECK_FALSE(d.find(key)->blocks.empty());
    }
    const auto& baseline = first<document_table>(d, "baseline");
    CHECK(baseline.rows[0][1] == to_string(a.now.predicted.ttft.value));
    CHECK(baseline.rows[0][4] == "kept");
    CHECK(baseline.rows[1][4] == "broken");
    CHECK(baseline.rows[2][4].empty());
    // 2.50 $/h for 730 hours of one device
    CHECK(first<paragraph>(d, "money").text.find("1 device at 2.50 $/h for 730 hours are 1,825 $ a month") == 0);
    CHECK(baseline.rows[5][0] == "cost of output");  // as `predict` has it, the machine's time shared
    CHECK(baseline.rows[5][1] == to_string(a.now.cost->output.value));
    CHECK(baseline.rows[6][1] == to_string(a.now.cost->input.value));
    CHECK(first<paragraph>(d, "options").text.find("The limit of TPOT is broken as it is") == 0);
    double shares = 0.0;
    for (const chart_bar& b : first<bar_chart>(d, "bottleneck").bars) shares += b.value;
    CHECK(shares == approx(1.0).epsilon(0.03));
    const auto& watch = first<document_table>(d, "validation");
    CHECK(watch.rows[1][1] == fmt::format("sum(rate(vllm:inter_token_latency_seconds_sum[10m])) / "
                                          "sum(rate(vllm:inter_token_latency_seconds_count[10m])) > {:.4g}",
                                          a.now.predicted.tpot.high.value()));
    CHECK(first<code_lines>(d, "validation").lines.at(1).find("vllm serve") == 0);
    const auto& quick = first<bullet_list>(d, "actions");
    CHECK(quick.items.size() <= 3);

    const document both = write_up(a, {.sections = {{"diagnosis", "What was measured", {paragraph{"as predicted"}}}}});
    CHECK(both.sections[1].key == "diagnosis");
    advised_case huge = a.asked;
    huge.model = std::make_shared<const architecture>(model_named("llama-3.1-405b"));
    CHECK_THROWS_WITH(write_up(advised(huge)), doctest::Contains("cannot be"));
}

TEST_CASE("Markdown, page and JSON say the same, and text from files stays text") {
    document d = write_up(small());
    d.title = "A <b>model</b> | `name` \x1b[31m";
    const std::string page = report::as_html(d), text = report::as_markdown(d);
    const report::json j = report::as_json(d);
    CHECK(page.find("<b>") == std::string::npos);
    CHECK(page.find("A &lt;b&gt;model") != std::string::npos);
    CHECK(text.find("A \\<b\\>model\\</b\\> \\| \\`name\\` ") != std::string::npos);
    for (const std::string& s : {page, text}) CHECK(s.find('\x1b') == std::string::npos);
    for (const char* outside : {"http://", "https://", "<script", "url("})
        CHECK(page.find(outside) == std::string::npos);
    for (const section& s : d.sections) {
        CHECK(page.find("<h2>" + report::detail::html_text(s.heading)) != std::string::npos);
        CHECK(text.find("## " + s.heading) != std::string::npos);
        CHECK(j["sections"][s.key]["blocks"].size() == s.blocks.size());
    }
    CHECK(page.find("prefers-color-scheme:dark") != std::string::npos);
    CHECK(page.find("<svg") != std::string::npos);
}

namespace {
observation file_of(const prediction<>& p, double clients) {
    observation o{.where = "re\x1bsult.json", .tool = "vllm bench serve", .model = "meta-llama/Llama-3.1-8B-Instruct"};
    o.device = "h100-sxm";
    o.prompt = 1024.0;
    o.output = 256.0;
    o.clients = clients;
    o.figures = {{"ttft_mean", p.ttft.value.value()},
                 {"tpot_mean", p.tpot.value.value()},
                 {"request_throughput", p.request_throughput.value.value()}};
    return o;
}
prediction<> predicted_with(double clients, const std::function<void(prediction_options&)>& say) {
    advised_case c = small().asked;
    c.options.concurrency = clients;
    say(c.options);
    return answered(bind_case(c)->question).predicted;
}
}  // namespace

TEST_CASE("a measurement is a section, and what it names comes first among the actions") {
    const observation slow = file_of(predicted_with(64.0, [](prediction_options& o) { o.max_sequences = 16.0; }), 64.0);
    const observation log = read_observations(
                                "INFO LLM engine (v0.9.1) x\nINFO max_num_seqs=16\n"
                                "INFO Model loading took 14.99 GiB\n",
                                "startup.log", stated{})
                                .front();
    diagnosis_options typed;  // over what the log says
    typed.say = [](prediction_options& o) { o.max_sequences = 256.0; };
    const bound_diagnosis b({slow, log}, {}, typed);
    const gambrel::diagnosis d = diagnosed(b);
    REQUIRE(d.suspects.all.front().which == suspect::slots);
    const advice a = advised(case_of(b));
    CHECK(a.asked.options.concurrency == 64.0);  // of the file
    CHECK(a.now.predicted.tpot.value == b.runs.front().predicted.tpot.value);
    const measured_part m = measured_part_of(b, d);
    const document with = write_up(a, m), without = write_up(a);
    CHECK(without.find("diagnosis") == nullptr);
    CHECK(with.sections[1].key == "diagnosis");

    // What the files say against the question stands before the conclusion.
    const section& s = *with.find("diagnosis");
    REQUIRE(s.blocks.size() > 3);
    CHECK(std::get<bullet_list>(s.blocks[1]).items.front() ==
          "startup.log says: slots 16, and the question has 256 (--max-sequences)");
    CHECK(std::get<paragraph>(s.blocks[2]).text == conclusion_words(b, d));
    const auto& numbers = std::get<document_table>(s.blocks[3]);
    REQUIRE(numbers.rows.size() == d.compared.size());
    CHECK(numbers.rows[0][1] == "TTFT");
    CHECK(numbers.rows[0][2] == to_string(seconds<>::from_value(slow.figures.at("ttft_mean"))));
    CHECK(numbers.rows[0][3] == to_string(b.runs.front().predicted.ttft.value));

    const auto& first_do = first<bullet_list>(with, "actions");
    CHECK(first_do.items.front().find("slots: most sequences at once (") == 0);
    CHECK(first_do.items.front().find("look at the slots that the launch line sets") != std::string::npos);
    CHECK(first<bullet_list>(without, "actions").items.front().find("slots") == std::string::npos);
    const report::json j = report::as_json(with);
    CHECK(j["sections"]["diagnosis"]["heading"] == "What was measured");
    const std::string page = report::as_html(with), text = report::as_markdown(with);
    for (const std::string& t : {page, text}) {
        CHECK(t.find('\x1b') == std::string::npos);
        CHECK(t.find("What was measured") != std::string::npos);
        CHECK(t.find("startup.log says: 16 slots, fewer than the 64 requests at once") != std::string::npos);
    }
}

TEST_CASE("changes that act on what is named go before others of their verdict, and nothing goes before a sure gain") {
    const advice a = small();
    measured_part m;
    m.changes = {"fp8_cache", "newer_server"};
    const auto order = ask::detail::in_order(a, m);
    REQUIRE(order.size() == a.items.size());
    for (std::size_t i = 1; i < order.size(); ++i) {
        CHECK(order[i - 1]->verdict <= order[i]->verdict);
        if (order[i - 1]->verdict == order[i]->verdict && ask::detail::is_named(*order[i], m))
            CHECK(ask::detail::is_named(*order[i - 1], m));
    }
    CHECK(ask::detail::in_order(a, {}).front() == &a.items.front());
    for (const remedy& r : remedies) {  // every change that a remedy names is in the catalogue, and none is forgotten
        CHECK_FALSE(r.look.empty());
        CHECK(remedy_of(r.of).look == r.look);
        for (const std::string_view key : r.changes)
            if (!key.empty()) CHECK(item_named(a, key).change->key == key);
    }
}

TEST_CASE("a run as predicted mends nothing; two suspects are told apart by the measurement that is said") {
    const bound_diagnosis b({file_of(predicted_with(64.0, [](prediction_options&) {}), 64.0)}, {}, {});
    const measured_part m = measured_part_of(b, diagnosed(b));
    CHECK(m.mend.empty());
    CHECK(m.changes.empty());
    observation slow = file_of(predicted_with(64.0, [](prediction_options& o) { o.max_sequences = 24.0; }), 64.0);
    const bound_diagnosis two({slow}, {}, {});
    const gambrel::diagnosis d = diagnosed(two);
    const measured_part either = measured_part_of(two, d);
    CHECK(either.mend.size() <= 2);
    REQUIRE(d.next);
    bool said = false;
    for (const block& each : either.sections.front().blocks)
        if (const auto* c = std::get_if<code_lines>(&each)) said = !c->lines.empty() && !c->lines.front().empty();
    CHECK(said);
    observation batch = file_of(predicted_with(8.0, [](prediction_options&) {}), 8.0);
    batch.static_batch = true;
    CHECK(case_of(bound_diagnosis({batch}, {}, {})).options.batch == 8.0);
}
