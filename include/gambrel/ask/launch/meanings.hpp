// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a flag of a launch line means, one after the other; what only the whole line decides is in finish.hpp.
///
///     budget       min(chunk, most tokens of prompts)      SGLang --chunked-prefill-size, --max-prefill-tokens
///     tokens       130k = 130,000, 128K = 131,072          vLLM
///
/// Sources: those of the tables. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/finish.hpp>
#include <gambrel/ask/launch/guesses.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <nlohmann/json.hpp>

namespace gambrel::ask::detail {

class launch_meaning : public launch_draft {
public:
    explicit launch_meaning(launch_server s) { l_.server = s, l_.runtime = std::string(key_of(s)); }
    launch_server server() const { return l_.server; }

    void model(const std::string& text) { served("", text, model_or_file(text)); }
    void variable(const std::string& word) {
        const std::size_t equal = word.find('=');
        add(word.substr(0, equal), word.substr(equal + 1), flag_effect::not_counted, "variables are not read");
    }
    void unknown(const std::string& flag, const std::string& value, std::span<const launch_flag> table) {
        std::vector<std::string_view> names;
        for (const launch_flag& f : table) for_each_name(f.names, [&](std::string_view n) { names.push_back(n); });
        refuse(flag, value,
               "no flag of " + std::string(name_of(server())) + " that is known; the nearest is " +
                   std::string(nearest_names(flag, names)[0]));
    }
    /// "--compilation-config.cudagraph_mode=FULL", `name` being what follows the dot.
    void part(const launch_flag& row, const std::string& flag, const std::string& name, const std::string& value) {
        if (row.by == "compilation") compilation_part(flag, name, value);
        else if (row.by == "speculation") guess(name, flag, value);
        else
            add(flag, value, row.effect == flag_effect::sets ? flag_effect::not_counted : row.effect,
                std::string(row.what));
    }
    void read(const launch_flag& row, const std::string& flag, const std::string& value) {
        if (!row.by.empty()) return work_out(row, flag, value);
        if (row.effect == flag_effect::sets) set(row.what, value, flag, value);
        else if (row.effect == flag_effect::clears) set(row.what, "false", flag, value);
        else add(flag, value, row.effect, std::string(row.what));
    }
    launch result() {
        if (l_.model.empty()) refuse("the model", "", "the line names none");
        finish_ranks(*this);
        finish_exchange(*this);
        finish_lora(*this);
        finish_guesses(*this);
        if (server() == launch_server::llama_cpp) finish_llama_cpp(*this);
        return l_;
    }

private:
    void work_out(const launch_flag& row, const std::string& flag, const std::string& value) {
        const std::string_view by = row.by;
        const auto none = [&](std::string why) { add(flag, value, flag_effect::none, std::move(why)); };
        const double number = number_or(&value, std::numeric_limits<double>::quiet_NaN());
        const bool yes = value.empty() || value == "true" || value == "True";
        if (by == "model") return served(flag, value, model_or_file(value));
        if (by == "gguf") return served(flag, value, value.ends_with(".gguf") ? gguf_file(value) : gguf_of_hub(value));
        if (by == "gguf file") return file(flag, value);
        if (by == "tokens") {
            if (value == "auto" || value == "-1") return none("as the server works it out");
            const std::string text = tokens_typed(value);
            return text.empty() ? refuse(flag, value, "it must be a number of tokens")
                                : set(row.what, text, flag, value);
        }
        if (by == "largest") return set(row.what, largest_of(value), flag, value);
        if (by == "unless zero" && number == 0.0) return none("it is zero");
        if (by == "unless one" && number == 1.0) return none("it is one");
        if (by == "unless null" && value == "null") return none("");
        if (by == "unless generates" && (value == "generate" || value == "auto" || value == "none")) return none("");
        if (by.starts_with("unless")) return refuse(flag, value, std::string(row.what));
        if (by == "dtype")
            return value == "float32" || value == "float" ? set("weights", "fp32", flag, value)
                                                          : none("weights of 16 bit are as fast in either format");
        if (by == "quantization") return quantization(flag, value);
        if (by == "compilation") return compilation(flag, value);
        if (by == "speculation") return speculation_config(flag, value);
        if (by.starts_with("guess ")) return guess(by.substr(6), flag, value);
        if (by == "backend") return backend(flag, value);
        if (by == "chunk") {
            if (number <= 0.0) return set("chunked_prefill", "false", flag, value);
            chunk_ = std::fmin(chunk_, number);
            return set("token_budget", fmt::format("{}", chunk_), flag, value);
        }
        if (by == "prefill tokens") {
            if (!(number < chunk_)) return none("the chunk is no larger");
            chunk_ = number;
            return set("token_budget", value, flag, value);
        }
        if (by == "pieces") return set("graphs", "full_and_piecewise", flag, value);
        if (by == "no pieces") return set("graphs", "full_decode_only", flag, value);
        if (by == "flash attention")
            return value == "off" ? not_counted(flag, value, launch_reason::kernels) : none("the default");
        if (by == "layers") {
            if (value.empty() || value == "all" || value == "auto" || value == "-1" || number >= 80.0)
                return none("all layers on the device");
            layers_ = l_.entries.size();
            return add(flag, value, flag_effect::none, "all layers on the device");
        }
        if (by == "split")
            return not_counted(flag, value, "how many devices there are is not said: state pp, or tp for rows");
        remember(by, flag, value, number, yes);
    }
    /// What only the end of the line decides.
    void remember(std::string_view by, const std::string& flag, const std::string& value, double number, bool yes) {
        std::size_t* const places[] = {&experts_, &attention_, &copies_at_, &lora_, &rank_,  &loras_,
                                       &context_, &slots_,     &unified_,   &keys_, &values_};
        constexpr std::array<std::string_view, 11> names{"experts on all ranks",
                                                         "copies of the attention",
                                                         "copies",
                                                         "lora",
                                                         "lora rank",
                                                         "loras",
                                                         "context",
                                                         "slots",
                                                         "unified",
                                                         "keys",
                                                         "values"};
        if (by == "messages of experts") {  // DeepEP and Mooncake spread the experts over all ranks
            if (value == "none") return add(flag, value, flag_effect::none);
            messages_ = l_.entries.size();
            by = names[0];
        }
        if (by == "exchange") {
            exchange_ = l_.entries.size();
            return add(flag, value, flag_effect::sets);
        }
        for (std::size_t i = 0; i < names.size(); ++i)
            if (by == names[i] && (yes || std::isfinite(number) || i >= 9 || by == names[0])) {
                *places[i] = l_.entries.size();
                return add(flag, value, flag_effect::sets);
            }
        add(flag, value, flag_effect::none);
    }
    void file(const std::string& flag, const std::string& value) {
        const served_model m = gguf_file(value);
        if (m.weights.empty()) return add(flag, value, flag_effect::none, "the format is that of the repository");
        set("weights", m.weights, flag, value);
        if (!m.remark.empty()) not_counted(flag, value, m.remark);
    }
    /// The largest of "[1, 2, 4]" or "1 2 4"; empty where anything else stands there.
    static std::string largest_of(const std::string& value) {
        double most = 0.0;
        for (std::size_t at = 0; (at = value.find_first_not_of("[], ", at)) != std::string::npos;) {
            double x = 0.0;
            const auto [end, wrong] = read_number(value.data() + at, value.data() + value.size(), x);
            if (wrong != std::errc{}) return {};
            most = std::fmax(most, x);
            at = static_cast<std::size_t>(end - value.data());
        }
        return most > 0.0 ? fmt::format("{}", most) : std::string();
    }
    void quantization(const std::string& flag, const std::string& value) {
        if (value == "compressed-tensors" || value == "quark" || value == "auto" || value == "None" || value == "gguf")
            return add(flag, value, flag_effect::none, "the checkpoint says its format");
        if (const storage_format* format = find_format(value)) {
            const architecture* m = find_model(l_.model);
            const bool stored = m != nullptr && m->stored.feed_forward.bits < 16.0;
            if (l_.of("weights") != nullptr || stored)
                return add(flag, value, flag_effect::none, "the checkpoint is in its format already");
            return set("weights", format->name.str(), flag, value);
        }
        refuse(flag, value, "no quantisation that is known");
    }
    /// `what` of the drafts, as vLLM's configuration or a flag calls it; what changes no count says so.
    void guess(std::string_view what, const std::string& flag, const std::string& value) {
        const std::size_t place = l_.entries.size();
        add(flag, value, flag_effect::sets);
        if (!remembers_guess(what, value, place))
            say(place, flag_effect::not_counted, std::string(launch_reason::guesses));
    }
    bool remembers_guess(std::string_view what, const std::string& value, std::size_t place) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{
            {{"method", "method"},
             {"model", "model"},
             {"drafts", "drafts"},
             {"num_speculative_tokens", "drafts"},
             {"topk", "topk"}}};
        for (const auto& [word, is] : words)
            if (word == what) {
                guesses_.push_back({std::string(is), value, place});
                return true;
            }
        return false;
    }
    void speculation_config(const std::string& flag, const std::string& value) {
        const auto config = nlohmann::json::parse(value, nullptr, false);
        if (!config.is_object()) return refuse(flag, value, "it must be a JSON object");
        const std::size_t place = l_.entries.size();
        add(flag, value, flag_effect::sets);
        bool any = false;
        for (const auto& [name, part] : config.items())
            any = remembers_guess(name, part.is_string() ? part.get<std::string>() : part.dump(), place) || any;
        if (!any) say(place, flag_effect::refused, "it says neither method, model nor num_speculative_tokens");
    }
    void backend(const std::string& flag, const std::string& value) {
        if (value == "trt" || value == "tensorrt") {
            l_.runtime = "tensorrt-llm-engine";
            return add(flag, value, flag_effect::sets, "runtime = " + l_.runtime);
        }
        if (value == "pytorch" || value.empty()) return add(flag, value, flag_effect::none, "the default");
        not_counted(flag, value, launch_reason::kernels);
    }
    void compilation_part(const std::string& flag, const std::string& name, const std::string& value) {
        if (name == "cudagraph_mode") return set("graphs", value, flag, value);
        if (name == "max_cudagraph_capture_size") return set("graph_tokens", value, flag, value);
        if (name == "cudagraph_capture_sizes") return set("graph_tokens", largest_of(value), flag, value);
        not_counted(flag, value, launch_reason::compiler);
    }
    void compilation(const std::string& flag, const std::string& value) {
        const auto config = nlohmann::json::parse(value, nullptr, false);
        if (!config.is_object()) return not_counted(flag, value, launch_reason::compiler);
        for (const auto& [name, part] : config.items())
            compilation_part(flag + "." + name, name, part.is_string() ? part.get<std::string>() : part.dump());
    }
    double chunk_ = std::numeric_limits<double>::infinity();
};
}  // namespace gambrel::ask::detail
