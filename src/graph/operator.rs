//! `+ - * /` and the sign, which make nodes of nodes.
//!
//! Whether the shapes fit is asked of the right side alone ([`Beside`](super::Beside)), so that the compiler blames
//! the operator in words of ours.

/// Makes a type a node whose numbers are of type `$element`, with its operators.
macro_rules! graph_node {
    ([$($generics:tt)*] $node:ty, $element:ty) => {
        impl<$($generics)*> $crate::graph::Node for $node {
            type Element = $element;
        }

        impl<$($generics)*> core::ops::Neg for $node {
            type Output = $crate::graph::Unary<$crate::graph::function::Negate, Self>;

            fn neg(self) -> Self::Output {
                $crate::graph::Unary::new($crate::graph::function::Negate, self)
            }
        }

        graph_node!(@nodes [$($generics)*] $node, Add add);
        graph_node!(@nodes [$($generics)*] $node, Sub sub);
        graph_node!(@nodes [$($generics)*] $node, Mul mul);
        graph_node!(@nodes [$($generics)*] $node, Div div);
        graph_node!(@numbers f32 [$($generics)*] $node);
        graph_node!(@numbers f64 [$($generics)*] $node);
    };
    (@nodes [$($generics:tt)*] $node:ty, $operator:ident $method:ident) => {
        impl<$($generics)*, Right: $crate::graph::Beside<Self>> core::ops::$operator<Right> for $node
        where
            $node: $crate::graph::Expression,
        {
            type Output = $crate::graph::Binary<$crate::graph::function::$operator, Self, Right>;

            fn $method(self, right: Right) -> Self::Output {
                $crate::graph::Binary::new($crate::graph::function::$operator, self, right)
            }
        }
    };
    (@numbers $t:ident [$($generics:tt)*] $node:ty) => {
        graph_node!(@number $t [$($generics)*] $node, Add add, PlusNumber, PlusNumber);
        graph_node!(@number $t [$($generics)*] $node, Sub sub, MinusNumber, NumberMinus);
        graph_node!(@number $t [$($generics)*] $node, Mul mul, TimesNumber, TimesNumber);
        graph_node!(@number $t [$($generics)*] $node, Div div, OverNumber, NumberOver);
    };
    // A number on the right, and one on the left.
    (@number $t:ident [$($generics:tt)*] $node:ty, $operator:ident $method:ident,
        $right:ident, $left:ident) => {
        impl<$($generics)*> core::ops::$operator<$t> for $node
        where
            $node: $crate::graph::Node<Element = $t>,
        {
            type Output = $crate::graph::Unary<$crate::graph::function::$right<$t>, Self>;

            fn $method(self, number: $t) -> Self::Output {
                $crate::graph::Unary::new($crate::graph::function::$right(number), self)
            }
        }

        impl<$($generics)*> core::ops::$operator<$node> for $t
        where
            $node: $crate::graph::Node<Element = $t>,
        {
            type Output = $crate::graph::Unary<$crate::graph::function::$left<$t>, $node>;

            fn $method(self, node: $node) -> Self::Output {
                $crate::graph::Unary::new($crate::graph::function::$left(self), node)
            }
        }
    };
}
