// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reads timed kernels of one's own device: the table that `measure_kernels` writes, or one written by hand.
///
///     device,kind,library,version,format,tokens,outputs,inputs,time_us
///     my-gpu,gemm,vllm,0.11.0,fp8,64,8192,8192,41.3
///
/// Columns: device, kind (gemm, experts, prefill, decode, all_reduce, copy, host_copy), library (vllm, sglang,
/// tensorrt_llm, torch), version, format, and of the shape those that its kind has: tokens, outputs, inputs; tokens,
/// experts, picked, hidden, width, ranks; batch, heads, kv_heads, head, context; ranks, payload_bytes; payload_bytes.
/// Then time_us, spread (of the logarithm), clock_mhz, top_clock_mhz. No format is bf16, no library PyTorch's. PyTorch's
/// narrow products take their inputs as they are, unless `kernel` has quant in its name; those of the others convert them
/// first. Columns of other names are passed over; lines that begin with # before the header are remarks. The tables of
/// AIConfigurator's collector are read too, told by their columns: gemm_dtype, attn_dtype, moe_dtype (balanced loads),
/// nccl_dtype; `system` is their device.
///
/// A table is of one device. Rows that cannot be used are counted by reason: a kernel that no law stands for, one that
/// ran below half of the highest clock, one whose replays differ by more than a third. A field that is no number, or a
/// shape nobody runs, is an `error` naming the line. Evidence: tests/calibration/kernel_rows_test.cpp.

#include <fstream>
#include <gambrel/calibration/io/kernel_fields.hpp>
#include <gambrel/calibration/kernel_row.hpp>
#include <gambrel/model/catalog/number_formats.hpp>
#include <map>
#include <vector>

namespace gambrel {

inline constexpr std::size_t most_kernel_rows = 100'000;

struct kernel_rows {
    std::string device{};  ///< as the file calls it; empty: it does not say
    std::vector<kernel_row> rows{};
    std::map<std::string, std::size_t> skipped{};  ///< reason -> rows
};

namespace detail {
class kernel_row_reader : kernel_fields {
public:
    using kernel_fields::kernel_fields;

    kernel_rows read() {
        form_ = form_of();
        while (rows_.next()) {
            if (all_.rows.size() + 1 > most_kernel_rows)
                fail(name_ + " has more than " + std::to_string(most_kernel_rows) +
                     " rows; a device is measured by a few dozen");
            take();
        }
        for (kernel_row& r : all_.rows)
            if (r.clock > 0.0) r.clock /= highest_clock_;
        return std::move(all_);
    }

private:
    enum class form { own, product, attention, experts, messages };

    form form_of() const {
        if (rows_.has("kind") && rows_.has("time_us")) return form::own;
        if (rows_.has("latency")) {
            if (rows_.has("gemm_dtype")) return form::product;
            if (rows_.has("attn_dtype")) return form::attention;
            if (rows_.has("moe_dtype")) return form::experts;
            if (rows_.has("nccl_dtype")) return form::messages;
        }
        fail(name_ +
             " is no table of kernels; it must have the columns kind and time_us, as measure_kernels writes them");
    }
    void skip(const std::string& why) { ++all_.skipped[why]; }

