// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <measurement/measured_rows.hpp>

using namespace gambrel;

// llama-bench computes a prompt 512 tokens at a time (`-ub`, 512 by default), whatever `-b` allows beyond that.
TEST_CASE("tokens of one pass of llama.cpp: 512 unless the row says otherwise") {
    const auto pass_tokens = [](const std::string& notes) {
        std::istringstream table(
            "date,hardware,num_devices,backend,model,params_b,quant,file_size_gib,test,batch,threads,ngl,value_tok_s,"
            "notes\n2025-08,RTX 4090 24GB,1,cuda,llama 8B,,Q4_K_M,4.58,pp2048,1,,99,5000," +
            notes + "\n");
        const measured_row m = read_measurements(table, measured_rows::shipped()).at(0);
        REQUIRE(m.ok());
        return m.runtime.scheduling.token_budget;
    };
    CHECK(pass_tokens("fa=1") == 512);
    CHECK(pass_tokens("ub=1024") == 1024);
    CHECK(pass_tokens("ubatch=256") == 256);
    CHECK(pass_tokens("n_batch=2048") == 512);
    CHECK(pass_tokens("n_batch=128") == 128);
}
