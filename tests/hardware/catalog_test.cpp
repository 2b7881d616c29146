// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "csv_rows.hpp"

using namespace gambrel;
using namespace gambrel::literals;

// A catalog device in a constant expression.
static_assert(catalog::h100_sxm.memory.bandwidth.value == 3.35_TB_per_s);
static_assert(find_device("H100_SXM") == &catalog::h100_sxm);
static_assert(find_device("no-such-device") == nullptr);
static_assert(&device_named("l4") == &catalog::l4);
static_assert(device_named("h200").memory.capacity.value == 141_GiB);
static_assert(all_devices.size() >= 200);

namespace {
/// Figures typed by hand from the datasheets and tables that the catalog cites.
struct expected {
    std::string_view name;
    bytes<> memory;
    byte_rate<> bandwidth;
    std::optional<flop_rate<>> bf16, fp8;
    watts<> limit;
};
const expected typed_by_hand[] = {
    {"v100-sxm2-32", 32_GiB, 900_GB_per_s, {}, {}, 300_W},
    {"a100-sxm-80", 80_GiB, 2039_GB_per_s, 312_TFLOP_per_s, {}, 400_W},
    {"a10g", 24_GiB, 600_GB_per_s, 70_TFLOP_per_s, {}, 150_W},
    {"l4", 24_GiB, 300_GB_per_s, 121_TFLOP_per_s, 242.5_TFLOP_per_s, 72_W},
    {"l40s", 48_GiB, 864_GB_per_s, 362_TFLOP_per_s, 733_TFLOP_per_s, 350_W},
    {"h100-sxm", 80_GiB, 3350_GB_per_s, 989.4_TFLOP_per_s, 1978.9_TFLOP_per_s, 700_W},
    {"h100-pcie", 80_GiB, 2000_GB_per_s, 756_TFLOP_per_s, 1513_TFLOP_per_s, 350_W},
    {"h200-sxm", 141_GiB, 4800_GB_per_s, 989.4_TFLOP_per_s, 1978.9_TFLOP_per_s, 700_W},
    {"h20", 96_GiB, 4000_GB_per_s, 148_TFLOP_per_s, 296_TFLOP_per_s, 400_W},
    {"b200-sxm", 180_GiB, 7700_GB_per_s, 2250_TFLOP_per_s, 4500_TFLOP_per_s, 1000_W},
    {"gb200", 186_GiB, 8000_GB_per_s, 2500_TFLOP_per_s, 5000_TFLOP_per_s, 1200_W},
    {"mi300x", 192_GiB, 5300_GB_per_s, 1307.4_TFLOP_per_s, 2614.9_TFLOP_per_s, 750_W},
    {"mi325x", 256_GiB, 6000_GB_per_s, 1307.4_TFLOP_per_s, 2614.9_TFLOP_per_s, 1000_W},
    {"gaudi3", 128_GiB, 3700_GB_per_s, 1677_TFLOP_per_s, 1677_TFLOP_per_s, 900_W},
    {"rtx-4090", 24_GiB, 1008_GB_per_s, 165.2_TFLOP_per_s, 330.3_TFLOP_per_s, 450_W},
    {"rtx-3050-6", 6_GiB, 168_GB_per_s, 13.5_TFLOP_per_s, {}, 70_W},
    {"radeon-780m", 32_GiB, 89.6_GB_per_s, 16.6_TFLOP_per_s, {}, 54_W},
    {"arc-140v", 32_GiB, 136.5_GB_per_s, 32_TFLOP_per_s, {}, 37_W},
    {"epyc-9274f", {}, 460.8_GB_per_s, 6.2_TFLOP_per_s, {}, 320_W},
    {"core-ultra-7-258v", 32_GiB, 136.5_GB_per_s, {}, {}, 37_W},
    {"apple-m2-ultra-cpu", 192_GiB, 819.2_GB_per_s, {}, {}, {}},
    {"apple-m3-cpu", 24_GiB, 102.4_GB_per_s, {}, {}, {}},
    {"v100-pcie-32", 32_GiB, 900_GB_per_s, {}, {}, 250_W},
    {"a800-sxm-80", 80_GiB, 2039_GB_per_s, 312_TFLOP_per_s, {}, 400_W},
    {"h20-3e", 141_GiB, 4800_GB_per_s, 148_TFLOP_per_s, 296_TFLOP_per_s, 500_W},
    {"rtx-3090-ti", 24_GiB, 1008_GB_per_s, 80.0_TFLOP_per_s, {}, 450_W},
    {"rtx-4090-d", 24_GiB, 1008_GB_per_s, 147.1_TFLOP_per_s, 294.2_TFLOP_per_s, 425_W},
    {"rtx-4000-ada", 20_GiB, 360_GB_per_s, 106.9_TFLOP_per_s, 213.8_TFLOP_per_s, 130_W},
    {"rtx-pro-4500", 32_GiB, 896_GB_per_s, 202.1_TFLOP_per_s, 404.2_TFLOP_per_s, 200_W},
};
/// What was read in the maker's sheet goes before any table; sheets_test.cpp holds the catalog to it.
bool read_in_a_sheet(const std::string& device, const std::string& figure) {
    static const auto read = [] {
        std::set<std::string> all;
        std::ifstream file("tests/hardware/sheet_figures.csv");
        csv_reader row(file);
        while (row.next())
            if (!row["sheet"].empty()) all.insert(row["device"] + " " + row["figure"]);
        return all;
    }();
    REQUIRE(read.size() > 300);
    return read.count(device + " " + figure) == 1;
}
/// Boards as the table of reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp) prints them.
std::vector<shared_data::row> boards() {
    std::ifstream in("tests/hardware/boards.csv");
    REQUIRE(in);
    std::string line;
    std::getline(in, line);
    const auto names = shared_data::cells(line);
    std::vector<shared_data::row> rows;
    while (std::getline(in, line)) {
        const auto values = shared_data::cells(line);
        REQUIRE(values.size() == names.size());
        shared_data::row& row = rows.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = values[i];
    }
    return rows;
}

/// Devices that are another's silicon: with so many of its units.
struct sister {
    const device<>*bin, *of;
    int units;
};
const sister sisters[] = {
    {&catalog::a800_pcie_80, &catalog::a100_pcie_80, 108},
    {&catalog::h800_pcie, &catalog::h100_pcie, 114},
    {&catalog::apple_m1_7, &catalog::apple_m1, 7},
    {&catalog::apple_m1_pro_14, &catalog::apple_m1_pro, 14},
    {&catalog::apple_m1_max_24, &catalog::apple_m1_max, 24},
    {&catalog::apple_m1_ultra_48, &catalog::apple_m1_ultra, 48},
    {&catalog::apple_m2_8, &catalog::apple_m2, 8},
    {&catalog::apple_m2_pro_16, &catalog::apple_m2_pro, 16},
    {&catalog::apple_m2_max_30, &catalog::apple_m2_max, 30},
    {&catalog::apple_m2_ultra_60, &catalog::apple_m2_ultra, 60},
    {&catalog::apple_m3_8, &catalog::apple_m3, 8},
    {&catalog::apple_m3_pro_14, &catalog::apple_m3_pro, 14},
    {&catalog::apple_m3_ultra_60, &catalog::apple_m3_ultra, 60},
    {&catalog::apple_m4_8, &catalog::apple_m4, 8},
    {&catalog::apple_m4_pro_16, &catalog::apple_m4_pro, 16},
};
}  // namespace

