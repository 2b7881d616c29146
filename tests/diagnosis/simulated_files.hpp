// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Files of servers of which one term is slower than predicted, as tools would write them: what a diagnosis is judged on.
///
/// A deployment, one of ten terms (evenly), a factor from 1.3 to 2 and a kind of file are drawn; the figures are those of
/// `predict` with that term slower, each number of the file with 5 % of noise. Of a draw whose slowdown moves neither TPOT nor
/// TTFT nor throughput at any load of the file by `least_effect`, nobody would ask, and another is drawn.

#include <gambrel/diagnosis/diagnosis.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <memory>
#include <random>

namespace gambrel::judged {

inline constexpr double least_effect = 1.2, noise = 0.05;

inline constexpr std::array<suspect, 10> terms{
    suspect::host,     suspect::gemm,   suspect::experts,  suspect::prefill_attention, suspect::decode_attention,
    suspect::messages, suspect::clocks, suspect::frontend, suspect::cache_room,        suspect::slots};

enum class file_kind : unsigned char { one_benchmark, sweep, kernel_sum, trace, with_metrics, with_board };
inline constexpr std::array<std::string_view, 6> file_kinds{
    "one benchmark",   "sweep over clients",    "kernel sum",
    "trace with gaps", "benchmark and metrics", "benchmark and nvidia-smi"};

struct simulated_file {
    std::unique_ptr<deployment<>> what{};
    suspect slow = suspect::host;
    double x = 1.0;
    file_kind kind = file_kind::sweep;
    std::vector<examined_run> runs{};
    std::vector<observation> files{};
};

class file_drawer {
public:
    /// `law_error`: the laws of the server differ from the predicted ones, each by its own deviation.
    explicit file_drawer(std::uint64_t seed, bool law_error = false, bool with_before = false)
        : random_(seed), law_error_(law_error), with_before_(with_before) {}

    simulated_file draw() {
        for (;;)
            if (auto f = tried()) return std::move(*f);
    }

private:
    double uniform(double a, double b) { return std::uniform_real_distribution<>(a, b)(random_); }
    double noisy(double x) { return x * std::exp(std::normal_distribution<>(0.0, noise)(random_)); }
    std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

    std::unique_ptr<deployment<>> deployed(suspect s) {
        namespace c = gambrel::catalog;
        const bool many = s == suspect::messages, mixture = s == suspect::experts;
        const std::array<deployment<>, 8> all{{{c::llama_3_1_8b, c::h100_sxm, c::vllm},
                                               {c::llama_3_1_8b, c::a100_sxm_80, c::vllm},
                                               {c::qwen3_8b, c::l4, c::vllm},
                                               {c::llama_3_1_70b, c::h100_sxm, c::vllm, {.tensor = 4}},
                                               {c::llama_3_1_70b, c::a100_sxm_80, c::sglang, {.tensor = 4}},
                                               {c::qwen3_30b_a3b, c::h100_sxm, c::vllm},
                                               {c::mixtral_8x7b, c::h100_sxm, c::vllm, {.tensor = 2}},
                                               {c::llama_3_1_8b, c::h200_sxm, c::sglang}}};
        for (;;) {
            const deployment<>& d = all[pick(all.size())];
            const bool experts = !is_dense(d.model);
            if ((many && d.cut.tensor < 2) || (mixture && !experts)) continue;
            return std::make_unique<deployment<>>(d);
        }
    }

