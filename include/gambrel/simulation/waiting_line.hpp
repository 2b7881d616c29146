// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Requests waiting for admission: by priority, then in the order of arrival. A preempted request goes to the front of
/// its priority.

#include <deque>
#include <gambrel/simulation/in_flight.hpp>

namespace gambrel::simulation {

class waiting_line {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    slot front() const { return lines_[first()].waiting.front(); }

    void push_back(slot s, std::int32_t priority) {
        line_of(priority).push_back(s);
        ++size_;
    }
    void push_front(slot s, std::int32_t priority) {
        line_of(priority).push_front(s);
        ++size_;
    }
    void pop_front() {
        lines_[first()].waiting.pop_front();
        --size_;
    }
    /// Calls `visit(slot)` in order until it returns false.
    template <class Visit> void for_each_until(Visit&& visit) const {
        for (const line& l : lines_)
            for (const slot s : l.waiting)
                if (!visit(s)) return;
    }

private:
    struct line {
        std::int32_t priority = 0;
        std::deque<slot> waiting{};
    };
    std::size_t first() const {
        std::size_t i = 0;
        while (lines_[i].waiting.empty()) ++i;
        return i;
    }
    std::deque<slot>& line_of(std::int32_t priority) {
        std::size_t i = 0;
        while (i < lines_.size() && lines_[i].priority < priority) ++i;
        if (i == lines_.size() || lines_[i].priority != priority)
            lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(i), line{priority, {}});
        return lines_[i].waiting;
    }
    std::vector<line> lines_{};
    std::size_t size_ = 0;
};
}  // namespace gambrel::simulation
