//! Kinds of cells: what is counted apart, and what may be copied into the memory of every instance.

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An account's role, its being disabled, and its live sessions.
    Session,
    /// A customer's cart.
    Cart,
    /// One product.
    Product,
    /// A page of products.
    Listing,
    /// All categories.
    Categories,
    /// A page of a customer's orders.
    Orders,
    /// One order of a customer.
    Order,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Session,
        Self::Cart,
        Self::Product,
        Self::Listing,
        Self::Categories,
        Self::Orders,
        Self::Order,
    ];

    /// Returns the name that operators read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Cart => "cart",
            Self::Product => "product",
            Self::Listing => "listing",
            Self::Categories => "categories",
            Self::Orders => "orders",
            Self::Order => "order",
        }
    }

    /// Tells whether everybody sees the same. What belongs to somebody is never copied into an instance's memory, where a
    /// sign-out would reach it a second late.
    pub fn is_public(self) -> bool {
        match self {
            Self::Product | Self::Listing | Self::Categories => true,
            Self::Session | Self::Cart | Self::Orders | Self::Order => false,
        }
    }
}
