//! 10,000 damaged files with a fixed seed: a network or a refusal, never a panic, and never more memory than stated.

#[path = "../../../../tests/damage/mod.rs"]
mod damage;
#[path = "../../../../tests/heap/mod.rs"]
mod heap;

use std::panic::catch_unwind;

use damage::{Random, damage};

use super::{files, folder};
use crate::import;

const FILES: usize = 10_000;

/// What may be held at a time, for files of at most 30 KB.
const MOST: usize = 1 << 20;

#[test]
fn damaged_files_are_refused_or_imported() {
    let files = files();
    let (mut random, mut imported, mut most) = (Random(1), 0, 0);
    for number in 0..FILES {
        let (name, bytes) = &files[number % files.len()];
        let mut bytes = bytes.clone();
        for _ in 0..1 + random.below(3) {
            damage(&mut bytes, &mut random);
        }
        let (result, peak) = heap::peak(|| catch_unwind(|| import(&bytes, folder()).is_ok()));
        let result = result.unwrap_or_else(|_| panic!("file {number}, of {name}"));
        assert!(peak <= MOST, "file {number}, of {name}: {peak} bytes");
        imported += usize::from(result);
        most = most.max(peak);
    }
    // Some are damaged where it does not matter, in a weight or a name.
    assert!(imported > FILES / 20 && imported < FILES / 2, "{imported} are imported");
    println!("{imported} of {FILES} are imported, at most {most} bytes are held");
}
