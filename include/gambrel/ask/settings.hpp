// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Settings as they are stated, put into a runtime, and what is to be said of them: one that changes nothing under this
/// runtime, and which of two that contradict each other holds there.
///
///     graphs               decode steps     steps with a prompt, up to graph_tokens
///     none                 no graph         no graph
///     piecewise            pieces           pieces
///     full                 whole            whole
///     full_decode_only     whole            no graph
///     full_and_piecewise   whole            pieces
///
/// The names are those of CUDAGraphMode, vllm/config/compilation.py; enforce_eager overrides them there, in
/// vllm/config/vllm.py. llama.cpp computes no more at once than its batch: n_ubatch = min(n_batch, n_ubatch),
/// src/llama-context.cpp. Evidence: tests/ask/settings_test.cpp.

#include <fmt/core.h>
#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/names.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/step/on_board.hpp>
#include <memory>
#include <vector>

namespace gambrel::ask {

struct graph_mode {
    std::string_view name;
    graph_use decode, prompts;
};
inline constexpr std::array<graph_mode, 5> graph_modes{{
    {"none", graph_use::none, graph_use::none},
    {"piecewise", graph_use::pieces, graph_use::pieces},
    {"full", graph_use::whole, graph_use::whole},
    {"full_decode_only", graph_use::whole, graph_use::none},
    {"full_and_piecewise", graph_use::whole, graph_use::pieces},
}};
/// Tokens of the largest captured step where a mode asks for prompts and nobody says: vLLM's own (cudagraph_capture_sizes).
inline constexpr double usual_graph_tokens = 512.0;

namespace detail {
inline const graph_mode& graph_mode_named(std::string_view name) {
    for (const graph_mode& m : graph_modes)
        if (same_name(m.name, name)) return m;
    std::vector<std::string_view> names{"runtime"};
    for (const graph_mode& m : graph_modes) names.push_back(m.name);
    fail_unknown("graph mode", name, names);
}
inline bool states_graphs(const prediction_options& t) { return t.graphs != "runtime" && !t.graphs.empty(); }
inline bool states_anything(const prediction_options& t) {
    return t.token_budget || t.max_sequences || t.memory_fraction || t.max_context || t.chunked_prefill ||
           t.async_scheduling || t.graph_tokens || t.frontend_processes || t.stream_interval || t.block_tokens ||
           t.micro_batch || t.batch_wait || t.wait_share || t.poll_interval || t.prompts_per_step || t.enforce_eager ||
           states_graphs(t);
}
inline graph_capture graphs_of(graph_capture g, const prediction_options& t) {
    if (t.enforce_eager) return {.decode = graph_use::none};
    if (states_graphs(t)) {
        const graph_mode& m = graph_mode_named(t.graphs);
        g.decode = m.decode;
        g.prompts = m.prompts;
        if (m.prompts != graph_use::none && !(g.prompt_tokens > 0.0)) g.prompt_tokens = usual_graph_tokens;
    }
    if (t.graph_tokens) {
        g.prompt_tokens = *t.graph_tokens;
        g.latent_prompt_tokens = 0.0;
    }
    return g;
}

/// `r` with the settings of `t`, which are no longer left to the board.
inline std::shared_ptr<const runtime<>> with_settings(std::shared_ptr<const runtime<>> r, const prediction_options& t) {
    if (!states_anything(t)) return r;
    runtime<> other = with_stated(*r, {t.token_budget, t.max_sequences, t.memory_fraction});
    scheduling& s = other.scheduling;
    s.most_context = t.max_context.value_or(s.most_context);
    s.chunked_prefill = t.chunked_prefill.value_or(s.chunked_prefill);
    s.async_scheduling = t.async_scheduling.value_or(s.async_scheduling);
    s.batch_wait_steps = t.batch_wait.value_or(s.batch_wait_steps);
    s.batch_wait_share = t.wait_share.value_or(s.batch_wait_share);
    s.poll_interval_steps = t.poll_interval.value_or(s.poll_interval_steps);
    s.prompts_per_step = t.prompts_per_step.value_or(s.prompts_per_step);
    other.graphs = graphs_of(other.graphs, t);
    other.frontend.per_copy = other.frontend.per_copy && !t.frontend_processes;  // stated: so many in all
    other.frontend.processes = t.frontend_processes.value_or(other.frontend.processes);
    other.frontend.stream_interval = t.stream_interval.value_or(other.frontend.stream_interval);
    other.memory.block_tokens = t.block_tokens.value_or(other.memory.block_tokens);
    if (other.memory.micro_batch > 0.0)
        other.memory.micro_batch =
            smaller(t.micro_batch.value_or(other.memory.micro_batch), other.scheduling.token_budget);
    return std::make_shared<const runtime<>>(other);
}
}  // namespace detail

/// What is to be said of the settings of `t` where `shipped` is the runtime as it comes and `set` as it runs, on a model
/// and a cut. Sentences without a full stop.
inline std::vector<std::string> setting_notes(const prediction_options& t, const runtime<>& shipped,
                                              const runtime<>& set, const architecture& m) {
    std::vector<std::string> notes;
    const std::string name = shipped.name.str();
    const auto idle = [&](bool stated, bool without_effect, std::string_view setting, const std::string& why) {
        if (stated && without_effect) notes.push_back(std::string(setting) + " has no effect: " + why);
    };
    const bool eager_known = shipped.host.per_eager_kernel.known();
    const bool captures = shipped.graphs.decode != graph_use::none || shipped.graphs.prompts != graph_use::none;
    idle(t.enforce_eager, !captures, "enforce_eager", name + " captures no graphs");
    idle(t.enforce_eager, captures && !eager_known, "enforce_eager", "no launch time of " + name + " is known");
    idle(detail::states_graphs(t) && !t.enforce_eager, !eager_known, "graphs",
         "no launch time of " + name + " is known");
    if (t.enforce_eager && (detail::states_graphs(t) || t.graph_tokens))
        notes.push_back("enforce_eager overrides the graphs that are asked for");
    idle(t.graph_tokens && !t.enforce_eager, set.graphs.prompts == graph_use::none, "graph_tokens",
         "no step with a prompt runs from a graph");
    const bool whole_batch = shipped.scheduling.batching == batching::fixed_batch;
    idle(t.chunked_prefill.has_value(), whole_batch, "chunked_prefill", name + " starts whole batches");
    idle(t.async_scheduling.has_value(), whole_batch, "async_scheduling", name + " starts whole batches");
    if (t.chunked_prefill && !*t.chunked_prefill && shipped.kernels == kernel_library::vllm && !t.token_budget)
        notes.push_back("without chunked prefill " + name +
                        " raises its token budget to its longest request, which is not counted: state token_budget");
    idle(t.micro_batch.has_value(), !(shipped.memory.micro_batch > 0.0), "micro_batch",
         name + " computes what a step holds at once");
    if (t.micro_batch && shipped.memory.micro_batch > 0.0 && *t.micro_batch > set.scheduling.token_budget)
        notes.push_back(fmt::format("micro_batch is cut to the token budget, {:.0f}", set.scheduling.token_budget));
    const bool streams = shipped.host.per_message.known();
    idle(t.stream_interval.has_value(), !streams, "stream_interval", "no time per message of " + name + " is known");
    idle(t.frontend_processes.has_value(), !streams && !shipped.host.per_prompt_token.known(), "frontend_processes",
         "no time of the frontend of " + name + " is known");
    idle(t.balanced_experts, is_dense(m), "balanced_experts", m.name.str() + " has no experts");
    idle(t.balanced_experts, !is_dense(m) && t.expert == 1, "balanced_experts", "the experts are not spread: ep is 1");
    const bool exchanges = !same_name(t.exchange, key_of(expert_exchange::gather));
    const bool copies = !is_dense(m) && t.data > 1;
    idle(exchanges, !copies, "exchange",
         is_dense(m) ? m.name.str() + " has no experts" : "there is one attention copy: dp is 1");
    idle(t.two_batches, !copies || !exchanges, "two_batches",
         "only exchanges of per_rank, per_expert and by_pass are hidden");
    if (t.max_context && m.most_context > 0 && *t.max_context > static_cast<double>(m.most_context))
        notes.push_back(fmt::format("max_context {:.0f} is more than the model was made for, {}, which holds",
                                    *t.max_context, m.most_context));
    if (set.kernels == kernel_library::vllm && set.scheduling.token_budget < set.scheduling.most_sequences &&
        (t.token_budget || t.max_sequences))
        notes.push_back(fmt::format("{} does not start so: a token budget of {:.0f} is less than its {:.0f} slots",
                                    name, set.scheduling.token_budget, set.scheduling.most_sequences));
    if (t.prefix_cache && *t.prefix_cache && !(t.prefix_hit > 0.0))
        notes.push_back(
            "prefix_cache has no effect without a share of prompt tokens that hit: state prefix_hit, or simulate");
    if (t.prefix_cache && !*t.prefix_cache && t.prefix_hit > 0.0)
        notes.push_back("prefix_hit has no effect: the prefix cache is off");
    return notes;
}
}  // namespace gambrel::ask