    /// What a tool of `kind` writes of a run predicted as `p`.
    observation written(file_kind kind, const workload& w, const prediction<>& p, suspect s, double x) {
        observation o;
        o.prompt = w.prompt.mean();
        o.output = w.output.mean();
        if (kind == file_kind::kernel_sum || kind == file_kind::trace) {
            kernel_profile k;
            double busy = 0.0;
            const double passes = std::round(uniform(50.0, 500.0));
            for (const auto& [name, of] :
                 {std::pair(kernel_kind::gemm, profiled::gemm), std::pair(kernel_kind::experts, profiled::experts),
                  std::pair(kernel_kind::prefill_attention, profiled::prefill_attention),
                  std::pair(kernel_kind::decode_attention, profiled::decode_attention),
                  std::pair(kernel_kind::elementwise, profiled::elementwise),
                  std::pair(kernel_kind::collective, profiled::messages)}) {
                const double t = gambrel::detail::seconds_in(p.mean_step, of) * passes;
                if (!(t > 0.0)) continue;
                k.kernels.push_back({"kernel", name, 1.0, noisy(t)});
                busy += k.kernels.back().seconds;
            }
            if (kind == file_kind::trace) {
                k.busy = busy;
                k.wall = busy + noisy((p.mean_step.by_class(host_class)).value() * passes);
            }
            o.kernels = k;
            return o;
        }
        o.clients = w.concurrency;
        const auto put = [&](const char* name, double v) { o.figures[name] = noisy(v); };
        put("ttft_mean", p.ttft.value.value());
        put("tpot_mean", p.tpot.value.value());
        const double with = gambrel::detail::share_with_prompts(p);
        put("itl_median", (with > 0.5 ? p.prefill : p.decode).total().value());
        put("itl_p99", (with > 0.01 ? p.prefill : p.decode).total().value());
        o.figures["request_throughput"] =
            w.concurrency / (o.figures["ttft_mean"] + (w.output.mean() - 1.0) * o.figures["tpot_mean"]);
        if (kind == file_kind::with_metrics) {
            server_counters c;
            c.running = noisy(p.running);
            c.waiting = std::round(noisy(p.waiting));
            c.kv_usage = smaller(1.0, noisy(smaller(1.0, p.running / p.memory.most_sequences)));
            c.preemptions = 0.0;
            o.server = c;
        }
        if (kind == file_kind::with_board) {
            board_readings b;
            const double full = 1980e6;
            b.sm_clock_most = full;
            b.sm_clock_mean = full * smaller(1.0, std::exp(expected({.what = indicator::clock}, p, w, 1.0)) /
                                                      (s == suspect::clocks ? x : 1.0));
            o.board = b;
        }
        return o;
    }

    std::optional<simulated_file> tried() {
        simulated_file f;
        f.slow = terms[next_++ % terms.size()];
        const std::size_t again = next_ - 1;
        const auto refuse = [&] {
            next_ = again;
            return std::nullopt;
        };
        f.what = deployed(f.slow);
        f.x = uniform(1.3, 2.0);
        f.kind = static_cast<file_kind>(pick(file_kinds.size()));
        const double prompt = std::array{256.0, 1024.0, 4096.0, 16384.0}[pick(4)],
                     output = std::array{64.0, 256.0, 1024.0}[pick(3)];
        const double most = std::array{16.0, 64.0, 256.0, 512.0}[pick(4)];
        const bool sweep = f.kind == file_kind::sweep;
        calibration<> laws = f.what->constants;
        if (law_error_)
            for (const auto& [s, sigma] :
                 {std::pair(suspect::gemm, 0.08), std::pair(suspect::prefill_attention, 0.15),
                  std::pair(suspect::decode_attention, 0.12), std::pair(suspect::elementwise, 0.2),
                  std::pair(suspect::messages, 0.2), std::pair(suspect::experts, 0.2)})
                gambrel::detail::slow_class(laws, s, std::exp(std::normal_distribution<>(0.0, sigma)(random_)));
        const deployment<> server{f.what->model, f.what->device, f.what->runtime, f.what->cut, f.what->formats, laws};
        double effect = 1.0, running = 0.0;  // slots and room are the server's: counted from the greatest load
        {
            const prediction<> p = predict(server, {.prompt = prompt, .output = output, .concurrency = most});
            if (!p.ok()) return refuse();
            running = p.running;
        }
        for (const bool before : {true, false}) {
            if (before && !with_before_) continue;
            for (const double clients :
                 sweep ? std::vector<double>{1.0, 8.0, most / 4.0, most} : std::vector<double>{most}) {
                const workload w{.prompt = prompt, .output = output, .concurrency = clients};
                const prediction<> p = predict(*f.what, w), true_before = predict(server, w);
                if (!p.ok() || !applies(f.slow, *f.what, p)) return refuse();
                const prediction<> q =
                    altered_run(server, w, true_before, f.slow, before ? 1.0 : f.x, running).predicted();
                if (!q.ok()) return refuse();
                const auto apart = [](double a, double b) { return larger(a / b, b / a); };
                if (!before)
                    effect = larger(larger(effect, apart(q.ttft.value.value(), true_before.ttft.value.value())),
                                    apart(q.tpot.value.value(), true_before.tpot.value.value()));
                f.files.push_back(written(f.kind, w, q, before ? suspect::host : f.slow, before ? 1.0 : f.x));
                f.runs.push_back({*f.what, w, p, indications_of(f.files.back(), w, p), before});
            }
        }
        if (effect < least_effect) return refuse();
        return f;
    }

    std::mt19937_64 random_;
    bool law_error_, with_before_;
    std::size_t next_ = 0;
};
}  // namespace gambrel::judged
