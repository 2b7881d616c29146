// SPDX-License-Identifier: Apache-2.0
#include "data_folder.hpp"

#include <gambrel/error.hpp>

namespace command {

std::filesystem::path data_folder(const std::string& asked) {
    namespace fs = std::filesystem;
    if (!asked.empty()) return asked;
    std::error_code none;
    const fs::path program = fs::read_symlink("/proc/self/exe", none).parent_path();
    const fs::path beside[] = {program / "data", program / ".." / "share" / "gambrel"};
    for (const fs::path& folder : beside)
        if (!program.empty() && fs::is_directory(folder / "rules", none)) return folder;
    gambrel::fail("no data files in \"" + beside[0].string() + "\" or \"" + beside[1].lexically_normal().string() +
                  "\"; name their folder with --data (data/ of the source tree, share/gambrel of an installation)");
}
}  // namespace command
