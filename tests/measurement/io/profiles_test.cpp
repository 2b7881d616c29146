// SPDX-License-Identifier: Apache-2.0
// Profiles of kernels, scrapes of servers and logs of boards, by hand: sums, units, unions of intervals, differences.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <gambrel/measurement/io/observations.hpp>

using namespace gambrel;

namespace {
const std::filesystem::path data = "tests/measurement/io/data";
const stated nothing{};
observation only(const char* file) {
    const auto all = read_observations(data / file, nothing);
    REQUIRE(all.size() == 1);
    return all.front();
}
observation read(const std::string& text) { return read_observations(text, "f", nothing).front(); }
std::string why(const std::string& text) {
    try {
        read_observations(text, "f", nothing);
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
const std::string nsys_head =
    "Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name\n";
}  // namespace

TEST_CASE("kernels by their names, first match") {
    const auto is = [](const char* name) { return kind_of_kernel(name); };
    CHECK(is("ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096ul>)") == kernel_kind::collective);
    CHECK(is("void vllm::cross_device_reduce_1stage<__nv_bfloat16, 4>") == kernel_kind::collective);
    CHECK(is("fused_moe_kernel") == kernel_kind::experts);
    CHECK(is("void cutlass::device_kernel<GroupedGemm>") == kernel_kind::experts);
    CHECK(is("void flash_fwd_splitkv_kernel<Flash_fwd_kernel_traits>") == kernel_kind::decode_attention);
    CHECK(is("void flashinfer::BatchPrefillWithPagedKVCacheKernel<>") == kernel_kind::prefill_attention);
    CHECK(is("void flashinfer::BatchDecodeWithPagedKVCacheKernel<>") == kernel_kind::decode_attention);
    CHECK(is("void flash_fwd_kernel<Flash_fwd_kernel_traits>") == kernel_kind::attention);
    CHECK(is("fmhaSm100fKernel_QkvBfloat16") == kernel_kind::attention);
    CHECK(is("void vllm::reshape_and_cache_flash_kernel<>") == kernel_kind::copy);  // writes the cache
    CHECK(is("void flashinfer::norm::RMSNormKernel<>") == kernel_kind::elementwise);
    CHECK(is("nvjet_hsh_128x256_64x4_1x2_h_bz_coopA_TNT") == kernel_kind::gemm);
    CHECK(is("void marlin::Marlin<>") == kernel_kind::gemm);
    CHECK(is("Cijk_Alik_Bljk_BBS_BH_MT128x128x64") == kernel_kind::gemm);
    CHECK(is("void vllm::awq::dequantize_weights(int*)") == kernel_kind::dequantisation);
    CHECK(is("void dequantize_block_q4_K<__half>") == kernel_kind::dequantisation);
    CHECK(is("[CUDA memcpy HtoD]") == kernel_kind::copy);
    CHECK(is("void vllm::rms_norm_kernel<>") == kernel_kind::elementwise);
    CHECK(is("") == kernel_kind::elementwise);
}

TEST_CASE("nsys: lines before the header, units in it, commas in numbers and names, another report after it") {
    const observation o = only("nsys-kernels.csv");
    REQUIRE(o.kernels);
    const auto& k = o.kernels->kernels;
    REQUIRE(k.size() == 3);
    CHECK(k[0].seconds == approx(1200.5e-6));
    CHECK(k[0].launches == 3.0);
    CHECK(k[0].kind == kernel_kind::decode_attention);
    CHECK(k[1].name == "void cutlass::device_kernel<at::native, 4>(T1)");
    CHECK(k[1].seconds == approx(720.3e-6));
    CHECK(k[2].launches == 1200.0);
    CHECK(k[2].name == "<script>alert(1)</script>");  // whoever prints it escapes it
    CHECK_FALSE(o.kernels->wall);

    const auto two = read_observations(
        nsys_head + "100.0,10,1,10,10,10,10,0,gemm\n\n" + nsys_head + "100.0,20,1,20,20,20,20,0,gemm\n", "f", nothing);
    REQUIRE(two.size() == 2);
    CHECK(two[1].kernels->kernels[0].seconds == approx(20e-9));
    std::string ms = nsys_head;
    for (std::size_t at; (at = ms.find("(ns)")) != std::string::npos;) ms.replace(at, 4, "(ms)");
    CHECK(read(ms + "100.0,10,1,10,10,10,10,0,gemm\n").kernels->kernels[0].seconds == approx(10e-3));
    CHECK(read(nsys_head + "100.0,10,1,10,10,10,10,0,\"a\x1b[31m\"\n").kernels->kernels[0].name == "a\\x1b[31m");
    CHECK(says(why(nsys_head + "50.0,10,1,10,10,10,10,0,gemm\n50.0,1"), "f line 3: breaks off"));
    CHECK(says(why(nsys_head + "50.0,10,1,10,10\n"), "f line 2: has 5 fields"));
    CHECK(says(why(nsys_head + "50.0,1,234,567,1,10,10,10,10,0,gemm\n"), "f line 2: commas inside its numbers"));
    CHECK(says(why(nsys_head + "50.0,many,1,10,10,10,10,0,gemm\n"), "f line 2"));
    CHECK(says(why(nsys_head), "no kernel below it"));
}

TEST_CASE("ncu: a line a metric, a column a metric") {
    const observation o = only("ncu.csv");
    const auto& k = o.kernels->kernels;
    REQUIRE(k.size() == 2);
    CHECK(k[0].seconds == approx(37.6e-6));
    CHECK(k[1].seconds == approx(12.4e-6));
    CHECK(k[0].kind == kernel_kind::gemm);
    CHECK(o.kernels->memory_throughput == approx((0.461 * 12.4 + 0.8 * 37.6) / 50.0));
    CHECK(o.kernels->compute_throughput == approx(0.1825));
    const observation wide = read(
        "==PROF== x\n\"ID\",\"Kernel "
        "Name\",\"gpu__time_duration.sum\"\n\"\",\"\",\"msecond\"\n\"0\",\"a\",\"1.5\"\n\"1\",\"a\",\"2.5\"\n");
    CHECK(wide.kernels->kernels[0].seconds == approx(4e-3));
    CHECK(wide.kernels->kernels[0].launches == 2.0);
    CHECK(says(why("\"ID\",\"Kernel Name\",\"Metric Name\",\"Metric Unit\",\"Metric "
                   "Value\"\n\"0\",\"a\",\"Duration\",\"lightyear\",\"1\"\n"),
               "f line 2"));
}

TEST_CASE("a PyTorch trace: sums by kernel, the union over streams") {
    const observation o = only("torch-trace.json");
    CHECK(o.device == "NVIDIA H100 80GB HBM3");
    REQUIRE(o.kernels);
    CHECK(o.kernels->wall == approx(200e-6));                 // 100 to 300
    CHECK(o.kernels->busy == approx((80 + 10 + 50) * 1e-6));  // 100 to 180 over two streams, 200 to 210, 250 to 300
    CHECK(o.kernels->steps == 2.0);
    REQUIRE(o.kernels->kernels.size() == 3);
    CHECK(o.kernels->kernels[0].seconds == approx(100e-6));
    CHECK(o.kernels->kernels[0].launches == 2.0);
    CHECK(o.kernels->kernels[1].kind == kernel_kind::collective);
    const std::string event = R"({"ph": "X", "cat": "kernel", "name": "g", "ts": 1, "dur": 2, "args": {"device": 1}})";
    CHECK(read("[" + event + "]").kernels->wall == approx(2e-6));
    CHECK(says(why("{\"traceEvents\": [" + event + ", " + event.substr(0, 20)), "breaks off after 1 events"));
    CHECK(says(why("{\"traceEvents\": [{\"ph\": \"X\"}]}"), "no event of a kernel"));
    CHECK(says(why("{\"traceEvents\": " + std::string(1000, '[')), "breaks off"));
}

TEST_CASE("a union of intervals in bounded memory is that of all of them") {
    detail::interval_union u;
    const int n = 3'000'000;  // of length 1 every 2, each pair the wrong way round: more than are kept
    for (int i = 0; i < n; ++i) u.add(2.0 * (i ^ 1), 2.0 * (i ^ 1) + 1.0);
    CHECK(u.wall() == approx(2.0 * n - 1.0));
    CHECK(u.length() == approx(n));
    CHECK(u.late() == 0.0);
    u.add(0.0, 100.0);  // far too late: 50 of it were idle, and nobody can tell
    CHECK(u.late() == 100.0);
    CHECK(u.length() == approx(n + 100));
    detail::interval_union dense;
    for (int i = 0; i < n; ++i) dense.add(i, i + 1.5);
    CHECK(dense.length() == approx(n + 0.5));
}

TEST_CASE("two scrapes of vLLM: gauges of the later, differences of the counters") {
    const observation o = only("vllm-metrics.txt");
    REQUIRE(o.server);
    const server_counters& s = *o.server;
    CHECK(o.model == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(o.runtime == "vllm");
    CHECK(s.seconds == 60.0);
    CHECK(s.running == 64.0);
    CHECK(s.waiting == 40.0);
    CHECK(s.waiting_for_capacity == 38.0);
    CHECK(s.kv_usage == 0.98);
    CHECK(s.preemptions == 20.0);
    CHECK(s.prefix_queries == 5000.0);
    CHECK(s.prefix_hits == 2500.0);
    CHECK(s.prompt_tokens == 60000.0);
    CHECK(s.output_tokens == 12000.0);
    CHECK(s.requests == 60.0);
    CHECK(s.queue_time_mean == approx(0.3));
    CHECK(o.figures.at("ttft_mean") == approx(0.4));
    // 10 of 60 up to 0.1 s, 50 up to 0.5 s: the 30th lies half way; the 54th above every finite bound.
    CHECK(o.figures.at("ttft_median") == approx(0.1 + 0.4 * 20.0 / 40.0));
    CHECK(o.figures.count("ttft_p90") == 0);
    CHECK(o.figures.at("output_throughput") == approx(200.0));
}

TEST_CASE("scrapes in two files, in either order, of several engines, and one alone") {
    const auto text = [](double tokens, double waiting, const char* at) {
        return std::string(at) + "\nvllm:generation_tokens_total{engine=\"0\"} " + std::to_string(tokens) +
               "\nvllm:num_requests_waiting{engine=\"0\"} " + std::to_string(waiting) +
               "\nvllm:num_requests_waiting{engine=\"1\"} 2\nvllm:kv_cache_usage_perc{engine=\"0\"} "
               "0.25\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.75\n";
    };
    std::string name = (std::filesystem::temp_directory_path() / "gambrel-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    const std::filesystem::path here = name;
    std::ofstream(here / "a.txt") << text(500, 7, "Date: Mon, 30 Nov 2026 16:01:00 GMT");
    std::ofstream(here / "b.txt") << text(100, 0, "2026-11-30T16:00:00Z");
    for (const auto& all :
         {read_observations(std::vector<std::filesystem::path>{here / "a.txt", here / "b.txt"}, nothing),
          read_observations(here, nothing)}) {
        REQUIRE(all.size() == 1);
        CHECK(all[0].server->output_tokens == 400.0);
        CHECK(all[0].server->seconds == 60.0);
        CHECK(all[0].server->waiting == 9.0);
        CHECK(all[0].server->kv_usage == 0.75);
        CHECK(says(all[0].where, "b.txt to a.txt"));
    }
    std::filesystem::remove_all(here);
    const observation alone = read(text(100, 3, ""));
    CHECK(alone.server->output_tokens == 100.0);
    CHECK_FALSE(alone.server->seconds);
    CHECK(says(alone.notes.front(), "one scrape"));
    CHECK(says(why(text(500, 0, "") + text(100, 0, "")), "fell from 500 to 100"));
    CHECK(says(why("vllm:num_requests_running 3\nvllm:num_requests_waiting{a=\"b"), "f line 2: its labels break off"));
    CHECK(says(why("vllm:num_requests_running 3\nvllm:num_requests_waiting many\n"), "f line 2: 'many' is no number"));
    CHECK(read("sglang:num_running_reqs{model_name=\"x\\\"y\\n\"} 162.0\nsglang:num_queue_reqs "
               "2826.0\nsglang:token_usage 0.28\n")
              .server->waiting == 2826.0);
}

TEST_CASE("boards: units, gaps, columns between blanks") {
    const observation o = only("nvidia-smi.csv");
    CHECK(o.device == "NVIDIA H100 80GB HBM3");
    REQUIRE(o.board);
    CHECK(o.board->samples == 3);
    CHECK(o.board->power_mean == approx(562.5));
    CHECK(o.board->power_most == approx(612.6));
    CHECK(o.board->power_limit == approx(700.0));
    CHECK(o.board->sm_clock_least == approx(1755e6));
    CHECK(o.board->sm_clock_mean == approx(1875e6));
    CHECK(o.board->utilisation == approx(0.98));
    CHECK(o.board->memory_used == approx(71012.0 * 1048576.0));
    for (const char* file : {"dcgmi-dmon.txt", "dcgm.csv"}) {
        const observation d = only(file);
        CHECK(d.board->sm_active == approx(0.6));
        CHECK(d.board->tensor_active == approx(0.22));
        CHECK(d.board->dram_active == approx(0.65));
        CHECK(d.board->sm_clock_most == approx(1980e6));
    }
    CHECK(only("dcgmi-dmon.txt").board->utilisation == approx(0.98));
    CHECK(read("DCGM_FI_DEV_POWER_USAGE{gpu=\"0\",modelName=\"NVIDIA H200\"} "
               "300.5\nDCGM_FI_PROF_DRAM_ACTIVE{gpu=\"0\"} 0.4\n")
              .board->power_mean == approx(300.5));
    CHECK(read("power.draw [mW], clocks.sm [MHz]\n250000, 1000\n").board->power_mean == approx(250.0));
    CHECK(says(why("power.draw [W], clocks.sm [MHz]\n250 W, 1000 MHz\n250 W"), "f line 3: breaks off"));
    CHECK(says(why("power.draw [W], clocks.sm [MHz]\nmuch, 1000 MHz\n"), "f line 2: 'much' is no number"));
    CHECK(says(why("power.draw [furlong], clocks.sm [MHz]\n250, 1000\n"), "f line 2: the unit 'furlong'"));
}

TEST_CASE("public files whose cause is known say what it shows in") {
    const std::filesystem::path known = "tests/reference/data/diagnosis";
    const auto first = [&](const char* file) { return read_observations(known / file, nothing).front(); };
    CHECK(first("kernels-attention.csv").kernels->kernels[0].kind == kernel_kind::decode_attention);
    const observation awq = first("kernels-dequantisation.csv");
    const auto& k = awq.kernels->kernels;
    CHECK(k[0].kind == kernel_kind::dequantisation);
    CHECK(k[0].seconds == approx(2.310));
    CHECK(k[0].launches == 7168.0);
    CHECK(first("metrics-queue-slots.txt").server->waiting == 251.0);
    const observation queue = first("metrics-queue-long.txt");
    CHECK(queue.server->waiting == 2826.0);
    CHECK(queue.figures.at("ttft_mean") == approx(2351897.947 / 11008.0));
    CHECK(queue.figures.count("ttft_median") == 0);  // above the last finite bound
    CHECK(queue.figures.at("itl_median") ==
          approx(0.075 + 0.025 * (7400757.0 / 2 - 433413.0) / (4950195.0 - 433413.0)));
    const auto sweep = read_observations(known / "sweep-kv-starved.csv", nothing);
    REQUIRE(sweep.size() == 6);
    CHECK(sweep[5].server->preemptions == 23.0);
    CHECK(sweep[5].server->kv_usage == 0.97);
    CHECK(sweep[3].figures.at("output_throughput") > sweep[4].figures.at("output_throughput"));
    CHECK(first("watermark-kv-starved.csv").figures.at("itl_p99") == approx(0.04062));
}

TEST_CASE("packed files are told to be unpacked; bytes that are none are refused") {
    CHECK(says(why("\x1f\x8b rest"), "gzip"));
    CHECK(says(why(std::string("vllm:num_requests_running 3\nvllm\0x 1\n", 38)), "zero bytes"));
}