TEST_CASE("boards are as their table prints them, and multiply as their generation does") {
    for (const auto& row : boards()) {
        const std::string& id = row.at("id");
        CAPTURE(id);
        const device<>* found = find_device(id);
        REQUIRE(found != nullptr);
        const device<>& d = *found;
        CHECK(d.memory.capacity.value == gibibytes(std::stod(row.at("memory_gib"))));
        const double bandwidth = std::stod(row.at("bandwidth_gb_per_s"));
        if (!read_in_a_sheet(id, "bandwidth"))
            CHECK(d.memory.bandwidth.value / 1_GB_per_s == approx(bandwidth).epsilon(0.001));
        if (!read_in_a_sheet(id, "power")) CHECK(d.power.limit.value / 1_W == std::stod(row.at("power_w")));
        const double fp32 = d.peak.fp32.value / 1_TFLOP_per_s;
        CHECK(std::abs(fp32 - std::stod(row.at("fp32_tflops"))) < 0.06 + 0.02 * fp32);  // printed to 0.1; L20's of 2018
        const bool turing = d.architecture.view().starts_with("Turing");
        CHECK(d.peak.bf16.known() ==
              (d.vendor == vendor::nvidia ? !turing : !d.architecture.view().starts_with("Vega")));
        // Matrix rates over fp32: NVIDIA's consumer boards have half of their workstation boards'.
        if (d.vendor != vendor::nvidia || id == "l20") continue;
        const bool half_rate = d.kind == device_class::consumer_gpu && id != "titan-rtx";
        CHECK(d.peak.fp16.value / d.peak.fp32.value ==
              approx((turing ? 8.0 : 4.0) / (half_rate ? 2.0 : 1.0)).epsilon(0.02));
    }
}

