// SPDX-License-Identifier: Apache-2.0
// Prints the worked example of the page of docs/models/ that is named; exit status 1 where the library says otherwise.
#include "worked.hpp"

#include <iostream>

int main(int count, char** words) try {
    const std::string_view name = count == 2 ? words[1] : "";
    const auto found = pages::all_pages().find(name);
    if (found == pages::all_pages().end())
        gambrel::fail("no worked example for the page \"" + std::string(name) + "\"");
    pages::worked w;
    found->second(w);
} catch (const gambrel::error& e) {
    std::cout.flush();
    std::cerr << e.what() << '\n';
    return 1;
}
