// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Laws of a device from its own timed kernels, the constants shipped for it as the prior.
///
///     minimise sum of loss(ln(measured / law(constants)) / noise) + sum ((ln constant - ln shipped) / deviation)^2
///
/// for each kernel library and each law that has rows (least_squares.hpp): eight rows move what they speak of and leave
/// the rest. The deviations are how far constants lie from chip to chip; wider where the family was never measured in
/// that format. A row at a lower clock is held against a peak lowered as much. The deviation of the law afterwards:
///
///     sigma^2 = (noise_rows shipped^2 + rows seen^2) / (noise_rows + rows)     noise_rows: 4 (fit_problem.hpp)
///     seen    = robust_sigma sqrt(rows / (rows - free_constants))              of the residuals, degrees of freedom off
///
/// Noise of a row at first: 0.08 for products, 0.15 for experts and all-reduces, 0.10 for attention and copies.
/// All-reduces move two factors: starts, and shares of the link. Refused, and counted: rows faster than the peaks
/// and the bandwidth of the descriptor allow. An `error`: rows whose unit is wrong, by their distance from the law.
/// Source of the deviations and the shapes: kernel tables of seven NVIDIA chips, each left out in turn (docs/calibration/
/// few-kernels.md). Assumptions: cold operands, no host time. Evidence: tests/calibration/fit_laws_test.cpp.

#include <functional>
#include <gambrel/calibration/kernel_time.hpp>
#include <gambrel/calibration/law_constants.hpp>
#include <gambrel/calibration/laws_outcome.hpp>
#include <gambrel/calibration/least_squares.hpp>
#include <map>

namespace gambrel {

/// Fits the laws of `d` to `rows`. Throws `error` for no row that can be used, and where rows of a kind lie further than
/// `furthest` from the law in the median: a unit or a device that is wrong.
class law_fitter {
public:
    static constexpr double furthest = 20.0;  ///< factor; units differ by 1,000
    static constexpr double too_fast = 0.90;  ///< of the least time that the descriptor allows: boards clock up by less

    /// `base`: constants that stand for `d` under a library instead of those shipped; empty: those shipped.
    using base_constants = std::function<calibration<>(kernel_library)>;
    explicit law_fitter(const device<>& d, base_constants base = {}) : device_(d), base_(std::move(base)) {}

    laws_outcome fit(const std::vector<kernel_row>& rows) {
        std::map<std::pair<kernel_library, std::pair<int, int>>, std::vector<const kernel_row*>> groups;
        for (const kernel_row& r : rows)
            if (believable(r)) groups[{r.library, {static_cast<int>(r.kind), law_variant(r)}}].push_back(&r);
        for (const auto& [key, members] : groups) {
            look_for_contradictions(members);
            fit_group(members, key.first, key.second.second);
        }
        if (out_.rows == 0) fail("no row can be used to fit a law of " + device_.name.str() + reasons());
        return std::move(out_);
    }

private:
    calibration<> base(kernel_library l) const { return base_ ? base_(l) : default_calibration(device_, l); }
    std::string reasons() const {
        std::string all;
        for (const auto& [why, n] : out_.refused) all += (all.empty() ? ": " : "; ") + std::to_string(n) + " " + why;
        return all;
    }
    bool believable(const kernel_row& r) {
        if (r.kind == timed_kind::host_copy) {
            const double rate = r.op.activations.value() / 2.0 / r.time.value(),
                         link = device_.host_link.per_direction.value.value();
            if (link > 0.0 && rate > 1.05 * link) ++out_.refused["faster than the host link of the descriptor"];
            else out_.from_host = larger(out_.from_host, byte_rate<>::from_value(rate));
            return false;
        }
        const double least = least_seconds(device_, r.op);
        if (r.time.value() >= too_fast * least) {
            if (r.kind == timed_kind::copy) out_.copied = larger(out_.copied, r.op.activations / r.time);
            return true;
        }
        ++out_.refused
              ["faster than the peaks and the bandwidth of the descriptor allow (warm caches, another format, or "
               "sparse peaks)"];
        return false;
    }
    void look_for_contradictions(const std::vector<const kernel_row*>& rows) {
        std::map<std::string, std::pair<double, double>> seen;
        for (const kernel_row* r : rows) {
            auto [at, fresh] = seen.try_emplace(r->shape, std::pair{r->time.value(), r->time.value()});
            if (fresh) continue;
            at->second = {std::min(at->second.first, r->time.value()), std::max(at->second.second, r->time.value())};
        }
        for (const auto& [shape, t] : seen)
            if (t.second > 1.5 * t.first)
                out_.remarks.push_back("the times of " + std::string(name_of(rows.front()->kind)) + " " + shape +
                                       " differ by a factor of " +
                                       shortest(std::round(100 * t.second / t.first) / 100));
    }