TEST_CASE("smaller bins and other names of one silicon") {
    for (const sister& s : sisters) {
        CAPTURE(s.bin->name.str());
        CHECK(find_device(s.bin->name) == s.bin);
        CHECK(s.bin->compute_units == s.units);
        CHECK(s.bin->memory.bandwidth.value == s.of->memory.bandwidth.value);
        CHECK(s.bin->peak.fp32.value / s.of->peak.fp32.value ==
              approx(static_cast<double>(s.units) / s.of->compute_units).epsilon(1e-12));
        CHECK(s.bin->peak.fp16.value / s.of->peak.fp16.value ==
              approx(static_cast<double>(s.units) / s.of->compute_units).epsilon(1e-12));
    }
}

TEST_CASE("figures of well-known devices are those of their sources") {
    for (const expected& e : typed_by_hand) {
        CAPTURE(e.name);
        const device<>& d = device_named(e.name);
        CHECK(d.memory.capacity.value == e.memory);
        CHECK(d.memory.bandwidth.value / e.bandwidth == approx(1.0).epsilon(1e-12));
        CHECK(d.peak.bf16.known() == e.bf16.has_value());
        CHECK(d.peak.fp8.known() == e.fp8.has_value());
        if (e.bf16) CHECK(d.peak.bf16.value / *e.bf16 == approx(1.0).epsilon(1e-12));
        if (e.fp8) CHECK(d.peak.fp8.value / *e.fp8 == approx(1.0).epsilon(1e-12));
        CHECK(d.power.limit.value == e.limit);
    }
}

TEST_CASE("derived peaks are units x FLOP per clock x boost clock") {
    // Consumer tensor cores with fp32 accumulation: 512 FLOP per clock and SM. Clocks in the cited table.
    const auto peak = [](int units, double per_clock, double megahertz) { return units * per_clock * megahertz * 1e6; };
    CHECK(catalog::rtx_4090.peak.bf16.value.value() == approx(peak(128, 512, 2520)).epsilon(1e-3));
    CHECK(catalog::rtx_3090.peak.bf16.value.value() == approx(peak(82, 512, 1695)).epsilon(1e-3));
    CHECK(catalog::rtx_3090_ti.peak.bf16.value.value() == approx(peak(84, 512, 1860)).epsilon(1e-3));
    CHECK(catalog::rtx_4090_d.peak.bf16.value.value() == approx(peak(114, 512, 2520)).epsilon(1e-3));
    CHECK(catalog::rtx_4000_ada.peak.bf16.value.value() == approx(peak(48, 1024, 2175)).epsilon(1e-3));
    CHECK(catalog::rtx_pro_4500.peak.fp4.value.value() == approx(peak(82, 4096, 2407)).epsilon(1e-3));
    CHECK(catalog::rtx_5090.peak.fp4.value.value() == approx(peak(170, 4096, 2407)).epsilon(1e-3));
    CHECK(catalog::rtx_6000_ada.peak.bf16.value.value() == approx(peak(142, 1024, 2505)).epsilon(1e-3));
    CHECK(catalog::apple_m3_max_40.peak.fp32.value.value() == approx(peak(40, 256, 1398)).epsilon(1e-3));
    CHECK(catalog::apple_m4_max_32.peak.fp32.value.value() == approx(peak(32, 256, 1678)).epsilon(1e-3));
}

