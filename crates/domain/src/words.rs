//! Enums that clients and the database know by the same small words.

/// Declares an enum with its words: how it is written in JSON and in the database, and read back.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:tt,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the word that clients and the database use.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads the word.
            ///
            /// # Errors
            /// Any other word.
            pub fn parse(word: &str) -> Result<Self, $crate::Invalid> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::Invalid::new(concat!("must be one of:", $(" ", $word),*))),
                }
            }
        }
    };
}

pub(crate) use words;
