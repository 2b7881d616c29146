// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The split that llama.cpp finds by itself (`--fit`, on unless anything of it is set): what leaves `margin` free on each
/// device.
///
///     1  all on the devices, where that fits
///     2  the context, where nobody asked for one: down to what fits, at least `least_context`
///     3  whole layers from the last one on, of mixtures without their experts; the others in the host's memory
///     4  of mixtures that fit so: experts from the first layer on, then up, or up and gate, of one layer more
///
/// The first two steps are all there is where device and host share one memory. llama.cpp takes the host's memory for
/// unlimited; here a split that it does not hold is none. Source: common/fit.cpp of llama.cpp in llama-cpp-python 0.3.36
/// (2026); tools/fit-params/README.md there for a worked run. Evidence: tests/placement/placement_test.cpp.

#include <gambrel/placement/machine.hpp>
#include <gambrel/placement/memory.hpp>

namespace gambrel::placement {

struct fit_rules {
    double margin = 1024.0 * 1048576.0;  ///< of each device (--fit-target)
    double least_context = 4096;         ///< (--fit-ctx)
    bool any_context = false;            ///< the context of the settings is a wish, not a demand
    double disk = 0;  ///< bytes a second at which what the host cannot hold is read again; 0: not at all
};

/// Why a model does not run.
enum class lack : unsigned char { nothing, device_memory, host_memory, context };

}  // namespace gambrel::placement

// clang-format off
template <> inline constexpr std::array<gambrel::enum_row<gambrel::placement::lack>, 4> gambrel::enum_table<gambrel::placement::lack>{{
    {gambrel::placement::lack::nothing, "nothing", "nothing"},
    {gambrel::placement::lack::device_memory, "device_memory", "memory on devices"},
    {gambrel::placement::lack::host_memory, "host_memory", "memory of the host"},
    {gambrel::placement::lack::context, "context", "a context that long"},
}};
// clang-format on

namespace gambrel::placement {

struct fitted {
    layer_split at{};
    settings with{};  ///< its context
    memory_use memory{};
    lack lacks = lack::nothing;
    double missing = 0;    ///< bytes
    double from_disk = 0;  ///< bytes of weights that the host has no room for

    bool runs() const { return lacks == lack::nothing; }
};

namespace detail {
/// Layers of one device: `layers` in a row, the last `parts` of which keep no experts, the first of these `first`.
struct share_of_device {
    int layers = 0, parts = 0;
    kept first = kept::attention;
};

class search {
public:
    search(const machine& on, const architecture& m, const stored_model& stored, const fit_rules& rules)
        : on_(on), m_(m), stored_(stored), rules_(rules), count_(static_cast<int>(stored.layers.size())) {}

    fitted find(settings with) const {
        fitted f{.with = with};
        const auto made_for = static_cast<double>(m_.most_context);
        if (rules_.any_context && made_for > 0.0) f.with.context = made_for;
        f.at = everything();
        if (fits(f)) return finished(f);
        if (rules_.any_context && f.with.context > rules_.least_context) {
            f.with.context = context_between(f.at, f.with);
            if (fits(f)) return finished(f);
        }
        if (on_.unified() || !on_.host()) return finished(f);
        std::vector<share_of_device> shares = whole_layers(f.with);
        if (stored_.mixture() && placed(shares) == count_ + 1) fill_experts(shares, f.with);
        f.at = split_from(shares);
        return finished(f);
    }

