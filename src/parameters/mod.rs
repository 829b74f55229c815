//! What a layer's numbers are: [`Parameters`], the table of a network's segments.
//!
//! A network is one flat block; where weights, biases and statistics must be told apart (to
//! initialise, to decay, to save), this table says which stretch is what. It is told by the types
//! alone and allocates nothing.

mod cast;
mod no_such_path;
mod order;
mod selection;
mod shapes;

pub use cast::Cast;
pub use no_such_path::NoSuchPath;
pub(crate) use no_such_path::{is_at_or_below, range_of};
pub use order::Order;
pub use selection::Selection;
pub(crate) use selection::{change_selected, one_per_tensor};
#[doc(hidden)]
pub use shapes::{NO_SHAPES, mixed, mixed_field};

use core::fmt;
use core::ops::Range;

use crate::diagnostic::Fault;
use crate::element::Element;
use crate::plain::Plain;
use crate::shape::Shape;
use crate::tensor::Tensor;

/// A value made of named tensors: a layer, or a network of layers.
///
/// Implemented by [`parameters!`](crate::parameters!).
///
/// ```
/// use dimwise::prelude::*;
///
/// let mut rows = Vec::new();
/// Affine::<U2, U3>::segments(|segment| rows.push(format!("{} {:?}", segment.path, segment.dims)));
/// assert_eq!(rows, ["weight [2, 3]", "bias [3]"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "the parameters of this layer are not known",
    label = "a layer says what its fields are in `parameters!`",
    note = "a network in a `Box` is given as `&*network`"
)]
pub trait Parameters: Plain<Element: Element> {
    /// The seams inside, each of which must fit; `()` for a single layer.
    #[doc(hidden)]
    type Seams;

    /// 0; does not compile where [`network!`](crate::network!) found an error in the network.
    #[doc(hidden)]
    const CHECKED: usize = 0;

    /// What cannot be of the layer's sizes, for what the compiler says about it; `None` of a network,
    /// since it has been said.
    #[doc(hidden)]
    const FAULT: Option<Fault> = None;

    /// How many of the numbers are no parameters, but statistics.
    #[doc(hidden)]
    const STATISTICS: usize = 0;

    /// The shapes of all tensors, and how they are nested, as one number.
    #[doc(hidden)]
    const SHAPES: u64;

    /// Visits every segment below `path`, in the order of the flat block, from `start` on.
    #[doc(hidden)]
    fn visit(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>));

    /// [`visit`](Self::visit) as one link of a stack, or as several links where the value is a
    /// stack itself; gives the number of links.
    #[doc(hidden)]
    fn visit_links(path: &Path<'_>, start: usize, visit: &mut dyn FnMut(Segment<'_>)) -> usize {
        Self::visit(&path.index(0), start, visit);
        1
    }

    /// Visits every segment, in the order of the flat block.
    fn segments(mut visit: impl FnMut(Segment<'_>)) {
        Self::visit(&Path::ROOT, 0, &mut visit);
    }

    /// The stretch of the flat block at or below a path: a tensor (`"2.weight"`), or a layer with all that is in it
    /// (`"2"`).
    ///
    /// # Errors
    ///
    /// [`NoSuchPath`], with the paths that there are.
    ///
    /// ```
    /// use dimwise::prelude::*;
    ///
    /// network! { type Net = [Affine<U2, U3>, Relu<_>, Affine<_, U1>]; }
    /// assert_eq!(Net::range_of("2.weight")?, 9..12);
    /// assert_eq!(Net::range_of("2")?, 9..13);
    /// let error = Net::range_of("1.weight").unwrap_err();
    /// assert_eq!(error.to_string(), "nothing is at `1.weight`, but at 0.weight, 0.bias, 2.weight, 2.bias");
    /// # Ok::<(), dimwise::parameters::NoSuchPath>(())
    /// ```
    fn range_of(path: &str) -> Result<Range<usize>, NoSuchPath> {
        range_of::<Self>(path, |_| true)
    }
}

/// A stretch of the flat block that is one tensor.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Where the tensor stands: `0.weight`, `2.bias`.
    pub path: &'a Path<'a>,
    /// The tensor's sizes.
    pub dims: &'static [usize],
    /// What the numbers are for.
    pub kind: Kind,
    /// How PyTorch lays the numbers out.
    pub order: Order,
    /// Where the stretch begins in the flat block.
    pub start: usize,
}

