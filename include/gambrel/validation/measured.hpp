// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Published measurements as descriptors and predictions: `read_measurements(path)` gives the rows of a file,
/// `predict_measured(row)` the figure that belongs to one.

#include <gambrel/measurement/read_file.hpp>
#include <gambrel/validation/predict_row.hpp>
