{#- A candidate schema is new and its own promotion's: a table there is made at once, under its own name,
    in one round trip, with its statistics, so that the models behind it are planned on facts (a small sample
    of rows says enough: of a full rebuild a fifth of the time went into the usual one). The contract
    gives the columns and their types; that the model fits it was checked when it was deployed.
    Everywhere else this is dbt's own table. -#}
{% materialization table, adapter='postgres' %}
    {%- if not target.name.endswith('_candidate') -%}
        {{ return(materialization_table_default()) }}
    {%- endif -%}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        set local default_statistics_target = 20;
        drop table if exists {{ relation }} cascade;
        {% if config.get('contract').enforced -%}
            create table {{ relation }} {{ get_table_columns_and_constraints() }};
            insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }})
            {{ get_select_subquery(sql) }};
        {%- else -%}
            create table {{ relation }} as {{ sql }};
        {%- endif %}
        analyze {{ relation }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
