// law: a deployment refers to its model, device and runtime, so none of them may be a temporary
// expect: use of deleted function | call to deleted constructor | no viable constructor
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
using namespace gambrel;

constexpr device<> board() { return catalog::h100_sxm; }
constexpr device<> named = board();

#ifdef MUST_FAIL
constexpr deployment setup{catalog::llama_3_1_8b, board(), catalog::vllm};
#else
constexpr deployment setup{catalog::llama_3_1_8b, named, catalog::vllm};
#endif
