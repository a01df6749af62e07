//! Inserts of many rows at once, in as few statements as the databases' limits allow.

use sea_orm::sea_query::{InsertStatement, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Insert, Iterable, QueryTrait, TryGetable,
};

/// The most parameters that a statement may have: SQLite's limit, the lower of the two.
const MAX_PARAMETERS: usize = 32_766;

/// Inserts rows.
pub(crate) async fn rows<A>(connection: &impl ConnectionTrait, rows: Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
{
    for statement in statements(rows) {
        connection.execute(&statement).await?;
    }
    Ok(())
}

/// Inserts rows and returns the ids that they got.
pub(crate) async fn numbered<A>(
    connection: &impl ConnectionTrait,
    rows: Vec<A>,
    id: <A::Entity as EntityTrait>::Column,
) -> Result<Vec<i64>, DbErr>
where
    A: ActiveModelTrait,
{
    let mut ids = Vec::with_capacity(rows.len());
    for mut statement in statements(rows) {
        statement.returning(Query::returning().column(id));
        for row in connection.query_all(&statement).await? {
            ids.push(row.try_get_by_index(0)?);
        }
    }
    Ok(ids)
}

/// Inserts the rows whose key nobody has, and returns their keys and ids. The transaction stays usable: what is missing
/// in the answer was taken.
pub(crate) async fn unless_taken<A, K>(
    connection: &impl ConnectionTrait,
    rows: Vec<A>,
    key: <A::Entity as EntityTrait>::Column,
    id: <A::Entity as EntityTrait>::Column,
) -> Result<Vec<(K, i64)>, DbErr>
where
    A: ActiveModelTrait,
    K: TryGetable,
{
    let mut inserted = Vec::with_capacity(rows.len());
    for mut statement in statements(rows) {
        statement
            .on_conflict(OnConflict::column(key).do_nothing().to_owned())
            .returning(Query::returning().columns([key, id]));
        for row in connection.query_all(&statement).await? {
            inserted.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
        }
    }
    Ok(inserted)
}

fn statements<A: ActiveModelTrait>(rows: Vec<A>) -> impl Iterator<Item = InsertStatement> {
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().peekable();
    std::iter::from_fn(move || {
        rows.peek()?;
        Some(Insert::many(rows.by_ref().take(MAX_PARAMETERS / columns)).into_query())
    })
}
