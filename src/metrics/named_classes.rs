//! Which class an output names, and which its target: what all counts of classes are fed with.

use crate::element::Element;
use crate::loss::is_largest;
use crate::tensor::best::argmax;

/// The index of the class that the outputs name.
pub(super) fn named_class<T: Element>(outputs: &[T]) -> usize {
    let class = argmax(outputs);
    assert!(is_largest(outputs, class), "an output that is NaN names no class");
    class
}

/// Whether one logit is a yes, as an index.
pub(super) fn is_yes<T: Element>(logit: T) -> usize {
    assert!(!logit.is_nan(), "an output that is NaN names no class");
    usize::from(logit > T::ZERO)
}

/// Feeds `$metric` through its function `add(actual, predicted)`.
macro_rules! fed_with_classes {
    ($metric:ident) => {
        #[diagnostic::do_not_recommend]
        impl<C, S, G, T> $crate::metrics::MetricOf<S, G, T> for $metric<C>
        where
            C: $crate::shape::Dim,
            S: $crate::shape::Shape,
            G: $crate::loss::Distribution<T, Shape = C>,
            T: $crate::element::Element,
        {
            fn update(&mut self, outputs: &[$crate::tensor::Tensor<S, T>], targets: &[G])
            where
                G: $crate::loss::TargetOf<S>,
            {
                use $crate::plain::Plain;
                $crate::loss::samples(outputs, targets);
                for (output, target) in outputs.iter().zip(targets) {
                    self.add(
                        target.likeliest(),
                        $crate::metrics::named_classes::named_class(output.as_slice()),
                    );
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T> $crate::metrics::MetricOf<typenum::U1, $crate::tensor::Tensor<typenum::U1, T>, T>
            for $metric<typenum::U2>
        where
            T: $crate::element::Element,
        {
            fn update(
                &mut self,
                outputs: &[$crate::tensor::Tensor<typenum::U1, T>],
                targets: &[$crate::tensor::Tensor<typenum::U1, T>],
            ) {
                $crate::loss::samples(outputs, targets);
                for (output, target) in outputs.iter().zip(targets) {
                    let actual = usize::from(target[0] > T::from_f64(0.5));
                    self.add(actual, $crate::metrics::named_classes::is_yes(output[0]));
                }
            }
        }
    };
}
pub(super) use fed_with_classes;
