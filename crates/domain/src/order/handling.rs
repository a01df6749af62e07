//! Moving an order on: one action at a time, each of which is allowed where the order stands, or changes nothing.

use super::{ActError, ActingOn, Order, OrderAction, OrderView, Orders, WhoseOrder};
use crate::account::Role;
use crate::idempotency::{self, Once};
use crate::{Answered, Doc, Event, Keyed, OrderId, RepositoryError, UnitOfWork};

impl Orders {
    pub(super) async fn attempt_act(
        self,
        work: Box<dyn UnitOfWork>,
        by: ActingOn,
        action: OrderAction,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, ActError> {
        let now = self.clock.now();
        let mut work = match idempotency::once(work, keyed.as_ref(), now).await?? {
            Once::Now(work) => work,
            Once::Before(answered) => return Ok(answered),
        };
        let whose = match by.role {
            Role::Customer => WhoseOrder::Of(by.user),
            Role::Staff => WhoseOrder::Anybodys,
        };
        let before = work.orders().lock(whose, by.order).await?.ok_or(ActError::NoSuchOrder)?;
        let Some(after) = before.after(action, by.user, by.role, now) else {
            return Err(ActError::NotAllowed { action, allowed: before.state().allowed(by.role) });
        };
        if let Some(reason) = action.gives_back() {
            work.stock().give_back(&before.demand()).await?;
            work.stock().record(&before.goods_back(reason, by.user, now)).await?;
        }
        work.orders().save(&before, &after).await?;
        work.events().record(Event::of_order(&after).as_slice()).await?;
        let view = shown(&mut *work, &after, by.role).await?;
        let document = Doc::encode(after.version(), &view);
        Ok(idempotency::answer(work, keyed.as_ref(), after.id, document).await?)
    }
}

/// Shows an order to whoever acted on it.
async fn shown(work: &mut dyn UnitOfWork, order: &Order, to: Role) -> Result<OrderView, RepositoryError> {
    Ok(match to {
        Role::Customer => OrderView::from(order),
        Role::Staff => OrderView::for_staff(order, work.orders().buyer(order).await?.as_ref()),
    })
}