    /// `f` with what it holds and lacks.
    fitted finished(fitted f) const {
        f.memory = memory(f.at, f.with);
        for (std::size_t d = 0; d < on_.size(); ++d)
            if (const double over = f.memory.devices[d].total() - target(d); over > 0.0) {
                f.lacks = lack::device_memory;
                f.missing += over;
            }
        if (on_.unified() || !on_.host() || f.lacks != lack::nothing) return f;
        if (const double over = f.memory.host.total() - on_.host_free(); over > 0.0) {
            if (rules_.disk > 0.0 && over < f.memory.host.weights) f.from_disk = over;
            else f.lacks = lack::host_memory, f.missing = over;
        }
        return f;
    }

private:
    double target(std::size_t d) const { return on_.free(d) - rules_.margin; }
    memory_use memory(const layer_split& at, const settings& s) const {
        return memory_of(m_, stored_, at, s, on_.size());
    }
    bool fits(const fitted& f) const {
        const memory_use use = memory(f.at, f.with);
        for (std::size_t d = 0; d < on_.size(); ++d)
            if (use.devices[d].total() > target(d)) return false;
        return true;
    }
    layer_split everything() const {
        std::vector<double> free;
        for (std::size_t d = 0; d < on_.size(); ++d) free.push_back(larger(on_.free(d), 1.0));
        return split_of(stored_, count_ + 1, 0, free);
    }
    double total(const layer_split& at, settings s, double context) const {
        s.context = context;
        double sum = 0.0;
        for (const held& d : memory(at, s).devices) sum += d.total();
        return sum;
    }
    /// The context at which everything fits by a line between most and least, in steps of 256.
    double context_between(const layer_split& at, const settings& s) const {
        double wanted = 0.0;
        for (std::size_t d = 0; d < on_.size(); ++d) wanted += target(d);
        const auto devices = static_cast<double>(on_.size());
        if (on_.size() > 1)  // what whole layers, or whole tensors, waste
            wanted -= (devices + 1.0) * stored_.file() / count_ / (stored_.mixture() ? 6.0 : 2.0);
        const double most = s.context, least = rules_.least_context;
        const double low = total(at, s, least), high = total(at, s, most);
        if (!(wanted > low)) return least;
        if (!(high > low)) return most;
        const double between = least + (most - least) * smaller(1.0, (wanted - low) / (high - low));
        return larger(least, math::floor(between / 256.0) * 256.0);
    }
    int placed(const std::vector<share_of_device>& shares) const {
        int n = 0;
        for (const share_of_device& s : shares) n += s.layers;
        return n;
    }
    /// Layers are counted with the output behind them.
    layer_split split_from(const std::vector<share_of_device>& shares) const {
        layer_split at;
        at.layers.resize(stored_.layers.size());
        int next = count_ + 1 - placed(shares);
        for (std::size_t d = 0; d < shares.size(); ++d)
            for (int i = 0; i < shares[d].layers; ++i, ++next) {
                if (next == count_) {
                    at.output = static_cast<int>(d);
                    continue;
                }
                layer_place& p = at.layers[static_cast<std::size_t>(next)];
                const int part = i - (shares[d].layers - shares[d].parts);
                p.device = static_cast<int>(d);
                if (part >= 0 && stored_.layers[static_cast<std::size_t>(next)].mixture)
                    p.keeps = part == 0 ? shares[d].first : kept::attention;
            }
        return at;
    }
    bool holds(const std::vector<share_of_device>& shares, const settings& s, std::size_t d) const {
        return memory(split_from(shares), s).devices[d].total() <= target(d);
    }
    /// The most of `low` to `high` for which `holds_with(n)`; `low` is taken to hold.
    template <class Holds> static int most(int low, int high, const Holds& holds_with) {
        while (low < high) {
            const int middle = low + (high - low + 1) / 2;
            if (holds_with(middle)) low = middle;
            else high = middle - 1;
        }
        return low;
    }
    std::vector<share_of_device> whole_layers(const settings& s) const {
        std::vector<share_of_device> shares(on_.size());
        for (std::size_t d = on_.size(); d-- > 0;) {
            const bool last = d + 1 == on_.size(), mixture = stored_.mixture();
            const auto give = [&](int n) {
                shares[d].layers = n;
                shares[d].parts = !mixture ? 0 : last ? std::max(0, n - 1) : n;
            };
            const int n = most(0, count_ + 1 - placed(shares), [&](int layers) {
                give(layers);
                return holds(shares, s, d);
            });
            give(n);
        }
        return shares;
    }
    /// Experts from the front on, first device first.
    void fill_experts(std::vector<share_of_device>& shares, const settings& s) const {
        for (std::size_t d = 0; d < shares.size(); ++d) {
            const auto behind = [&](int n) {  // `n` layers of later devices become layers of this one, whole
                std::vector<share_of_device> test = shares;
                const int own = std::min(n, test[d].parts);
                test[d].parts -= own;
                int rest = n - own;
                for (std::size_t j = d + 1; j < test.size() && rest > 0; ++j) {
                    const int moved = std::min(rest, test[j].parts);
                    test[j].layers -= moved;
                    test[j].parts -= moved;
                    test[d].layers += moved;
                    rest -= moved;
                }
                return test;
            };
            int all = 0;
            for (std::size_t j = d; j < shares.size(); ++j) all += shares[j].parts;
            const int n = most(0, all, [&](int layers) { return holds(behind(layers), s, d); });
            shares = behind(n);
            if (shares[d].parts == 0) continue;
            for (const kept more : {kept::up, kept::up_gate}) {  // of one layer more
                std::vector<share_of_device> test = shares;
                test[d].first = more;
                if (!holds(test, s, d)) break;
                shares = std::move(test);
            }
        }
    }
    const machine& on_;
    const architecture& m_;
    const stored_model& stored_;
    const fit_rules& rules_;
    int count_;
};
}  // namespace detail

/// Where the layers of `m` lie on `on`, started as `with` says.
inline fitted fit(const machine& on, const architecture& m, const stored_model& stored, const settings& with,
                  const fit_rules& rules = {}) {
    if (stored.layers.empty()) fail("the model \"" + m.name.str() + "\" has no layers to place");
    return detail::search(on, m, stored, rules).find(with);
}

/// The same for a split that is given.
inline fitted held_as(const machine& on, const architecture& m, const stored_model& stored, const layer_split& at,
                      const settings& with, const fit_rules& rules = {}) {
    if (!on.host() && !at.all_on_devices())
        fail("layers are to lie on the host, and " + on.at(0).device.name.str() + " has no memory beside its own");
    return detail::search(on, m, stored, rules).finished({.at = at, .with = with});
}
}  // namespace gambrel::placement
