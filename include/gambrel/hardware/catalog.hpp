// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every device of the catalog, and finding one by name. A program that needs one vendor includes its file alone.
///
/// Names compare without regard to case, and '_' or ' ' stand for '-': "H100_SXM" is h100-sxm. A bare family
/// name means its most common variant ("h100" is h100-sxm): the table `device_aliases`.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/hardware/catalog/amd.hpp>
#include <gambrel/hardware/catalog/apple.hpp>
#include <gambrel/hardware/catalog/aws.hpp>
#include <gambrel/hardware/catalog/cpu.hpp>
#include <gambrel/hardware/catalog/google.hpp>
#include <gambrel/hardware/catalog/huawei.hpp>
#include <gambrel/hardware/catalog/intel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/hardware/catalog/nvidia_embedded.hpp>
#include <gambrel/hardware/catalog/nvidia_geforce.hpp>
#include <gambrel/hardware/catalog/nvidia_workstation.hpp>
#include <string_view>

namespace gambrel {

inline constexpr std::array all_devices{
    // nvidia_datacenter
    &catalog::v100_pcie_16, &catalog::v100_pcie_32, &catalog::v100_sxm2_16, &catalog::v100_sxm2_32, &catalog::a30, &catalog::a100_pcie_40,
    &catalog::a100_pcie_80, &catalog::a100_sxm_40, &catalog::a100_sxm_80, &catalog::a800_sxm_80, &catalog::h100_pcie, &catalog::h100_sxm,
    &catalog::h100_nvl, &catalog::h200_sxm, &catalog::h200_nvl, &catalog::h20, &catalog::h20_3e, &catalog::h800_sxm,
    &catalog::gh200_96, &catalog::gh200_144, &catalog::b100, &catalog::b200_sxm, &catalog::gb200,
    &catalog::b300_sxm, &catalog::gb300, &catalog::rubin,
    // nvidia_workstation
    &catalog::t4, &catalog::a2, &catalog::a10, &catalog::a10g, &catalog::a16, &catalog::a40, &catalog::rtx_a6000,
    &catalog::l4, &catalog::l40, &catalog::l40s, &catalog::rtx_6000_ada, &catalog::rtx_4000_ada, &catalog::rtx_pro_4500, &catalog::rtx_pro_6000_ws,
    &catalog::rtx_pro_6000_bse,
    // nvidia_geforce
    &catalog::rtx_3060_12, &catalog::rtx_3070, &catalog::rtx_3080_10, &catalog::rtx_3090, &catalog::rtx_3090_ti, &catalog::rtx_4060ti_16,
    &catalog::rtx_4070ti, &catalog::rtx_4080, &catalog::rtx_4090, &catalog::rtx_4090_d, &catalog::rtx_5080, &catalog::rtx_5090,
    // nvidia_embedded
    &catalog::gb10, &catalog::agx_orin_64, &catalog::orin_nano_8, &catalog::agx_thor,
    // amd
    &catalog::mi210, &catalog::mi250x, &catalog::mi250x_gcd, &catalog::mi300a, &catalog::mi300x, &catalog::mi325x,
    &catalog::mi350x, &catalog::mi355x, &catalog::mi455x, &catalog::rx_7900xtx, &catalog::rx_9070xt,
    &catalog::strix_halo,
    // intel
    &catalog::gaudi2, &catalog::gaudi3, &catalog::arc_a770, &catalog::arc_b580, &catalog::arc_pro_b60,
    // google
    &catalog::tpu_v4, &catalog::tpu_v5e, &catalog::tpu_v5p, &catalog::tpu_v6e, &catalog::tpu_v7,
    // aws
    &catalog::inferentia2, &catalog::trainium1, &catalog::trainium2, &catalog::trainium3,
    // huawei
    &catalog::ascend_950dt,
    // apple
    &catalog::apple_m1, &catalog::apple_m1_pro, &catalog::apple_m1_max, &catalog::apple_m1_ultra,
    &catalog::apple_m2, &catalog::apple_m2_pro, &catalog::apple_m2_max, &catalog::apple_m2_ultra,
    &catalog::apple_m3, &catalog::apple_m3_pro, &catalog::apple_m3_max_30, &catalog::apple_m3_max_40,
    &catalog::apple_m3_ultra, &catalog::apple_m4, &catalog::apple_m4_pro, &catalog::apple_m4_max_32,
    &catalog::apple_m4_max_40, &catalog::apple_m5,
    // cpu
    &catalog::epyc_7763, &catalog::epyc_9654, &catalog::epyc_9755, &catalog::xeon_8380, &catalog::xeon_8480p,
    &catalog::xeon_6980p, &catalog::graviton3, &catalog::graviton4, &catalog::grace, &catalog::ryzen_7950x,
    &catalog::ryzen_9950x, &catalog::tr_pro_7995wx, &catalog::tr_pro_9995wx, &catalog::i9_13900k,
    &catalog::i9_14900k,
};

inline constexpr std::array device_aliases{
    name_alias{"v100", "v100-sxm2-16"}, name_alias{"a100", "a100-sxm-80"},
    name_alias{"a100-40gb", "a100-sxm-40"}, name_alias{"a100-80gb", "a100-sxm-80"},
    name_alias{"a100-sxm", "a100-sxm-80"}, name_alias{"a100-pcie", "a100-pcie-80"},
    name_alias{"a6000", "rtx-a6000"}, name_alias{"h100", "h100-sxm"}, name_alias{"h100-sxm5", "h100-sxm"},
    name_alias{"h200", "h200-sxm"}, name_alias{"h800", "h800-sxm"}, name_alias{"a800", "a800-sxm-80"}, name_alias{"gh200", "gh200-96"},
    name_alias{"b200", "b200-sxm"}, name_alias{"b300", "b300-sxm"}, name_alias{"rtx-3060", "rtx-3060-12"},
    name_alias{"rtx-3080", "rtx-3080-10"}, name_alias{"rtx-4060-ti", "rtx-4060ti-16"},
    name_alias{"rtx-4070-ti", "rtx-4070ti"}, name_alias{"dgx-spark", "gb10"},
    name_alias{"jetson-agx-orin", "agx-orin-64"}, name_alias{"jetson-orin-nano", "orin-nano-8"},
    name_alias{"jetson-thor", "agx-thor"}, name_alias{"rx-7900-xtx", "rx-7900xtx"},
    name_alias{"rx-9070-xt", "rx-9070xt"}, name_alias{"trillium", "tpu-v6e"},
    name_alias{"ironwood", "tpu-v7"}, name_alias{"tpu7x", "tpu-v7"}, name_alias{"inf2", "inferentia2"},
    name_alias{"trn1", "trainium1"}, name_alias{"trn2", "trainium2"}, name_alias{"trn3", "trainium3"},
    name_alias{"apple-m3-max", "apple-m3-max-40"}, name_alias{"apple-m4-max", "apple-m4-max-40"},
    name_alias{"xeon-8480+", "xeon-8480p"},
};

/// The names of all devices, in the order of `all_devices`.
inline constexpr std::array device_names = names_of_entries(all_devices);

namespace detail {
/// Place in `all_devices`, or its size. (An index, because GCC's sanitizers make a compare with null not constant.)
constexpr std::size_t place_of_device(std::string_view name) {
    return place_of_name(name, device_names, device_aliases);
}
}  // namespace detail

/// The device of that name or alias; null when there is none. Evidence: tests/hardware/catalog_test.cpp.
constexpr const device<>* find_device(std::string_view name) {
    const std::size_t place = detail::place_of_device(name);
    return place < all_devices.size() ? all_devices[place] : nullptr;
}

/// The device of that name or alias; an unknown one is an error naming the nearest.
/// Evidence: tests/hardware/catalog_test.cpp.
constexpr const device<>& device_named(std::string_view name) {
    const std::size_t place = detail::place_of_device(name);
    if (place < all_devices.size()) return *all_devices[place];
    fail_unknown("device", name, device_names);
}
}  // namespace gambrel
