//! Tensors to and from other crates, serde and the files of numpy, and everything that must be refused.
//! What is Rust's own (arrays, slices, iterators) is tested beside its code.
#![allow(clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};

use dimwise::prelude::*;
use dimwise::storage::npy::{self, Npz, NpzWriter};
use dimwise::tensor::{ViewError, deserialize_boxed};

/// 0.5, 1.5, 2.5, ..., as in the files of tests/reference/generate_npy.py.
fn counting<S: Shape, T: Element>() -> Box<Tensor<S, T>> {
    Tensor::boxed_try_from_iter((0..S::LEN).map(|i| T::from_f64(i as f64 + 0.5))).unwrap()
}

mod arrays {
    use super::*;
    use ndarray::{Array, Array2, ArrayView, ArrayView1, ArrayView3, ArrayViewMut2, Axis, s};

    #[test]
    fn views_are_the_same_memory_both_ways() {
        let mut tensor = counting::<(U2, U3, U4), f32>();
        let view = ArrayView3::from(&*tensor);
        assert_eq!((view.shape(), view[[1, 2, 3]]), (&[2, 3, 4][..], tensor[[1, 2, 3]]));
        assert_eq!(view.as_ptr(), tensor.as_slice().as_ptr());
        let back: &Tensor<(U2, U3, U4)> = view.try_into().unwrap();
        assert!(std::ptr::eq(back, &*tensor));
        ndarray::ArrayViewMut3::from(&mut *tensor)[[1, 0, 1]] = 9.0;
        assert_eq!(tensor[[1, 0, 1]], 9.0);
        let dynamic = ArrayView3::from(&*tensor).into_dyn();
        assert_eq!(<&Tensor<(U2, U3, U4)>>::try_from(dynamic).unwrap(), &*tensor);
        let scalar = Tensor::<()>::from(3.0);
        assert_eq!(ArrayView::from(&scalar)[()], 3.0);
        assert!(ArrayView1::from(&Tensor::<U0>::default()).is_empty());
    }

    #[test]
    fn boxes_keep_their_allocation() {
        let tensor = counting::<(U2, U3), f64>();
        let address = tensor.as_slice().as_ptr();
        let array = Array2::from(tensor);
        assert_eq!((array.as_ptr(), array[[1, 0]]), (address, 3.5));
        let tensor = Box::<Tensor<(U2, U3), f64>>::try_from(array).unwrap();
        assert_eq!((tensor.as_slice().as_ptr(), tensor[[1, 0]]), (address, 3.5));
    }

    #[test]
    fn any_layout_is_copied_in_logical_order() {
        let array = Array::from_shape_fn((4, 6), |(row, col)| (10 * row + col) as f32);
        let expected = |row: usize, col: usize| (10 * row + col) as f32;
        let transposed = Tensor::<(U6, U4)>::try_from(&array.t()).unwrap();
        assert_eq!(transposed, Tensor::<(U6, U4)>::from_fn(|[col, row]| expected(row, col)));
        let strided = Box::<Tensor<(U2, U3)>>::try_from(&array.slice(s![1..;2, 1..;2])).unwrap();
        assert_eq!(*strided, Tensor::<(U2, U3)>::from_fn(|[row, col]| expected(2 * row + 1, 2 * col + 1)));
        let backwards = Tensor::<U4>::try_from(&array.slice(s![..;-1, 2])).unwrap();
        assert_eq!(backwards, Tensor::from([32.0, 22.0, 12.0, 2.0]));
        // Owned arrays: transposed, and cut out of a larger one.
        let transposed_too = Box::<Tensor<(U6, U4)>>::try_from(array.clone().reversed_axes()).unwrap();
        assert_eq!(*transposed_too, transposed);
        let rows = Box::<Tensor<(U2, U6)>>::try_from(array.clone().slice_move(s![1..3, ..])).unwrap();
        assert_eq!(*rows, Tensor::<(U2, U6)>::from_fn(|[row, col]| expected(row + 1, col)));
        let none = Box::<Tensor<(U0, U6)>>::try_from(array.slice_move(s![4.., ..])).unwrap();
        assert!(none.as_slice().is_empty());
    }

