//! Several metrics at once: a tuple, whose value is the tuple of values.

use super::{Metric, MetricOf};
use crate::element::Element;
use crate::loss::TargetOf;
use crate::shape::Shape;
use crate::tensor::Tensor;

macro_rules! tuple {
    ($($metric:ident $place:tt),*) => {
        impl<$($metric: Metric),*> Metric for ($($metric,)*) {
            type Value = ($($metric::Value,)*);

            #[allow(clippy::unused_unit, reason = "of the empty tuple")]
            fn value(&self) -> Self::Value {
                ($(self.$place.value(),)*)
            }

            fn reset(&mut self) {
                $(self.$place.reset();)*
            }

            fn visit_values(&self, _visit: &mut dyn FnMut(&str, f64)) {
                $(self.$place.visit_values(_visit);)*
            }
        }

        #[diagnostic::do_not_recommend]
        impl<S: Shape, G, T: Element, $($metric: MetricOf<S, G, T>),*> MetricOf<S, G, T> for ($($metric,)*) {
            fn update(&mut self, _outputs: &[Tensor<S, T>], _targets: &[G])
            where
                G: TargetOf<S>,
            {
                $(self.$place.update(_outputs, _targets);)*
            }
        }
    };
}
tuple!();
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, H 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, H 6, I 7);
