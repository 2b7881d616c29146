// SPDX-License-Identifier: Apache-2.0

package gambrel

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

type prediction struct {
	Feasible   bool
	Reason     string
	TPOT, TTFT Figure
}

var llama = Question{"model": "llama-3.1-8b", "device": "h100-sxm", "concurrency": 64}

// The fewest GPUs that serve a model within 25 ms a token, as an autoscaler asks.
func ExamplePredict() {
	for _, gpus := range []int{1, 2, 4, 8} {
		var p prediction
		q := Question{"model": "llama-3.1-70b", "device": "h100-sxm", "tp": gpus, "weights": "fp8", "concurrency": 16}
		if err := Predict(q, &p); err != nil {
			fmt.Println(err)
			return
		}
		if p.Feasible && p.TPOT.High < 0.025 {
			fmt.Println(gpus, "GPUs")
			return
		}
	}
	// Output: 4 GPUs
}

func TestAnswers(t *testing.T) {
	var p prediction
	if err := Predict(llama, &p); err != nil || !p.Feasible || p.TPOT.Value <= 0 || p.TPOT.Unit != "s" {
		t.Fatal(err, p)
	}
	var devices []struct{ Name string }
	if err := Devices(Question{"part": "h100"}, &devices); err != nil || len(devices) == 0 {
		t.Fatal(err, devices)
	}
	if Interface() != 1 || Version() == "" {
		t.Fatal(Interface(), Version())
	}
}

func TestAnErrorNamesWhatIsWrong(t *testing.T) {
	var wrong *Error
	err := Predict(Question{"model": "llama-3.1-8b", "device": "h100-sxm", "concurency": 64}, &prediction{})
	if !errors.As(err, &wrong) || wrong.Kind != "wrong_value" || !strings.Contains(wrong.Message, "concurrency") {
		t.Fatal(err)
	}
	err = Predict(Question{"interface": 2}, &prediction{})
	if !errors.As(err, &wrong) || wrong.Kind != "interface" {
		t.Fatal(err)
	}
}

func TestGoroutines(t *testing.T) {
	const question = `{"model": "llama-3.1-8b", "device": "h100-sxm", "concurrency": 64}`
	wanted := PredictText(question)
	var all sync.WaitGroup
	for i := 0; i < 16; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := 0; j < 20; j++ {
				if PredictText(question) != wanted {
					t.Error("another answer")
				}
			}
		}()
	}
	all.Wait()
}

func BenchmarkPredictText(b *testing.B) {
	const question = `{"model": "llama-3.1-8b", "device": "h100-sxm", "runtime": "vllm", "concurrency": 64}`
	for i := 0; i < b.N; i++ {
		PredictText(question)
	}
}
