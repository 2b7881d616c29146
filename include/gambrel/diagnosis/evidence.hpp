// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The numbers of several runs of one server as one vector, and how they scatter about their prediction:
///
///     S = noise^2 of each number + sigma_k^2 J_k J_k' of each law k + step_sigma^2 of all passes + ttft_sigma^2 of TTFT
///
/// J_k = d e / d ln (time under law k), by a step of a tenth. Laws are wrong alike in all runs. An uncounted profile
/// has besides one unknown factor. Evidence: tests/diagnosis/diagnosis_test.cpp.

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <gambrel/diagnosis/altered_run.hpp>
#include <gambrel/diagnosis/indication.hpp>
#include <gambrel/serving/fitted_deviations.hpp>

namespace gambrel {

/// One run: what was asked of what, what is predicted of it, and what it showed.
struct examined_run {
    const deployment<>& what;
    workload load;
    prediction<> predicted;
    std::vector<indication> seen;
    bool before = false;        ///< while the server was well
    bool static_batch = false;  ///< of one batch, with no server between

    /// Copies of the model that batch on their own.
    double copies() const { return static_cast<double>(what.cut.replicas * what.cut.data); }
};

/// Requests that run at once in a copy of the model under the greatest load of `runs`.
inline double most_running(const std::vector<examined_run>& runs) {
    double most = 0.0;
    for (const examined_run& r : runs)
        if (r.predicted.ok()) most = larger(most, r.predicted.running / r.copies());
    return most;
}

namespace detail {
/// What suspect `s` being x times worse adds to a logarithm that no prediction knows of: the clock itself, lower than
/// the power limit leaves it; unpacking in the place of products.
inline double shift_of(suspect s, double x, const indication& i) {
    if (i.what == indicator::clock && s == suspect::clocks) return -std::log(x);
    if (i.what == indicator::eager) return s == suspect::eager ? 1.0 - i.stated : 0.0;
    if (i.what == indicator::slots && s == suspect::slots)
        return std::log(larger(1.0, std::floor(i.stated / x)) / i.stated);
    if (i.what != indicator::kernels || s != suspect::dequantisation || !(x > 1.0)) return 0.0;
    if (i.of == profiled::gemm) return -std::log(x);
    return i.of == profiled::dequantisation ? std::log((x - 1.0) / (unpacking * x)) : 0.0;
}

/// The numbers of all runs, and how they are expected to scatter.
class evidence_of_runs {
public:
    /// `deviations`: factor on what the laws may be wrong by.
    explicit evidence_of_runs(const std::vector<examined_run>& runs, double deviations = 1.0)
        : runs_(runs), deviations_(deviations) {
        for (const examined_run& r : runs) size_ += static_cast<Eigen::Index>(r.seen.size());
        measured_.resize(size_);
        Eigen::Index at = 0;
        covariance_ = Eigen::MatrixXd::Zero(size_, size_);
        for (const examined_run& r : runs)
            for (const indication& i : r.seen) {
                measured_[at] = std::log(i.measured);
                covariance_(at, at) = i.noise * i.noise;
                ++at;
            }
        expected_ = expectation(nullptr);
        if (size_ == 0) return;
        add_laws();
        scatter_ = covariance_.diagonal();
        add_unknown_passes();
        solver_.compute(covariance_);
    }

