// SPDX-License-Identifier: Apache-2.0
//! Where libgambrel is: GAMBREL_LIB_DIR, else where the linker looks.
fn main() {
    println!("cargo:rerun-if-env-changed=GAMBREL_LIB_DIR");
    if let Ok(folder) = std::env::var("GAMBREL_LIB_DIR") {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