TEST_CASE("links: one direction, how many devices, and which switch adds") {
    CHECK(catalog::h100_sxm.scale_up.per_direction.value == 450_GB_per_s);
    CHECK(catalog::h100_sxm.scale_up.devices == 8);
    CHECK(catalog::h100_sxm.scale_up.in_switch_reduction);
    CHECK(catalog::a100_sxm_80.scale_up.per_direction.value == 300_GB_per_s);
    CHECK_FALSE(catalog::a100_sxm_80.scale_up.in_switch_reduction);
    CHECK(catalog::gb200.scale_up.per_direction.value == 900_GB_per_s);
    CHECK(catalog::gb200.scale_up.devices == 72);
    CHECK(catalog::h800_sxm.scale_up.per_direction.value == 200_GB_per_s);
    CHECK(catalog::a800_sxm_80.scale_up.per_direction.value == 200_GB_per_s);
    CHECK_FALSE(catalog::a800_sxm_80.scale_up.in_switch_reduction);
    CHECK(catalog::mi300x.scale_up.per_direction.value == 7 * 64_GB_per_s);
    CHECK(catalog::mi300x.scale_up.kind == fabric::xgmi);
    CHECK(catalog::gaudi3.scale_up.per_direction.value == 21 * 200_Gb_per_s);
    CHECK(catalog::gaudi3.scale_out.per_direction.value == 3 * 200_Gb_per_s);
    CHECK(catalog::a40.scale_up.devices == 2);
    CHECK_FALSE(catalog::l4.scale_up.present());
    CHECK(catalog::l4.host_link.per_direction.value == 32_GB_per_s);
    CHECK(catalog::h100_sxm.host_link.per_direction.value == 64_GB_per_s);
    CHECK(catalog::gh200_96.host_link.per_direction.value == 450_GB_per_s);
}

TEST_CASE("every device has a unique name, memory, bandwidth and a peak, each with a source") {
    std::set<std::string_view> names;
    for (const device<>* d : all_devices) {
        const std::string_view name = d->name;
        CAPTURE(name);
        CHECK(names.insert(name).second);
        CHECK(find_device(name) == d);
        CHECK_FALSE(d->title.empty());
        CHECK_FALSE(d->architecture.empty());
        CHECK(d->year >= 2017);
        CHECK(d->year <= 2026);

        const auto cited = [](const auto& figure) {
            CHECK_FALSE(figure.text.empty());
            CHECK_FALSE(figure.date.empty());
            CHECK(figure.kind != evidence::user);
            CHECK(figure.value.value() > 0.0);
        };
        const bool installed_by_owner = d->kind == device_class::cpu && d->memory.kind == memory_kind::ddr;
        CHECK(d->memory.capacity.known() != installed_by_owner);
        CHECK(d->memory.bandwidth.known());
        flop_rate<> greatest{};
        for (number_format f : all_number_formats) {
            const auto& rate = d->peak.of(f);
            if (!rate.known()) continue;
            cited(rate);
            greatest = larger(greatest, rate.value);
        }
        CHECK(greatest > flop_rate<>{});
        const auto cited_if_known = [&](const auto& figure) {
            if (figure.known()) cited(figure);
        };
        cited(d->memory.bandwidth);
        cited_if_known(d->memory.capacity);
        cited_if_known(d->cache.capacity);
        cited_if_known(d->power.limit);
        cited_if_known(d->list_price);
        for (const interconnect<>* l : {&d->scale_up, &d->host_link, &d->scale_out}) {
            CHECK(l->per_direction.known() == (l->kind != fabric::none));
            cited_if_known(l->per_direction);
            CHECK(l->devices >= 1);
            if (l->in_switch_reduction) CHECK(l->kind == fabric::nvlink);
        }
    }
}

