// SPDX-License-Identifier: Apache-2.0
#pragma once
// What turns one mutant on (mutants.py): included before everything else in the copy of the tree that carries them.
#include <cstdlib>

inline int gambrel_chosen_mutant() {
    static const int chosen = [] {
        const char* typed = std::getenv("GAMBREL_MUTANT");
        return typed != nullptr ? std::atoi(typed) : 0;
    }();
    return chosen;
}
/// False while compiling, so that constants and static_asserts are those of the original.
constexpr bool gambrel_mutant(int number) {
    return !__builtin_is_constant_evaluated() && gambrel_chosen_mutant() == number;
}
