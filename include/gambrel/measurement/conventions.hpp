// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What tables of measurements leave unsaid: names they use for devices, runtimes, formats and models; engines that no
/// catalog has; rules for the rows of each source. Data, not code: data/ in this repository, share/gambrel where it is
/// installed; read by io/conventions_file.hpp. Without any, rows are read by catalog names and by what they state.
/// Evidence: tests/measurement/conventions_test.cpp.

#include <gambrel/measurement/reading_rules.hpp>
#include <gambrel/names.hpp>
#include <gambrel/runtime/catalog.hpp>

namespace gambrel {

/// Names as printed, and what the catalog calls them.
class alias_table {
public:
    struct entry {
        std::string printed, ours;
    };
    void add(std::string printed, std::string ours) { entries_.push_back({std::move(printed), std::move(ours)}); }
    const std::vector<entry>& entries() const { return entries_; }
    /// Our name of `printed`, or nothing. Names compare without regard to case, and ' ' and '_' stand for '-'; one that
    /// ends in '*' stands for every name that begins so, as written.
    std::string_view ours(std::string_view printed) const {
        for (const entry& e : entries_)
            if (e.printed.ends_with('*') ? matches(e.printed, printed) : same_name(e.printed, printed)) return e.ours;
        return {};
    }

private:
    std::vector<entry> entries_{};
};

struct conventions {
    alias_table hardware{}, frameworks{}, weights{}, kv{}, models{}, gguf_models{};
    std::vector<runtime<>> engines{};        ///< research and vendor engines that are nobody's to plan with
    std::vector<reading_rule> as_printed{};  ///< asked before anything of a row is looked up
    std::vector<reading_rule> as_named{};    ///< asked when device, model and runtime are known
    std::vector<reading_rule> as_cut{};      ///< asked when the ranks are known as the row states them
    std::vector<reading_rule> as_run{};      ///< asked when the ranks are known

    /// The engine of that name, of these or of the catalog; null when there is none.
    const runtime<>* find_engine(std::string_view name) const {
        for (const runtime<>& r : engines)
            if (same_name(r.name.view(), name)) return &r;
        return find_runtime(name);
    }
};
}  // namespace gambrel
