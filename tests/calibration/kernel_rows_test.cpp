// SPDX-License-Identifier: Apache-2.0
// Tables of timed kernels: shapes become the operations that a prediction counts; what is wrong is named by line.
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/calibration/io/kernel_rows.hpp>
#include <sstream>

using namespace gambrel;

namespace {
const std::string columns =
    "device,kind,library,version,format,tokens,outputs,inputs,experts,picked,hidden,width,ranks,batch,heads,kv_heads,"
    "head,context,payload_bytes,time_us,spread,clock_mhz,top_clock_mhz\n";
kernel_rows read(const std::string& text) {
    std::istringstream in(text);
    return read_kernel_rows(in, "mine.csv");
}
kernel_row one(const std::string& line) {
    const kernel_rows all = read(columns + line);
    REQUIRE(all.rows.size() == 1);
    return all.rows[0];
}
void refused(const std::string& text, const char* why) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(read(text), doctest::Contains(why), error);
}
}  // namespace

TEST_CASE("each kind is the operation it times") {
    const kernel_row g = one("x,gemm,vllm,0.11.0,fp8,64,1024,8192,,,,,,,,,,,,41.5,0.01,1700,2000");
    CHECK(g.kind == timed_kind::gemm);
    CHECK(g.library == kernel_library::vllm);
    CHECK(g.version == "0.11.0");
    CHECK(g.op.work.value() == 2.0 * 64 * 1024 * 8192);
    CHECK(g.op.weights.value() == 1024.0 * 8192);
    CHECK(g.op.issue == multiply::as_8_bit_float);
    CHECK(g.time.value() == approx(41.5e-6));
    CHECK(g.clock == 1.0);  // alone in its table
    CHECK(g.line == 2);

    const kernel_row e = one("x,experts,vllm,,bf16,256,,,128,8,4096,768,,,,,,,,900,,,");
    const double copies = 256 * 8, distinct = 128 * (1 - std::pow(1 - 8.0 / 128, 256));
    CHECK(e.op.work.value() == approx(2.0 * copies * 3 * 4096 * 768));
    CHECK(e.op.weights.value() == approx(2.0 * distinct * 3 * 4096 * 768));

    const kernel_row d = one("x,decode,sglang,,bf16,,,,,,,,,16,32,8,128,8192,,80,,,");
    CHECK(d.op.cache.value() == 16.0 * 8192 * 8 * 256 * 2);
    CHECK(d.op.kind == operator_class::decode_attention);
    const kernel_row p = one("x,prefill,torch,,bf16,,,,,,,,,2,32,8,128,1024,,80,,,");
    CHECK(p.op.work.value() == 2.0 * 32 * 256 * 2 * (0.5 * 1024 * 1025));  // causal
    const kernel_row m = one("x,all_reduce,torch,,bf16,,,,,,,,4,,,,,,8388608,90,,,");
    CHECK(m.op.payload.value() == 8388608);
    CHECK(m.op.ranks == 4);
    CHECK(one("x,copy,torch,,,,,,,,,,,,,,,,1000000,9,,,").op.streamed().value() == 2e6);
}

TEST_CASE("clocks are held against the highest of the table; PyTorch's narrow products do not convert") {
    const kernel_rows all = read(columns +
                                 "x,gemm,vllm,,fp8,64,512,512,,,,,,,,,,,,41,,1980,2000\n"
                                 "x,gemm,torch,,fp8,64,512,512,,,,,,,,,,,,41,,1485,2000\n"
                                 "x,gemm,torch,,fp8,64,512,512,,,,,,,,,,,,41,,,\n");
    REQUIRE(all.rows.size() == 3);
    CHECK(all.rows[0].clock == 1.0);
    CHECK(all.rows[1].clock == approx(0.75));
    CHECK(all.rows[2].clock == 0.0);
    CHECK(all.rows[0].op.conversion.value() > 0.0);
    CHECK(all.rows[1].op.conversion.value() == 0.0);
}

