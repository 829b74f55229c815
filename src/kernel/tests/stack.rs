//! What the kernels take of the stack, as the module says under "Memory".
//!
//! What runs here is run in threads with no more stack than that. For what does not (AVX-512 on a processor
//! without it) the program's own machine code is read.

use std::{println, string::String, thread, vec, vec::Vec};

use super::{Real, convolutions, pooling, products};
use crate::kernel::{DenseSizes, InstructionSet, Windows, dot_rows, sum_pool, sum_pool_gradient};
use crate::layer::tests::every_function;
use crate::optimizer::tests::updates;

/// What a thread needs to run any kernel.
const THREAD: usize = if cfg!(debug_assertions) { 512 * 1024 } else { 192 * 1024 };

/// Runs a check in a thread with that much stack; where it takes more, the whole program ends.
#[track_caller]
fn in_a_small_thread(name: String, check: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().name(name).stack_size(THREAD);
    thread.spawn(check).expect("a thread").join().expect("a check that passes");
}

fn every_kernel<T: Real>(set: InstructionSet) {
    // A row; narrow, tall and wide panels; copies of both matrices.
    for [rows, inner, cols] in [[1, 40, 50], [3, 17, 7], [17, 130, 63], [90, 98, 101]] {
        products::at_every::<T>(997, set, DenseSizes { rows, inner, cols });
    }
    for sizes in convolutions::with_every_option().iter().filter(|sizes| sizes.input_len() < 200) {
        convolutions::convolution::<T>(set, sizes);
    }
    let windows = Windows { image: [9, 24], kernel: [2; 2], out: [4, 12], stride: [2; 2], padding: [0; 2] };
    let overlapping = Windows { kernel: [3; 2], out: [9, 24], stride: [1; 2], padding: [1; 2], ..windows };
    for windows in [windows, overlapping] {
        pooling::pooling::<T>(set, &windows);
        let [pixels, outputs] = [windows.image, windows.out].map(|[height, width]| height * width);
        let (mut x, mut y) = (vec![T::ONE; pixels], vec![T::ONE; outputs]);
        sum_pool(set, &windows, T::ONE, &x, &mut y);
        sum_pool_gradient(set, &windows, T::ONE, &y, &mut x);
    }
    updates::<T>(set, 100);
    let mut numbers = vec![T::ONE; 100];
    dot_rows(set, &[T::ONE; 100], &[T::ONE], &mut numbers);
    every_function::<T>(set);
}

#[test]
fn every_kernel_fits_into_a_small_thread() {
    for set in InstructionSet::all() {
        in_a_small_thread(std::format!("{set:?}, f32"), move || every_kernel::<f32>(set));
        in_a_small_thread(std::format!("{set:?}, f64"), move || every_kernel::<f64>(set));
    }
}

/// The kernels' own part of such a thread.
#[cfg(target_arch = "x86_64")]
const KERNEL: usize = if cfg!(debug_assertions) { 224 * 1024 } else { 168 * 1024 };

#[cfg(target_arch = "x86_64")]
#[test]
fn no_frame_is_too_large_on_a_processor_with_other_instructions() {
    let Some(program) = Program::of_this_test() else {
        println!("no_frame_is_too_large_on_a_processor_with_other_instructions is skipped: no objdump");
        return;
    };
    let mut counts = [0; 3];
    // Those that choose an instruction set, and those that are compiled for one.
    for (address, function) in &program.functions {
        let is_entry = ["5enter", "6single", "6double"].iter().any(|entry| function.name.contains(entry));
        if !(function.name.contains("kernel") && is_entry) {
            continue;
        }
        let depth = program.depth(*address, &mut Vec::new());
        assert!(depth <= KERNEL, "{depth} bytes of stack: {}", function.name);
        for (count, set) in counts.iter_mut().zip(["Avx512", "Avx2", "Portable"]) {
            *count += usize::from(function.name.contains(set));
        }
    }
    assert!(counts.iter().all(|count| *count > 20), "only {counts:?} entries in this program");
}

#[cfg(target_arch = "x86_64")]
use machine_code::Program;

/// The machine code of this program as objdump prints it.
#[cfg(target_arch = "x86_64")]
mod machine_code {
    use std::{collections::BTreeMap, process::Command, string::String, vec::Vec};

    #[derive(Default)]
    pub(super) struct Function {
        pub(super) name: String,
        /// Bytes of the stack that it takes itself.
        frame: usize,
        /// The addresses of the functions that it calls by name.
        calls: Vec<u64>,
    }

    pub(super) struct Program {
        /// By address.
        pub(super) functions: BTreeMap<u64, Function>,
    }

    impl Program {
        /// Nothing where there is no objdump.
        pub(super) fn of_this_test() -> Option<Self> {
            let program = std::env::current_exe().expect("the path of this program");
            let output =
                Command::new("objdump").args(["-d", "--no-show-raw-insn"]).arg(program).output().ok()?;
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let (mut functions, mut last) = (BTreeMap::new(), 0);
            for line in String::from_utf8_lossy(&output.stdout).lines() {
                // `00000000000e1230 <name>:`
                if let Some((address, name)) = line.strip_suffix(">:").and_then(|line| line.split_once(" <"))
                {
                    last = u64::from_str_radix(address, 16).expect("an address");
                    functions.insert(last, Function { name: name.into(), ..Function::default() });
                } else if let (Some(function), Some(instruction)) =
                    (functions.get_mut(&last), line.split('\t').nth(1))
                {
                    function.read(instruction);
                }
            }
            Some(Self { functions })
        }

        /// Bytes of the stack that a function takes with all that it calls, but for panics. `callers` are those
        /// who are waiting for it.
        pub(super) fn depth(&self, address: u64, callers: &mut Vec<u64>) -> usize {
            let Some(function) = self.functions.get(&address) else { return 0 };
            let ends = ["panic", "3fmt", "unwrap_failed", "expect_failed"];
            if callers.contains(&address) || ends.iter().any(|end| function.name.contains(end)) {
                return 0;
            }
            callers.push(address);
            let deepest = function.calls.iter().map(|called| self.depth(*called, callers)).max();
            callers.pop();
            // With the address that it returns to.
            8 + function.frame + deepest.unwrap_or(0)
        }
    }

    impl Function {
        fn read(&mut self, instruction: &str) {
            let (name, operands) = instruction.split_once(' ').unwrap_or((instruction, ""));
            let operands = operands.trim();
            let number = |digits: &str| u64::from_str_radix(digits, 16).ok();
            let between = |before: &str, after: &str| {
                let digits = operands.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                // Where it is negative, the frame is given back.
                digits.and_then(number).filter(|bytes| *bytes < 1 << 40).map_or(0, |bytes| bytes as usize)
            };
            match name {
                "push" => self.frame += 8,
                // `and $0xffffffffffffffc0,%rsp`: up to 64 bytes that are left out.
                "and" if operands.ends_with(",%rsp") => self.frame += 64,
                // `sub $0x118,%rsp`. A large frame is taken page by page, in a loop that ends at `%r11`: there it
                // stands for one page, and the others are in what is subtracted from that.
                "sub" => self.frame += between("$0x", ",%rsp") + between("$0x", ",%r11").saturating_sub(4096),
                "lea" => self.frame += between("-0x", "(%rsp),%r11").saturating_sub(4096),
                // `call 5e2f0 <name>`, and the same for the last one, which takes its caller's place.
                "call" | "jmp" if operands.ends_with('>') && !operands.contains('+') => {
                    self.calls.extend(operands.split(' ').next().and_then(number));
                }
                _ => {}
            }
        }
    }
}
