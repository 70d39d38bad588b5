-- Makes the month's partition when it is missing and returns its name. Landing calls it as the
-- runtime role, which owns nothing here; the lock serialises callers, and LIKE plus ATTACH needs
-- no lock on the parent that would make readers wait. Waiting for an advisory lock does not refresh
-- the name cache behind to_regclass, so whether it exists is asked of pg_class, with a new snapshot.
create function raw_data.ensure_lines_month(day date) returns text
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    first_day constant date := date_trunc('month', day)::date;
    next_month constant date := (date_trunc('month', day) + interval '1 month')::date;
    partition_name constant text := 'betting_lines_raw_' || to_char(day, 'YYYY_MM');
begin
    if to_regclass('raw_data.' || partition_name) is not null then
        return partition_name;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('raw_data.ensure_lines_month', 0));
    if exists (
        select from pg_class
        where relname = partition_name and relnamespace = 'raw_data'::regnamespace
    ) then
        return partition_name;
    end if;
    execute format(
        'create table raw_data.%I (like raw_data.betting_lines_raw including all)', partition_name
    );
    execute format(
        'alter table raw_data.betting_lines_raw attach partition raw_data.%I'
        ' for values from (%L) to (%L)', partition_name, first_day, next_month
    );
    return partition_name;
end
$$;
comment on function raw_data.ensure_lines_month(date) is 'Makes the partition of betting_lines_raw for the month of this date when it is missing; returns its name.';
