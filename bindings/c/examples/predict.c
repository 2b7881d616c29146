/* SPDX-License-Identifier: Apache-2.0
 * A question and its answer, and a wrong question: cc predict.c $(pkg-config --cflags --libs gambrel-c) */
#include <gambrel.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    char *answer = gambrel_predict("{\"model\": \"llama-3.1-8b\", \"device\": \"h100-sxm\", \"concurrency\": 64}");
    printf("%s, interface %d: %s\n", gambrel_version(), gambrel_interface(),
           strstr(answer, "\"feasible\":true") != NULL ? "feasible" : "not feasible");
    gambrel_free(answer);

    answer = gambrel_predict("{\"model\": \"llama-3.1-8b\", \"device\": \"h100\", \"concurency\": 64}");
    printf("%s\n", answer);
    gambrel_free(answer);
    return 0;
}
