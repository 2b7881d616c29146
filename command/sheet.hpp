// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Rows of figures; a figure's source is a number in brackets, listed below.

#include <algorithm>
#include <gambrel/ask/evidence.hpp>
#include <gambrel/ask/words.hpp>

namespace command {
using namespace gambrel;

class sheet {
public:
    template <class Q>
    void figure(const std::string& name, const gambrel::sourced<Q>& s, const std::string& remark = "") {
        if (!s.known()) return;
        const std::string source = std::string(name_of(s.kind)) + ": " + std::string(s.text) +
                                   (s.date.empty() ? "" : " (" + std::string(s.date) + ")");
        auto at = std::find(sources_.begin(), sources_.end(), source);
        if (at == sources_.end()) at = sources_.insert(sources_.end(), source);
        const std::string number = "[" + std::to_string(at - sources_.begin() + 1) + "]";
        rows_.row({name, gambrel::to_string(s.value), number, remark});
    }
    bool empty() const { return sources_.empty(); }
    std::string text() const {
        std::string s = rows_.text() + "\n";
        for (std::size_t i = 0; i < sources_.size(); ++i)
            s += ask::wrapped("[" + std::to_string(i + 1) + "] " + sources_[i], 80, 4);
        return s;
    }

private:
    ask::table rows_{{ask::align::left, ask::align::right, ask::align::left, ask::align::left}};
    std::vector<std::string> sources_;
};
}  // namespace command
