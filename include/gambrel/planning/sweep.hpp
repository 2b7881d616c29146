// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Predictions over the product of axes, as columns, over threads.
///
///     const sweep_plan plan({.models = {...}, .devices = {...}, .runtimes = {...}, .loads = {...}});
///     fill_columns(plan, 0, plan.rows(), {.figures = {...names...}, .figure_values = map}, {.threads = 8});
///
/// Any range of rows can be computed by itself (other processes take other ranges). Threads take chunks of rows from
/// one counter; a row does not depend on the thread that computes it, so neither do the results. Values are gathered in
/// blocks of 64 rows and written column by column into the caller's memory, which is not touched otherwise. Evidence:
/// tests/planning/sweep_test.cpp; speed: tests/benchmarks/sweep_benchmark.cpp.

#include <Eigen/Core>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <gambrel/planning/sweep_plan.hpp>
#include <mutex>
#include <thread>

namespace gambrel {

/// Where the columns go: one column of the array for each name, one row for each row of the range. A NumPy array in
/// column-major order is such an array through Eigen::Map. Columns not named are not written.
struct sweep_output {
    template <class Number>
    using columns = Eigen::Map<Eigen::Array<Number, Eigen::Dynamic, Eigen::Dynamic>, 0, Eigen::OuterStride<>>;

    std::vector<sweep_column> figures{};
    columns<double> figure_values{nullptr, 0, 0, Eigen::OuterStride<>(0)};
    std::vector<sweep_code> codes{};
    columns<std::int32_t> code_values{nullptr, 0, 0, Eigen::OuterStride<>(0)};
};

/// How a sweep runs. `stop` is read by all threads before each row; `interrupted` is called by the calling thread only,
/// about every 50 ms (a Python caller looks for Ctrl-C there); `done` counts rows written.
struct sweep_control {
    unsigned threads = 0;  ///< 0: as many as the machine runs at once
    const std::atomic<bool>* stop = nullptr;
    std::function<bool()> interrupted{};
    std::atomic<row_number>* done = nullptr;
};

/// A longer range must be asked for in pieces: a column of it alone takes 0.8 GB.
inline constexpr row_number most_rows_at_once = 100'000'000;
inline constexpr unsigned most_sweep_threads = 1024;

namespace detail {
/// One call of `fill_columns`, shared by its threads.
class sweep_run {
public:
    sweep_run(const sweep_plan& plan, row_number begin, row_number end, sweep_output& out, const sweep_control& how,
              unsigned threads)
        : plan_(plan), out_(out), how_(how), begin_(begin), end_(end), next_(begin) {
        const row_number share = (end - begin) / (row_number{threads} * 16) / block_rows * block_rows;
        chunk_ = std::clamp<row_number>(share, block_rows, 64 * block_rows);
    }

    /// Takes chunks until there is none. Keeps the first exception of all threads and ends them.
    void work(bool calling_thread) noexcept {
        try {
            sweep_reader reader(plan_);
            Eigen::ArrayXXd figures(block_rows, out_.figure_values.cols());
            Eigen::Array<std::int32_t, Eigen::Dynamic, Eigen::Dynamic> codes(block_rows, out_.code_values.cols());
            auto looked = std::chrono::steady_clock::now();
            for (row_number chunk = take(); chunk < end_; chunk = take()) {
                const row_number chunk_end = std::min(chunk + chunk_, end_);
                for (row_number row = chunk; row < chunk_end; row += block_rows) {
                    if (!read_block(reader, row, std::min(row + block_rows, chunk_end), figures, codes)) return;
                    if (calling_thread) look(looked);
                }
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!problem_) problem_ = std::current_exception();
            ended_ = true;
        }
    }
    /// After all threads are done: rethrows, or says whether every row was written.
    bool finished() const {
        if (problem_) std::rethrow_exception(problem_);
        return written_ == end_ - begin_;
    }
    void stop() { ended_ = true; }

private:
    static constexpr row_number block_rows = 64;