TEST_CASE("remarks, other columns and the collector's tables are read") {
    const kernel_rows all =
        read("# torch 2.9\n# not measured: experts\n" +
             std::string("note,kind,library,tokens,outputs,inputs,time_us\nx,gemm,torch,1,512,512,7\n"));
    REQUIRE(all.rows.size() == 1);
    CHECK(all.rows[0].line == 4);
    CHECK(all.rows[0].format.name.view() == "bf16");

    const kernel_rows t = read(
        "system,backend_name,backend_version,gemm_dtype,m,n,k,latency\n"
        "mine,trtllm,1.0,fp8_block,81,65536,12288,1.25\n");
    REQUIRE(t.rows.size() == 1);
    CHECK(t.device == "mine");
    CHECK(t.rows[0].time.value() == approx(1.25e-3));
    CHECK(t.rows[0].op.block_scaled);
    CHECK(t.rows[0].library == kernel_library::tensorrt_llm);
    const kernel_rows a = read(
        "system,backend_name,backend_version,op_name,batch_size,isl,num_heads,num_key_value_heads,"
        "head_dim,attn_dtype,kv_cache_dtype,step,latency,window_size\n"
        "mine,vllm,1,generation_attention,2,1,64,4,128,bfloat16,fp8,4095,0.03,0\n"
        "mine,vllm,1,generation_attention,2,1,64,4,128,bfloat16,fp8,4095,0.03,128\n");
    REQUIRE(a.rows.size() == 1);
    CHECK(a.rows[0].op.cache.value() == 2.0 * 4096 * 4 * 256);
    CHECK(a.skipped.size() == 1);
    const kernel_rows x = read(
        "system,backend_name,moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,"
        "moe_tp_size,moe_ep_size,distribution,latency\n"
        "mine,vllm,bfloat16,64,4096,1536,8,128,2,1,balanced,1\n"
        "mine,vllm,bfloat16,64,4096,1536,8,128,2,1,power_law_1.2,1\n");
    REQUIRE(x.rows.size() == 1);
    CHECK(x.rows[0].op.inputs == 4096);
    CHECK(x.rows[0].op.outputs == 2 * 1536 / 2);  // gate and up, cut over two
    const kernel_rows n = read(
        "system,backend_name,op_name,nccl_dtype,num_gpus,message_size,latency\n"
        "mine,nccl,all_reduce,half,2,4096,0.009\nmine,nccl,all_gather,half,2,4096,0.009\n");
    REQUIRE(n.rows.size() == 1);
    CHECK(n.rows[0].op.payload.value() == 8192);
}

TEST_CASE("rows that no law stands for are counted, not guessed at") {
    const kernel_rows all = read(columns +
                                 "x,decode,torch,,bf16,,,,,,,,,16,32,8,128,8192,,80,,,\n"
                                 "x,gemm,tinygrad,,bf16,64,512,512,,,,,,,,,,,,41,,,\n"
                                 "x,gemm,vllm,,posit8,64,512,512,,,,,,,,,,,,41,,,\n"
                                 "x,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,700,2000\n"
                                 "x,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,0.5,,\n"
                                 "x,all_reduce,torch,,bf16,,,,,,,,1,,,,,,8388608,90,,,\n");
    CHECK(all.rows.empty());
    CHECK(all.skipped.size() == 6);
    CHECK(all.skipped.contains("timed below half of the highest clock: throttled"));
}

TEST_CASE("a bad table is refused by line and column") {
    const std::string row = "x,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,,\n";
    refused("", "it needs a header line");
    refused("a,b\n1,2\n", "must have the columns kind and time_us");
    refused(columns, "it has no row");
    refused(columns + row + "y,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,,\n",
            "line 3 is of y and the rows before of x");
    refused(columns + "x,gem,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,,\n", "gemm");
    refused(columns + "x,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,fast,,,\n",
            "line 2: time_us is \"fast\"; it must be a number");
    refused(columns + "x,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,-1,,,\n", "time_us is -1");
    refused(columns + "x,gemm,vllm,,bf16,64,,512,,,,,,,,,,,,41,,,\n", "outputs is \"\"");
    refused(columns + "x,gemm,vllm,,bf16,64.5,512,512,,,,,,,,,,,,41,,,\n", "it must be a whole number");
    refused(columns + "x,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,2000,1000\n", "are they exchanged?");
    refused(columns + "x,experts,vllm,,bf16,64,,,8,9,512,512,,,,,,,,41,,,\n", "more than the experts there are");
    refused(columns + "x,gemm\n", "line 2 has 2 fields");
    refused(
        columns +
            "\x1b[31mx,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,,\nz,gemm,vllm,,bf16,64,512,512,,,,,,,,,,,,41,,,\n",
        "is of z");
    CHECK_THROWS_WITH_AS(read_kernel_rows("no-such-file.csv"), doctest::Contains("cannot be opened"), error);
}
