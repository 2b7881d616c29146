// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One replica: as many batches under way as it has pipeline stages, one behind the other (pipeline.hpp).
///
///     slots of a batch = those of the replica / stages            KV blocks are shared by all
///
/// A request joins the batch with the fewest and stays. So does SGLang (max_running_requests / stages for a micro-batch,
/// managers/scheduler.py of v0.5.18), and vLLM's virtual engines were chosen so (engine/llm_engine.py of v0.6.6, which
/// divided the blocks instead of the slots). vLLM V1 and TensorRT-LLM do not equalise: a burst that fits one pass travels
/// as one and leaves the other stages idle, which is slower than this.
/// Evidence: tests/simulation/pipeline_test.cpp.

#include <deque>
#include <gambrel/simulation/micro_batch.hpp>

namespace gambrel::simulation {

template <step_law Law, class Sink> class replica {
public:
    replica(const Law& law, const server& s, request_pool& pool, Sink& sink, std::uint32_t index)
        : pipeline_(s.stages) {
        server each = s;
        if (s.stages > 1)
            each.scheduling.most_sequences = std::max(1.0, std::floor(s.scheduling.most_sequences / s.stages));
        for (int i = 0; i < s.ranks; ++i) blocks_.emplace_back(s);
        for (int i = 0; i < s.stages; ++i, ++each.seed)
            batches_.emplace_back(law, each, pipeline_, blocks_, pool, sink, index);
    }
    replica(const replica&) = delete;
    replica& operator=(const replica&) = delete;

    double next_time() const {
        double t = batches_.front().next_time();
        for (std::size_t i = 1; i < batches_.size(); ++i) t = std::min(t, batches_[i].next_time());
        return t;
    }
    bool can_ever_run(const in_flight& r) const { return batches_.front().can_ever_run(r); }
    bool pass_holds(const in_flight& r) const { return batches_.front().pass_holds(r); }

    /// A request reaches the replica; its batch is the one with the fewest.
    void arrive(slot s, double now, request_pool& pool) {
        std::size_t to = 0;
        for (std::size_t i = 1; i < batches_.size(); ++i)
            if (batches_[i].under_way() < batches_[to].under_way()) to = i;
        pool[s].batch = static_cast<std::uint32_t>(to);
        batches_[to].arrive(s, now);
    }
    /// As micro_batch::advance, over the batches in the order of their times.
    void advance(double limit, bool watched) {
        if (batches_.size() == 1) return batches_.front().advance(limit, watched);
        for (bool first = true;; first = false) {
            std::size_t next = 0;
            double after = unlimited;
            for (std::size_t i = 1; i < batches_.size(); ++i) {
                if (batches_[i].next_time() < batches_[next].next_time()) {
                    after = batches_[next].next_time();
                    next = i;
                } else {
                    after = std::min(after, batches_[i].next_time());
                }
            }
            const double t = batches_[next].next_time();
            if (t == unlimited || (!first && (t >= limit || watched))) return;
            const std::uint64_t held = blocks_held();
            batches_[next].advance(std::min(limit, after), watched);
            if (blocks_held() < held)
                for (auto& b : batches_) b.wake(t);
        }
    }
    void release_parked(slot s, std::uint32_t batch, double now) { batches_[batch].release_parked(s, now); }

    std::uint64_t under_way() const {
        return sum([](const auto& b) { return b.under_way(); });
    }
    std::uint64_t waiting() const {
        return sum([](const auto& b) { return b.waiting(); });
    }
    std::uint64_t blocks_held() const {
        std::uint64_t n = 0;
        for (const kv_blocks& b : blocks_) n += b.held();
        return n;
    }
    std::deque<micro_batch<Law, Sink>>& batches() { return batches_; }
    const std::deque<micro_batch<Law, Sink>>& batches() const { return batches_; }

private:
    template <class Count> std::uint64_t sum(Count&& count) const {
        std::uint64_t n = 0;
        for (const auto& b : batches_) n += count(b);
        return n;
    }
    pipeline pipeline_;
    std::deque<kv_blocks> blocks_{};  ///< of each rank, in all its batches
    std::deque<micro_batch<Law, Sink>> batches_{};
};
}  // namespace gambrel::simulation