    row_number take() { return next_.fetch_add(chunk_, std::memory_order_relaxed); }
    bool stopped() const {
        return ended_.load(std::memory_order_relaxed) ||
               (how_.stop != nullptr && how_.stop->load(std::memory_order_relaxed));
    }
    void look(std::chrono::steady_clock::time_point& last) {
        if (!how_.interrupted) return;
        const auto now = std::chrono::steady_clock::now();
        if (now - last < std::chrono::milliseconds(50)) return;
        last = now;
        if (how_.interrupted()) ended_ = true;
    }
    template <class Figures, class Codes>
    bool read_block(sweep_reader& reader, row_number first, row_number last, Figures& figures, Codes& codes) {
        const auto rows = static_cast<Eigen::Index>(last - first);
        for (Eigen::Index i = 0; i < rows; ++i) {
            if (stopped()) return false;
            const sweep_row& row = reader.read(first + static_cast<row_number>(i));
            for (Eigen::Index c = 0; c < figures.cols(); ++c)
                figures(i, c) = row.at(out_.figures[static_cast<std::size_t>(c)]);
            for (Eigen::Index c = 0; c < codes.cols(); ++c)
                codes(i, c) = row.at(out_.codes[static_cast<std::size_t>(c)]);
        }
        const auto at = static_cast<Eigen::Index>(first - begin_);
        if (figures.cols() > 0) out_.figure_values.middleRows(at, rows) = figures.topRows(rows);
        if (codes.cols() > 0) out_.code_values.middleRows(at, rows) = codes.topRows(rows);
        written_.fetch_add(last - first, std::memory_order_relaxed);
        if (how_.done != nullptr) how_.done->fetch_add(last - first, std::memory_order_relaxed);
        return true;
    }

    const sweep_plan& plan_;
    sweep_output& out_;
    const sweep_control& how_;
    row_number begin_, end_, chunk_ = block_rows;
    std::atomic<row_number> next_, written_{0};
    std::atomic<bool> ended_{false};
    std::mutex mutex_{};
    std::exception_ptr problem_{};
};

/// Threads that are joined on every way out of the scope.
struct joined_threads {
    std::vector<std::thread> all{};
    ~joined_threads() {
        for (std::thread& t : all) t.join();
    }
};

template <class Names, class Columns>
void check_shape(const Names& names, const Columns& values, row_number rows, const char* what) {
    if (static_cast<std::size_t>(values.cols()) != names.size() ||
        (!names.empty() && static_cast<row_number>(values.rows()) != rows))
        fail("the " + std::string(what) + " of a sweep of " + std::to_string(rows) + " rows and " +
             std::to_string(names.size()) + " columns have room for " + std::to_string(values.rows()) + " by " +
             std::to_string(values.cols()));
}
}  // namespace detail

/// Computes the rows [begin, end) of `plan` into `out`. True when all were written; false when it was stopped, and then
/// rows that were not reached are as they were. Throws `error` for a range or an array of the wrong size, and the first
/// exception of any thread. Evidence: tests/planning/sweep_test.cpp.
inline bool fill_columns(const sweep_plan& plan, row_number begin, row_number end, sweep_output out,
                         const sweep_control& how = {}) {
    if (begin > end || end > plan.rows())
        fail("the rows " + std::to_string(begin) + " to " + std::to_string(end) + " are not within the " +
             std::to_string(plan.rows()) + " rows of the sweep");
    const row_number rows = end - begin;
    if (rows > most_rows_at_once)
        fail(std::to_string(rows) + " rows are more than the " + std::to_string(most_rows_at_once) +
             " that a sweep computes at once; ask for them in ranges");
    checked(how.threads, 0.0, most_sweep_threads, "the number of threads");
    detail::check_shape(out.figures, out.figure_values, rows, "figures");
    detail::check_shape(out.codes, out.code_values, rows, "codes");
    const unsigned threads = how.threads > 0 ? how.threads : std::max(1u, std::thread::hardware_concurrency());
    detail::sweep_run run(plan, begin, end, out, how, threads);
    {
        detail::joined_threads others;
        try {
            for (unsigned i = 1; i < threads && row_number{i} * 64 < rows; ++i)
                others.all.emplace_back([&run] { run.work(false); });
        } catch (...) {  // the system gives no more threads: end those that run, and rethrow
            run.stop();
            throw;
        }
        run.work(true);
    }
    return run.finished();
}
}  // namespace gambrel
