//! [`Request`]: what stands in `onnx!(..)`, and what it becomes.

use std::env;
use std::fs;
use std::iter::once;
use std::path::{Path, PathBuf};

use dimwise_onnx_reader::{Network, branch_name, external_files, import};
use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// `#[attributes] "path" as pub type Name`
pub(crate) struct Request {
    attributes: TokenStream,
    /// The file as it is written.
    path: String,
    span: Span,
    visibility: TokenStream,
    name: Ident,
}

impl Request {
    /// Reads the tokens, or gives the error that the compiler is to show.
    pub(crate) fn read(input: TokenStream) -> Result<Self, TokenStream> {
        const USAGE: &str =
            "expected a file and a name for its network: `onnx!(\"model.onnx\" as pub type Model)`";
        let whole = Span::call_site();
        let mut tokens = input.into_iter().peekable();
        let mut attributes = TokenStream::new();
        while let Some(hash) =
            tokens.next_if(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#'))
        {
            let body = tokens.next().ok_or_else(|| compile_error(whole, USAGE))?;
            attributes.extend([hash, body]);
        }
        // A literal that another macro passes on comes in a group of its own.
        let file = tokens.next().map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                group.stream().into_iter().next().unwrap_or(TokenTree::Group(group))
            }
            token => token,
        });
        let (path, span) = match file {
            Some(TokenTree::Literal(literal)) => {
                let path = text(&literal).ok_or_else(|| compile_error(literal.span(), USAGE))?;
                (path, literal.span())
            }
            other => return Err(compile_error(other.map_or(whole, |token| token.span()), USAGE)),
        };
        let mut rest: Vec<_> = tokens.collect();
        rest.pop_if(|last| matches!(last, TokenTree::Punct(punct) if punct.as_char() == ';'));
        let is_word = |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(ident) if ident.to_string() == word);
        match &*rest {
            [first, visibility @ .., keyword, TokenTree::Ident(name)]
                if is_word(first, "as") && is_word(keyword, "type") =>
            {
                let visibility = visibility.iter().cloned().collect();
                Ok(Self { attributes, path, span, visibility, name: name.clone() })
            }
            _ => Err(compile_error(span, USAGE)),
        }
    }

    /// The network, or the error that the compiler is to show.
    pub(crate) fn expand(self) -> TokenStream {
        let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
        let file = root.join(&self.path);
        let folder = file.parent().unwrap_or(Path::new(""));
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) => return compile_error(self.span, &format!("{}: {error}", file.display())),
        };
        match import(&bytes, folder) {
            Ok(network) => self.program(&file, &external_files(&bytes, folder), &network),
            Err(refusal) => compile_error(self.span, &format!("{}: {refusal}", self.path)),
        }
    }

    /// A module that holds the network, and its name beside it.
    fn program(self, file: &Path, others: &[PathBuf], network: &Network) -> TokenStream {
        let Self { attributes, path, visibility, name, .. } = self;
        let module = format!("__dimwise_onnx_{name}");
        let mut inside = String::new();
        for (index, layers) in network.branches.iter().enumerate() {
            inside.push_str(&format!(
                "::dimwise::network! {{ pub type {} = [{layers}]; }}",
                branch_name(index + 1)
            ));
        }
        // cargo builds anew when one of these changes.
        for file in once(file).chain(others.iter().map(PathBuf::as_path)) {
            inside
                .push_str(&format!("const _: &[u8] = ::core::include_bytes!({:?});", file.to_string_lossy()));
        }
        let size = network.bytes.len();
        inside.push_str(&format!(
            "impl {name} {{
                /// The network with the weights of the file, to be trained or changed.
                pub fn pretrained() -> ::dimwise::network::imported::Box<Self> {{
                    ::dimwise::network::imported::from_le_bytes(&WEIGHTS.0)
                }}
                /// The same where it lies in the program: nothing is copied.
                ///
                /// # Panics
                ///
                /// Panics on a processor whose numbers have their highest byte first.
                pub fn included() -> &'static Self {{
                    WEIGHTS.whole()
                }}
            }}
            const _: () = assert!(::core::mem::size_of::<{name}>() == {size});
            static WEIGHTS: ::dimwise::included::Included<{size}> = ::dimwise::included::Included"
        ));
        let mut inside = parsed(&inside);
        let bytes = TokenTree::Literal(Literal::byte_string(&network.bytes));
        let bytes = TokenStream::from_iter([TokenTree::Punct(Punct::new('*', Spacing::Alone)), bytes]);
        inside.extend([
            TokenTree::Group(Group::new(Delimiter::Parenthesis, bytes)),
            TokenTree::Punct(Punct::new(';', Spacing::Alone)),
        ]);
        let mut declaration = attributes;
        let about = format!("The network of `{path}`; [`pretrained`](Self::pretrained) has its weights.");
        declaration.extend(parsed(&format!("#[doc = {about:?}] pub type")));
        declaration.extend([TokenTree::Ident(name.clone())]);
        declaration.extend(parsed(&format!("= [{}];", network.layers)));
        inside.extend(parsed("::dimwise::network!"));
        inside.extend([TokenTree::Group(Group::new(Delimiter::Brace, declaration))]);

        let mut program = parsed(&format!(
            "#[doc(hidden)] #[allow(non_snake_case, missing_docs, unreachable_pub, clippy::all)] mod {module}"
        ));
        program.extend([TokenTree::Group(Group::new(Delimiter::Brace, inside))]);
        program.extend(visibility);
        program.extend(parsed(&format!("use {module}::")));
        program.extend([TokenTree::Ident(name), TokenTree::Punct(Punct::new(';', Spacing::Alone))]);
        program
    }
}

fn parsed(program: &str) -> TokenStream {
    program.parse().expect("what the macro writes is Rust")
}

/// What stands between the quotes of a literal.
fn text(literal: &Literal) -> Option<String> {
    let text = literal.to_string();
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    // Backslashes stand in paths of Windows, which are better written with slashes.
    (!inside.contains('\\')).then(|| inside.to_owned())
}

fn compile_error(span: Span, message: &str) -> TokenStream {
    let mut literal = Literal::string(message);
    literal.set_span(span);
    let argument = Group::new(Delimiter::Brace, TokenTree::Literal(literal).into());
    let mut error = parsed("::core::compile_error!");
    error.extend([TokenTree::Group(argument)]);
    error
        .into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
