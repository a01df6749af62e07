//! What the shop's ports promise, said once and held on both databases: each function below runs on a fresh SQLite file
//! and on a fresh PostgreSQL database.

#![expect(clippy::unwrap_used, reason = "in a test, to unwrap is to assert")]

mod accounts;
mod audit;
mod carts;
mod catalog;
mod checks;
mod desk;
mod guests;
mod idempotency;
mod listings;
mod mailed_tokens;
mod on_postgres;
mod orders;
mod outbox;
mod races;
mod sessions;
mod shop;
mod stock;
mod units;
mod webhooks;

/// Declares one test for each function and each database.
macro_rules! on_both_databases {
    ($($theme:ident: $($test:ident)*;)*) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$theme::$test(super::shop::Shop::on_sqlite().await).await;
            })*)*
        }

        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$theme::$test(super::shop::Shop::on_postgres().await).await;
            })*)*
        }
    };
}

on_both_databases! {
    accounts:
        an_address_is_unique_without_case
        credentials_are_found_by_address_and_by_id
        saving_an_account_changes_what_is_read;
    sessions:
        sessions_begin_end_and_expire
        the_twenty_first_session_ends_the_oldest
        a_session_that_was_not_seen_ends_where_another_begins
        sessions_that_begin_at_once_keep_to_twenty
        a_touch_moves_the_last_use_forward_only
        ending_sessions_keeps_to_the_account;
    catalog:
        a_product_is_read_by_id_and_slug_with_its_counts
        an_archived_product_is_found_by_staff_alone
        edits_move_the_version_and_stale_ones_collide
        taken_slugs_and_skus_are_told
        an_archived_variant_keeps_its_sku
        names_of_one_slug_are_one_category
        categories_count_what_customers_find
        an_added_variant_counts_at_once
        prices_and_bands_follow_edits
        edits_record_what_readers_see_differently
        many_products_are_made_as_one_would_be;
    listings:
        filters_select_and_combine
        every_order_is_total_and_cursors_follow_it
        pages_and_totals_agree
        a_search_is_literal_and_folded
        cursors_that_nobody_made_do_no_harm
        an_unknown_category_is_an_empty_listing
        times_sort_whatever_their_fraction;
    carts:
        a_cart_that_was_never_filled_is_empty
        lines_keep_their_order_and_prices_are_live
        a_stale_cart_collides
        offers_are_what_is_sold
        a_line_of_what_is_no_longer_sold_stays
        the_first_things_of_a_cart_are_added_at_once;
    guests:
        a_guests_cart_is_there_until_it_ends
        guests_who_add_at_once_lose_no_line
        of_many_who_take_a_cart_over_one_does
        what_is_added_meanwhile_is_not_lost
        what_has_ended_is_removed_and_nothing_else
        thousands_that_have_ended_are_removed;
    orders:
        an_order_is_stored_whole_and_belongs_to_its_customer
        an_old_order_is_seen_through_whatever_is_asked_of_new_ones
        orders_are_listed_newest_first
        a_taken_number_is_worth_another_attempt
        a_stale_order_collides
        placing_and_cancelling_moves_stock_once;
    idempotency:
        an_answer_is_kept_under_the_key_of_its_caller
        what_was_not_committed_was_never_claimed
        an_answer_is_good_for_a_day
        answers_need_a_claim
        a_store_that_fails_is_no_request_in_flight
        old_answers_are_thrown_away;
    mailed_tokens:
        a_token_is_good_once_for_its_purpose_and_in_time
        a_newer_token_takes_the_place_of_the_one_before
        of_many_who_use_a_token_one_does
        tokens_that_are_over_are_thrown_away
        an_address_is_proven_from_a_moment_on;
    desk:
        every_filter_and_all_of_them_together_select_what_they_say
        an_order_is_found_by_its_number
        cursors_pass_every_order_once_though_new_ones_come
        orders_and_their_total_are_of_one_moment
        an_order_whose_customer_is_gone_is_seen_without
        staff_see_who_bought_and_who_did_what;
    stock:
        a_demand_is_taken_whole_or_every_shortage_is_told
        nothing_is_taken_of_what_is_archived
        counts_change_within_their_bounds
        what_is_given_back_counts_again
        bands_are_told_when_they_are_crossed
        what_came_back_beyond_the_most_can_be_lessened
        the_ledger_adds_up
        opening_stock_has_the_author_who_brought_it;
    races:
        the_last_units_are_sold_once
        what_is_wanted_together_is_taken_together
        last_units_of_siblings_empty_the_product
        edits_and_sales_take_turns
        one_category_is_made_by_many
        two_programs_write_at_once;
    units:
        a_dropped_unit_leaves_nothing
        a_message_is_there_with_its_changes_only
        many_messages_are_announced_at_once
        abandoned_begins_leave_the_pool_clean
        a_listing_and_its_total_are_of_one_moment
        the_database_keeps_its_identity_and_its_currency
        the_database_answers_for_its_health;
    outbox:
        messages_are_read_in_order_and_page_by_page
        what_was_passed_on_is_deleted_and_nothing_else
        ids_are_those_of_the_rows
        whatever_sql_left_there_is_readable
        thousands_are_deleted_at_once;
    webhooks:
        an_endpoint_is_read_as_it_was_stored
        an_event_goes_to_those_who_listen_and_with_its_transaction
        what_is_due_is_handed_out_once
        many_who_claim_at_once_share_what_there_is
        what_was_claimed_and_never_concluded_is_taken_over
        the_events_of_an_order_go_one_after_the_other
        nothing_goes_to_who_is_paused_and_all_of_it_when_resumed
        deliveries_are_read_with_their_attempts
        a_removed_endpoint_is_gone_at_once_and_thrown_away_later
        what_waits_behind_another_is_due_when_that_is
        what_is_claimed_goes_where_the_endpoint_is_by_then
        an_endpoint_that_cannot_be_read_stops_no_other
        endpoints_that_are_added_at_once_keep_to_the_most
        what_happened_long_ago_is_thrown_away;
    audit:
        an_empty_shop_has_no_gap
        a_shop_that_was_lived_in_has_no_gap
        every_gap_is_found_by_its_check
        every_product_is_looked_at_and_every_gap_is_counted
        a_check_that_cannot_be_made_keeps_no_other_from_being_made
        a_cart_with_too_many_lines_is_found
        what_is_derived_is_repaired_and_readers_are_told
        what_a_product_is_damaged_in_keeps_nothing_else_from_repair
        a_product_without_variants_is_told_and_what_it_counts_repaired
        no_event_is_missed_from_when_there_were_events
        what_happened_before_events_were_kept_is_not_missed
        old_events_are_not_missed_whichever_of_them_are_left
        messages_may_lie_for_a_minute;
    checks:
        impossible_rows_are_refused
        unreadable_rows_are_reported
        unreadable_orders_are_reported;
}