    #[test]
    fn another_shape_is_refused_with_both() {
        let mut array = Array2::<f32>::zeros((2, 3));
        let message = "expected an array of shape [6], found one of shape [2, 3]";
        assert_eq!(Tensor::<U6>::try_from(&array).unwrap_err().to_string(), message);
        assert_eq!(Box::<Tensor<U6>>::try_from(&array).unwrap_err().to_string(), message);
        assert_eq!(Box::<Tensor<U6>>::try_from(array.clone()).unwrap_err().to_string(), message);
        assert_eq!(<&Tensor<U6>>::try_from(array.view()).unwrap_err().to_string(), message);
        assert_eq!(<&mut Tensor<U6>>::try_from(array.view_mut()).unwrap_err().to_string(), message);
        let strides = ViewError::Strides { shape: &[3, 2], found: vec![1, 3] };
        assert_eq!(<&Tensor<(U3, U2)>>::try_from(array.t()).unwrap_err(), strides);
        let transposed = array.view_mut().reversed_axes();
        assert_eq!(<&mut Tensor<(U3, U2)>>::try_from(transposed).unwrap_err(), strides);
    }

    #[test]
    fn ndarray_computes_in_a_tensor() {
        let mut tensor = counting::<(U2, U3), f32>();
        let mut view = ArrayViewMut2::from(&mut *tensor);
        view += 1.0;
        assert_eq!(view.sum_axis(Axis(0)), ndarray::array![6.0, 8.0, 10.0]);
        assert_eq!(*tensor, Tensor::from([[1.5, 2.5, 3.5], [4.5, 5.5, 6.5]]));
    }
}

mod matrices {
    use super::*;
    use nalgebra::{DMatrix, DVector, Matrix2x3, dmatrix, dvector, matrix, vector};

    #[test]
    fn elements_stand_at_the_same_row_and_column() {
        let tensor = counting::<(U2, U3), f64>();
        let transposed = tensor.transposed_matrix();
        let (dynamic, fixed) = (DMatrix::from(&*tensor), Matrix2x3::from(&*tensor));
        for (row, col) in [(0, 0), (0, 2), (1, 0), (1, 1)] {
            let element = tensor[[row, col]];
            assert_eq!([transposed[(col, row)], dynamic[(row, col)], fixed[(row, col)]], [element; 3]);
        }
        assert_eq!(Tensor::try_from(&transposed.transpose()), Ok(*tensor.to_boxed()));
        assert_eq!(Tensor::try_from(&dynamic), Ok(*tensor.to_boxed()));
        assert_eq!(Box::<Tensor<(U2, U3), f64>>::try_from(&fixed), Ok(tensor.clone()));
        assert_eq!(transposed.tr_mul(&transposed), &dynamic * dynamic.transpose());
    }

    #[test]
    fn a_view_is_the_tensors_memory() {
        let mut tensor = counting::<(U2, U3), f32>();
        assert_eq!(tensor.transposed_matrix().as_ptr(), tensor.as_slice().as_ptr());
        tensor.transposed_matrix_mut().swap_rows(0, 2);
        assert_eq!(*tensor, Tensor::from([[2.5, 1.5, 0.5], [5.5, 4.5, 3.5]]));
        let mut vector = Tensor::<U2>::from([3.0, 4.0]);
        nalgebra::DVectorViewMut::from(&mut vector).scale_mut(2.0);
        assert_eq!(nalgebra::DVectorView::from(&vector).norm(), 10.0);
    }

    #[test]
    fn empty_matrices_too() {
        let empty = Tensor::<(U0, U3)>::default();
        assert_eq!(empty.transposed_matrix().shape(), (3, 0));
        assert_eq!(Tensor::<(U0, U3)>::try_from(&DMatrix::from(&empty)), Ok(empty));
        let narrow = Tensor::<(U3, U0)>::default();
        assert_eq!(narrow.transposed_matrix().shape(), (0, 3));
        assert_eq!(Tensor::<(U3, U0)>::try_from(&DMatrix::from(&narrow)), Ok(narrow));
    }

    #[test]
    fn another_shape_is_refused_with_both() {
        let message = |found| format!("expected an array of shape [3, 2], found one of shape {found}");
        let error = |matrix: DMatrix<f32>| Tensor::<(U3, U2)>::try_from(&matrix).unwrap_err().to_string();
        assert_eq!(error(dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0]), message("[2, 3]"));
        assert_eq!(error(DMatrix::zeros(6, 1)), message("[6, 1]"));
        let error = Tensor::<U3>::try_from(&dvector![1.0, 2.0]).unwrap_err();
        assert_eq!(error.to_string(), "expected an array of shape [3], found one of shape [2]");
        let error = Tensor::<U2>::try_from(&matrix![1.0, 2.0]).unwrap_err();
        assert_eq!(error.to_string(), "expected an array of shape [2], found one of shape [1, 2]");
        assert_eq!(Tensor::try_from(&vector![1.0, 2.0]), Ok(Tensor::<U2>::from([1.0, 2.0])));
        assert_eq!(DVector::from(&Tensor::<U2>::from([1.0, 2.0])), dvector![1.0, 2.0]);
    }
}

mod json {
    use super::*;

