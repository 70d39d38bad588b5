with bookmakers as (
    select * from {{ ref('bookmakers') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

sharp_books as (
    {{ sharp_books() }}
),

curated_bookmakers as (
    select
        bookmakers.key as bookmaker,
        bookmakers.title,
        bookmakers.role,
        bookmakers.key in (select sharp_books.bookmaker from sharp_books) as is_sharp
    from bookmakers
    union all
    select
        sharp_books.bookmaker,
        sharp_books.bookmaker as title,
        null as role,
        true as is_sharp
    from sharp_books
    where
        sharp_books.bookmaker <> ''
        and not exists (
            select 1 from bookmakers
            where bookmakers.key = sharp_books.bookmaker
        )
)

select * from curated_bookmakers
