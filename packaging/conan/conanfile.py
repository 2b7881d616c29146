# SPDX-License-Identifier: Apache-2.0
"""Gambrel for Conan 2, from the tree this file lies in: conan create packaging/conan."""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy

TREE = Path(__file__).resolve().parents[2]


class Gambrel(ConanFile):
    name = "gambrel"
    description = "Predicts the speed, memory and cost of LLM inference without running it"
    license = "Apache-2.0"
    topics = ("llm", "inference", "roofline", "capacity-planning", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"io": [True, False]}
    default_options = {"io": True, "boost/*:header_only": True}
    no_copy_source = True

    def set_version(self):
        text = (TREE / "include/gambrel/version.hpp").read_text(encoding="utf-8")
        self.version = ".".join(re.findall(r"^#define GAMBREL_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", text, re.MULTILINE))

    def export_sources(self):
        for part in ("include/*", "cmake/*", "data/*", "CMakeLists.txt", "LICENSE"):
            copy(self, part, str(TREE), self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("boost/[>=1.74 <2]", transitive_headers=True)
        if self.options.io:
            self.requires("eigen/[>=3.4 <4]", transitive_headers=True)
            self.requires("fmt/[>=9 <12]", transitive_headers=True)
            self.requires("nlohmann_json/[>=3.10 <4]", transitive_headers=True)

    def package_id(self):
        self.info.clear()

    def validate(self):
        check_min_cppstd(self, 20)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "COMMAND", "C", "EXAMPLES", "BENCHMARKS", "PYTHON"):
            toolchain.cache_variables[f"GAMBREL_{part}"] = False
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        copy(self, "LICENSE", self.source_folder, str(Path(self.package_folder) / "licenses"))
        CMake(self).install()

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_find_mode", "none")  # gambrel's own package files: targets gambrel::gambrel, gambrel::io
        self.cpp_info.builddirs = ["share/cmake/gambrel"]
