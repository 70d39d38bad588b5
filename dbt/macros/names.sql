{#- The key of a bookmaker: `known` is what the seed calls it; a bare number says nothing outside its source. -#}
{% macro bookmaker_key(source, bookmaker, known) -%}
    case
        when {{ known }} is not null then {{ known }}
        when {{ bookmaker }} ~ '^[0-9]+$' then {{ source }} || '_' || {{ bookmaker }}
        else {{ bookmaker }}
    end
{%- endmacro %}

{#- The side that an outcome names, by word or by the team's name as the same payload writes it; what is
    neither stays as it is. A source that has the teams the other way round is turned. Names in lower case. -#}
{% macro side_of(outcome, home_team, away_team, reversed) -%}
    case
        when {{ outcome }} in ('home', {{ home_team }})
            then case when {{ reversed }} then 'away' else 'home' end
        when {{ outcome }} in ('away', {{ away_team }})
            then case when {{ reversed }} then 'home' else 'away' end
        else {{ outcome }}
    end
{%- endmacro %}

{#- Whether a row of the seed of markets is for this source. -#}
{% macro of_source(markets, source) -%}
    ({{ markets }}.source is null or {{ markets }}.source = {{ source }})
{%- endmacro %}

{#- Whether a bookmaker stands for an archive without books, whose lines a model of its own reads; over the import CTE
    `bookmakers`. -#}
{% macro is_of_archive(bookmaker) -%}
    coalesce({{ bookmaker }} in (select bookmakers.key from bookmakers where bookmakers.role = 'archive'), false)
{%- endmacro %}

{#- Whether a role of the seed of bookmakers is that of a book, and not of a figure that a source makes of several; a
    bookmaker that the seed does not know is one. -#}
{% macro is_book(role) -%}
    coalesce({{ role }} not in ('consensus', 'open'), true)
{%- endmacro %}

{#- A player's name as all sources would write it: its words without case, accents, dots and suffixes, in alphabetical
    order (`Tatum Jayson` is `Jayson Tatum`). -#}
{% macro player_key(name) -%}
    (
        select string_agg(words.word, ' ' order by words.word)
        from regexp_split_to_table(
            translate(
                lower({{ name }}),
                'àáâãäåāăąçćčďèéêëēęěģìíîïīķļłñńņňòóôõöøőřśšşșţťțùúûüūůýÿźžż.,''’`',
                'aaaaaaaaacccdeeeeeeegiiiiikllnnnnooooooorsssstttuuuuuuyyzzz'
            ),
            '[\s-]+'
        ) as words (word)
        where words.word not in ('', 'jr', 'sr', 'ii', 'iii', 'iv', 'v')
    )
{%- endmacro %}
