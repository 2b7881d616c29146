// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question of what runs where, with its names resolved: models and their file types, machines, and what of it was
/// assumed. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/beside_host.hpp>
#include <gambrel/ask/fit_keywords.hpp>
#include <gambrel/ask/format_names.hpp>
#include <gambrel/ask/matches.hpp>
#include <gambrel/ask/typed_list.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/placement/fit.hpp>

namespace gambrel::ask {

/// The file types asked for where nobody says which: those that are published most.
inline constexpr std::array usual_file_types{gguf_file_type::iq2_xs, gguf_file_type::q2_k,   gguf_file_type::iq3_xxs,
                                             gguf_file_type::q3_k_m, gguf_file_type::iq4_xs, gguf_file_type::q4_0,
                                             gguf_file_type::q4_k_s, gguf_file_type::q4_k_m, gguf_file_type::q5_k_m,
                                             gguf_file_type::q6_k,   gguf_file_type::q8_0,   gguf_file_type::f16};

namespace detail {
inline std::vector<gguf_file_type> file_types_of(const std::string& text) {
    if (text.empty()) return {usual_file_types.begin(), usual_file_types.end()};
    std::vector<gguf_file_type> types;
    for (const std::string& name : typed_list(text, "GGUF file types")) {
        const auto type = find_gguf_file_type(name);
        if (!type) {
            std::vector<std::string_view> names;
            for (const auto& row : gguf_file_types) names.push_back(row.name);
            fail_unknown("GGUF file type", name, names);
        }
        types.push_back(*type);
    }
    return types;
}
inline storage_format cache_format_of(const std::string& name) {
    constexpr std::array known{gguf_type::f32,  gguf_type::f16,  gguf_type::bf16, gguf_type::q8_0,  gguf_type::q5_1,
                               gguf_type::q5_0, gguf_type::q4_1, gguf_type::q4_0, gguf_type::iq4_nl};
    std::vector<std::string_view> names;
    for (const gguf_type t : known) {
        if (same_name(block_of(t).name.view(), name)) return block_of(t).format();
        names.push_back(block_of(t).name.view());
    }
    fail_unknown("type of keys and values", name, names);
}
inline std::vector<asked_device> devices_typed(const std::string& text) {
    std::vector<asked_device> devices;
    if (text.empty()) return devices;
    for (const std::string& name : typed_list(text, "devices")) devices.push_back(asked_device_of(name));
    return devices;
}
}  // namespace detail

/// One machine of a question.
struct asked_machine {
    std::vector<device<>> boards{};
    runtime<> software{};
    std::string name{};
};

struct bound_fit {
    std::shared_ptr<const architecture> model{};  ///< none: those of the catalog
    bool file = false;                            ///< the model is a file, stored as it is
    std::vector<gguf_file_type> types{};
    std::vector<asked_machine> machines{};
    bool over_devices = false;
    device<> cpu{};
    bytes<> ram{};
    bool assumed_host = false;
    std::vector<std::string> remarks{};
    std::shared_ptr<const architecture> draft{};
    storage_format kv = formats::fp16;
    std::vector<double> shares{};
    fit_options options{};

    /// By what was typed: a model, or nothing for those of the catalog; devices with commas, or nothing likewise.
    bound_fit(const std::string& model_text, const std::string& device_text, const fit_options& o)
        : bound_fit(model_text.empty() ? std::nullopt : std::optional(asked_model_of(model_text)),
                    detail::devices_typed(device_text), o) {}
    bound_fit(std::optional<asked_model> asked, const std::vector<asked_device>& devices, const fit_options& o)
        : over_devices(devices.empty()), kv(detail::cache_format_of(o.kv)), options(o) {
        check_ranges(o);
        if (!asked && over_devices)
            fail(
                "neither a model nor a device is named; what runs on a machine needs --device, where a model runs "
                "--model; give one of them");
        if (o.context && *o.context < tokens())
            fail("a context of " + number(*o.context, 9) + " tokens does not hold a prompt of " + number(o.prompt, 9) +
                 " and " + number(o.output, 9) + " after it; take " + number(tokens(), 9) + " at least");
        std::string types_text = o.types;
        if (asked) {
            if (!asked->remark.empty()) remarks.push_back(asked->remark);
            if (types_text.empty() && find_gguf_file_type(asked->weights)) types_text = asked->weights;
            file = types_text.empty() && asked->model.stored.attention.gguf;
            if (!file && !has_gguf_rules(asked->model)) gguf_size(asked->model, gguf_file_type::q4_k_m);  // says so
            model = std::make_shared<const architecture>(std::move(asked->model));
        }
        if (over_devices && types_text.empty()) types_text = "q4_k_m";
        if (!file) types = detail::file_types_of(types_text);
        bind_host();
        if (over_devices) bind_all_devices();
        else bind_devices(devices);
        if (!o.draft.empty()) draft = std::make_shared<const architecture>(asked_model_of(o.draft).model);
        if (!o.part.empty() && asked)
            fail("--part is \"" + o.part.substr(0, 40) +
                 "\", which chooses among models of the catalog; use it or a model");
        if (!o.shares.empty()) bind_shares();
    }

