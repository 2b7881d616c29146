// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every device of the catalog, and finding one by name. A program that needs one vendor includes its file alone.
///
/// Names compare without regard to case, and '_' or ' ' stand for '-': "H100_SXM" is h100-sxm. A bare family
/// name means its most common variant ("h100" is h100-sxm), and what drivers print is known as well: the table
/// `device_aliases`, written from data/names.csv. A name that is none is an error with the nearest of its kind.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/names/kin.hpp>
#include <gambrel/hardware/catalog/amd.hpp>
#include <gambrel/hardware/catalog/apple.hpp>
#include <gambrel/hardware/catalog/aws.hpp>
#include <gambrel/hardware/catalog/cpu.hpp>
#include <gambrel/hardware/catalog/device_aliases.hpp>
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
    &catalog::a800_pcie_80, &catalog::h800_pcie,
    // nvidia_workstation
    &catalog::t4, &catalog::a2, &catalog::a10, &catalog::a10g, &catalog::a16, &catalog::a40, &catalog::rtx_a6000,
    &catalog::l4, &catalog::l40, &catalog::l40s, &catalog::rtx_6000_ada, &catalog::rtx_4000_ada, &catalog::rtx_pro_4500, &catalog::rtx_pro_6000_ws,
    &catalog::rtx_pro_6000_bse,
    &catalog::quadro_rtx_5000, &catalog::quadro_rtx_6000, &catalog::quadro_rtx_8000, &catalog::rtx_a2000_12,
    &catalog::rtx_a4000, &catalog::rtx_a4500, &catalog::rtx_a5000, &catalog::rtx_a5500, &catalog::rtx_2000_ada,
    &catalog::rtx_4000_sff_ada, &catalog::rtx_4500_ada, &catalog::rtx_5000_ada, &catalog::rtx_5880_ada,
    &catalog::l20, &catalog::rtx_pro_2000, &catalog::rtx_pro_4000, &catalog::rtx_pro_4000_sff,
    &catalog::rtx_pro_5000_48, &catalog::rtx_pro_5000_72, &catalog::rtx_pro_6000_maxq,
    // nvidia_geforce
    &catalog::rtx_3060_12, &catalog::rtx_3070, &catalog::rtx_3080_10, &catalog::rtx_3090, &catalog::rtx_3090_ti, &catalog::rtx_4060ti_16,
    &catalog::rtx_4070ti, &catalog::rtx_4080, &catalog::rtx_4090, &catalog::rtx_4090_d, &catalog::rtx_5080, &catalog::rtx_5090,
    &catalog::rtx_2060, &catalog::rtx_2060_12, &catalog::rtx_2060_super, &catalog::rtx_2070,
    &catalog::rtx_2070_super, &catalog::rtx_2080, &catalog::rtx_2080_super, &catalog::rtx_2080_ti,
    &catalog::titan_rtx, &catalog::rtx_3050, &catalog::rtx_3060_ti, &catalog::rtx_3070_ti, &catalog::rtx_3080_12,
    &catalog::rtx_3080_ti, &catalog::rtx_4060, &catalog::rtx_4060ti_8, &catalog::rtx_4070, &catalog::rtx_4070_super,
    &catalog::rtx_4070ti_super, &catalog::rtx_4080_super, &catalog::rtx_5050, &catalog::rtx_5060,
    &catalog::rtx_5060ti_8, &catalog::rtx_5060ti_16, &catalog::rtx_5070, &catalog::rtx_5070ti,
    &catalog::rtx_3080ti_laptop, &catalog::rtx_4080_laptop, &catalog::rtx_4090_laptop, &catalog::rtx_5080_laptop,
    &catalog::rtx_5090_laptop, &catalog::rtx_3050_6,
    // nvidia_embedded
    &catalog::gb10, &catalog::agx_orin_64, &catalog::orin_nano_8, &catalog::agx_thor,
    // amd
    &catalog::mi210, &catalog::mi250x, &catalog::mi250x_gcd, &catalog::mi300a, &catalog::mi300x, &catalog::mi325x,
    &catalog::mi350x, &catalog::mi355x, &catalog::mi455x, &catalog::rx_7900xtx, &catalog::rx_9070xt,
    &catalog::strix_halo,
    &catalog::rx_7600xt, &catalog::rx_7700xt, &catalog::rx_7800xt, &catalog::rx_7900gre, &catalog::rx_7900xt,
    &catalog::w7800, &catalog::w7800_48, &catalog::w7900, &catalog::rx_9060xt_16, &catalog::rx_9070,
    &catalog::rx_9070gre, &catalog::r9700, &catalog::mi50, &catalog::mi60, &catalog::mi100, &catalog::radeon_780m,
    // intel
    &catalog::gaudi2, &catalog::gaudi3, &catalog::arc_a770, &catalog::arc_b580, &catalog::arc_pro_b60,
    &catalog::arc_b570, &catalog::arc_pro_b50, &catalog::arc_140v,
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
    &catalog::apple_m1_7, &catalog::apple_m1_pro_14, &catalog::apple_m1_max_24, &catalog::apple_m1_ultra_48,
    &catalog::apple_m2_8, &catalog::apple_m2_pro_16, &catalog::apple_m2_max_30, &catalog::apple_m2_ultra_60,
    &catalog::apple_m3_8, &catalog::apple_m3_pro_14, &catalog::apple_m3_ultra_60, &catalog::apple_m4_8,
    &catalog::apple_m4_pro_16,
    // cpu
    &catalog::epyc_7763, &catalog::epyc_9654, &catalog::epyc_9755, &catalog::xeon_8380, &catalog::xeon_8480p,
    &catalog::xeon_6980p, &catalog::graviton3, &catalog::graviton4, &catalog::grace, &catalog::ryzen_7950x,
    &catalog::ryzen_9950x, &catalog::tr_pro_7995wx, &catalog::tr_pro_9995wx, &catalog::i9_13900k,
    &catalog::i9_14900k, &catalog::epyc_9274f, &catalog::core_ultra_7_258v, &catalog::apple_m2_ultra_cpu,
    &catalog::apple_m3_cpu,
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

/// The nearest devices by kind: names and titles are compared. Evidence: tests/hardware/catalog_test.cpp.
inline std::array<std::string_view, 3> nearest_devices(std::string_view name) {
    std::vector<std::string> texts;
    for (const device<>* d : all_devices) texts.push_back(d->name.str() + " " + d->title.str());
    return nearest_kin(name, device_names, texts);
}

/// The device of that name or alias; an unknown one is an error naming the nearest.
/// Evidence: tests/hardware/catalog_test.cpp.
constexpr const device<>& device_named(std::string_view name) {
    const std::size_t place = detail::place_of_device(name);
    if (place < all_devices.size()) return *all_devices[place];
    fail_with_nearest("device", name, nearest_devices(name));
}
}  // namespace gambrel
