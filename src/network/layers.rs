//! The layers of a network by their index and by their name, and how [`network!`](crate::network!) reads them.

use alloc::string::{String, ToString};
use core::ops::Range;

use crate::parameters::{NoSuchPath, Parameters, Path, Segment, Selection};
use crate::plain::{Plain, view, view_mut};

/// A network that has a layer of this index, counted from 0.
///
/// [`network!`](crate::network!) implements it; see [`Model::layer`](crate::network::Model::layer).
#[diagnostic::on_unimplemented(
    message = "this network has no layer {INDEX}",
    label = "its layers are counted from 0"
)]
pub trait HasLayer<const INDEX: usize>: Sized {
    /// The layer.
    type Layer;
    /// The byte of the network at which it begins.
    #[doc(hidden)]
    const START: usize;
}

/// The layer of this index.
pub type LayerOf<N, const INDEX: usize> = <N as HasLayer<INDEX>>::Layer;

/// A layer with branches written in place: side 0 is its first one.
#[doc(hidden)]
pub trait HasBranch<const INDEX: usize, const SIDE: usize> {
    type Branch;
}

/// The place of a layer in a network: what a name in [`network!`](crate::network!) stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<const INDEX: usize>;

impl<const INDEX: usize> Selection for At<INDEX> {
    fn has(&self, segment: &Segment<'_>) -> bool {
        self.path().as_str().has(segment)
    }

    fn check<N: Parameters>(&self) -> Result<(), NoSuchPath> {
        self.path().as_str().check::<N>()
    }
}

impl<const INDEX: usize> At<INDEX> {
    fn path(self) -> String {
        Path::ROOT.index(INDEX).to_string()
    }
}

/// The layer of this index.
#[doc(hidden)]
pub fn layer<const INDEX: usize, N>(network: &N) -> &LayerOf<N, INDEX>
where
    N: Plain + HasLayer<INDEX, Layer: Plain<Element = N::Element>>,
{
    &view(&network.as_slice()[range::<INDEX, N>()], 1)[0]
}

/// The layer of this index, to be changed.
#[doc(hidden)]
pub fn layer_mut<const INDEX: usize, N>(network: &mut N) -> &mut LayerOf<N, INDEX>
where
    N: Plain + HasLayer<INDEX, Layer: Plain<Element = N::Element>>,
{
    &mut view_mut(&mut network.as_mut_slice()[range::<INDEX, N>()], 1)[0]
}

fn range<const INDEX: usize, N: HasLayer<INDEX, Layer: Plain>>() -> Range<usize> {
    let start = N::START / size_of::<<N::Layer as Plain>::Element>();
    start..start + N::Layer::COUNT
}

/// [`__layers!`] with all the indices that there are.
#[doc(hidden)]
#[macro_export]
macro_rules! __numbered_layers {
    ($layers:tt $network:tt $before:tt) => {
        $crate::__layers!($layers $network $before [
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38
            39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73
            74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106
            107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132
            133 134 135 136 137 138 139 140 141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158
            159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177 178 179 180 181 182 183 184
            185 186 187 188 189 190 191 192 193 194 195 196 197 198 199 200 201 202 203 204 205 206 207 208 209 210
            211 212 213 214 215 216 217 218 219 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236
            237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255
        ] []);
    };
}

