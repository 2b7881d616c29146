// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Writes a run in the Trace Event Format, which Perfetto and chrome://tracing open: each replica is a process whose
/// track shows its passes, with counters of decodes, requests in line and KV blocks; each request is an asynchronous
/// track of its own: in line, prefill, decode.
///
/// Source: "Trace Event Format" (Chromium project; cited from memory). `ph`: X a span, C a counter, b and e the ends of
/// an asynchronous span. Times in microseconds, as it asks.
/// Opt-in. Evidence: tests/simulation/records_test.cpp.

#include <fmt/format.h>

#include <gambrel/simulation/request.hpp>
#include <ostream>

namespace gambrel::simulation {

class chrome_trace {
public:
    /// The stream must outlive the writer; `finish` or the destructor ends the document.
    explicit chrome_trace(std::ostream& out) : out_(out) { out_ << "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"; }
    chrome_trace(const chrome_trace&) = delete;
    chrome_trace& operator=(const chrome_trace&) = delete;
    ~chrome_trace() { finish(); }

    void write(const step_record& s) {
        const char* kind = s.prompts == 0 ? "decode" : s.decodes == 0 ? "prefill" : "mixed";
        event(R"({{"name":"{}","ph":"X","ts":{:.3f},"dur":{:.3f},"pid":{},"tid":0,"args":{{"decodes":{},"context":{},)"
              R"("prompts":{},"prompt_tokens":{}}}}})",
              kind, s.start.value() * 1e6, (s.end - s.start).value() * 1e6, s.replica, s.decodes, s.context, s.prompts,
              s.prompt_tokens);
        event(R"({{"name":"load","ph":"C","ts":{:.3f},"pid":{},"args":{{"decodes":{},"waiting":{}}}}})",
              s.start.value() * 1e6, s.replica, s.decodes, s.waiting);
        event(R"({{"name":"KV blocks","ph":"C","ts":{:.3f},"pid":{},"args":{{"held":{}}}}})", s.start.value() * 1e6,
              s.replica, s.blocks_used);
    }
    void write(const request_record& r) {
        if (r.rejected) return;
        span(r, "in line", r.sent, r.scheduled);
        span(r, "prefill", r.scheduled, r.first_token);
        if (r.output > 1) span(r, "decode", r.first_token, r.finished);
    }
    void finish() {
        if (!finished_) out_ << "\n]}\n";
        finished_ = true;
    }

private:
    void span(const request_record& r, const char* name, const seconds<>& from, const seconds<>& to) {
        for (const bool begins : {true, false})
            event(
                R"({{"name":"{}","cat":"request","ph":"{}","id":{},"ts":{:.3f},"pid":{},"tid":1,"args":{{"prompt":{},)"
                R"("output":{}}}}})",
                name, begins ? "b" : "e", r.id, (begins ? from : to).value() * 1e6, r.replica, r.prompt, r.output);
    }
    template <class... Parts> void event(fmt::format_string<Parts...> form, Parts&&... parts) {
        if (any_) out_ << ",\n";
        any_ = true;
        out_ << fmt::format(form, std::forward<Parts>(parts)...);
    }

    std::ostream& out_;
    bool any_ = false, finished_ = false;
};
}  // namespace gambrel::simulation
