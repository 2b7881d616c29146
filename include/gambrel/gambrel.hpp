// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Gambrel: how fast, how responsive and how expensive a language model will be on a machine, without running it.
///
///     predict(deployment{model, device, runtime, cut}, workload) -> prediction
///
/// This header is the constexpr core. It leaves out, each to be included by name:
///   numeric/{dual,interval}.hpp       scalars that carry derivatives or bounds
///   units_io.hpp                      printing and parsing quantities (strings, iostreams)
///   hardware/catalog.hpp              every device   (one vendor: hardware/catalog/nvidia_datacenter.hpp ...)
///   model/catalog.hpp                 every model    (one family: model/catalog/llama.hpp ...)
///   runtime/catalog.hpp               every runtime
///   workload/catalog.hpp              workloads by name: benchmark shapes, recorded traffic
///   training/{predict,catalog}.hpp    a training step, its memory and software
///   placement/{fit,times}.hpp         layers on devices and host under llama.cpp
///   economics/price_catalog.hpp       dated price quotes
///   model/io, hardware/io             config.json and device files (need nlohmann-json)
///   planning/sweep.hpp                products of axes as columns, over threads (needs Eigen)
///   report/                           tables, JSON and SVG (need fmt, nlohmann-json)

#include <gambrel/version.hpp>

#if GAMBREL_LANGUAGE >= 202002L  // else one error, not thousands
#include <gambrel/economics/cost.hpp>
#include <gambrel/economics/energy.hpp>
#include <gambrel/economics/price.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/serving/objective.hpp>
#include <gambrel/serving/static_batch.hpp>
#include <gambrel/step/operator_table.hpp>
#endif