    placement::machine machine_of(const asked_machine& m) const {
        const bool one_memory = m.boards.front().kind == device_class::cpu || shares_memory_with_host(m.boards.front());
        return one_memory ? placement::machine(m.boards, m.software)
                          : placement::machine(m.boards, m.software, cpu, ram);
    }
    /// Tokens that a request of the question takes.
    double tokens() const { return options.prompt + options.output; }
    placement::settings settings_of(const runtime<>& r) const {
        return {.context = options.context.value_or(rules().least_context),
                .ub = r.memory.micro_batch,
                .kv = kv,
                .outputs = r.memory.outputs,
                .flash_attention = !r.memory.stores_scores,
                .rolling_windows = r.memory.rolling_windows};
    }
    placement::fit_rules rules() const {
        return {.least_context = larger(placement::fit_rules{}.least_context, ggml_context(tokens())),
                .any_context = !options.context,
                .disk = options.disk ? options.disk->value() : 0.0};
    }

private:
    void bind_shares() {
        for (const std::string& share : typed_list(options.shares, "shares"))
            shares.push_back(detail::typed_number("--tensor-split", share, "shares of devices, with commas"));
        for (const asked_machine& m : machines)
            if (shares.size() != m.boards.size())
                fail("--tensor-split has " + std::to_string(shares.size()) + " shares and " + m.name + " " +
                     std::to_string(m.boards.size()) + (m.boards.size() == 1 ? " device" : " devices") +
                     "; give one share for each");
    }
    void bind_host() {
        cpu = device_of(options.cpu.empty() ? assumed_cpu : options.cpu);
        if (cpu.kind != device_class::cpu)
            fail("--cpu is " + detail::quoted(options.cpu) + ", which is no processor; name one (gambrel devices)");
        ram = options.ram.value_or(assumed_ram);
        assumed_host = options.cpu.empty() || !options.ram;
    }
    const runtime<>& software_on(const device<>& d) const {
        const runtime<>& r = options.runtime.empty() ? llama_cpp_of(d) : runtime_named(options.runtime);
        if (!r.formats.gguf || r.memory.micro_batch <= 0.0)
            fail(r.name.str() + " is no llama.cpp, which alone places layers (gambrel runtimes lists them)");
        return r;
    }
    device<> with_memory(device<> d) const {
        return d.kind == device_class::cpu && (options.ram || !d.memory.capacity.known()) ? with_capacity(d, ram) : d;
    }
    void bind_devices(const std::vector<asked_device>& devices) {
        asked_machine m;
        for (const asked_device& asked : devices) {
            const device<>& d = asked.device;
            if (!d.memory.capacity.known() && d.kind != device_class::cpu)
                fail("how much memory " + d.name.str() + " has is not known; take a device file that states it");
            for (int i = 0; i < std::max(1, asked.count); ++i) m.boards.push_back(with_memory(d));
            m.name += (m.name.empty() ? "" : " + ") + (asked.count > 1 ? std::to_string(asked.count) + "x " : "") +
                      d.name.str();
        }
        if (m.boards.size() > 64)
            fail("a machine has " + std::to_string(m.boards.size()) + " devices; at most 64 are placed");
        m.software = software_on(m.boards.front());
        for (const device<>& d : m.boards)
            if (!runs_on(m.software, d))
                fail(m.software.name.str() + " does not run on " + d.name.str() +
                     "; take a device that llama.cpp runs on (gambrel devices)");
        machines.push_back(std::move(m));
    }
    /// Those that llama.cpp is run on at home and in offices.
    void bind_all_devices() {
        for (const device<>* d : all_devices) {
            const bool local = d->kind == device_class::consumer_gpu || d->kind == device_class::workstation_gpu ||
                               d->kind == device_class::apple || d->kind == device_class::embedded;
            if (!local || !d->memory.capacity.known()) continue;
            const runtime<>& r = software_on(*d);
            if (runs_on(r, *d)) machines.push_back({{*d}, r, d->name.str()});
        }
    }
};
}  // namespace gambrel::ask
