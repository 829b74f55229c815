//! [`ClassNames`]: what the classes of a data set are called.

use alloc::boxed::Box;
use alloc::string::String;
#[cfg(any(feature = "csv", feature = "images"))]
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::ops::Index;

use crate::loss::Class;
use crate::shape::Dim;

/// The names of `C` classes, in the order of their indices: `names[class]` is a class's name.
///
/// ```
/// use dimwise::data::ClassNames;
/// use dimwise::prelude::*;
///
/// let names = ClassNames::<U3>::new(["setosa", "versicolor", "virginica"])?;
/// let class = Class::of_largest(&[0.1, 0.2, 0.7]);
/// assert_eq!(&names[class], "virginica");
/// assert_eq!(names.class("setosa"), Some(Class::new(0)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClassNames<C: Dim> {
    names: Box<[String]>,
    classes: PhantomData<C>,
}

/// There are not as many names as classes, or a name stands twice.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamesError {
    /// There are not as many names as classes.
    Count {
        /// The number of classes.
        expected: usize,
        /// The number of names.
        found: usize,
    },
    /// A name stands twice.
    Twice {
        /// The name.
        name: String,
    },
}

impl fmt::Display for NamesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { expected, found } => write!(f, "{expected} classes cannot have {found} names"),
            Self::Twice { name } => write!(f, "two classes cannot have the name {name:?}"),
        }
    }
}

impl core::error::Error for NamesError {}

impl<C: Dim> ClassNames<C> {
    /// The names of classes 0, 1, 2 and so on.
    ///
    /// # Errors
    ///
    /// [`NamesError`] if there are not just `C` names, or two of them are equal.
    pub fn new(names: impl IntoIterator<Item: Into<String>>) -> Result<Self, NamesError> {
        // One more than there should be tells that there are too many.
        let names: Box<[String]> =
            names.into_iter().take(C::SIZE.saturating_add(1)).map(Into::into).collect();
        if names.len() != C::SIZE {
            return Err(NamesError::Count { expected: C::SIZE, found: names.len() });
        }
        let mut sorted: Box<[&String]> = names.iter().collect();
        sorted.sort_unstable();
        match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(NamesError::Twice { name: pair[0].clone() }),
            None => Ok(Self { names, classes: PhantomData }),
        }
    }

    /// The names, in the order of the classes.
    pub fn as_slice(&self) -> &[String] {
        &self.names
    }

    /// The class of this name; `None` if no class has it.
    pub fn class(&self, name: &str) -> Option<Class<C>> {
        let index = self.names.iter().position(|other| other == name)?;
        Class::new(index).ok()
    }
}

impl<C: Dim> Index<Class<C>> for ClassNames<C> {
    type Output = str;

    fn index(&self, class: Class<C>) -> &str {
        &self.names[class.index()]
    }
}

impl<C: Dim> fmt::Debug for ClassNames<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.names.fmt(f)
    }
}

/// By value where all are whole numbers, else as text.
#[cfg(any(feature = "csv", feature = "images"))]
pub(super) fn sorted_names(mut names: Vec<String>) -> Vec<String> {
    if names.iter().all(|name| name.parse::<i64>().is_ok()) {
        names.sort_by_key(|name| name.parse::<i64>().ok());
    } else {
        names.sort();
    }
    names
}