TEST_CASE("figures are physically credible") {
    for (const device<>* d : all_devices) {
        CAPTURE(d->name.view());
        const auto& p = d->peak;
        const auto& sixteen_bit = p.bf16.known() ? p.bf16 : p.fp16.known() ? p.fp16 : p.fp32;
        const auto ridge = sixteen_bit.value / d->memory.bandwidth.value / 1_FLOP_per_B;
        // The cores of a chip whose memory is made for its GPU have more bandwidth than they can multiply with.
        const bool beside_gpu = d->kind == device_class::cpu && d->memory.kind == memory_kind::lpddr;
        CHECK(ridge > (beside_gpu ? 2.0 : 10.0));
        CHECK(ridge < 1000.0);
        // A narrower floating-point format is never slower.
        const sourced<flop_rate<>>* widest_first[] = {&p.fp32, &p.tf32, &p.bf16, &p.fp8, &p.fp6, &p.fp4};
        flop_rate<> wider{};
        for (const auto* rate : widest_first) {
            if (!rate->known()) continue;
            CHECK(rate->value >= wider);
            wider = rate->value;
        }
        if (d->power.limit.known()) {
            CHECK(d->power.limit.value >= 10_W);
            CHECK(d->power.limit.value <= 2000_W);
        }
        if (d->memory.capacity.known() && d->cache.capacity.known())
            CHECK(d->cache.capacity.value < 0.1 * d->memory.capacity.value);
        if (d->scale_up.present()) CHECK(d->scale_up.per_direction.value < d->memory.bandwidth.value);
    }
}

TEST_CASE("what the sources leave out stays absent") {
    CHECK_FALSE(catalog::v100_sxm2_32.peak.bf16.known());  // no such multiply
    CHECK_FALSE(catalog::a100_sxm_80.peak.fp8.known());
    CHECK_FALSE(catalog::h100_sxm.peak.int4.known());
    CHECK_FALSE(catalog::apple_m1.power.limit.known());  // not published
    CHECK_FALSE(catalog::trainium2.power.limit.known());
    CHECK_FALSE(catalog::mi300a.scale_up.present());
    CHECK(catalog::b100.peak.bf16.kind == evidence::recalled);
    CHECK(catalog::epyc_9654.memory.bandwidth.kind == evidence::recalled);
    CHECK(catalog::rtx_4080.peak.bf16.kind == evidence::derived);
    CHECK(catalog::h100_sxm.peak.bf16.kind == evidence::datasheet);
}

TEST_CASE("aliases name devices, and an unknown name is an error with the nearest") {
    for (const auto& a : device_aliases) {
        CAPTURE(a.alias);
        REQUIRE(find_device(a.alias) != nullptr);
        CHECK(find_device(a.alias)->name.view() == a.name);
        for (std::string_view name : device_names) CHECK_FALSE(same_name(a.alias, name));
    }
    CHECK(find_device("") == nullptr);
    CHECK_THROWS_WITH_AS(device_named("h100-sxn"),
                         doctest::Contains("unknown device \"h100-sxn\"; the nearest are h100-sxm"), error);
    CHECK_THROWS_WITH_AS(device_named("mi399x"), doctest::Contains("nearest are mi3"), error);
}

