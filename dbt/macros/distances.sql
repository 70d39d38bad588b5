{#- Kilometres along the great circle between two places in degrees (haversine, radius 6,371 km). -#}
{% macro great_circle_km(latitude, longitude, other_latitude, other_longitude) -%}
    2 * 6371 * asin(
        sqrt(
            sin(radians({{ other_latitude }} - {{ latitude }})::float8 / 2) ^ 2
            + cos(radians({{ latitude }})::float8) * cos(radians({{ other_latitude }})::float8)
            * sin(radians({{ other_longitude }} - {{ longitude }})::float8 / 2) ^ 2
        )
    )
{%- endmacro %}
