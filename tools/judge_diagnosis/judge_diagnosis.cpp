// SPDX-License-Identifier: Apache-2.0
/// How often `diagnose` names the term that was slowed, over simulated files (tests/diagnosis/simulated_files.hpp):
///
///     judge_diagnosis [FILES] [SEED]      by term and by kind of file; then with laws that are wrong, and with a run before
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <diagnosis/simulated_files.hpp>
#include <map>

namespace {
using namespace gambrel;

struct score {
    int files = 0, near = 0, first = 0, second = 0, said = 0, first_said = 0, two_said = 0;
    void print(const std::string& name) const {
        const auto share = [](int a, int of) { return of > 0 ? 100.0 * a / of : 0.0; };
        std::printf(
            "%-28s %5d files: first %5.1f %%, among two %5.1f %%; as predicted %5.1f %%; said %5.1f %%, of those first "
            "%5.1f %%, among two %5.1f %%\n",
            name.c_str(), files, share(first, files), share(second, files), share(near, files), share(said, files),
            share(first_said, said), share(two_said, said));
    }
};

void judge(const char* title, int files, std::uint64_t seed, bool law_error, bool before, double sigma = 1.0) {
    judged::file_drawer drawer(seed, law_error, before);
    std::map<std::string, score> by_term, by_kind;
    score all;
    double seconds = 0.0;
    for (int i = 0; i < files; ++i) {
        const judged::simulated_file f = drawer.draw();
        const auto start = std::chrono::steady_clock::now();
        const diagnosis d = diagnose(f.runs, f.files, sigma);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        const auto& s = d.suspects.all;
        const bool first = !s.empty() && s[0].which == f.slow, second = first || (s.size() > 1 && s[1].which == f.slow);
        if (std::getenv("VERBOSE") != nullptr) {
            std::printf("%s x%.2f %s -> %s nothing %.2f", std::string(key_of(f.slow)).c_str(), f.x,
                        std::string(judged::file_kinds[static_cast<std::size_t>(f.kind)]).c_str(),
                        std::string(key_of(d.conclusion)).c_str(), d.suspects.nothing);
            for (std::size_t k = 0; k < 3 && k < s.size(); ++k)
                std::printf(" %s %.2f x%.2f m%.2f", std::string(key_of(s[k].which)).c_str(), s[k].weight, s[k].x,
                            s[k].misfit);
            std::puts("");
        }
        for (score* to : {&all, &by_term[std::string(key_of(f.slow))],
                          &by_kind[std::string(judged::file_kinds[static_cast<std::size_t>(f.kind)])]}) {
            ++to->files;
            to->near += d.conclusion == conclusion::within_range;
            to->first += first;
            to->second += second;
            to->said += d.names_cause();
            to->first_said += first && d.names_cause();
            to->two_said += second && d.names_cause();
        }
    }
    std::printf("== %s (%.1f ms a diagnosis)\n", title, 1e3 * seconds / files);
    all.print("all");
    for (const auto& [name, s] : by_term) s.print(name);
    for (const auto& [name, s] : by_kind) s.print(name);
}
}  // namespace

int main(int count, char** arguments) {
    const int files = count > 1 ? std::atoi(arguments[1]) : 200;
    const auto seed = static_cast<std::uint64_t>(count > 2 ? std::atoi(arguments[2]) : 1);
    judge("laws as predicted", files, seed, false, false);
    judge("laws as predicted, and known to be", files, seed, false, false, 0.0);
    judge("laws wrong by their deviation", files, seed, true, false);
    judge("laws wrong, a run before beside it", files, seed, true, true);
}
