-- Five zones. Alembic owns raw_data and ops; dbt fills reference, staging and curated.
create schema raw_data;
create schema ops;
create schema reference;
create schema staging;
create schema curated;

comment on schema raw_data is 'As received: the bytes of every response and the verbatim rows parsed from them. Written by landing alone.';
comment on schema ops is 'How the warehouse works: batches and their state, promotions, verdicts, alerts.';
comment on schema reference is 'Seeds: teams, aliases, bookmakers, markets, rules.';
comment on schema staging is 'One meaning: games and lines, typed and matched. Every row here has passed its gate.';
comment on schema curated is 'For reading: what analysts, strategies and pages use. Every row here has passed its gate.';
