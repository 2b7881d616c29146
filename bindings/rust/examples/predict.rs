// SPDX-License-Identifier: Apache-2.0
//! A question and its answer, and a wrong one: cargo run --example predict
fn main() {
    let answer = gambrel::predict(r#"{"model": "llama-3.1-8b", "device": "h100-sxm", "concurrency": 64}"#);
    let feasible = answer.contains(r#""feasible":true"#);
    println!("{}, interface {}: feasible {feasible}", gambrel::version(), gambrel::interface());
    println!("{}", gambrel::predict(r#"{"model": "llama-3.1-8b", "device": "h100-sxm", "concurency": 64}"#));
}
