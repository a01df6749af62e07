//! Every story is told once and holds on both pairs of backends.

/// Makes two tests of each story, an `async fn(&Shop)`: one embedded, one with PostgreSQL and Redis.
#[macro_export]
macro_rules! on_both_pairs {
    ($($story:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                let shop = $crate::Shop::open_embedded().await;
                super::$story(&shop).await;
                shop.close().await;
            })*
        }

        mod server {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                let shop = $crate::Shop::open_server().await;
                super::$story(&shop).await;
                shop.close().await;
            })*
        }
    };
}
