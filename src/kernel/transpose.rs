//! Transposing while copying, square by square.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::vector::Number;

/// Rows and columns of a square.
const SIDE: usize = 4;

/// Four rows of four numbers.
pub(super) type Square<T> = [[T; SIDE]; SIDE];

/// Writes the transpose of `width` rows of `depth` numbers, `stride` apart: all of `memory`.
///
/// Squares that do not fit side by side overlap. It is compiled once, for any processor.
pub(super) fn transpose<T: Number>(
    values: &[T],
    stride: usize,
    depth: usize,
    width: usize,
    memory: &mut [MaybeUninit<T>],
) {
    assert_eq!(memory.len(), depth * width, "the transpose of all rows");
    if width < SIDE || depth < SIDE {
        for row in 0..width {
            for (k, value) in values[row * stride..][..depth].iter().enumerate() {
                memory[k * width + row].write(*value);
            }
        }
        return;
    }
    for row in (0..width).step_by(SIDE) {
        let row = row.min(width - SIDE);
        let rows: [&[T]; SIDE] = core::array::from_fn(|side| &values[(row + side) * stride..][..depth]);
        for k in (0..depth).step_by(SIDE) {
            let k = k.min(depth - SIDE);
            let mut square = [[T::default(); SIDE]; SIDE];
            for side in 0..SIDE {
                square[side] = *rows[side][k..].first_chunk().expect("SIDE numbers");
            }
            for (side, column) in T::transposed(square).iter().enumerate() {
                memory[(k + side) * width + row..][..SIDE].write_copy_of_slice(column);
            }
        }
    }
}

/// A square with its rows as columns.
#[inline(always)]
pub(super) fn plain<T: Copy>(square: Square<T>) -> Square<T> {
    let column = |side: usize| [square[0][side], square[1][side], square[2][side], square[3][side]];
    [column(0), column(1), column(2), column(3)]
}

/// The same in registers, which the compiler does not find by itself.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn in_registers(square: Square<f32>) -> Square<f32> {
    use core::arch::x86_64::*;
    // SAFETY: four numbers and a register are the same bytes, and of those any are valid.
    let [a, b, c, d]: [__m128; SIDE] = unsafe { core::mem::transmute(square) };
    // SAFETY: each x86-64 has SSE.
    let columns = unsafe {
        let (low, high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
        let (low_below, high_below) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
        [
            _mm_movelh_ps(low, low_below),
            _mm_movehl_ps(low_below, low),
            _mm_movelh_ps(high, high_below),
            _mm_movehl_ps(high_below, high),
        ]
    };
    // SAFETY: as above.
    unsafe { core::mem::transmute(columns) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T: Number + PartialEq + core::fmt::Debug>(number: impl Fn(usize) -> T) {
        for (width, depth) in [(1, 9), (3, 5), (4, 4), (5, 2), (6, 13), (16, 128), (7, 31)] {
            let stride = depth + 3;
            let values: alloc::vec::Vec<T> = (0..width * stride).map(&number).collect();
            let mut memory = alloc::vec![MaybeUninit::uninit(); depth * width];
            transpose(&values, stride, depth, width, &mut memory);
            for (index, place) in memory.iter().enumerate() {
                // SAFETY: `transpose` has written all of it.
                let found = unsafe { place.assume_init() };
                assert_eq!(found, values[index % width * stride + index / width], "{width} of {depth}");
            }
        }
    }

    #[test]
    fn every_number_is_where_its_row_and_column_say() {
        of(|i| i as f32);
        of(|i| i as f64);
    }
}
