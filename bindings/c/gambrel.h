/* SPDX-License-Identifier: Apache-2.0
 *
 * Gambrel from C, and from whatever calls C: a question in JSON, an answer in JSON.
 *
 *     char *answer = gambrel_predict("{\"model\": \"llama-3.1-8b\", \"device\": \"h100-sxm\", \"concurrency\": 64}");
 *     ...
 *     gambrel_free(answer);
 *
 * Answers are those of the command's --json (docs/json.md). A question's keys are "model" and "device" (a name of the catalog,
 * a file, or the object such a file holds), "runtime" (a name or an object), "launch" (a server's launch line), "workload" (a
 * name), "calibration" (a file or an object), and the keywords of Python and the command by their names in Python: "tp",
 * "weights", "prompt", "concurrency", "rate_per_s" ... A number is in the unit of its name; text may carry another.
 * "interface": 1 says which version of this interface is meant; another is an error.
 *
 * What is wrong in a question is an answer too: {"gambrel": "0.1.0", "error": {"kind": "...", "message": "..."}}. Kinds:
 * "null_pointer", "not_json", "interface", "wrong_value" (the message names the value and the remedy), "out_of_memory",
 * "internal". A deployment that cannot be is no error: "feasible" is false, with the reason.
 *
 * Every function may be called from any number of threads at once: there is no state. Every answer is the caller's, to be
 * given to gambrel_free once; no function returns NULL, and none throws, prints or ends the program.
 */
#ifndef GAMBREL_H
#define GAMBREL_H

/* The version of this interface: it grows where a function or a key changes its meaning, not where one is added. */
#define GAMBREL_INTERFACE 1

#if defined(_WIN32)
#if defined(GAMBREL_C_BUILDS)
#define GAMBREL_API __declspec(dllexport)
#else
#define GAMBREL_API __declspec(dllimport)
#endif
#else
#define GAMBREL_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Of the library that is loaded: its version ("0.1.0", not to be freed), and its GAMBREL_INTERFACE. */
GAMBREL_API const char *gambrel_version(void);
GAMBREL_API int gambrel_interface(void);

/* Gives an answer back; NULL is allowed. */
GAMBREL_API void gambrel_free(char *answer);

/* Deployments: speed, memory and cost; the operators of a pass; percentiles under load; the same request by request. */
GAMBREL_API char *gambrel_predict(const char *question);
GAMBREL_API char *gambrel_explain(const char *question);
GAMBREL_API char *gambrel_serve(const char *question);
GAMBREL_API char *gambrel_simulate(const char *question); /* also "trace": a file */

/* The product of lists, as columns: every key may hold a list ("model" and "device" too). "limits": {"ttft_p99_ms": ...}
 * are what the column meets_objective is of; "columns": the names of those wanted, else all. At most 1,000,000 rows. */
GAMBREL_API char *gambrel_sweep(const char *question);

/* What a server's launch line sets: {"line": "vllm serve ..."}. */
GAMBREL_API char *gambrel_launch(const char *question);

/* One descriptor: {"model": ..., "kv": ..., "context": ...}, {"device": ...}, {"runtime": ...}. */
GAMBREL_API char *gambrel_model(const char *question);
GAMBREL_API char *gambrel_device(const char *question);
GAMBREL_API char *gambrel_runtime(const char *question);

/* The catalogs: {} for all, {"part": "llama"} for the names that contain it. */
GAMBREL_API char *gambrel_models(const char *question);
GAMBREL_API char *gambrel_devices(const char *question);
GAMBREL_API char *gambrel_runtimes(const char *question);
GAMBREL_API char *gambrel_workloads(const char *question);

#ifdef __cplusplus
}
#endif
#endif