    fn refusal<S: Shape>(text: &str) -> String {
        let by_value = serde_json::from_str::<Tensor<S>>(text).unwrap_err().to_string();
        let boxed =
            deserialize_boxed::<S, f32, _>(&mut serde_json::Deserializer::from_str(text)).unwrap_err();
        assert_eq!(boxed.to_string(), by_value);
        by_value
    }

    #[test]
    fn tensors_are_written_as_arrays_are() {
        let tensor = counting::<(U2, U1, U2), f64>();
        let text = serde_json::to_string(&tensor).unwrap();
        assert_eq!(text, "[[[0.5,1.5]],[[2.5,3.5]]]");
        let array: [[[f64; 2]; 1]; 2] = serde_json::from_str(&text).unwrap();
        assert_eq!(Tensor::from(array), *tensor);
        assert_eq!(serde_json::from_str::<Tensor<(U2, U1, U2), f64>>(&text).unwrap(), *tensor);
        assert_eq!(serde_json::to_string(&Tensor::<()>::from(0.5)).unwrap(), "0.5");
        assert_eq!(f32::from(serde_json::from_str::<Tensor<()>>("0.5").unwrap()), 0.5);
        assert_eq!(serde_json::to_string(&Tensor::<(U2, U0)>::default()).unwrap(), "[[],[]]");
        assert_eq!(serde_json::from_str::<Tensor<(U2, U0)>>("[[],[]]").unwrap(), Tensor::default());
        let every_bit = Tensor::<U3>::from([0.1, f32::MIN_POSITIVE, 16_777_217.0]);
        let text = serde_json::to_string(&every_bit).unwrap();
        assert_eq!(serde_json::from_str::<Tensor<U3>>(&text).unwrap(), every_bit);
    }

    #[test]
    fn wrong_lengths_are_refused_with_both() {
        let message = refusal::<(U2, U3)>("[[1, 2, 3], [4, 5]]");
        assert!(message.starts_with("invalid length 2, expected 3 along axis 1 of a tensor of shape [2, 3]"));
        let message = refusal::<(U2, U3)>("[[1, 2, 3], [4, 5, 6], [7], {}]");
        assert!(message.starts_with("invalid length 4, expected 2 along axis 0 of a tensor of shape [2, 3]"));
        let message = refusal::<(U2, U3)>("[]");
        assert!(message.starts_with("invalid length 0, expected 2 along axis 0"));
        let message = refusal::<(U2, U0)>("[[], [1]]");
        assert!(message.starts_with("invalid length 1, expected 0 along axis 1"));
    }

    #[test]
    fn other_things_are_refused() {
        let message = refusal::<(U2, U3)>("[1, 2]");
        assert!(message.contains("expected 3 along axis 1 of a tensor of shape [2, 3]"), "{message}");
        for text in
            ["", "[[1, 2, 3], [4, 5, 6]", "{}", "null", "[[1, 2, 3], [4, \"5\", 6]]", "[[1, 2, 3], [4"]
        {
            refusal::<(U2, U3)>(text);
        }
        refusal::<()>("[1]");
    }

    /// serde_json writes `null` for them without a word, which is not read back.
    #[test]
    fn what_is_not_finite_is_refused_in_text() {
        let mut tensor = *counting::<(U2, U3), f32>();
        for (number, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")] {
            tensor[[1, 2]] = number;
            let error = serde_json::to_string(&tensor).unwrap_err().to_string();
            let expected = "at [1, 2] of a tensor of shape [2, 3]: text formats hold finite numbers alone";
            assert_eq!(error, format!("{name} {expected}"));
        }
        assert!(serde_json::to_string(&Tensor::<(), f64>::from(f64::NAN)).is_err());
        let error = refusal::<(U2, U1)>("[[1], [1e39]]");
        assert!(error.starts_with("inf at [1, 0] of a tensor of shape [2, 1]: text formats"), "{error}");
        assert!(serde_json::from_str::<Tensor<U1, f64>>("[1e39]").is_ok());
    }

    #[test]
    fn what_is_not_finite_is_kept_in_binary() {
        let numbers = [f32::NAN, f32::INFINITY, -0.0];
        let bytes = postcard::to_allocvec(&Tensor::<U3>::from(numbers)).unwrap();
        let tensor: Tensor<U3> = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(
            tensor.as_slice().iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
            numbers.map(f32::to_bits)
        );
    }

    #[test]
    fn a_large_tensor_is_filled_where_it_lies() {
        type Large = (U1024, U1024);
        // 4 MiB, twice the stack of a test's thread.
        let text = serde_json::to_string(&*Tensor::<Large>::boxed_from_fn(|[row, _]| row as f32)).unwrap();
        let tensor =
            deserialize_boxed::<Large, f32, _>(&mut serde_json::Deserializer::from_str(&text)).unwrap();
        assert_eq!(tensor[[1023, 1023]], 1023.0);
    }
}

