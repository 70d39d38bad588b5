with bookmakers as (
    select * from {{ ref('bookmakers') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

sharp_books as (
    select trim(names.bookmaker) as bookmaker
    from regexp_split_to_table({{ parameter('sharp_bookmakers') }}, ',') as names (bookmaker)
),

curated_bookmakers as (
    select
        bookmakers.key as bookmaker,
        bookmakers.title,
        bookmakers.role,
        bookmakers.key in (select sharp_books.bookmaker from sharp_books) as is_sharp
    from bookmakers
)

select * from curated_bookmakers