TEST_CASE("all rows of the shared hardware table are here, figure by figure") {
    const auto rows = shared_data::rows("hardware/hardware.csv");
    if (rows.empty()) {
        MESSAGE("skipped: hardware/hardware.csv of the shared data is not here (set GAMBREL_DATA)");
        return;
    }
    CHECK(rows.size() == 109);
    const std::map<std::string, std::string> figure_of{{"mem_gb", "memory"},
                                                       {"mem_bw_gb_s", "bandwidth"},
                                                       {"tdp_w", "power"},
                                                       {"intra_link_gb_s_per_dir", "scale_up"},
                                                       {"pcie_gb_s_per_dir", "host_link"}};
    std::set<std::string> in_table;
    for (const auto& row : rows) {
        const std::string& id = row.at("id");
        CAPTURE(id);
        in_table.insert(id);
        const device<>* found = find_device(id);
        REQUIRE(found != nullptr);
        const device<>& d = *found;
        const auto same = [&](const auto& figure, const std::string& column, double unit) {
            CAPTURE(column);
            // Mended since the table was made (docs/catalog-hardware.md, "Checked").
            if (id == "b100" && (column == "mem_gb" || column == "mem_bw_gb_s")) return;
            const std::string name =
                figure_of.count(column) ? figure_of.at(column) : column.substr(0, column.find('_'));
            if (read_in_a_sheet(id, name)) return;
            const std::string& cell = row.at(column);
            CHECK(figure.known() == !cell.empty());
            if (!cell.empty()) CHECK(figure.value.value() / unit == approx(std::stod(cell)).epsilon(1e-12));
        };
        same(d.memory.capacity, "mem_gb", 1024.0 * 1024.0 * 1024.0);
        same(d.memory.bandwidth, "mem_bw_gb_s", 1e9);
        same(d.cache.capacity, "l2_mb", 1e6);
        same(d.power.limit, "tdp_w", 1.0);
        same(d.list_price, "list_price_usd", 1.0);
        if (!row.at("sms_or_cores").empty()) CHECK(d.compute_units == std::stoi(row.at("sms_or_cores")));

        const bool unpublished = d.kind == device_class::apple && row.at("fp32_tflops").empty();  // derived instead
        const bool geforce = d.vendor == vendor::nvidia && d.kind == device_class::consumer_gpu;  // fp32 accumulation
        if (!unpublished) {
            same(d.peak.fp32, "fp32_tflops", 1e12);
            same(d.peak.fp16, geforce ? "bf16_tflops_dense" : "fp16_tensor_tflops_dense", 1e12);
        }
        same(d.peak.tf32, "tf32_tflops_dense", 1e12);
        same(d.peak.bf16, "bf16_tflops_dense", 1e12);
        same(d.peak.fp8, "fp8_tflops_dense", 1e12);
        same(d.peak.fp6, "fp6_tflops_dense", 1e12);
        same(d.peak.fp4, "fp4_tflops_dense", 1e12);
        same(d.peak.int8, "int8_tops_dense", 1e12);
        same(d.peak.int4, "int4_tops_dense", 1e12);

        if (d.kind == device_class::gaudi)  // 21 of 24 ports inside the node
            CHECK(d.scale_up.per_direction.value / 1_GB_per_s ==
                  approx(std::stod(row.at("intra_link_gb_s_per_dir")) * 21 / 24));
        else if (id == "gb10")  // its network
            same(d.scale_out.per_direction, "intra_link_gb_s_per_dir", 1e9);
        else same(d.scale_up.per_direction, "intra_link_gb_s_per_dir", 1e9);
        const bool by_c2c = d.host_link.name == catalog::links::c2c.name;
        if (d.kind != device_class::cpu && !by_c2c) same(d.host_link.per_direction, "pcie_gb_s_per_dir", 1e9);
    }
    for (const expected& e : typed_by_hand) in_table.insert(std::string(e.name));  // boards that measured rows needed
    for (const auto& row : boards()) in_table.insert(row.at("id"));
    for (const sister& s : sisters) in_table.insert(s.bin->name.str());
    for (std::string_view name : device_names)
        if (name != "mi250x-gcd") CHECK_MESSAGE(in_table.contains(std::string(name)), name);
}