    void take() {
        const std::string device = printable(rows_[form_ == form::own ? "device" : "system"].substr(0, 80));
        if (all_.device.empty()) all_.device = device;
        if (!device.empty() && device != all_.device)
            fail(place() + " is of " + device + " and the rows before of " + all_.device +
                 "; give the rows of one device");
        kernel_row r;
        r.line = line();
        r.version = printable(rows_[form_ == form::own ? "version" : "backend_version"].substr(0, 40));
        if (!read_library(r)) return;
        const bool taken = form_ == form::own ? own(r) : collected(r);
        if (taken) all_.rows.push_back(std::move(r));
    }
    bool read_library(kernel_row& r) {
        const std::string& name = rows_[form_ == form::own ? "library" : "backend_name"];
        if (same_name(name, "vllm")) r.library = kernel_library::vllm;
        else if (same_name(name, "sglang")) r.library = kernel_library::sglang;
        else if (same_name(name, "tensorrt_llm") || same_name(name, "trtllm")) r.library = kernel_library::tensorrt_llm;
        else if (same_name(name, "torch") || same_name(name, "nccl") || name.empty()) r.library = kernel_library::other;
        else {
            skip("kernels of a library without a law here: " + printable(name.substr(0, 40)));
            return false;
        }
        return true;
    }
    bool read_format(kernel_row& r, const std::string& column) {
        const std::string& name = rows_[column];
        const storage_format* f = name.empty() || same_name(name, "half") ? &formats::bf16 : find_number_format(name);
        if (f == nullptr) {
            skip("no number format is called \"" + printable(name.substr(0, 40)) + "\"");
            return false;
        }
        r.format = *f;
        return true;
    }
    timed_kind read_kind() const {
        for (const auto& each : enum_table<timed_kind>)
            if (same_name(each.key, rows_["kind"])) return each.value;
        fail_unknown(place() + ": kind", rows_["kind"], keys_of_all<timed_kind>());
    }
    bool own(kernel_row& r) {
        r.kind = read_kind();
        r.time = microseconds(number("time_us", 1e-3, 1e9));
        if (const auto s = optional_number("spread", 1e6)) r.spread = *s;
        const auto clock = optional_number("clock_mhz", 1e5), top = optional_number("top_clock_mhz", 1e5);
        if (clock) r.clock = *clock;
        highest_clock_ = std::max(highest_clock_, r.clock);
        throttled_ = clock && top && *clock < 0.5 * *top;
        if (clock && top && *clock > 1.2 * *top)
            fail(place() + ": clock_mhz is above top_clock_mhz; are they exchanged?");
        if (!read_format(r, "format")) return false;
        switch (r.kind) {
            case timed_kind::gemm:
                product(r, "tokens", "outputs", "inputs");
                if (r.library == kernel_library::other && rows_["kernel"].find("quant") == std::string::npos)
                    r.op.conversion = {};
                break;
            case timed_kind::experts: experts(r, "tokens", "experts", "picked", "hidden", "width", "ranks"); break;
            case timed_kind::prefill:
            case timed_kind::decode:
                attention(r, whole("batch"), whole("heads"), whole("kv_heads"), whole("head", 4096), whole("context"));
                break;
            case timed_kind::all_reduce: message(r, whole("ranks", 1e6), number("payload_bytes", 1, 1e15)); break;
            case timed_kind::copy:
            case timed_kind::host_copy:
                r.op = timed_copy(bytes_of(number("payload_bytes", 1, 1e15)));
                r.shape = with("% B", {number("payload_bytes", 1, 1e15)});
                break;
        }
        return usable(r);
    }
    bool collected(kernel_row& r) {
        r.time = milliseconds(number("latency", 1e-6, 1e6));
        switch (form_) {
            case form::product:
                if (!read_format(r, "gemm_dtype")) return false;
                product(r, "m", "n", "k");
                break;
            case form::attention: {
                r.kind =
                    rows_["op_name"].find("generation") != std::string::npos ? timed_kind::decode : timed_kind::prefill;
                if (!read_format(r, "kv_cache_dtype")) return false;
                if (optional_number("window_size", 1e9).value_or(0.0) > 0.0) {
                    skip("attention within a window, whose law is that of all keys");
                    return false;
                }
                const double tokens = r.kind == timed_kind::decode ? number("step", 0, 1e9) + 1.0 : whole("isl");
                attention(r, whole("batch_size"), whole("num_heads"), whole("num_key_value_heads"),
                          whole("head_dim", 4096), tokens);
                break;
            }
            case form::experts:
                if (rows_["distribution"] != "balanced") {
                    skip("experts under uneven loads, which the table does not state exactly");
                    return false;
                }
                if (!read_format(r, "moe_dtype")) return false;
                experts(r, "num_tokens", "num_experts", "topk", "hidden_size", "inter_size", "moe_ep_size");
                break;
            case form::messages:
                if (rows_["op_name"] != "all_reduce" || rows_["nccl_dtype"] != "half") {
                    skip("a collective other than all-reduce of 16-bit elements");
                    return false;
                }
                r.kind = timed_kind::all_reduce;  // the table counts elements
                message(r, whole("num_gpus", 1e6), 2.0 * number("message_size", 1, 1e15));
                break;
            case form::own: break;
        }
        return usable(r);
    }