mod numpy {
    use super::*;

    fn reference(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/npy").join(name)
    }

    fn temporary(name: &str) -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
    }

    fn refusal<S: Shape, T: Element>(name: &str) -> String {
        let path = reference(name);
        let error = npy::read::<Tensor<S, T>>(&path).unwrap_err().to_string();
        error.strip_prefix(&format!("{}: ", path.display())).expect("errors name their file").to_owned()
    }

    #[test]
    fn what_numpy_saved_is_read() {
        fn check<S: Shape, T: Element>(name: &str) {
            assert_eq!(
                npy::read::<Box<Tensor<S, T>>>(reference(name)).unwrap(),
                counting::<S, T>(),
                "{name}"
            );
        }
        check::<(), f32>("scalar.npy");
        check::<U3, f32>("vector.npy");
        check::<(U2, U3), f32>("matrix.npy");
        check::<(U2, U3), f64>("double.npy");
        check::<(U2, U3), f32>("big_endian.npy");
        check::<(U2, U3, U4), f32>("fortran.npy");
        check::<(U1, U2, U1, U3, U2, U1), f32>("rank6.npy");
        check::<(U0, U3), f32>("empty.npy");
        check::<(U2, U3), f32>("version2.npy");
        check::<(U2, U3), f32>("version3.npy");
    }

    #[test]
    fn what_is_written_is_what_numpy_writes() {
        fn check<S: Shape, T: Element>(name: &str) {
            let path = temporary(name);
            npy::write(&*counting::<S, T>(), &path).unwrap();
            assert!(fs::read(&path).unwrap() == fs::read(reference(name)).unwrap(), "{name}");
        }
        check::<(), f32>("scalar.npy");
        check::<U3, f32>("vector.npy");
        check::<(U2, U3), f32>("matrix.npy");
        check::<(U2, U3), f64>("double.npy");
        check::<(U1, U2, U1, U3, U2, U1), f32>("rank6.npy");
        check::<(U0, U3), f32>("empty.npy");
        let path = temporary("batch.npy");
        npy::write_batch(Tensor::<U3>::batch_from_slice(counting::<U6, f32>().as_slice()).unwrap(), &path)
            .unwrap();
        assert_eq!(fs::read(&path).unwrap(), fs::read(reference("matrix.npy")).unwrap());
    }

    #[test]
    fn batches_lie_along_the_first_axis() {
        let rows = npy::read_batch::<U3, f32>(reference("matrix.npy")).unwrap();
        assert_eq!(*rows, [Tensor::from([0.5, 1.5, 2.5]), Tensor::from([3.5, 4.5, 5.5])]);
        let samples = npy::read_batch::<(U3, U4), f32>(reference("fortran.npy")).unwrap();
        assert_eq!(samples[1], Tensor::<(U3, U4)>::from_fn(|[row, col]| (12 + 4 * row + col) as f32 + 0.5));
        assert!(npy::read_batch::<U3, f32>(reference("empty.npy")).unwrap().is_empty());
        let error = npy::read_batch::<U4, f32>(reference("matrix.npy")).unwrap_err().to_string();
        assert!(
            error.ends_with("matrix.npy: expected a batch of arrays of shape [4], found [2, 3]"),
            "{error}"
        );
        assert!(npy::read_batch::<(), f32>(reference("scalar.npy")).is_err());
        // As many as the array says, though there is nothing in them.
        npy::write(&Tensor::<(U5, U0)>::default(), temporary("nothing.npy")).unwrap();
        assert_eq!(npy::read_batch::<U0, f32>(temporary("nothing.npy")).unwrap().len(), 5);
        npy::write_batch(&vec![Tensor::<U0>::default(); 7], temporary("nothing.npy")).unwrap();
        assert_eq!(npy::read_batch::<U0, f32>(temporary("nothing.npy")).unwrap().len(), 7);
        assert!(npy::read_batch::<U1, f32>(temporary("nothing.npy")).is_err());
    }

    #[test]
    fn another_shape_is_refused_with_both_and_what_is_no_number_by_name() {
        let shape = |expected| format!("expected an array of shape {expected}, found [2, 3]");
        assert_eq!(refusal::<(U3, U2), f32>("matrix.npy"), shape("[3, 2]"));
        assert_eq!(refusal::<U6, f32>("matrix.npy"), shape("[6]"));
        let no_numbers =
            |found| format!("expected whole numbers, floating-point numbers or truth values, found {found}");
        assert_eq!(refusal::<U3, f32>("structured.npy"), no_numbers("[('a', '<f4'), ('b', '<i8')]"));
        let error =
            Npz::open(reference("types.npz")).unwrap().read::<Tensor<U5>>("c8").unwrap_err().to_string();
        assert!(error.ends_with(&no_numbers("'<c8'")), "{error}");
    }

    #[test]
    fn numbers_of_every_type_are_converted() {
        assert_eq!(npy::read::<Box<Tensor<(U2, U3), f64>>>(reference("matrix.npy")).unwrap(), counting());
        assert_eq!(npy::read::<Box<Tensor<(U2, U3)>>>(reference("double.npy")).unwrap(), counting());
        let whole = Tensor::from([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
        assert_eq!(npy::read::<Tensor<(U2, U3)>>(reference("integers.npy")).unwrap(), whole);

        let mut archive = Npz::open(reference("types.npz")).unwrap();
        let two = |exponent: i32| 2_f64.powi(exponent);
        let mut expected = vec![("b1", [0.0, 1.0, 1.0, 0.0, 1.0])];
        for (name, bits) in [("u1", 8), ("u2", 16), ("u4", 32), ("u8", 64)] {
            expected.push((name, [0.0, 0.0, 1.0, 100.0, two(bits) - 1.0]));
        }
        for (name, bits) in [("i1", 7), ("i2", 15), ("i4", 31), ("i8", 63)] {
            expected.push((name, [-two(bits), 0.0, 1.0, 100.0, two(bits) - 1.0]));
        }
        // A third as 1365 / 4096, as `f32` and as `f64`.
        for (name, third) in [("f2", 1365.0 / 4096.0), ("f4", f64::from(1.0_f32 / 3.0)), ("f8", 1.0 / 3.0)] {
            expected.push((name, [-1.5, 0.0, two(-14), third, f64::INFINITY]));
        }
        for (name, expected) in expected {
            let expected = Tensor::<U5, f64>::from(expected);
            for name in [name.into(), format!("big_{name}")].iter().filter(|name| *name != "big_b1") {
                assert_eq!(archive.read::<Tensor<U5, f64>>(name).unwrap(), expected, "{name}");
                let single = Tensor::<U5>::from_fn(|[index]| expected[index] as f32);
                assert_eq!(archive.read::<Tensor<U5>>(name).unwrap(), single, "{name}");
            }
        }
    }

    #[test]
    fn a_data_set_of_keras_is_read_whole() {
        type Digits = Dataset<U6, Class<U10>>;
        let path = reference("digits.npz");
        let classes = |data: &Digits| data.targets().iter().map(|class| class.index()).collect::<Vec<_>>();
        let train = Digits::from_npz(&path, "x_train", "y_train", 1.0 / 255.0).unwrap();
        assert_eq!((train.len(), classes(&train)), (4, vec![5, 0, 4, 9]));
        assert_eq!(train.samples()[3][5], 23.0 * 11.0 / 255.0);
        let test = Digits::from_npz(&path, "x_test", "y_test", 1.0).unwrap();
        assert_eq!((test.samples()[1][0], classes(&test)), (66.0, vec![7, 2]));
        let images = Dataset::<(U1, U2, U3), Class<U10>, f64>::from_npz(&path, "x_train", "y_train", 1.0);
        assert_eq!(images.unwrap().samples()[1][[0, 1, 2]], 121.0);
        let values = Dataset::<(U2, U3), Tensor<U1>>::from_npz(&path, "x_train", "halves", 1.0).unwrap();
        assert_eq!(values.targets()[2], Tensor::from([0.5]));
    }

    /// `mnist.npz` as Keras has it, but for the number of samples: written here, byte by byte.
    #[test]
    fn the_digits_of_keras_are_read_as_its_file_has_them() {
        use std::io::Write;

        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mnist.npz");
        let pixel = |sample: usize, at: usize| (sample * 37 + at * 11) as u8;
        let label = |sample: usize| (sample * 7 % 10) as u8;
        for descr in ["|u1", "<u1"] {
            let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
            let options =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            let mut add = |name: &str, shape: &str, numbers: &[u8]| {
                let mut header =
                    format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
                // Ten bytes before it; a line feed ends it, at a multiple of 64.
                header.extend(vec![' '; 63 - (10 + header.len()) % 64]);
                header.push('\n');
                zip.start_file(name, options).unwrap();
                zip.write_all(b"\x93NUMPY\x01\0").unwrap();
                zip.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
                zip.write_all(header.as_bytes()).unwrap();
                zip.write_all(numbers).unwrap();
            };
            let pixels =
                |count| (0..count).flat_map(|n| (0..784).map(move |at| pixel(n, at))).collect::<Vec<_>>();
            let labels = |count| (0..count).map(label).collect::<Vec<_>>();
            add("x_test.npy", "(10, 28, 28)", &pixels(10));
            add("x_train.npy", "(60, 28, 28)", &pixels(60));
            add("y_train.npy", "(60,)", &labels(60));
            add("y_test.npy", "(10,)", &labels(10));
            zip.finish().unwrap();

            type Digits = Dataset<U784, Class<U10>>;
            let train = Digits::from_npz(&path, "x_train", "y_train", 1.0 / 255.0).unwrap();
            let test = Digits::from_npz(&path, "x_test", "y_test", 1.0 / 255.0).unwrap();
            assert_eq!((train.len(), test.len()), (60, 10));
            for (n, (sample, class)) in train.samples().iter().zip(train.targets()).enumerate() {
                assert_eq!(class.index(), usize::from(label(n)));
                let expected = |[at]: [usize; 1]| (f64::from(pixel(n, at)) * (1.0 / 255.0)) as f32;
                assert_eq!(*sample, Tensor::from_fn(expected));
            }
            let images = Dataset::<(U1, U28, U28), Class<U10>>::from_npz(&path, "x_test", "y_test", 1.0);
            assert_eq!(images.unwrap().samples()[9][[0, 27, 3]], f32::from(pixel(9, 27 * 28 + 3)));
        }
    }

    #[test]
    fn data_sets_that_do_not_fit_are_refused() {
        let path = reference("digits.npz");
        let message = |samples, targets| {
            let error = Dataset::<U6, Class<U10>>::from_npz(&path, samples, targets, 1.0).unwrap_err();
            error.to_string().replace(&path.display().to_string(), "").replace('\\', "/")
        };
        assert_eq!(
            message("x_train", "y_test"),
            "/y_test: expected as many as there are samples in /x_train, 4, found 2"
        );
        let label = |name, found, position| {
            assert_eq!(
                message("x_train", name),
                format!("/{name}: expected labels below 10, found {found} at position {position}")
            );
        };
        label("wrong", "10", 2);
        label("halves", "0.5", 2);
        label("below", "-1", 1);
        assert_eq!(
            message("x_train", "x_train"),
            "/x_train: expected a batch of arrays of shape [1], found [4, 2, 3]"
        );
        assert!(message("x_train", "z").contains("expected a tensor named \"z\", found [\"below\", "));
        let error = Dataset::<U7, Class<U10>>::from_npz(&path, "x_train", "y_train", 1.0).unwrap_err();
        let message = error.to_string();
        assert!(message.ends_with("expected a batch of arrays of shape [7], found [4, 2, 3]"), "{message}");
    }

    #[test]
    fn archives_hold_named_tensors() {
        for name in ["stored.npz", "compressed.npz"] {
            let mut archive = Npz::open(reference(name)).unwrap();
            assert_eq!(archive.names(), ["bias", "double", "weight"]);
            assert_eq!(archive.read::<Box<Tensor<(U2, U3)>>>("weight").unwrap(), counting());
            assert_eq!(archive.read::<Box<Tensor<U2, f64>>>("double").unwrap(), counting());
            assert_eq!(archive.read_batch::<U3, f32>("weight").unwrap()[1], Tensor::from([3.5, 4.5, 5.5]));
            let error = archive.read::<Tensor<U4>>("bias").unwrap_err().to_string();
            assert!(
                error.ends_with(&format!("{name}/bias: expected an array of shape [4], found [3]")),
                "{error}"
            );
            assert_eq!(archive.read::<Box<Tensor<U3, f64>>>("bias").unwrap(), counting());
            let error = archive.read::<Tensor<U4>>("baz").unwrap_err().to_string();
            assert!(
                error.ends_with("expected a tensor named \"baz\", found [\"bias\", \"double\", \"weight\"]"),
                "{error}"
            );
        }
    }

    #[test]
    fn archives_come_back() {
        let path = temporary("written.npz");
        let mut archive = NpzWriter::create(&path).unwrap();
        archive.add("weight", &*counting::<(U2, U3), f32>()).unwrap();
        archive.add("0.bias", &*counting::<U3, f64>()).unwrap();
        archive.add_batch("rows", &[Tensor::<U2>::from([1.0, 2.0]), Tensor::from([3.0, 4.0])]).unwrap();
        assert!(archive.add("rows", &Tensor::<U2>::default()).is_err(), "two of one name");
        archive.finish().unwrap();
        let mut archive = Npz::open(&path).unwrap();
        assert_eq!(archive.names(), ["0.bias", "rows", "weight"]);
        assert_eq!(archive.read::<Box<Tensor<(U2, U3)>>>("weight").unwrap(), counting());
        assert_eq!(archive.read::<Box<Tensor<U3, f64>>>("0.bias").unwrap(), counting());
        assert_eq!(archive.read::<Tensor<(U2, U2)>>("rows").unwrap()[[1, 0]], 3.0);
    }

    /// An archive of `weight` and `bias`, both `(U2, U3)`, with every `from` in it changed.
    fn changed(name: &str, from: &[u8], to: &[u8], which: impl Fn(usize) -> bool) -> PathBuf {
        let path = temporary(name);
        let mut archive = NpzWriter::create(&path).unwrap();
        archive.add("weight", &*counting::<(U2, U3), f32>()).unwrap();
        archive.add("height", &*counting::<(U2, U3), f32>()).unwrap();
        archive.finish().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let found = |bytes: &[u8]| {
            let places = bytes.windows(from.len()).enumerate().filter(|(_, window)| *window == from);
            places.map(|(place, _)| place).collect::<Vec<_>>()
        };
        for (number, place) in found(&bytes).into_iter().enumerate() {
            if which(number) {
                bytes[place..][..to.len()].copy_from_slice(to);
            }
        }
        fs::write(&path, bytes).unwrap();
        path
    }

    fn refused(path: &Path) -> String {
        let read = |name| Npz::open(path).and_then(|mut archive| archive.read::<Tensor<(U2, U3)>>(name));
        read("weight").expect_err("is refused").to_string()
    }

    #[test]
    fn an_archive_that_contradicts_itself_is_refused() {
        let whole = changed("whole.npz", b"weight", b"weight", |_| true);
        assert!(Npz::open(&whole).unwrap().read::<Tensor<(U2, U3)>>("weight").is_ok());
        // Each name stands before its entry and in the directory at the end.
        let twice = refused(&changed("twice.npz", b"height", b"weight", |_| true));
        assert!(
            twice.ends_with("twice.npz: expected entries of different names, found two named \"weight.npy\""),
            "{twice}"
        );
        let local = refused(&changed("local.npz", b"weight", b"sleigh", |number| number == 0));
        assert!(
            local.contains("local.npz/weight: expected a zip archive, found ") && local.contains("name"),
            "{local}"
        );
        // 152 bytes, twice before each entry and twice in the directory.
        let size = 152_u32.to_le_bytes();
        for (number, other) in [(4, 151_u32), (5, 151), (5, 153), (5, 2_000_000_000), (0, 151), (1, 153)] {
            let path = changed("size.npz", &size, &other.to_le_bytes(), |place| place == number);
            let message = refused(&path);
            assert!(message.contains("size.npz"), "{message}");
        }
        // Both places agree, and the numbers do not.
        let message = refused(&changed("sizes.npz", &size, &148_u32.to_le_bytes(), |place| place % 2 == 1));
        assert!(message.contains("sizes.npz/weight: expected 24 bytes of numbers"), "{message}");
    }

    #[test]
    fn entries_that_share_bytes_are_refused() {
        // Both entries of the directory lead to the first one.
        let second = (30 + 10 + 152_u32).to_le_bytes();
        let path = changed("shared.npz", &second, &0_u32.to_le_bytes(), |_| true);
        let message = refused(&path);
        assert!(
            message.ends_with("expected entries one behind the other, found some that overlap"),
            "{message}"
        );
    }

    #[test]
    fn names_are_those_of_tensors() {
        let path = temporary("readme.npz");
        let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
        for name in ["bias", "bias.npy", "README"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        }
        zip.finish().unwrap();
        assert_eq!(Npz::open(&path).unwrap().names(), ["bias"]);
    }

    #[test]
    fn an_archive_has_no_name_before_it_is_finished() {
        let folder = temporary("unfinished");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("archive.npz");
        fs::write(&path, "old").unwrap();
        fs::write(folder.join("archive.npz.part"), "mine").unwrap();
        let add = || {
            let mut archive = NpzWriter::create(&path).unwrap();
            archive.add("bias", &*counting::<U3, f32>()).unwrap();
            archive
        };
        drop(add());
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        add().finish().unwrap();
        assert_eq!(Npz::open(&path).unwrap().names(), ["bias"]);
        npy::write(&*counting::<U3, f32>(), &path).unwrap();
        assert_eq!(npy::read::<Box<Tensor<U3>>>(&path).unwrap(), counting());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        assert_eq!(fs::read_to_string(folder.join("archive.npz.part")).unwrap(), "mine");
    }

    /// Reads bytes from a file, since files are what is read.
    fn read_bytes(name: &str, bytes: &[u8]) -> Result<Box<Tensor<(U2, U3)>>, npy::NpyError> {
        let path = temporary(name);
        fs::write(&path, bytes).unwrap();
        npy::read(&path)
    }

    #[test]
    fn cut_files_are_refused() {
        let bytes = fs::read(reference("matrix.npy")).unwrap();
        for length in 0..bytes.len() {
            let error = read_bytes("cut.npy", &bytes[..length]).unwrap_err().to_string();
            let of_numbers = error.ends_with(&format!(
                "expected 24 bytes of numbers as its header says, found {}",
                length.saturating_sub(128)
            ));
            assert_eq!(of_numbers, length >= 128, "{length} bytes: {error}");
        }
        let longer = [&bytes[..], b"1234"].concat();
        let error = read_bytes("cut.npy", &longer).unwrap_err().to_string();
        assert!(
            error.ends_with("expected 24 bytes of numbers as its header says, found 25 or more"),
            "{error}"
        );
    }

    #[test]
    fn lengths_are_not_trusted() {
        let file = |version: u8, length: &[u8], text: &str| {
            [&b"\x93NUMPY"[..], &[version, 0], length, text.as_bytes(), &[0; 24]].concat()
        };
        let error = read_bytes("hostile.npy", &file(2, &[0xFF; 4], "{")).unwrap_err().to_string();
        assert!(
            error.ends_with("expected a header of 10000 bytes at most, found one of 4294967295"),
            "{error}"
        );
        for sizes in ["4000000000000000000, 3", "18446744073709551615, 18446744073709551615, 3"] {
            let text = format!("{{'descr': '<f4', 'fortran_order': True, 'shape': ({sizes}), }}");
            let bytes = file(1, &(text.len() as u16).to_le_bytes(), &text);
            assert!(read_bytes("hostile.npy", &bytes).is_err());
            let read = match sizes.split(',').count() {
                2 => npy::read_batch::<U3, f32>(temporary("hostile.npy")).map(|_| ()),
                _ => npy::read_batch::<(dim!(4294967295), U3), f32>(temporary("hostile.npy")).map(|_| ()),
            };
            assert!(read.is_err());
        }
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000000000000, 3), }";
        let bytes = file(1, &(text.len() as u16).to_le_bytes(), text);
        fs::write(temporary("promise.npy"), bytes).unwrap();
        let error = npy::read_batch::<U3, f32>(temporary("promise.npy")).unwrap_err().to_string();
        let expected = "expected 18446744073709551615 bytes of numbers as its header says, found 24";
        assert!(error.ends_with(expected), "{error}");
    }

    /// Any byte may be any other: an error or other numbers, but no panic.
    #[test]
    fn damaged_files_do_not_panic() {
        let bytes = fs::read(reference("matrix.npy")).unwrap();
        for position in 0..bytes.len() {
            for byte in [0, 1, b'(', b'9', 0x80, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[position] = byte;
                let _ = read_bytes("damaged.npy", &damaged);
            }
        }
        for name in ["stored.npz", "compressed.npz"] {
            let (bytes, path) = (fs::read(reference(name)).unwrap(), temporary(name));
            let (mut whole, mut tried) = (0, 0);
            let mut check = |bytes: &[u8]| {
                fs::write(&path, bytes).unwrap();
                tried += 1;
                let read =
                    Npz::open(&path).and_then(|mut archive| archive.read::<Box<Tensor<(U2, U3)>>>("weight"));
                whole += usize::from(read.is_ok_and(|tensor| tensor == counting()));
            };
            check(&bytes);
            for length in (0..bytes.len()).step_by(7) {
                check(&bytes[..length]);
            }
            for position in 0..bytes.len() {
                let mut damaged = bytes.clone();
                damaged[position] ^= 0xFF;
                check(&damaged);
            }
            // Much of an archive is about its other tensors.
            assert!(0 < whole && whole < tried, "{whole} of {tried}");
        }
    }

    #[test]
    fn files_name_themselves_in_errors() {
        let nowhere = temporary("no/such/folder/tensor.npy");
        let tensor = Tensor::<U2>::default();
        for error in [
            npy::write(&tensor, &nowhere).unwrap_err(),
            npy::read::<Tensor<U2>>(&nowhere).unwrap_err(),
            Npz::open(&nowhere).unwrap_err(),
            NpzWriter::create(&nowhere).unwrap_err(),
        ] {
            assert!(error.to_string().starts_with(nowhere.to_str().unwrap()), "{error}");
        }
        fs::write(temporary("text.npz"), "no archive").unwrap();
        let error = Npz::open(temporary("text.npz")).unwrap_err().to_string();
        assert!(error.contains("text.npz: expected a zip archive, found "), "{error}");
    }
}
