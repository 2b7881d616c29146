// SPDX-License-Identifier: Apache-2.0
//! Gambrel's C interface (bindings/c/gambrel.h) from Rust: a question and an answer are JSON texts, which the caller's own JSON
//! library writes and reads. Calls may come from any number of threads.
use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_int};

#[link(name = "gambrel")]
extern "C" {
    fn gambrel_version() -> *const c_char;
    fn gambrel_interface() -> c_int;
    fn gambrel_free(answer: *mut c_char);
}

/// The version of the library that is linked.
pub fn version() -> String {
    unsafe { CStr::from_ptr(gambrel_version()) }.to_string_lossy().into_owned()
}

/// Its version of gambrel.h.
pub fn interface() -> i32 {
    unsafe { gambrel_interface() }
}

macro_rules! entries {
    ($($name:ident $symbol:ident: $what:literal),* $(,)?) => {
        extern "C" { $(fn $symbol(question: *const c_char) -> *mut c_char;)* }
        $(#[doc = $what]
        pub fn $name(question: &str) -> String { ask($symbol, question) })*
    };
}
entries! {
    predict gambrel_predict: "Speed, memory and cost of a deployment.",
    explain gambrel_explain: "The operators of a pass.",
    serve gambrel_serve: "Percentiles under load.",
    simulate gambrel_simulate: "The same, request by request.",
    sweep gambrel_sweep: "The product of lists, as columns.",
    launch gambrel_launch: "What a server's launch line sets.",
    model gambrel_model: "One model.",
    device gambrel_device: "One device.",
    runtime gambrel_runtime: "One runtime.",
    models gambrel_models: "The models of the catalog.",
    devices gambrel_devices: "The devices of the catalog.",
    runtimes gambrel_runtimes: "The runtimes of the catalog.",
    workloads gambrel_workloads: "The workloads of the catalog.",
}

fn ask(entry: unsafe extern "C" fn(*const c_char) -> *mut c_char, question: &str) -> String {
    let question = match CString::new(question) {
        Ok(text) => text,
        Err(_) => return r#"{"error": {"kind": "not_json", "message": "the question holds a zero byte"}}"#.into(),
    };
    unsafe {
        let answer = entry(question.as_ptr());
        let text = CStr::from_ptr(answer).to_string_lossy().into_owned();
        gambrel_free(answer);
        text
    }
}
