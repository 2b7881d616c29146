// SPDX-License-Identifier: Apache-2.0

// Package gambrel asks Gambrel's C interface (bindings/c/gambrel.h) from Go: a question is anything that encoding/json writes as
// an object, an answer is decoded into whatever the caller gives. Calls may come from any number of goroutines.
//
// It links libgambrel: where it is installed out of the way, set CGO_CFLAGS and CGO_LDFLAGS from
// `pkg-config --cflags --libs gambrel-c`.
package gambrel

/*
#cgo LDFLAGS: -lgambrel
#include <gambrel.h>
#include <stdlib.h>

typedef char *(*gambrel_entry)(const char *);
static char *ask(gambrel_entry entry, const char *question) { return entry(question); }
static gambrel_entry entry_predict(void) { return gambrel_predict; }
static gambrel_entry entry_explain(void) { return gambrel_explain; }
static gambrel_entry entry_serve(void) { return gambrel_serve; }
static gambrel_entry entry_simulate(void) { return gambrel_simulate; }
static gambrel_entry entry_sweep(void) { return gambrel_sweep; }
static gambrel_entry entry_launch(void) { return gambrel_launch; }
static gambrel_entry entry_model(void) { return gambrel_model; }
static gambrel_entry entry_device(void) { return gambrel_device; }
static gambrel_entry entry_runtime(void) { return gambrel_runtime; }
static gambrel_entry entry_models(void) { return gambrel_models; }
static gambrel_entry entry_devices(void) { return gambrel_devices; }
static gambrel_entry entry_runtimes(void) { return gambrel_runtimes; }
static gambrel_entry entry_workloads(void) { return gambrel_workloads; }
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"unsafe"
)

// Question is the usual form of one: Question{"model": "llama-3.1-8b", "device": "h100-sxm", "concurrency": 64}.
type Question map[string]any

// Figure is a predicted value with its 80 % range.
type Figure struct {
	Value, Low, High float64
	Unit             string
}

// Error is what is wrong in a question.
type Error struct {
	Kind, Message string
}

func (e *Error) Error() string { return fmt.Sprintf("gambrel: %s: %s", e.Kind, e.Message) }

// Version of the library that is linked.
func Version() string { return C.GoString(C.gambrel_version()) }

// Interface is its version of gambrel.h.
func Interface() int { return int(C.gambrel_interface()) }

func Predict(question, answer any) error   { return ask(C.entry_predict(), question, answer) }
func Explain(question, answer any) error   { return ask(C.entry_explain(), question, answer) }
func Serve(question, answer any) error     { return ask(C.entry_serve(), question, answer) }
func Simulate(question, answer any) error  { return ask(C.entry_simulate(), question, answer) }
func Sweep(question, answer any) error     { return ask(C.entry_sweep(), question, answer) }
func Launch(question, answer any) error    { return ask(C.entry_launch(), question, answer) }
func Model(question, answer any) error     { return ask(C.entry_model(), question, answer) }
func Device(question, answer any) error    { return ask(C.entry_device(), question, answer) }
func Runtime(question, answer any) error   { return ask(C.entry_runtime(), question, answer) }
func Models(question, answer any) error    { return ask(C.entry_models(), question, answer) }
func Devices(question, answer any) error   { return ask(C.entry_devices(), question, answer) }
func Runtimes(question, answer any) error  { return ask(C.entry_runtimes(), question, answer) }
func Workloads(question, answer any) error { return ask(C.entry_workloads(), question, answer) }

// PredictText is Predict on texts: the question and the answer as JSON, errors among them.
func PredictText(question string) string { return text(C.entry_predict(), question) }

func text(entry C.gambrel_entry, question string) string {
	q := C.CString(question)
	defer C.free(unsafe.Pointer(q))
	a := C.ask(entry, q)
	defer C.gambrel_free(a)
	return C.GoString(a)
}

func ask(entry C.gambrel_entry, question, answer any) error {
	q, err := json.Marshal(question)
	if err != nil {
		return err
	}
	a := []byte(text(entry, string(q)))
	if len(a) > 0 && a[0] == '{' { // lists are never errors
		var wrong struct{ Error *Error }
		if err := json.Unmarshal(a, &wrong); err != nil {
			return err
		}
		if wrong.Error != nil {
			return wrong.Error
		}
	}
	return json.Unmarshal(a, answer)
}
