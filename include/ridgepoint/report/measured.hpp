// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Published measurements as descriptors and predictions: `read_measurements(path)` gives the rows of a file,
/// `predict_measured(row)` the figure that belongs to one.

#include <ridgepoint/report/measured/predicted.hpp>
#include <ridgepoint/report/measured/read_file.hpp>
