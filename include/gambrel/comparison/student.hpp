// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Student's t, central and not, of a degree of freedom that need not be whole: Boost.Math's.
/// Evidence: tests/comparison/statistics_test.cpp.

#include <algorithm>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace gambrel {

namespace detail {
/// In double throughout: Boost's default works in long double, three times as long for digits that no verdict needs.
using in_double = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
}  // namespace detail

/// t such that a share `p` lies below it.
inline double t_quantile(double p, double freedom) {
    return boost::math::quantile(boost::math::students_t_distribution<double, detail::in_double>(freedom), p);
}
/// The share above `t`.
inline double t_upper_tail(double t, double freedom) {
    return boost::math::cdf(
        boost::math::complement(boost::math::students_t_distribution<double, detail::in_double>(freedom), t));
}

/// The share above `limit` where the true effect is `effects` of its standard errors: the power of a test.
inline double t_power(double effects, double freedom, double limit) {
    if (effects > limit + 40.0) return 1.0;  // where the distribution's series no longer converges, nothing is missed
    if (effects < limit - 40.0) return 0.0;
    return boost::math::cdf(boost::math::complement(
        boost::math::non_central_t_distribution<double, detail::in_double>(freedom, effects), limit));
}
}  // namespace gambrel
