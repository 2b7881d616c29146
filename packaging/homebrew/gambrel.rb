# SPDX-License-Identifier: Apache-2.0
# Before it can be used: the address and the sha256 of the release's archive (RELEASING.md).
class Gambrel < Formula
  desc "Predicts the speed, memory and cost of LLM inference without running it"
  homepage "https://gambrel.invalid"
  url "https://gambrel.invalid/gambrel-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  depends_on "cli11" => :build
  depends_on "cmake" => :build
  depends_on "boost"
  depends_on "eigen"
  depends_on "fmt"
  depends_on "nlohmann-json"

  def install
    off = %w[TESTS EXAMPLES BENCHMARKS PYTHON].map { |part| "-DGAMBREL_#{part}=OFF" }
    system "cmake", "-S", ".", "-B", "build", *off, *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    assert_match "TTFT", shell_output("#{bin}/gambrel predict --model llama-3.1-8b --device h100-sxm")
    (testpath/"test.cpp").write <<~CPP
      #include <gambrel/gambrel.hpp>
      using namespace gambrel::literals;
      static_assert(989_TFLOP_per_s / 3.35_TB_per_s > 200_FLOP_per_B);
      int main() {}
    CPP
    system ENV.cxx, "-std=c++20", "test.cpp", "-I#{include}", "-I#{Formula["boost"].include}", "-o", "test"
  end
end