    Eigen::Index size() const { return size_; }
    /// Standard deviation of number `i` about its prediction; of kernels in an uncounted profile that of their share.
    double deviation(Eigen::Index i) const { return std::sqrt(scatter_[i]); }
    /// What would be seen with `run(i)` the prediction of run i (nothing: as predicted).
    Eigen::VectorXd expectation(const std::vector<prediction<>>* changed,
                                const std::vector<workload>* loads = nullptr) const {
        Eigen::VectorXd e(size_);
        Eigen::Index at = 0;
        for (std::size_t i = 0; i < runs_.size(); ++i)
            for (const indication& each : runs_[i].seen)
                e[at++] = expected(each, changed != nullptr ? (*changed)[i] : runs_[i].predicted,
                                   loads != nullptr ? (*loads)[i] : runs_[i].load, runs_[i].copies());
        return e;
    }
    /// The same with suspect `s` x times worse in all runs but those before.
    Eigen::VectorXd expectation(const std::vector<prediction<>>& changed, const std::vector<workload>& loads, suspect s,
                                double x) const {
        Eigen::VectorXd e = expectation(&changed, &loads);
        Eigen::Index at = 0;
        for (const examined_run& r : runs_)
            for (const indication& i : r.seen) e[at++] += r.before ? 0.0 : shift_of(s, x, i);
        return e;
    }
    /// By how much, as a logarithm, the runs before move what is expected of each number: S_ib S_bb^-1 (y_b - e_b) over
    /// their numbers b; 0 where there is none.
    Eigen::VectorXd corrections() const {
        std::vector<Eigen::Index> known;
        Eigen::Index at = 0;
        for (const examined_run& r : runs_)
            for (const indication& i : r.seen) {
                if (r.before && !is_sign(i.what) && std::isfinite(measured_[at] - expected_[at])) known.push_back(at);
                ++at;
            }
        if (known.empty()) return Eigen::VectorXd::Zero(size_);
        const auto n = static_cast<Eigen::Index>(known.size());
        Eigen::MatrixXd all(size_, n), among(n, n);
        Eigen::VectorXd left(n);
        for (Eigen::Index j = 0; j < n; ++j) {
            const Eigen::Index b = known[static_cast<std::size_t>(j)];
            all.col(j) = covariance_.col(b);
            left[j] = measured_[b] - expected_[b];
        }
        for (Eigen::Index j = 0; j < n; ++j) among.row(j) = all.row(known[static_cast<std::size_t>(j)]);
        return all * among.ldlt().solve(left);
    }
    /// Logarithm of the density of what was measured about `e`, up to a constant, and the root mean square of what is
    /// left.
    std::pair<double, double> density(const Eigen::VectorXd& e) const {
        if (size_ == 0) return {0.0, 0.0};
        Eigen::VectorXd left = measured_ - e;
        double known = 0.0, signs = 0.0;
        Eigen::Index at = 0;
        for (const examined_run& r : runs_)
            for (const indication& i : r.seen) {
                if (is_sign(i.what)) {
                    const bool seen = i.measured > 0.0, awaited = e[at] > 0.5;
                    signs += i.what == indicator::eager ? std::log(seen == awaited ? 0.98 : 0.02)
                                                        : std::log(seen      ? (awaited ? 0.9 : 0.05)
                                                                   : awaited ? 0.3
                                                                             : 0.95);
                    left[at] = 0.0;
                } else if (!std::isfinite(left[at])) {  // nothing is said of it: anything within a factor of ten
                    signs += std::log(std::sqrt(covariance_(at, at)) / 2.3);
                    left[at] = 0.0;
                } else {
                    known += 1.0;
                }
                ++at;
            }
        const double squares = left.dot(solver_.solve(left));
        return {signs - 0.5 * squares, known > 0.0 ? std::sqrt(squares / known) : 0.0};
    }

private:
    void add(const Eigen::VectorXd& slope, double sigma) {
        Eigen::VectorXd s = slope;
        for (Eigen::Index i = 0; i < size_; ++i)
            if (!std::isfinite(s[i])) s[i] = 0.0;
        covariance_ += sigma * sigma * s * s.transpose();
    }
    /// Adds what each law may be wrong by.
    void add_laws() {
        constexpr double step = 1.1;
        static constexpr std::array<std::pair<suspect, std::size_t>, 8> laws{
            {{suspect::host, host_class},
             {suspect::gemm, static_cast<std::size_t>(operator_class::gemm)},
             {suspect::experts, static_cast<std::size_t>(operator_class::experts)},
             {suspect::prefill_attention, static_cast<std::size_t>(operator_class::prefill_attention)},
             {suspect::decode_attention, static_cast<std::size_t>(operator_class::decode_attention)},
             {suspect::elementwise, static_cast<std::size_t>(operator_class::elementwise)},
             {suspect::messages, static_cast<std::size_t>(operator_class::collective)},
             {suspect::frontend, host_class}}};
        for (const auto& law : laws) {
            double sigma = 0.0;
            std::vector<prediction<>> moved;
            for (const examined_run& r : runs_) {
                const bool there = r.predicted.ok() && applies(law.first, r.what, r.predicted);
                moved.push_back(
                    there ? altered_run(r.what, r.load, r.predicted, law.first, step).predicted(r.static_batch)
                          : r.predicted);
                if (!there) continue;
                for (const pass_time<>* t : {&r.predicted.mean_step, &r.predicted.first_token, &r.predicted.prefill})
                    if (const double whole = t->by_class(law.second).value(); whole > 0.0)
                        sigma = std::max(sigma, t->deviation_by(law.second) / whole);
            }
            if (sigma > 0.0) add((expectation(&moved) - expected_) / std::log(step), sigma * deviations_);
        }
        Eigen::VectorXd passes(size_), first(size_), routed(size_);
        Eigen::Index at = 0;
        double pass_sigma = 0.0;
        for (const examined_run& r : runs_) {
            pass_sigma = std::max(pass_sigma, r.what.runtime.step_sigma);
            for (const indication& i : r.seen) {
                const bool time = i.what == indicator::ttft || i.what == indicator::tpot || i.what == indicator::itl ||
                                  i.what == indicator::latency || (i.what == indicator::kernels && i.counted);
                passes[at] = time ? 1.0 : i.what == indicator::requests && !r.load.open_loop() ? -1.0 : 0.0;
                first[at] = i.what == indicator::ttft ? 1.0 : 0.0;
                routed[at] = i.what == indicator::kernels && i.of == profiled::experts ? 1.0 : 0.0;
                ++at;
            }
        }
        add(passes, pass_sigma * deviations_);
        add(first, ttft_sigma * deviations_);
        add(routed, routing_sigma * deviations_);
    }
    /// A profile without a count of passes knows the times of its classes up to one factor.
    void add_unknown_passes() {
        Eigen::Index at = 0;
        for (const examined_run& r : runs_) {
            Eigen::VectorXd profile = Eigen::VectorXd::Zero(size_);
            for (const indication& i : r.seen) profile[at++] = i.what == indicator::kernels && !i.counted ? 1.0 : 0.0;
            if (profile.any()) add(profile, 10.0);
        }
    }

    const std::vector<examined_run>& runs_;
    double deviations_;
    Eigen::Index size_ = 0;
    Eigen::VectorXd measured_, expected_, scatter_;
    Eigen::MatrixXd covariance_;
    Eigen::LDLT<Eigen::MatrixXd> solver_;
};
}  // namespace detail
}  // namespace gambrel
