-- linehouse_etl runs the pipeline: it adds to raw_data and cannot change or delete a byte received.
-- It fills the published zones but owns no table there, so that nothing at run time can drop one.
do $$
begin
    execute format('grant create, connect, temporary on database %I to linehouse_etl', current_database());
    execute format('grant connect on database %I to analyst', current_database());
end
$$;

grant usage on schema raw_data, ops, reference, staging, curated to linehouse_etl;
grant select, insert on all tables in schema raw_data to linehouse_etl;
grant update on raw_data.collection_log to linehouse_etl;
grant delete on
    raw_data.games_raw, raw_data.betting_lines_raw, raw_data.payload_events,
    raw_data.payload_coverage, raw_data.line_movements_raw, raw_data.betting_splits_raw,
    raw_data.team_stats_raw, raw_data.player_stats_raw, raw_data.injuries_raw
to linehouse_etl;
grant usage on all sequences in schema raw_data to linehouse_etl;
revoke execute on function raw_data.ensure_lines_month(date) from public;
grant execute on function raw_data.ensure_lines_month(date) to linehouse_etl;

grant select, insert, update, delete on all tables in schema ops to linehouse_etl;
grant usage on all sequences in schema ops to linehouse_etl;

alter default privileges in schema reference grant select on tables to linehouse_etl;
alter default privileges in schema staging
    grant select, insert, update, delete on tables to linehouse_etl;
alter default privileges in schema curated
    grant select, insert, update, delete on tables to linehouse_etl;
alter default privileges in schema ops
    grant select, insert, update, delete on tables to linehouse_etl;

grant usage on schema curated to analyst;
alter default privileges in schema curated grant select on tables to analyst;

-- ANALYZE by the runtime role needs MAINTAIN, which PostgreSQL has from version 17 on.
do $$
begin
    if current_setting('server_version_num')::int >= 170000 then
        grant maintain on all tables in schema raw_data, ops to linehouse_etl;
        alter default privileges in schema reference grant maintain on tables to linehouse_etl;
        alter default privileges in schema staging grant maintain on tables to linehouse_etl;
        alter default privileges in schema curated grant maintain on tables to linehouse_etl;
    end if;
end
$$;
