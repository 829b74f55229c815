//! Kernels: what computes. Matrix products, convolutions, pooling, functions over slices.
//!
//! All are for matrices that are row-major and dense, and run on an [`InstructionSet`]: all versions are
//! compiled, and [`InstructionSet::best`] chooses when the program runs. The environment variable
//! `DIMWISE_INSTRUCTION_SET` (`portable`, `avx2` or `avx512`) makes a whole process run on another one.
//!
//! # Memory
//!
//! They need none but the stack, on any instruction set:
//!
//! | at most | optimised | in a debug build |
//! |---|---|---|
//! | any kernel | 168 KiB | 224 KiB |
//! | where no layer has 96 outputs or more, in `f32` | 76 KiB | 146 KiB |
//! | the same in `f64` | 124 KiB | 146 KiB |
//! | a thread that trains, with all that it calls | 192 KiB | 512 KiB |
//!
//! In `f32` nothing is allocated. In `f64` each product of several rows (forward, by the weights, by the input, and
//! a matrix product of tensors) takes a packing buffer from the heap and gives it back: with `M` rows and `N` columns
//! of the result and `K` terms a sum, about `min(K, 256) · (min(M, 64) + min(N, 1024))` numbers, at most 2.2 MB. Each
//! thread takes its own, and forward a new one every 128 rows. Single samples, convolutions and all else take none.
//!
//! # Same bits
//!
//! Each output of a product is one chain of additions, in the order of its reduction:
//! `fma(left_n, right_n, … fma(left_1, right_1, start))`. Tiles, blocks and panels only decide which
//! chains advance together. So no bit of a result depends on how many rows are computed at once, on
//! how rows or columns are split over threads, or on which fused instruction set runs; and a batch
//! of `n` equals `n` batches of one.
//!
//! Which code computes a product depends on its element type alone: that of `f64` matrices is `matrixmultiply`'s,
//! whose chains begin anew every 256 terms (see `dgemm`), and the kernel for a single row adds up in that order, too.
//! `matrixmultiply` knows nothing of an instruction set that is asked for. So where a processor that can fuse is made
//! to run as `portable`, a single `f64` sample is rounded otherwise than in a batch: there alone.
//!
//! # Layers of the module
//!
//! | file | knows |
//! |---|---|
//! | `operation` | what a kernel computes, and how it is compiled and called |
//! | `instruction_set` | the list of instruction sets, and which of them is used |
//! | `vector` | vectors of numbers; a file for each instruction set |
//! | `microkernel` | a microtile of sums in registers, over a cache block of the reduction (loop 0) |
//! | `macrokernel` | the loops around it: rows into microtiles (1), columns into micropanels (2) |
//! | `gemm` | matrix products, and the loop over cache blocks of the reduction (4) |
//! | `packed_gemm` | larger ones, with the loop over cache blocks of rows (3), whose left matrix is packed |
//! | `packing` | the right matrix packed while it is read |
//! | `dgemm` | products in `f64`, by matrixmultiply |
//! | `dense` | the three products of a dense layer |
//! | `vector_matrix` | a single sample |
//! | `vector_gradients` | its gradients |
//! | `dot` | a single column, and sums of rows |
//! | `four_lanes` | four numbers in a register, and 4×4 blocks |
//! | `transpose` | the transpose of a matrix |
//! | `scratch` | memory for packing, on the stack |
//! | `im2col` | the matrix that is made of an image, block by block |
//! | `implicit_gemm` | products with that matrix, of which no more than a block is there at a time |
//! | `sub_grid` | every so manieth pixel: what a stride leads back to |
//! | `scattered_gemm` | products with the image itself, added where they belong: few filters |
//! | `kernel_gradient` | the gradient by the kernels: another product with that matrix |
//! | `pixel_sums` | the same where there are few filters, or small kernels |
//! | `convolution` | the three products of a convolution |
//! | `pool`, `max_pool_2x2` | windows over a channel |
//! | `elementwise`, `elementary` | functions of one number over slices |
//! | `magnitude` | the largest number, sums of powers |

mod convolution;
mod dense;
mod dgemm;
mod dot;
mod elementary;
mod elementwise;
mod four_lanes;
mod gemm;
mod im2col;
mod implicit_gemm;
mod instruction_set;
mod kernel_gradient;
mod macrokernel;
mod magnitude;
mod max_pool_2x2;
mod microkernel;
mod operation;
mod packed_gemm;
mod packing;
mod pixel_sums;
mod pool;
mod scattered_gemm;
mod scratch;
mod sub_grid;
mod transpose;
mod vector;
mod vector_gradients;
mod vector_matrix;
#[cfg(test)]
mod tests;

// The one door: what other modules may use.
pub(crate) use convolution::{
    ConvolutionSizes, add_kernel_gradient, add_laid_out, add_turned, convolution_input_gradient, convolve,
    turn_kernels,
};
pub(crate) use dense::{
    DenseSizes, add_weight_gradient, forward, forward_packed, forward_row, input_gradient,
};
pub(crate) use dot::{add_row, dot, dot_rows, dot_rows_inline, sum, sum_rows};
pub(crate) use elementary::{
    Exponential, HyperbolicTangent, Logistic, between, exp, exp_m1, exp_of_sum, multiply_add, polynomial,
    positive, times_power_of_two,
};
pub(crate) use elementwise::{Function, Map, Multiply, elementwise};
pub(crate) use instruction_set::InstructionSet;
pub(crate) use magnitude::{largest_magnitude, power_sums};
pub(crate) use operation::{Compiled, Entries, Operation, compiled, family};
pub(crate) use packed_gemm::{pack, packed_len};
pub(crate) use pool::{
    Windows, max_pool, max_pool_gradient, max_pool_with_taps, sum_pool, sum_pool_gradient,
};
pub(crate) use transpose::transpose_matrix;
pub(crate) use vector::Set;
