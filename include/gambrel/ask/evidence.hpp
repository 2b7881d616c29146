// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What an answer rests on: the sources of the device's figures, of the efficiency constants, of the runtime's host
/// times, of the price and of the electricity. A line is flagged when something in it is only recalled or guessed.
/// Evidence: tests/report/prediction_text_test.cpp.

#include <gambrel/ask/answer.hpp>

namespace gambrel::ask {

struct evidence_line {
    std::string what;
    std::string text;
    bool flagged = false;
};

inline constexpr std::size_t longest_source_shown = 30;  ///< characters of a source on the screen; of one of several 20

namespace detail {
/// Sources in the order they are first cited, each with the figures that cite it.
class citations {
public:
    template <class T> void add(std::string_view figure, const sourced<T>& s) {
        if (!s.known()) return;
        flagged_ = flagged_ || s.kind == evidence::recalled;
        for (auto& each : sources_)
            if (each.text == s.text && each.kind == s.kind) {
                each.figures.emplace_back(figure);
                return;
            }
        sources_.push_back({s.text, s.date, s.kind, {std::string(figure)}});
    }
    bool flagged() const { return flagged_; }
    /// The kind of a source holds for those after it until another is named.
    std::string text() const {
        std::string all;
        const std::size_t shown = sources_.size() > 2 ? longest_source_shown * 2 / 3 : longest_source_shown;
        const cited* before = nullptr;
        for (const cited& s : sources_) {
            const bool named = s.text.starts_with(name_of(s.kind)) || (before != nullptr && before->kind == s.kind);
            all += (all.empty() ? "" : "; ") + listed(s.figures, ", ") + " " +
                   (named ? "" : std::string(name_of(s.kind)) + " ") + clipped(s.text, shown) +
                   (s.date.empty() ? "" : " " + std::string(s.date));
            before = &s;
        }
        return all;
    }

private:
    struct cited {
        std::string_view text, date;
        evidence kind;
        std::vector<std::string> figures;
    };
    std::vector<cited> sources_;
    bool flagged_ = false;
};

/// The figures of `d` that a prediction with these weights reads.
inline evidence_line device_evidence(const deployment<>& d) {
    citations c;
    c.add("capacity", d.device.memory.capacity);
    c.add("bandwidth", d.device.memory.bandwidth);
    c.add("peak", native_peak(d.device, d.formats.weights.feed_forward.issue));
    if (d.linked_devices() > 1)
        c.add("link", d.device.scale_up.present() ? d.device.scale_up.per_direction : d.device.host_link.per_direction);
    if (d.crosses_nodes() && d.device.scale_out.present()) c.add("network", d.device.scale_out.per_direction);
    return {"device", c.text(), c.flagged()};
}
inline evidence_line runtime_evidence(const runtime<>& r) {
    citations c;
    c.add("step", r.host.per_step);
    c.add("kernel", r.host.per_kernel);
    c.add("plan", r.host.per_plan);
    c.add("request", r.host.per_request);
    c.add("prompt token", r.host.per_prompt_token);
    c.add("launch", r.host.per_eager_kernel);
    return {"host times", c.text().empty() ? "none: " + r.name.str() + " is counted as free" : c.text(), c.flagged()};
}
}  // namespace detail

/// One line per kind of input that `a` was made from.
inline std::vector<evidence_line> evidence_of(const question& q, const answer& a) {
    const auto& from = q.what.constants.from;
    std::vector<evidence_line> lines;
    lines.push_back(detail::device_evidence(q.what));
    const std::string class_name = q.what.constants.name.str() + " class";
    lines.push_back({"efficiency",
                     from.kind == evidence::user
                         ? std::string(from.text) + "; what was not timed: " + class_name
                         : class_name + ", " + std::string(from.text) + " (" + std::string(from.date) + ")",
                     from.kind == evidence::recalled});
    lines.push_back(detail::runtime_evidence(q.what.runtime));
    lines.push_back({"price", a.rent_source, false});
    const double around = q.around.server * q.around.pue;
    if (a.energy)
        lines.push_back({"electricity",
                         to_string(q.electricity.value) + ", " + std::string(name_of(q.electricity.kind)) + ", " +
                             std::string(q.electricity.text) +
                             (around > 1.0 ? "; board power x " + number(around) : ""),
                         q.electricity.kind == evidence::recalled});
    return lines;
}
}  // namespace gambrel::ask
