// SPDX-License-Identifier: Apache-2.0
use std::thread;

const QUESTION: &str = r#"{"model": "llama-3.1-8b", "device": "h100-sxm", "concurrency": 64}"#;

#[test]
fn an_answer_and_the_version() {
    assert!(gambrel::predict(QUESTION).contains(r#""feasible":true"#));
    assert!(gambrel::devices(r#"{"part": "h100"}"#).starts_with('['));
    assert_eq!(gambrel::interface(), 1);
    assert!(gambrel::version().contains('.'));
}

#[test]
fn an_error_names_what_is_wrong() {
    assert!(gambrel::predict(r#"{"interface": 2}"#).contains(r#""kind":"interface""#));
    assert!(gambrel::predict("no json").contains(r#""kind":"not_json""#));
    assert!(gambrel::predict("a zero\0byte").contains("zero byte"));
}

#[test]
fn threads_get_the_same() {
    let wanted = gambrel::predict(QUESTION);
    let all: Vec<_> = (0..8).map(|_| thread::spawn(|| gambrel::predict(QUESTION))).collect();
    for each in all {
        assert_eq!(each.join().unwrap(), wanted);
    }
}