impl Segment<'_> {
    /// The stretch of the flat block.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.dims.iter().product::<usize>()
    }
}

/// What a segment's numbers are for.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// Multiplies inputs. Initialisers scale it by its fans; weight decay applies to it.
    Weight {
        /// The number of inputs that each output sums over.
        fan_in: usize,
        /// The number of outputs that each input goes into.
        fan_out: usize,
    },
    /// Is added to outputs. No weight decay.
    Bias {
        /// The first value, 0 for most.
        start: f64,
    },
    /// Multiplies what it stands beside, such as what has been normalised. No weight decay.
    Scale {
        /// The first value, 1 for most.
        start: f64,
    },
    /// What the layer has seen of its data, no parameter: it has no gradient, and changes where a training
    /// pass ends, see [`WholeBatch`](crate::layer::WholeBatch). In a [`Frozen`](crate::layer::Frozen) layer also biases
    /// and scales, which do not change.
    Statistic {
        /// The first value.
        start: f64,
    },
    /// A [`Weight`](Self::Weight) of a [`Frozen`](crate::layer::Frozen) layer: initialised as one, and then left as it is.
    FrozenWeight {
        /// The number of inputs that each output sums over.
        fan_in: usize,
        /// The number of outputs that each input goes into.
        fan_out: usize,
    },
    /// What a layer's chance depends on, as whole numbers below 2²⁴: the first half random, then zeros. Changes
    /// as a statistic; a file of weights from elsewhere has none, and then it follows from the path.
    Seed,
}

impl Kind {
    /// Whether an optimizer changes these numbers.
    pub const fn is_trained(self) -> bool {
        !matches!(self, Self::Statistic { .. } | Self::FrozenWeight { .. } | Self::Seed)
    }

    /// The kind of the same numbers in a [`Frozen`](crate::layer::Frozen) layer, which begin as they do and are not
    /// trained.
    pub(crate) const fn frozen(self) -> Self {
        match self {
            Self::Weight { fan_in, fan_out } => Self::FrozenWeight { fan_in, fan_out },
            Self::Bias { start } | Self::Scale { start } => Self::Statistic { start },
            kind => kind,
        }
    }

    /// Whether these numbers multiply inputs: whether they decay.
    pub const fn is_weight(self) -> bool {
        matches!(self, Self::Weight { .. })
    }
}

/// Where a tensor stands in a network: the indices of the layers around it, then its own name.
#[derive(Clone, Copy)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: Name,
}

#[derive(Clone, Copy)]
enum Name {
    Root,
    Field(&'static str),
    Index(usize),
}

impl Path<'_> {
    pub(crate) const ROOT: Path<'static> = Path { parent: None, name: Name::Root };