    void fit_group(const std::vector<const kernel_row*>& rows, kernel_library library, int variant) {
        const calibration<> c = base(library);
        const auto v = static_cast<std::size_t>(variant);
        law_fit f{.kind = rows.front()->kind, .library = library, .version = version_of(rows)};
        f.variant = rows.front()->format.name.str();
        measured_laws& own = out_.laws;
        switch (f.kind) {
            case timed_kind::gemm: {
                const auto m = static_cast<multiply_law>(variant);
                const auto put = [v](calibration<>& to, const gemm_law<>& l) {
                    to.gemm[v] = l.product;
                    to.conversion[v] = l.conversion;
                };
                const gemm_law<> start{c.gemm[v], timed_conversion(c, library, m)};
                if (const auto l = fit_law(rows, c, start, family_measured(library, m), 0.08, f, put))
                    own.gemm.push_back({library, m, *l});
                break;
            }
            case timed_kind::experts: {
                const auto put = [v](calibration<>& to, const experts_law<>& l) { to.experts[v] = l; };
                if (const auto l = fit_law(rows, c, c.experts[v], true, 0.15, f, put))
                    own.experts.push_back({library, static_cast<expert_format>(variant), *l});
                break;
            }
            case timed_kind::prefill:
            case timed_kind::decode: {
                const auto k = static_cast<attention_kernel>(variant);
                const auto put = [v](calibration<>& to, const attention_law<>& l) { to.attention[v] = l; };
                if (const auto l = fit_law(rows, c, c.attention[v], is_decode(k), 0.10, f, put))
                    own.attention.push_back({library, k, *l});
                break;
            }
            case timed_kind::copy: {
                if (own.elementwise) return leave_aside(rows, f);
                const auto put = [](calibration<>& to, const product_law<>& l) { to.elementwise = l; };
                own.elementwise = fit_law(rows, c, c.elementwise, true, 0.10, f, put);
                break;
            }
            case timed_kind::all_reduce: {
                const bool ring = library == kernel_library::other;  // else the server's own kernel
                auto measured_laws::*place = ring ? &measured_laws::ring : &measured_laws::direct;
                if (own.*place) return leave_aside(rows, f);
                const auto put = [place](calibration<>& to, const message_factors& m) {
                    measured_laws only;
                    only.*place = m;
                    to = with_laws(to, only, kernel_library::other);
                };
                const double sigma = ring ? c.collective.ring.sigma : c.collective.direct.sigma;
                own.*place = fit_law(rows, c, message_factors{.sigma = sigma}, true, 0.15, f, put);
                break;
            }
            case timed_kind::host_copy: break;
        }
        if (f.converged) out_.rows += rows.size();
        out_.fits.push_back(std::move(f));
    }

    /// Of copies, and of a server's all-reduces, there is one law: that of the first library.
    void leave_aside(const std::vector<const kernel_row*>& rows, const law_fit& f) {
        out_.refused["a second library's " + std::string(name_of(f.kind)) + ", of which one law is kept"] +=
            rows.size();
    }