/// Reads the layers of a network one by one: gives each its index, `_` its meaning, and branches written in place a
/// type.
///
/// The state: `[layers to read] [network] [layer before] [indices left] [layers read]`. The layer before is none,
/// its index, or (before a branch) `as` the shape that it gives. A layer that has been read is its index, the layer
/// before it, what the compiler blames for its faults, and its type.
///
/// rustc shows a type where its first and its last token were written, if both were written by the user. So the
/// closing `>` is passed on as a token where macros can (`$close`, after single tokens); elsewhere the blame goes to
/// the layer's name.
#[doc(hidden)]
#[macro_export]
macro_rules! __layers {
    ([] $network:tt $before:tt $indices:tt $read:tt) => {
        $crate::__network!($network $read);
    };
    // A name for the layer.
    ([$name:ident: $($rest:tt)+] $network:tt $before:tt [$index:tt $($indices:tt)*] $read:tt) => {
        $crate::__layer_name!($network $index $name);
        $crate::__layers!([$($rest)+] $network $before [$index $($indices)*] $read);
    };
    // Nothing before the first layer.
    ([$($layer:tt)::+ < _ $($rest:tt)*] $network:tt [] $indices:tt $read:tt) => {
        ::core::compile_error!(::core::concat!(
            "no layer is before the first one: write what it takes in the place of `_`, as `",
            ::core::stringify!($($layer)::+), "<U784, ..>` or `", ::core::stringify!($($layer)::+), "<(U1, U28, U28), ..>`"
        ));
    };
    // `_`, with up to three arguments of one token after it.
    (
        [$($layer:tt)::+ < _ $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$($layer)::+ < $crate::__before!($n $b) $close]]
        ]);
    };
    (
        [$($layer:tt)::+ < _, $p:tt $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$($layer)::+ < $crate::__before!($n $b), $p $close]]
        ]);
    };
    (
        [$($layer:tt)::+ < _, $p:tt, $q:tt $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$($layer)::+ < $crate::__before!($n $b), $p, $q $close]]
        ]);
    };
    (
        [$($layer:tt)::+ < _, $p:tt, $q:tt, $r:tt $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$($layer)::+ < $crate::__before!($n $b), $p, $q, $r $close]]
        ]);
    };
    // `Conv2d<_, U16, U3, Padding<U1>>`
    (
        [$($layer:tt)::+ < _, $p:tt, $q:tt, $r:tt < $of:tt $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$($layer)::+ < $crate::__before!($n $b), $p, $q, $r < $of $close]]
        ]);
    };
    // `_`, with any arguments after it.
    (
        [$layer:tt < _ $(, $argument:ty)* $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [$layer < $crate::__before!($n $b) $(, $argument)* >]]
        ]);
    };
    (
        [$(:: $layer:tt)+ < _ $(, $argument:ty)* $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$(:: $layer)+ < $crate::__before!($n $b) $(, $argument)* >]]
        ]);
    };
    (
        [$($layer:tt)::+ < _ $(, $argument:ty)* $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$($layer)::+ < $crate::__before!($n $b) $(, $argument)* >]]
        ]);
    };
    // Branches written in place. (A comma may stand behind the last one.)
    (
        [$layer:tt < [$($first:tt)+], [$($second:tt)+] $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($first)+] $n $b $index 0);
        $crate::__branch!([$($second)+] $n $b $index 1);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [
                $index $b [] [$layer < $crate::__branch_of!($n $index 0), $crate::__branch_of!($n $index 1) $close]
            ]
        ]);
    };
    (
        [$layer:tt < [$($first:tt)+], [$($second:tt)+] $(, $argument:ty)+ $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($first)+] $n $b $index 0);
        $crate::__branch!([$($second)+] $n $b $index 1);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [
                $layer < $crate::__branch_of!($n $index 0), $crate::__branch_of!($n $index 1) $(, $argument)+ >
            ]]
        ]);
    };
    (
        [$layer:tt < [$($first:tt)+], [$($second:tt)+], $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($first)+] $n $b $index 0);
        $crate::__branch!([$($second)+] $n $b $index 1);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [
                $index $b [] [$layer < $crate::__branch_of!($n $index 0), $crate::__branch_of!($n $index 1) $close]
            ]
        ]);
    };
    (
        [$layer:tt < [$($first:tt)+] $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($first)+] $n $b $index 0);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$layer < $crate::__branch_of!($n $index 0) $close]]
        ]);
    };
    (
        [$layer:tt < [$($first:tt)+] $(, $argument:ty)+ $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($first)+] $n $b $index 0);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [$layer < $crate::__branch_of!($n $index 0) $(, $argument)+ >]]
        ]);
    };
    (
        [$layer:tt < [$($first:tt)+], $close:tt $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($first)+] $n $b $index 0);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [] [$layer < $crate::__branch_of!($n $index 0) $close]]
        ]);
    };
    (
        [$layer:tt < $first:tt, [$($second:tt)+] $(, $argument:ty)* $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($second)+] $n $b $index 1);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [$layer < $first, $crate::__branch_of!($n $index 1) $(, $argument)* >]]
        ]);
    };
    (
        [$layer:tt < $first:ident<$of:tt>, [$($second:tt)+] $(, $argument:ty)* $(,)? > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__branch!([$($second)+] $n $b $index 1);
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [$layer < $first<$of>, $crate::__branch_of!($n $index 1) $(, $argument)* >]]
        ]);
    };
    // A frozen layer by itself; where its last argument ends with `>`, the compiler has cut `>>` in two.
    (
        [Frozen < $layer:ident < _ $(, $argument:ty)* $(,)? >> $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [Frozen < $layer < $crate::__before!($n $b) $(, $argument)* > >]]
        ]);
    };
    (
        [Frozen < $layer:ident < _ $(, $argument:ty)* $(,)? > > $(, $($rest:tt)*)?]
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [
            $($read)* [$index $b [$layer] [Frozen < $layer < $crate::__before!($n $b) $(, $argument)* > >]]
        ]);
    };
    // A single layer for a branch.
    ([$layer:tt < $inner:tt < _ $($rest:tt)*] $n:tt $b:tt $indices:tt $read:tt) => {
        ::core::compile_error!(::core::concat!(
            "a branch with a `_` is written as a list: `",
            ::core::stringify!($layer), "<[", ::core::stringify!($inner), "<_, ..>]>`"
        ));
    };
    // Any other type. (The compiler shows this line where there is something else behind it.)
    ([$layer:ty $(, $($rest:tt)*)?] /* a comma between each two layers */
        $n:tt $b:tt [$index:tt $($indices:tt)*] [$($read:tt)*]
    ) => {
        $crate::__layers!([$($($rest)*)?] $n [$index] [$($indices)*] [$($read)* [$index $b [] [$layer]]]);
    };
}

