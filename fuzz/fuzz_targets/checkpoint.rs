//! Any bytes as a run, with the checksum that belongs to them: what is resumed goes on, or says what is wrong.
#![no_main]

use dimwise::prelude::*;
use dimwise_fuzz::with_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut checksum = flate2::Crc::new();
    checksum.update(bytes);
    let bytes = [bytes, &checksum.sum().to_le_bytes()].concat();
    let data = Dataset::new([Tensor::<U1>::from([1.0])], [Tensor::<U1>::from([2.0])]).expect("one of each");
    let optimizer =
        Scheduled::new(AdamW::new(0.1, 0.1), StepDecay { learning_rate: 0.1, factor: 0.5, every: 2 });
    let trainer = Trainer::<_, _, _, U1>::new(Affine::<U1, U1>::zeroed(), MeanSquaredError, optimizer, 1);
    if let Ok(mut trainer) = with_file(&bytes, |path| trainer.resume(path, &data)) {
        let _ = trainer.epoch(&data);
    }
});