    void product(kernel_row& r, const char* m, const char* n, const char* k) const {
        r.kind = timed_kind::gemm;
        r.op = timed_product(whole(m), whole(n), whole(k), r.format);
        r.shape = with("% x % x %", {whole(m), whole(n), whole(k)});
    }
    void experts(kernel_row& r, const char* tokens, const char* all, const char* picked, const char* hidden,
                 const char* width, const char* ranks) const {
        r.kind = timed_kind::experts;
        const double t = whole(tokens), e = whole(all, 1e6), p = whole(picked, 1e6),
                     n = rows_[ranks].empty() ? 1.0 : whole(ranks, 1e6);
        const double cut = form_ == form::experts ? whole("moe_tp_size", 1e6) : 1.0;
        if (p > e) fail(place() + ": " + picked + " is more than the experts there are");
        if (n > e) fail(place() + ": " + ranks + " is more than the experts there are");
        r.op =
            timed_experts(t, static_cast<int>(e), static_cast<int>(p), whole(hidden), whole(width) / cut, n, r.format);
        r.shape = with("% tokens, % of %, % x % on % ranks", {t, p, e, whole(hidden), whole(width) / cut, n});
    }
    static void attention(kernel_row& r, double batch, double heads, double kv, double head, double context) {
        r.op = timed_attention(r.kind == timed_kind::decode, batch, heads, kv, head, context, r.format);
        r.shape = with("% x % of % heads of % @ %", {batch, heads, kv, head, context});
    }
    static void message(kernel_row& r, double ranks, double payload) {
        r.op = collective(message_kind::all_reduce, "all-reduce", payload / activation_bytes, static_cast<int>(ranks));
        r.shape = with("% B among %", {payload, ranks});
    }
    /// Whether a law stands for the row and its time can be trusted.
    bool usable(const kernel_row& r) {
        if (r.kind == timed_kind::decode && r.library == kernel_library::other)
            skip("decode attention of PyTorch, which no server runs");
        else if (r.kind == timed_kind::all_reduce && r.op.ranks < 2) skip("an all-reduce of one rank");
        else if (throttled_) skip("timed below half of the highest clock: throttled");
        else if (r.spread > 0.33) skip("replays that differ by more than a third");
        else return true;
        return false;
    }

    form form_ = form::own;
    double highest_clock_ = 0;  ///< of all rows, in MHz
    bool throttled_ = false;    ///< the present row
    kernel_rows all_{};
};
}  // namespace detail

/// The timed kernels in `in`, called `name` in errors. Throws `error` as above, and for a table without rows.
inline kernel_rows read_kernel_rows(std::istream& in, const std::string& name) {
    try {
        kernel_rows all = detail::kernel_row_reader(in, name).read();
        if (all.rows.empty() && all.skipped.empty()) fail("it has no row; measure_kernels writes one a kernel");
        return all;
    } catch (const error& e) {
        if (std::string_view(e.what()).starts_with(name)) throw;
        fail(name + ": " + e.what());
    }
}
/// Likewise of the file at `path`.
inline kernel_rows read_kernel_rows(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("the table of kernels " + path + " cannot be opened: give a file that can be read");
    return read_kernel_rows(in, path);
}
}  // namespace gambrel
