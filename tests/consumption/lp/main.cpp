// SPDX-License-Identifier: Apache-2.0
// The lp component brings the core and GLPK: Melange's example (arXiv 2404.14527), its load split at will.
#include <cstdio>
#include <gambrel/planning/glpk.hpp>
#include <gambrel/planning/mixed_fleet.hpp>

int main() {
    const gambrel::mixed_fleet_question asked{
        .kinds = {{"A10G", 1.01}, {"A100", 3.67}},
        .classes = {
            {"a", 6.0, {2.0, 20.0}}, {"b", 3.0, {1.0, 20.0}}, {"c", 15.0, {5.0, 40.0}}, {"d", 6.0, {2.0, 20.0}}}};
    std::printf("consumer: %.2f dollars\n", gambrel::least_cost_fleet(asked, gambrel::solve_by_glpk).cost);
}
