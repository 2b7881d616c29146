// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Ridgepoint: how fast, how responsive and how expensive a language model will be on a machine, without running it.
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
///   economics/price_catalog.hpp       dated price quotes
///   model/io, hardware/io             config.json and device files (need nlohmann-json)
///   planning/sweep.hpp                products of axes as columns, over threads (needs Eigen)
///   report/                           tables, JSON and SVG (need fmt, nlohmann-json)

#include <ridgepoint/economics/cost.hpp>
#include <ridgepoint/economics/energy.hpp>
#include <ridgepoint/economics/price.hpp>
#include <ridgepoint/model/kv_cache.hpp>
#include <ridgepoint/model/parameters.hpp>
#include <ridgepoint/serving/objective.hpp>
#include <ridgepoint/serving/static_batch.hpp>
#include <ridgepoint/step/operator_table.hpp>
#include <ridgepoint/version.hpp>
