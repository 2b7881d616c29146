// SPDX-License-Identifier: Apache-2.0
// The write-up: the same in Markdown, as a page and as JSON; every section, and figures that are those of the
// prediction.
#include <doctest/doctest.h>

#include <gambrel/ask/write_up/write_up.hpp>
#include <gambrel/report/html/document_html.hpp>
#include <gambrel/report/json/document_json.hpp>
#include <gambrel/report/text/document_markdown.hpp>

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
    CHECK(shares == doctest::Approx(1.0).epsilon(0.03));
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