    /// The conversion that a timed product has: fitted ones, also where a server folds it away (static_scales).
    conversion_law<> timed_conversion(const calibration<>& c, kernel_library library, multiply_law m) const {
        conversion_law<> law = c.conversion_for(m);
        if (!has_static_scales(library, m)) return law;
        if (const auto found = find_fit(catalog::gemm_fits, catalog::gemm_family_fits, fit_key_of(device_, library), m))
            law = found.constants->conversion;
        return law;
    }
    bool family_measured(kernel_library library, multiply_law m) const {
        return static_cast<bool>(
            find_fit(catalog::gemm_fits, catalog::gemm_family_fits, fit_key_of(device_, library), m));
    }
    static std::string version_of(const std::vector<const kernel_row*>& rows) {
        for (const kernel_row* r : rows)
            if (r->version != rows.front()->version) return {};
        return rows.front()->version;
    }

    /// `start` as the rows move it, `put` placing it into a calibration; nothing where the fit does not converge.
    template <class Law, class Put>
    std::optional<Law> fit_law(const std::vector<const kernel_row*>& rows, const calibration<>& c, const Law& start,
                               bool known, double noise, law_fit& f, const Put& put) {
        std::vector<prior> priors;
        std::vector<void (*)(Law&, double)> places;
        for (const detail::free_constant<Law>& each : detail::constants_of(start, known)) {
            if (!(each.mean > 0.0)) continue;
            priors.push_back({each.mean, each.deviation});
            places.push_back(each.put);
        }
        const auto with = [&](std::span<const double> x) {
            Law moved = start;
            for (std::size_t i = 0; i < x.size(); ++i) places[i](moved, x[i]);
            return moved;
        };
        const auto predicted = [&](std::size_t i, std::span<const double> x) {
            calibration<> tried = c;
            put(tried, with(x));
            return timed_under(tried, device_, *rows[i]);
        };
        std::vector<double> measured;
        for (const kernel_row* r : rows) measured.push_back(r->time.value());

        f.rows = rows.size();
        f.sigma = f.shipped_sigma = sigma_of(start);
        f.error = f.shipped_error = median_error(rows, [&](std::size_t i) { return predicted(i, {}); });
        const fit_result r = gambrel::fit(std::span<const prior>(priors), std::span<const double>(measured), predicted,
                                          fit_settings{.noise = noise});
        f.converged = r.converged;
        if (!r.converged) return std::nullopt;
        Law law = with(r.values);
        const double held = fit_settings{}.noise_rows, n = static_cast<double>(rows.size()),
                     seen = r.robust_sigma * std::sqrt(n / std::max(n - r.free_constants, 1.0));
        f.sigma = std::sqrt((held * f.shipped_sigma * f.shipped_sigma + n * seen * seen) / (held + n));
        f.error = r.median_error;
        sigma_of(law) = f.sigma;
        rows_of(law) = static_cast<int>(rows.size());
        return law;
    }
    template <class Law> static auto& sigma_of(Law& l) {
        if constexpr (requires { l.product.sigma; }) return l.product.sigma;
        else return l.sigma;
    }
    template <class Law> static auto& rows_of(Law& l) {
        if constexpr (requires { l.product.rows; }) return l.product.rows;
        else return l.rows;
    }

    /// Median of |law / measured - 1|. Throws where the distance is that of a wrong unit.
    template <class Time> double median_error(const std::vector<const kernel_row*>& rows, const Time& time) const {
        std::vector<double> ratio, error;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ratio.push_back(std::log(rows[i]->time.value() / time(i)));
            error.push_back(std::abs(std::exp(-ratio.back()) - 1.0));
        }
        const double middle = std::exp(detail::quantile(ratio, 0.5));
        if (middle > furthest || middle < 1.0 / furthest)
            fail("the times of " + std::string(name_of(rows.front()->kind)) + " (line " +
                 std::to_string(rows.front()->line) + " on) are " + shortest(std::round(1000 * middle) / 1000) +
                 " times what a device of these figures takes; they must be in microseconds, of " + device_.name.str());
        return detail::quantile(error, 0.5);
    }

    const device<>& device_;
    base_constants base_;
    laws_outcome out_{};
};

/// The laws of `d` that `rows` ask for. Evidence: tests/calibration/fit_laws_test.cpp.
inline laws_outcome fit_laws(const device<>& d, const std::vector<kernel_row>& rows) { return law_fitter(d).fit(rows); }
}  // namespace gambrel
