// SPDX-License-Identifier: Apache-2.0
// The shipped conventions name things that there are; wrong files say where they are wrong.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <fstream>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::shipped;

namespace {
/// A folder of conventions with some of its files replaced.
class folder_with {
public:
    explicit folder_with(std::initializer_list<std::pair<std::string, std::string>> changes) {
        std::filesystem::create_directories(path_ / "rules");
        write("aliases.json", "{}");
        write("engines.json", "[]");
        write("rules/a.json", "{}");
        for (const auto& [name, content] : changes) write(name, content);
    }
    ~folder_with() { std::filesystem::remove_all(path_); }
    folder_with(const folder_with&) = delete;
    folder_with& operator=(const folder_with&) = delete;
    conventions read() const { return read_conventions(path_); }

private:
    void write(const std::string& name, const std::string& content) { std::ofstream(path_ / name) << content; }
    std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                  ("gambrel-conventions-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
};
std::string why(const char* file, const std::string& content) {
    try {
        folder_with({{file, content}}).read();
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
}  // namespace

TEST_CASE("every alias names something that there is") {
    const conventions& c = shipped();
    CHECK(c.hardware.entries().size() > 40);
    for (const auto& n : c.hardware.entries()) CHECK_MESSAGE(find_device(n.ours), n.printed, " -> ", n.ours);
    for (const auto& n : c.frameworks.entries()) CHECK_MESSAGE(c.find_engine(n.ours), n.printed);
    for (const auto& n : c.models.entries()) CHECK_MESSAGE(find_model(n.ours), n.printed, " -> ", n.ours);
    for (const auto& n : c.gguf_models.entries()) CHECK_MESSAGE(find_model(n.ours), n.printed, " -> ", n.ours);
    for (const auto& n : c.weights.entries()) CHECK_MESSAGE(gambrel::detail::format_named(n.ours), n.printed);
    CHECK_FALSE(c.find_engine("no such engine"));
}

TEST_CASE("engines are those of the catalog with what they do otherwise") {
    const conventions& c = shipped();
    const runtime<>* fast = c.find_engine("gpt-fast");
    REQUIRE(fast);
    CHECK(fast->scheduling.batching == batching::fixed_batch);
    CHECK(fast->scheduling.most_sequences == 1);
    CHECK(fast->host.per_step.value.value() == approx(1e-4));
    CHECK_FALSE(fast->host.per_request.known());
    CHECK_FALSE(fast->devices.intel);
    const runtime<>* jetstream = c.find_engine("jetstream");
    REQUIRE(jetstream);
    CHECK(jetstream->devices.google);
    CHECK(jetstream->host.per_request.value == catalog::neuron.host.per_request.value);
    CHECK_FALSE(c.find_engine("faster-transformer")->formats.fp8);
    CHECK(c.find_engine("vllm") == find_runtime("vllm"));
}

TEST_CASE("without conventions rows are read by catalog names and by what they state") {
    measured_rows::serving_row row{{"hardware", "h100-sxm"}};
    std::istringstream table(measured_rows::serving_header + row.line());
    const measured_row m = read_measurements(table, conventions{}).at(0);
    CHECK(m.unpredictable == "");
    CHECK(m.load_kind == load_kind::closed_loop);
    std::istringstream other(measured_rows::serving_header +
                             measured_rows::serving_row{{"weight_format", "fp16"}}.line());
    CHECK(read_measurements(other, conventions{}).at(0).unpredictable.find("fp16") != std::string::npos);
}

TEST_CASE("a wrong file says which, where and what") {
    const auto says = [](const std::string& text, std::initializer_list<const char*> parts) {
        for (const char* part : parts) CHECK_MESSAGE(text.find(part) != std::string::npos, text, " lacks ", part);
    };
    CHECK(why("rules/a.json", "{}").empty());
    says(why("rules/a.json", "{"), {"a.json", "not JSON"});
    says(why("rules/a.json", R"({"as_run": [{"set": {"speed": 3}}]})"),
         {"a.json:/as_run/0/set", "speed", "max_num_seqs"});
    says(why("rules/a.json", R"({"as_run": [{"set": {"kv": "int3"}}]})"), {"a.json:/as_run/0/set/kv", "int3"});
    says(why("rules/a.json", R"({"as_run": [{"set": {"requests": "many"}}]})"), {"/set/requests", "clients"});
    says(why("rules/a.json", R"({"as_run": [{"set": {"requests": -1}}]})"), {"/set/requests", "number"});
    says(why("rules/a.json", R"({"as_run": [{"set": {"tuned": 1}}]})"), {"/set/tuned", "true or false"});
    says(why("rules/a.json", R"({"as_run": [{"set": {"requests_by_lengths": [[1, 2]]}}]})"), {"lengths/0", "prompt"});
    says(why("rules/a.json", R"({"as_run": [{"when": {"colour": "red"}}]})"), {"/as_run/0/when", "colour"});
    says(why("rules/a.json", R"({"as_run": [{"when": {"clients": {"over": 3}}}]})"), {"clients", "over", "at_least"});
    says(why("rules/a.json", R"({"as_run": [{"when": {"date": {"since": 3}}}]})"), {"since", "text"});
    says(why("rules/a.json", R"({"as_run": {}})"), {"as_run", "list"});
    says(why("aliases.json", R"({"hardware": [{"printed": "x"}]})"), {"aliases.json:/hardware/0", "ours"});
    says(why("engines.json", R"([{"name": "x", "like": "vlm"}])"), {"engines.json:/0/like", "vlm"});
    says(why("engines.json", R"([{"like": "vllm"}])"), {"engines.json:/0", "name"});
    says(why("engines.json", R"([{"name": "x", "like": "vllm", "vendors": ["acme"]}])"), {"vendors", "acme"});
    // Lines, and keys that stand twice.
    says(why("rules/a.json",
             "{\n\"as_run\": [\n{\"about\": \"a \\\" { b\"},\n{\"set\": {\"tuned\": true,\n\"kv\": \"int3\"}}]}"),
         {"a.json:/as_run/1/set/kv (line 5)", "int3"});
    says(why("rules/a.json", "{\n\"as_run\": [{\"set\": {\n\"speed\": 3}}]}"),
         {"a.json:/as_run/0/set (line 3)", "speed"});
    says(why("rules/a.json", "{\"as_run\": [\n{\"set\": {\"kv\": \"fp8\",\n\"kv\": \"bf16\"}}]}"),
         {"a.json: (line 3)", "\"kv\" twice"});
    CHECK(why("rules/a.json", R"({"as_run": [{"set": {"kv": "fp8"}}, {"set": {"kv": "kv"}}]})").find("twice") ==
          std::string::npos);
    says(why("rules/a.json", R"({"as_named": [{"recipes": "x.csv"}]})"), {"recipes", "as_cut"});
    says(why("rules/a.json", R"({"as_run": [{"recipes": "x.csv"}]})"), {"x.csv"});
    CHECK_THROWS_WITH_AS(read_conventions("no/such/folder"), doctest::Contains("no/such/folder"), error);
}

TEST_CASE("data/README.md explains every setting and every number") {
    std::ifstream file("data/README.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const setting_name& s : setting_names)
        CHECK_MESSAGE(text.find("`" + std::string(s.name) + "`") != std::string::npos, s.name);
    for (const auto n : number_facts) CHECK_MESSAGE(text.find("`" + std::string(n) + "`") != std::string::npos, n);
}
