//! What a step allocates, and where large networks are made.

#![allow(clippy::float_cmp)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use dimwise::prelude::*;

/// Counts the heap calls of each thread.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: passes every call on to the system's allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.with(|calls| calls.set(calls.get() + 1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        CALLS.with(|calls| calls.set(calls.get() + 1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(start, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn heap_calls(work: impl FnOnce()) -> usize {
    let before = CALLS.get();
    work();
    CALLS.get() - before
}

network! { type Mlp = [Affine<U784, U50>, Relu<U50>, Affine<U50, U10>]; }

#[test]
fn a_step_allocates_nothing() {
    let samples = vec![Tensor::<U784>::from_fn(|pixel| pixel as f32 / 784.0); 32];
    let targets: Vec<_> = (0..32).map(|sample| Class::<U10>::new(sample % 10).unwrap()).collect();
    let network = Mlp::initialized(HeNormal, 1);
    let optimizer = Momentum::new(0.1, 0.9);
    let mut trainer =
        Trainer::<Mlp, CrossEntropy, Momentum<Mlp>, U32>::new(network, CrossEntropy, optimizer, 1);
    trainer.step(&samples, &targets).unwrap();

    let calls = heap_calls(|| {
        for _ in 0..10 {
            trainer.step(&samples, &targets).unwrap();
        }
    });
    assert_eq!(calls, 0);
}

network! {
    /// 125 million parameters: 500 MB.
    type Large = [Affine<dim!(11_181), dim!(11_181)>];
}

#[test]
fn half_a_gigabyte_is_made_inside_two_mebibytes_of_stack() {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let made = thread.spawn(|| {
        let mut network = Large::zeroed();
        let mut workspace = Workspace::<Large, U32>::zeroed();
        network.as_mut_slice()[0] = 1.0;
        let samples = dimwise::plain::zeroed_slice::<Tensor<dim!(11_181)>>(1);
        (size_of_val(&*network), workspace.forward(&network, &samples)[0][0])
    });
    let (bytes, output) = made.unwrap().join().unwrap();
    assert_eq!((bytes, output), (4 * (11_181 * 11_181 + 11_181), 0.0));
    assert!(bytes >= 500_000_000);
}
