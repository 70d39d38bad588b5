{#- An ISO time with its zone, or whole unix seconds, to timestamptz; anything else is null. -#}
{% macro clean_timestamp(text) -%}
    case
        when {{ text }} ~ '^[0-9]{9,10}$' then to_timestamp({{ text }}::bigint)
        when
            {{ text }} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*(Z|[+-][0-9]{2}:?[0-9]{2})$'
            and pg_input_is_valid({{ text }}, 'timestamptz')
            then {{ text }}::timestamptz
    end
{%- endmacro %}

{#- Eastern day from whose next morning, 9 o'clock, on the result of a row of `games` is known: not before the day on
    which it ended. A result that was told late was known late only where somebody saw the game unfinished before. -#}
{% macro known_on_et(game) -%}
    greatest(
        case
            when {{ game }}.unfinished_next_day_at < {{ game }}.completed_at
                then ({{ game }}.completed_at at time zone 'America/New_York' - interval '9 hours')::date
            else {{ game }}.game_date_et
        end,
        {{ game }}.finished_on_et
    )
{%- endmacro %}
