// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a request goes through before a scheduler sees it: the frontend works on one prompt after another, and hands it
/// over.
///
///     done    = max(sent, done of the request before) + frontend_work x prompt
///     arrives = done + frontend
///
/// Several processes are taken as one that is so many times as fast (server_of): right in rate, and for a lone prompt
/// short by its share. Evidence: tests/simulation/frontend_test.cpp.

#include <algorithm>
#include <deque>
#include <gambrel/simulation/request.hpp>
#include <gambrel/simulation/server.hpp>
#include <utility>

namespace gambrel::simulation::detail {

class frontend {
public:
    explicit frontend(const server& s) : delay_(s.frontend.value()), work_(s.frontend_work.value()) {}

    double delay() const { return delay_; }
    bool serial() const { return work_ > 0.0; }
    /// When the first of those that entered arrives.
    double next_time() const { return entered_.empty() ? unlimited : entered_.front().first; }
    std::size_t waiting() const { return entered_.size(); }
    void enter(request r) {
        done_ = std::max(done_, r.sent.value()) + work_ * static_cast<double>(r.prompt);
        entered_.emplace_back(done_ + delay_, std::move(r));
    }
    request take() {
        request r = std::move(entered_.front().second);
        entered_.pop_front();
        return r;
    }

private:
    double delay_, work_, done_ = 0;
    std::deque<std::pair<double, request>> entered_{};
};
}  // namespace gambrel::simulation::detail
