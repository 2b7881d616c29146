// SPDX-License-Identifier: Apache-2.0
// What most tests parse: units, descriptors with their catalogs, one pass.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/pass.hpp>
#include <gambrel/workload/workload.hpp>
#include <sstream>
#include <string>
#include <vector>
