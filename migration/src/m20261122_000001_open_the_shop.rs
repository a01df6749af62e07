//! The first migration: every table of the shop, by theme, and the row that gives the database its identity. What the
//! rules of the shop say about single values is said here again as CHECKs, for those who write SQL by hand.

mod accounts;
mod carts;
mod catalog;
mod orders;
mod shop;
mod stock;

use crate::columns::Columns;
use sea_orm_migration::prelude::*;

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables in the order in which they refer to each other, and indexes.
#[derive(Default)]
struct Plan {
    tables: Vec<TableCreateStatement>,
    indexes: Vec<IndexCreateStatement>,
}

impl Plan {
    fn table(&mut self, table: &mut TableCreateStatement) {
        self.tables.push(table.take());
    }

    /// Adds an index that is named after what it covers.
    fn index(&mut self, table: &'static str, columns: &[&'static str]) {
        let mut index = Index::create();
        index.name(format!("{table}_{}_idx", columns.join("_"))).table(table);
        for column in columns {
            index.col(*column);
        }
        self.indexes.push(index);
    }
}

fn plan(manager: &SchemaManager<'_>) -> Plan {
    let columns = Columns { backend: manager.get_database_backend() };
    let mut plan = Plan::default();
    shop::plan(&mut plan, columns);
    accounts::plan(&mut plan, columns);
    catalog::plan(&mut plan, columns);
    carts::plan(&mut plan);
    orders::plan(&mut plan, columns);
    stock::plan(&mut plan);
    plan
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let Plan { tables, indexes } = plan(manager);
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in indexes {
            manager.create_index(index).await?;
        }
        manager.execute(shop::identity()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in plan(manager).tables.into_iter().rev() {
            let name = table.get_table_name().cloned().expect("every table of the plan has a name");
            manager.drop_table(Table::drop().table(name).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true) // SQLite too can take back a schema that was half made
    }
}
