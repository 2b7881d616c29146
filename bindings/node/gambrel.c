/* SPDX-License-Identifier: Apache-2.0
 * Gambrel's C interface as a Node-API addon: every entry is a function from a text to a text. gambrel.js is what is used. */
#define NAPI_VERSION 8
#include <gambrel.h>
#include <node_api.h>
#include <stdlib.h>

typedef char *(*entry)(const char *);
static const struct {
    const char *name;
    entry ask;
} entries[] = {
    {"predict", gambrel_predict},   {"explain", gambrel_explain},   {"serve", gambrel_serve},
    {"simulate", gambrel_simulate}, {"sweep", gambrel_sweep},       {"launch", gambrel_launch},
    {"model", gambrel_model},       {"device", gambrel_device},     {"runtime", gambrel_runtime},
    {"models", gambrel_models},     {"devices", gambrel_devices},   {"runtimes", gambrel_runtimes},
    {"workloads", gambrel_workloads},
};

static napi_value text_of(napi_env env, const char *text) {
    napi_value value = NULL;
    napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
    return value;
}

/* The entry stands in `data`. An argument that is no text is asked as a null pointer, which is an error object. */
static napi_value ask(napi_env env, napi_callback_info info) {
    size_t count = 1, size = 0;
    napi_value argument = NULL, answer;
    void *data = NULL;
    char *question = NULL, *text;
    napi_get_cb_info(env, info, &count, &argument, NULL, &data);
    if (count == 1 && napi_get_value_string_utf8(env, argument, NULL, 0, &size) == napi_ok) {
        question = malloc(size + 1);
        if (question != NULL) napi_get_value_string_utf8(env, argument, question, size + 1, &size);
    }
    text = entries[(size_t)data].ask(question);
    free(question);
    answer = text_of(env, text);
    gambrel_free(text);
    return answer;
}

NAPI_MODULE_INIT() {
    napi_value value;
    size_t i;
    for (i = 0; i < sizeof entries / sizeof *entries; ++i) {
        napi_create_function(env, entries[i].name, NAPI_AUTO_LENGTH, ask, (void *)i, &value);
        napi_set_named_property(env, exports, entries[i].name, value);
    }
    napi_set_named_property(env, exports, "version", text_of(env, gambrel_version()));
    napi_create_int32(env, gambrel_interface(), &value);
    napi_set_named_property(env, exports, "interface", value);
    return exports;
}