    /// The path of a field inside.
    #[doc(hidden)]
    pub fn field(&self, name: &'static str) -> Path<'_> {
        Path { parent: Some(self), name: Name::Field(name) }
    }

    /// The path of a layer inside.
    #[doc(hidden)]
    pub fn index(&self, index: usize) -> Path<'_> {
        Path { parent: Some(self), name: Name::Index(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent.filter(|parent| !matches!(parent.name, Name::Root)) {
            write!(f, "{parent}.")?;
        }
        match self.name {
            Name::Root => Ok(()),
            Name::Field(name) => f.write_str(name),
            Name::Index(index) => write!(f, "{index}"),
        }
    }
}

impl fmt::Debug for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Says what the fields of a layer are, and so makes it [`Plain`] and [`Parameters`].
///
/// The type, its generic parameters with their bounds, the element type, then every field with the
/// [`Kind`] of its tensor; `marker` names a `PhantomData` field. The struct must be `repr(C)`, so that
/// the order in memory is the order written. What cannot be a plain value does not compile: a field
/// left out, one that is no tensor, one of another element type, padding, a `Drop`.
///
/// ```
/// use dimwise::parameters::Kind;
/// use dimwise::prelude::*;
///
/// /// Multiplies each feature by a number of its own.
/// #[repr(C)]
/// struct Scale<S: Shape, T: Element = f32> {
///     factor: Tensor<S, T>,
/// }
/// dimwise::parameters!(Scale<S: Shape, T: Element>: T {
///     factor: Kind::Weight { fan_in: 1, fan_out: 1 },
/// });
/// assert_eq!(Scale::<U7>::COUNT, 7);
/// ```
#[macro_export]
macro_rules! parameters {
    // The type of number is one of the parameters, perhaps.
    ($name:ident<$($param:ident: $bound:path),* $(,)?>: $element:ident { $($fields:tt)* } $($more:tt)*) => {
        const _: () = {
            /// A parameter, or the other type of number in the place of the layer's own.
            #[allow(unused_macros)]
            macro_rules! __cast {
                ($element) => { __U };
                ($other:ident) => { $other };
            }
            #[diagnostic::do_not_recommend]
            impl<$($param: $bound,)* __U: $crate::element::Element> $crate::parameters::Cast<__U>
                for $name<$($param),*>
            {
                type To = $name<$(__cast!($param)),*>;
            }
        };
        $crate::__parameters!($name<$($param: $bound),*>: $element { $($fields)* } $($more)*);
    };
    ($name:ident<$($param:ident: $bound:path),* $(,)?>: $element:ty { $($fields:tt)* } $($more:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($param: $bound,)* __U: $crate::element::Element> $crate::parameters::Cast<__U>
            for $name<$($param),*>
        {
            type To = Self;
        }
        $crate::__parameters!($name<$($param: $bound),*>: $element { $($fields)* } $($more)*);
    };
}

/// [`parameters!`], once it is known how the layer is had in another type of number.
#[doc(hidden)]
#[macro_export]
macro_rules! __parameters {
    (
        $name:ident<$($param:ident: $bound:path),*>: $element:ty {
            $($field:ident: $kind:expr $(=> $order:expr)?),* $(,)?
        } $(marker $marker:ident)? $(fault $fault:expr)?
    ) => {
        $crate::plain!($name<$($param: $bound),*>: $element { $($field),* } $(marker $marker)?);

        #[diagnostic::do_not_recommend]
        impl<$($param: $bound),*> $crate::parameters::Parameters for $name<$($param),*> {
            type Seams = ();
            $(const FAULT: ::core::option::Option<$crate::diagnostic::Fault> = $fault;)?
            const STATISTICS: ::core::primitive::usize = 0 $(
                + if $crate::parameters::Kind::is_trained($kind) {
                    0
                } else {
                    $crate::parameters::field_len(|value: &Self| &value.$field)
                }
            )*;

            const SHAPES: ::core::primitive::u64 = {
                #[allow(unused_mut)]
                let mut shapes = $crate::parameters::NO_SHAPES;
                $(shapes = $crate::parameters::mixed_field(|value: &Self| &value.$field, shapes);)*
                shapes
            };

            #[allow(unused_variables, unused_mut, unused_assignments)]
            fn visit(
                path: &$crate::parameters::Path<'_>,
                mut start: ::core::primitive::usize,
                visit: &mut dyn ::core::ops::FnMut($crate::parameters::Segment<'_>),
            ) {
                $(
                    start += $crate::parameters::visit_field(
                        |layer: &Self| &layer.$field,
                        $crate::parameters::Segment {
                            path: &path.field(::core::stringify!($field)),
                            dims: &[],
                            kind: $kind,
                            order: [$($order,)? $crate::parameters::Order::Same][0],
                            start,
                        },
                        visit,
                    );
                )*
            }
        }
    };
}

/// The numbers of a field.
#[doc(hidden)]
pub const fn field_len<L: Plain, F>(_field: fn(&L) -> &F) -> usize {
    size_of::<F>() / size_of::<L::Element>()
}

/// Visits a field's segment with its sizes filled in, and gives its length.
#[doc(hidden)]
pub fn visit_field<L: Plain<Element: Element>, S: Shape>(
    _field: fn(&L) -> &Tensor<S, L::Element>,
    segment: Segment<'_>,
    visit: &mut dyn FnMut(Segment<'_>),
) -> usize {
    visit(Segment { dims: S::DIMS, ..segment });
    S::LEN
}
