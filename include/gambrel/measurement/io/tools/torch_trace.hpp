// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Traces of the PyTorch profiler (Chrome's trace format): `{"traceEvents": [{"ph": "X", "cat": "kernel", "name": ..,
/// "ts": us, "dur": us, "args": {"device": 0, "stream": 7}}, ...]}`, or the list alone; read event by event, in bounded
/// memory.
///
/// Of the device whose kernels took longest: time by kernel, from the first start to the last end, and the share of it in
/// which at least one kernel or copy ran on any stream (the union of their intervals). `ProfilerStep#` marks count steps.
/// Beyond a million disjoint intervals the earlier ones are summed up: a kernel that stands in the file a million kernels
/// after those that it ran beside is counted as if it had run alone, and the notes state how much time that is. A file that
/// breaks off is an `error`. Compressed traces are unpacked first.
/// Source: pytorch/kineto, libkineto/src/output_json.cpp. Evidence: tests/measurement/io/profiles_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/tools/kernel_totals.hpp>
#include <limits>

namespace gambrel::detail {

/// The union of intervals in bounded memory, for intervals that come nearly in the order of time: of more than
/// `most_intervals` disjoint ones the earlier half is a sum. An interval that begins before the end of that half comes too
/// late to be joined with it: its time there is `late`, which counts as busy as far as the half had any idle time.
class interval_union {
public:
    static constexpr std::size_t most_intervals = std::size_t{1} << 20;
    void add(double begin, double end) {
        if (!(end >= begin)) return;
        first_ = none_ ? begin : std::min(first_, begin);
        last_ = none_ ? end : std::max(last_, end);
        none_ = false;
        if (begin < summed_to_) {
            late_ += std::min(end, summed_to_) - begin;
            if (end <= summed_to_) return;
            begin = summed_to_;
        }
        all_.emplace_back(begin, end);
        if (all_.size() >= most_intervals) shrink();
    }
    double length() {
        join();
        double sum = std::min(summed_ + late_, std::max(summed_, summed_to_ - std::min(first_, summed_to_)));
        for (const auto& [b, e] : all_) sum += e - b;
        return sum;
    }
    double wall() const { return last_ - first_; }
    double late() const { return late_; }

private:
    void join() {
        std::sort(all_.begin(), all_.end());
        std::size_t kept = 0;
        for (const auto& [b, e] : all_) {
            if (kept > 0 && b <= all_[kept - 1].second) all_[kept - 1].second = std::max(all_[kept - 1].second, e);
            else all_[kept++] = {b, e};
        }
        all_.resize(kept);
    }
    void shrink() {
        join();
        const std::size_t half = all_.size() / 2;
        if (all_.size() < most_intervals / 2) return;
        for (std::size_t i = 0; i < half; ++i) summed_ += all_[i].second - all_[i].first;
        summed_to_ = all_[half - 1].second;
        all_.erase(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(half));
    }
    std::vector<std::pair<double, double>> all_{};
    bool none_ = true;
    double first_ = 0.0, last_ = 0.0, summed_ = 0.0, late_ = 0.0, summed_to_ = -std::numeric_limits<double>::infinity();
};

/// What the events of a trace add up to.
struct trace_totals {
    struct device_totals {
        kernel_totals kernels{};
        interval_union busy{};
    };
    std::map<long long, device_totals> devices{};
    std::string device_name{};
    double steps = 0.0;
    std::size_t events = 0;
    bool list_seen = false;
};

/// The events of a trace as the parser meets them. Keys are followed to the depth that they are needed at.
class trace_events {
public:
    explicit trace_events(trace_totals& totals) : totals_(totals) {}

    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(std::int64_t n) { return number(static_cast<double>(n)); }
    bool number_unsigned(std::uint64_t n) { return number(static_cast<double>(n)); }
    bool number_float(double n, const std::string&) { return number(n); }
    bool string(std::string& text) {
        if (in_event() && depth_ == event_depth_) {
            if (key_ == "cat") category_ = text.substr(0, 40);
            else if (key_ == "name") name_ = text.substr(0, 2000);
            else if (key_ == "ph") phase_ = text.substr(0, 4);
            else if (key_ == "ts" || key_ == "dur") return number(number_of(result_json(text)).value_or(-1.0));
        } else if (!in_event() && depth_ == 3 && list_ == "deviceProperties" && key_ == "name" &&
                   totals_.device_name.empty()) {
            totals_.device_name = printable(text.substr(0, 100));
        }
        return true;
    }
    bool binary(nlohmann::json::binary_t&) { return true; }
    bool start_object(std::size_t) {
        ++depth_;
        if (depth_ == event_depth_ && in_list_) {
            category_.clear(), name_.clear(), phase_.clear();
            start_ = duration_ = -1.0;
            device_ = 0;
        }
        return depth_ <= most_depth;
    }
    bool end_object() {
        if (in_event() && depth_ == event_depth_) finish();
        --depth_;
        if (depth_ == event_depth_) key_.clear();
        return true;
    }
    bool key(std::string& text) {
        if (depth_ == 1) list_ = text.substr(0, 40);
        key_ = text.size() <= 40 ? text : "";
        return true;
    }
    bool start_array(std::size_t) {
        ++depth_;
        if (!in_list_ && ((depth_ == 1) || (depth_ == 2 && list_ == "traceEvents"))) {
            in_list_ = totals_.list_seen = true;
            list_depth_ = depth_;
            event_depth_ = depth_ + 1;
        }
        return depth_ <= most_depth;
    }
    bool end_array() {
        if (in_list_ && depth_ == list_depth_) in_list_ = false;
        --depth_;
        return true;
    }
    bool parse_error(std::size_t at, const std::string&, const nlohmann::json::exception& e) {
        place_ = at;
        why_ = std::string(e.what()).substr(0, 160);
        return false;
    }
    std::size_t place() const { return place_; }
    const std::string& why() const { return why_; }

private:
    static constexpr std::size_t most_depth = 200;
    bool in_event() const { return in_list_ && depth_ >= event_depth_; }
    bool number(double n) {
        if (!in_event()) return true;
        if (depth_ == event_depth_) {
            if (key_ == "ts") start_ = n;
            else if (key_ == "dur") duration_ = n;
        } else if (depth_ == event_depth_ + 1 && key_ == "device") {
            device_ = static_cast<long long>(std::clamp(n, -1.0, 1e6));
        }
        return true;
    }
    void finish() {
        ++totals_.events;
        const std::string kind = lower(category_);
        if (kind == "user_annotation" && name_.starts_with("ProfilerStep#")) totals_.steps += 1.0;
        const bool kernel = kind == "kernel",
                   copy = kind == "gpu_memcpy" || kind == "gpu_memset" || kind == "memcpy" || kind == "memset";
        if ((!kernel && !copy) || (!phase_.empty() && phase_ != "X") || !(duration_ >= 0.0) || !(start_ >= 0.0)) return;
        if (totals_.devices.size() >= 1024 && totals_.devices.find(device_) == totals_.devices.end()) return;
        trace_totals::device_totals& d = totals_.devices[device_];
        d.kernels.add(copy && name_.empty() ? std::string("memcpy") : name_, 1.0, duration_ * 1e-6);
        d.busy.add(start_ * 1e-6, (start_ + duration_) * 1e-6);
    }
    trace_totals& totals_;
    std::size_t depth_ = 0, list_depth_ = 0, event_depth_ = 0, place_ = 0;
    bool in_list_ = false;
    std::string key_{}, list_{}, category_{}, name_{}, phase_{}, why_{};
    double start_ = -1.0, duration_ = -1.0;
    long long device_ = 0;
};

inline bool is_torch_trace(const std::string& head) {
    const std::string_view text = without_blanks(head);
    if (text.starts_with("{")) return contains(text, "\"traceEvents\"");
    return text.starts_with("[") && contains(text, "\"ph\"") && contains(text, "\"ts\"") && contains(text, "\"cat\"");
}
inline bool is_trace_value(const result_json& v) { return v.is_object() && member(v, "traceEvents").is_array(); }

inline void observe_torch_trace(std::istream& in, const std::string& where, std::vector<observation>& all) {
    trace_totals totals;
    trace_events events(totals);
    if (in.peek() == 0xEF) in.ignore(3);
    if (!nlohmann::json::sax_parse(in, &events))
        fail(where + " is not JSON, or breaks off after " + std::to_string(totals.events) + " events, at byte " +
             std::to_string(events.place()) +
             (events.why().empty() ? ": it is nested too deeply" : ": " + events.why()));
    if (!totals.list_seen) fail(where + " has no list traceEvents");
    observation o;
    o.where = where;
    o.tool = "PyTorch profiler";
    o.device = totals.device_name;
    trace_totals::device_totals* most = nullptr;
    for (auto& [device, d] : totals.devices)
        if (!most || d.kernels.seconds() > most->kernels.seconds()) most = &d;
    if (!most)
        fail(where +
             " has no event of a kernel: the profiler recorded no device (activities=[..., ProfilerActivity.CUDA])");
    kernel_profile p{.kernels = most->kernels.result()};
    p.wall = most->busy.wall();
    p.busy = most->busy.length();
    if (totals.steps > 0.0) p.steps = totals.steps;
    if (most->busy.late() > 0.0)
        o.notes.push_back(general(most->busy.late()) +
                          " s of kernels stand too late in the file to be joined with others");
    if (totals.devices.size() > 1)
        o.notes.push_back("kernels on " + std::to_string(totals.devices.size()) +
                          " devices; those of the busiest are read");
    o.kernels = std::move(p);
    all.push_back(std::move(o));
}
inline void observe_trace_value(const result_json& v, const std::string& where, std::vector<observation>& all) {
    std::istringstream in(v.dump(-1, ' ', false, result_json::error_handler_t::replace));
    observe_torch_trace(in, where, all);
}
}  // namespace gambrel::detail
