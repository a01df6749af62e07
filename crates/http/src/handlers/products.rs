//! Products: everybody finds and reads them, staff make, change and archive them.

pub(crate) mod archive;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod show;
