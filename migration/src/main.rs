//! The program behind `sea-orm-cli migrate`, which runs it from the repository's root.

#[tokio::main]
async fn main() {
    sea_orm_migration::cli::run_cli_with_connection(migration::Migrator, migration::connect_alone).await;
}
