//! Files that cannot be imported and networks that do not fit, and what the compiler says: `ui/*.rs` and the `.stderr`
//! beside each. `TRYBUILD=overwrite cargo test -p dimwise-onnx --test ui` writes them anew.

use std::fs;
use std::path::Path;

#[test]
fn wrong_programs_do_not_compile() {
    // trybuild builds in a package of its own, below whose folder the macro looks.
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/dimwise-onnx");
    for file in ["tests/ui/hard_swish.onnx", "tests/models/double_old.onnx"] {
        let copy = package.join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), copy).unwrap();
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
