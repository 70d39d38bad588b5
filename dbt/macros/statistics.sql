{#- Minutes from `28:15`, `PT28M15.00S` or a number; anything else is null. -#}
{% macro minutes_number(text) -%}
    case
        when {{ text }} ~ '^[0-9]{1,4}:[0-9]{2}$'
            then round(
                split_part({{ text }}, ':', 1)::numeric + split_part({{ text }}, ':', 2)::numeric / 60, 4
            )
        when {{ text }} ~ '^PT[0-9]{1,4}M([0-9]{1,2}(\.[0-9]+)?S)?$'
            then round(
                substring({{ text }} from 'PT([0-9]+)M')::numeric
                + coalesce(substring({{ text }} from 'M([0-9.]+)S')::numeric, 0) / 60, 4
            )
        else {{ clean_number(text) }}
    end
{%- endmacro %}

{#- CTEs from `payloads` (slice_team_payloads), `raw_rows` (a raw table of statistics), `fields` (stat_fields) and
    `game_registry` to `versions`: figures typed where the seed knows where they stand, one row for each state of them
    that was seen, in order. `subject`: `team` or `player`; `columns`: those of the raw table that are passed on. -#}
{% macro stat_versions(subject, columns) -%}
told as (
    select
        payloads.batch_id,
        payloads.observed_at,
        payloads.team_season_id,
        payloads.team_id,
        payloads.season,
        payloads.source,
        stat_rows.position,
        stat_rows.scope,
        stat_rows.source_event_id,
        {% for column in columns -%}
            stat_rows.{{ column }},
        {% endfor -%}
        stat_rows.stats
    from payloads
    cross join lateral (
        select raw_rows.*
        from raw_rows
        where
            raw_rows.payload_id = payloads.payload_id
            and coalesce(raw_rows.team, '') = coalesce(payloads.team, '')
            and coalesce(raw_rows.source_team_id, '') = coalesce(payloads.source_team_id, '')
            and coalesce(raw_rows.season, '') = coalesce(payloads.season_told, '')
            and coalesce(raw_rows.source_event_id, '') = coalesce(payloads.source_event_id, '')
        offset 0
    ) as stat_rows
),

keyed as (
    select
        told.*,
        {{ content_uuid(
            ['team_season_id', 'source', 'scope', 'source_event_id']
            + (['coalesce(source_player_id, lower(player))'] if subject == 'player' else [])
        ) }} as series_id
    from told
    offset 0
),

-- a payload that names a team twice (under two groups): one of them
ranked as (
    select
        keyed.*,
        row_number() over (
            partition by series_id, observed_at
            order by batch_id desc, position asc
        ) as occurrence
    from keyed
),

with_previous as (
    select
        ranked.*,
        lag(stats) over (partition by series_id order by observed_at asc nulls first) as previous_stats
    from ranked
    where occurrence = 1
),

changed as (
    select
        with_previous.*,
        lead(observed_at) over (partition by series_id order by observed_at asc nulls first) as superseded_at
    from with_previous
    where previous_stats is null or previous_stats <> stats
),

figures as (
    select
        changed.*,
        typed.*
    from changed
    cross join lateral (
        select
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'points_for') as points_for,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'points_against') as points_against,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'wins') as wins,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'losses') as losses,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'games') as games,
            max({{ minutes_number('cells.value') }}) filter (where cells.figure = 'minutes') as minutes,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'points') as points,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'rebounds') as rebounds,
            max({{ clean_number('cells.value') }}) filter (where cells.figure = 'assists') as assists
        from (
            select
                fields.figure,
                changed.stats #>> string_to_array(fields.path, '.') as value
            from fields
            where fields.source = changed.source and fields.subject = '{{ subject }}'
        ) as cells
    ) as typed
),

versions as (
    select
        {{ content_uuid(['figures.series_id', utc_text('figures.observed_at')]) }} as stat_id,
        figures.*,
        game_registry.game_id
    from figures
    left join game_registry
        on
            figures.source = game_registry.source
            and figures.source_event_id = game_registry.source_event_id
),
{%- endmacro %}
