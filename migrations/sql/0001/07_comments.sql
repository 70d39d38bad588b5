comment on table raw_data.payload_events is 'One row per payload and event: where the rows of a game lie in the payload. The way from a game to its raw lines.';
comment on column raw_data.payload_events.landed_on is 'Partition of the lines in betting_lines_raw: UTC date of landing.';
comment on column raw_data.payload_events.lines_from is 'First position of the event''s lines in betting_lines_raw; null when the payload has none.';
comment on column raw_data.payload_events.lines_to is 'Last position of the event''s lines, inclusive; every position between belongs to this event.';

comment on table raw_data.payload_coverage is 'What a payload speaks about, so that absence can be told from not being asked.';
comment on column raw_data.payload_coverage.markets is 'Markets that were asked for; null: the payload is no line feed.';
comment on column raw_data.payload_coverage.bookmakers is 'Bookmakers that were asked for; null: all bookmakers of the source.';
comment on column raw_data.payload_coverage.source_event_id is 'The one event that was asked for; null: every event of the sport.';

comment on table raw_data.games_raw is 'One row per game that a payload names.';
comment on column raw_data.games_raw.position is 'Place in the payload, from 1.';
comment on column raw_data.games_raw.commence_text is 'Start as the source wrote it.';
comment on column raw_data.games_raw.commence_at is 'Start as an instant (UTC), by the source''s own rules.';
comment on column raw_data.games_raw.game_date_et is 'The league''s local date (US Eastern), where the source gives a date.';
comment on column raw_data.games_raw.season is 'Only where the source says it (2016-17, 2017).';
comment on column raw_data.games_raw.game_number is 'Official number within a doubleheader; never derived from order.';
comment on column raw_data.games_raw.event_ordinal is 'n-th event of the same teams and date in this payload, only to keep them apart.';
comment on column raw_data.games_raw.details is 'Everything else of the row, verbatim.';

comment on table raw_data.betting_lines_raw is 'One row per price or point that a payload names, grouped by event. Partitioned by month of landing.';
comment on column raw_data.betting_lines_raw.position is 'Place in the payload after grouping by event, from 1.';
comment on column raw_data.betting_lines_raw.landed_on is 'UTC date of landing, the partition key.';
comment on column raw_data.betting_lines_raw.price is 'Price as the source wrote it, in price_format.';
comment on column raw_data.betting_lines_raw.point is 'Handicap or total as the source wrote it.';
comment on column raw_data.betting_lines_raw.label is 'open or close, where the source labels lines instead of timing them.';
comment on column raw_data.betting_lines_raw.last_update is 'The bookmaker''s last poll as the source wrote it. No evidence of a change.';

comment on table raw_data.line_movements_raw is 'One row per move of a line that a source itself reports.';
comment on table raw_data.betting_splits_raw is 'One row per public share of tickets and money that a source reports.';
comment on table raw_data.team_stats_raw is 'One row per team and scope of statistics in a payload.';
comment on table raw_data.player_stats_raw is 'One row per player and scope of statistics in a payload.';
comment on table raw_data.injuries_raw is 'One row per injury that a payload names.';
comment on view raw_data.moneylines_raw is 'Raw lines of markets h2h and its periods, with source and time.';
comment on view raw_data.spreads_raw is 'Raw lines of spread markets of all periods, with source and time.';
comment on view raw_data.totals_raw is 'Raw lines of total markets of all periods, with source and time.';

comment on table raw_data.collection_log is 'One row per attempt to fetch or read, success or failure.';
comment on column raw_data.collection_log.url is 'What was asked, without secrets; an archive''s file name.';
comment on column raw_data.collection_log.outcome is 'started (under way), landed, duplicate (was there already, nothing changed), failed, interrupted (its process died).';
comment on column raw_data.collection_log.error is 'What went wrong, without secrets.';
comment on column raw_data.collection_log.latency_ms is 'From sending the request to the last byte, in milliseconds.';
comment on column raw_data.collection_log.quota_remaining is 'Credits left, as the upstream told in this answer.';
comment on column raw_data.collection_log.quota_cost is 'Credits that this request cost.';
comment on column raw_data.collection_log.payload_id is 'The answer as kept in the feed''s payload table, error answers too; null when none came.';
comment on column raw_data.collection_log.request_key is 'The same for every attempt of one request of one run.';
comment on view raw_data.source_health is 'One row per source, feed and sport: what an operator asks first.';

comment on table ops.batches is 'One row per landed payload and its state: landed, accepted by the raw gate, held by it, retracted by a person.';
comment on column ops.batches.batch_id is 'Derived from the content: the same bytes, seen at the same time, have the same id.';
comment on column ops.batches.payload_table is 'Table in raw_data that holds the bytes.';
comment on column ops.batches.revision is 'Grows with every change that promotions must see (accept, hold, approve, retract, reparse).';
comment on column ops.batches.row_count is 'Verbatim rows parsed from it: games and lines.';
comment on column ops.batches.event_count is 'Distinct events in it.';
comment on column ops.batches.historical is 'Backfill or archive: no volume or freshness is expected of it.';
comment on column ops.batches.parse_error is 'Why it could not be read; the bytes are kept and no rows were made.';
comment on column ops.batches.drift is 'Fields that the parser does not know, as paths, and repairs that landing made.';
comment on column ops.batches.request_key is 'One request of one run; null for files.';
comment on column ops.batches.overridden_by is 'Who accepted it against the gate.';

comment on table ops.promotions is 'One row per promotion of a zone: what it touched, how long each step took, its verdict.';
comment on table ops.promotion_batches is 'Batches, at a revision, that a promotion has taken in. A batch that none lists is pending.';
comment on table ops.promotion_games is 'Games that a promotion recomputed.';
comment on table ops.held_games is 'Games that a blocked promotion left out of a zone until a person decides.';
comment on table ops.gate_results is 'One row per expectation judged on a batch or a promotion''s candidate.';
comment on table ops.game_registry is 'Which game each source''s event is.';
comment on column ops.game_registry.game_id is 'Null: could not be matched; see suggestions.';
comment on column ops.game_registry.suggestions is 'Near names, never applied by themselves.';
comment on table ops.manual_matches is 'Decisions of persons on which game an event is.';
comment on table ops.parameters is 'What dbt models read instead of variables: as_of, sharp_bookmakers, minimum_ev_pct, reject_invalid_odds.';
comment on table ops.dbt_invocations is 'One row per dbt invocation.';
comment on table ops.backfill_plans is 'Planned backfills and how far they are.';
comment on table ops.model_registry is 'Trained models and their state.';
comment on table ops.alerts is 'Alerts raised, and when they were delivered.';
