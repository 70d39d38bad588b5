{#- The touched batches in force, over the import CTEs `touched_batches` and `batches`. -#}
{% macro accepted_batches() -%}
    select
        batches.batch_id,
        batches.payload_id,
        batches.source
    from touched_batches
    inner join batches on touched_batches.batch_id = batches.batch_id
    where batches.in_force
{%- endmacro %}
