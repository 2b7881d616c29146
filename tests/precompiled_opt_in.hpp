// SPDX-License-Identifier: Apache-2.0
// What tests of the rooms that read and print parse.
#pragma once
#include "precompiled_core.hpp"

#include <fmt/format.h>

#include <fstream>
#include <gambrel/serving/predict.hpp>
#include <nlohmann/json.hpp>