/// A constant for the name of a layer.
#[doc(hidden)]
#[macro_export]
macro_rules! __layer_name {
    ([$attributes:tt [$vis:vis] $network:ident $t:tt $branches:tt] $index:tt $name:ident) => {
        impl $network {
            #[doc = ::core::concat!("The place of layer ", $index, ".")]
            #[allow(non_upper_case_globals, dead_code)]
            $vis const $name: $crate::network::At<$index> = $crate::network::At;
        }
    };
}

/// What the layer before gives.
#[doc(hidden)]
#[macro_export]
macro_rules! __before {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $branches:tt] [$index:literal]) => {
        <$crate::network::LayerOf<$name<$($t)?>, $index> as $crate::layer::Layer>::Out
    };
    ($network:tt [as $shape:ty]) => {
        $shape
    };
}

/// The layer of an index.
#[doc(hidden)]
#[macro_export]
macro_rules! __layer_of {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $branches:tt] $index:tt) => {
        $crate::network::LayerOf<$name<$($t)?>, $index>
    };
}

/// Gives a network a layer.
#[doc(hidden)]
#[macro_export]
macro_rules! __layer {
    (
        [$attributes:tt $vis:tt $name:ident [$($t:ident)?] [$element:tt $($branches:ident)*]]
        $index:tt $before:tt [$layer:ty]
    ) => {
        #[diagnostic::do_not_recommend]
        impl<$($t: $crate::element::Element)?> $crate::network::HasLayer<$index> for $name<$($t)?> {
            type Layer = $crate::__in_element!($element $layer);
            const START: ::core::primitive::usize = $crate::__layer_start!($name [$($t)?] $before);
        }
    };
}

/// A layer in the network's type of number.
#[doc(hidden)]
#[macro_export]
macro_rules! __in_element {
    ([] $layer:ty) => {
        $layer
    };
    ([$t:ty] $layer:ty) => {
        <$layer as $crate::parameters::Cast<$t>>::To
    };
}

/// Where a layer begins: behind the one before it.
#[doc(hidden)]
#[macro_export]
macro_rules! __layer_start {
    ($name:ident [$($t:ident)?] [$before:literal]) => {
        <$name<$($t)?> as $crate::network::HasLayer<$before>>::START
            + ::core::mem::size_of::<$crate::network::LayerOf<$name<$($t)?>, $before>>()
    };
    ($name:ident $t:tt $before:tt) => {
        0
    };
}

/// Declares a branch that is written in place, as a network of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! __branch {
    (
        $layers:tt
        [$attributes:tt $vis:tt $name:ident [$($t:ident)?] [$element:tt $branch:ident $($branches:ident)*]]
        $before:tt $index:tt $side:tt
    ) => {
        const _: () = {
            $crate::__numbered_layers!(
                $layers
                [
                    [#[doc(hidden)] #[allow(missing_docs, unreachable_pub, unnameable_types)]]
                    $vis $branch [$($t)?] [$element $($branches)*]
                ]
                [as $crate::__before!([$attributes $vis $name [$($t)?] []] $before)]
            );
            impl<$($t: $crate::element::Element)?> $crate::network::HasBranch<$index, $side> for $name<$($t)?> {
                type Branch = $branch<$($t)?>;
            }
        };
    };
}

/// The branch of a layer.
#[doc(hidden)]
#[macro_export]
macro_rules! __branch_of {
    ([$attributes:tt $vis:tt $name:ident [$($t:ident)?] $branches:tt] $index:tt $side:tt) => {
        <$name<$($t)?> as $crate::network::HasBranch<$index, $side>>::Branch
    };
}
