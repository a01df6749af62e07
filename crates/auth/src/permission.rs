//! What actors may do, as types: the http crate's extractor takes one as a parameter, so that a handler's signature says
//! who may call it. Rights follow from the role alone; what belongs to whom is asked where the thing is.

use crate::Actor;
use domain::account::Role;

/// Something that not everybody may do.
pub trait Permission: Send + Sync + 'static {
    /// Tells whether the actor may do it.
    fn granted(actor: &Actor) -> bool;
}

macro_rules! staff_permissions {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Permission for $name {
            fn granted(actor: &Actor) -> bool {
                match actor.role() {
                    Role::Staff => true,
                    Role::Customer => false,
                }
            }
        }
    )*};
}

staff_permissions! {
    /// Creating, changing and archiving products, seeing archived ones, and moving stock.
    ManageCatalog;
    /// Seeing everybody's orders and moving them on.
    ManageOrders;
    /// Having events sent to other programs.
    ManageWebhooks;
    /// Changing anybody's role and shutting accounts out.
    ManageAccounts;
    /// Looking into the cache, which holds what belongs to anybody.
    InspectCache;
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{OsEntropy, SessionId, UserId};

    #[test]
    fn only_staff_manage() {
        let actor = |role| Actor { user: UserId(1), session: SessionId::generate(&OsEntropy), role };
        for granted in [
            ManageCatalog::granted,
            ManageOrders::granted,
            ManageWebhooks::granted,
            ManageAccounts::granted,
            InspectCache::granted,
        ] {
            assert!(granted(&actor(Role::Staff)));
            assert!(!granted(&actor(Role::Customer)));
        }
    }
}
