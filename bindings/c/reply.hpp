// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What every entry of the interface does around its own work: the question read, the answer written for C, and whatever is
/// thrown turned into an error object.

#include <gambrel/version.hpp>

#include "gambrel.h"
#include "question.hpp"

namespace c_interface {
using answer_json = nlohmann::ordered_json;  ///< of report/json: keys in the order of docs/json.md

/// Given out where nothing else can be had; gambrel_free knows it.
char* out_of_memory() noexcept;
/// `answer` in a block of its own for the caller.
char* for_caller(const answer_json& answer);
char* error_for_caller(const char* kind, const std::string& message) noexcept;

/// Throws a refusal where the question is of another version of the interface.
inline void check_interface(const json& question) {
    const auto asked = question.find("interface");
    if (asked == question.end() || *asked == GAMBREL_INTERFACE) return;
    throw refusal{"interface", "the question is of interface " + asked->dump().substr(0, 40) + "; gambrel " +
                                   gambrel::version + " answers interface " + std::to_string(GAMBREL_INTERFACE)};
}

template <class Answer> char* reply(const char* text, const Answer& answer) noexcept {
    try {
        const json question = question_in(text);
        check_interface(question);
        return for_caller(answer(question));
    } catch (const refusal& r) {
        return error_for_caller(r.kind, r.message);
    } catch (const error& e) {
        return error_for_caller("wrong_value", e.what());
    } catch (const std::bad_alloc&) {
        return out_of_memory();
    } catch (const std::exception& e) {
        return error_for_caller("internal", e.what());
    } catch (...) {
        return error_for_caller("internal", "something was thrown that is no exception of C++'s library");
    }
}
}  // namespace c_interface
