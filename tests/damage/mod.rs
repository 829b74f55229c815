//! Damaged files, the same on every machine.

/// SplitMix64 (Steele, Lea and Flood 2014): the same files on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// A position; headers, which stand at the beginning or at the end, more often than the rest.
    fn position(&mut self, len: usize) -> usize {
        match self.below(4) {
            0 => self.below(len.min(64)),
            1 => len - 1 - self.below(len.min(128)),
            _ => self.below(len),
        }
    }
}

/// Damages a file in one of the ways that files are damaged in, or forged in.
pub(crate) fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let position = random.position(bytes.len());
    let length = 1 + random.below((bytes.len() - position).min(40));
    let block = bytes[position..position + length].to_vec();
    let write = |bytes: &mut Vec<u8>, position: usize, block: &[u8]| {
        bytes.iter_mut().skip(position).zip(block).for_each(|(byte, new)| *byte = *new);
    };
    match random.below(10) {
        0 => bytes[position] ^= 1 << random.below(8),
        1 => bytes[position] = random.next() as u8,
        2 => bytes[position] = [0, 1, b'0', b'9', b'-', b'}', 0x7F, 0x80, 0xFF][random.below(9)],
        3 => bytes.truncate(position),
        4 => {
            let new = (0..length).map(|_| random.next() as u8).collect::<Vec<_>>();
            bytes.splice(position..position, new);
        }
        5 => drop(bytes.drain(position..position + length)),
        6 => drop(bytes.splice(position..position, block)),
        7 => {
            let target = random.below(bytes.len());
            write(bytes, target, &block);
        }
        8 => {
            let size = [0, 1, 0xFF, 0x7FFF_FFFF, 0x8000_0000, u32::MAX, bytes.len() as u32][random.below(7)];
            let size = if random.below(2) == 0 { size.to_le_bytes() } else { size.to_be_bytes() };
            write(bytes, position, &size);
        }
        // A digit of a size that is written as text, half of the time with twelve more before it.
        _ => {
            if let Some(digit) = bytes[position..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                *digit = b'0' + random.below(10) as u8;
                let place =
                    position + bytes[position..].iter().take_while(|byte| !byte.is_ascii_digit()).count();
                bytes.splice(place..place, [b'9'; 12].into_iter().take([0, 12][random.below(2)]));
            }
        }
    }
}
