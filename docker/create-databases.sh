#!/bin/sh
# Run once by the PostgreSQL image when its data folder is empty: roles and databases.
# Passwords come through the environment and are quoted by psql, never by the shell.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --quiet <<'SQL'
\getenv owner_password LINEHOUSE_OWNER_PASSWORD
\getenv etl_password LINEHOUSE_ETL_PASSWORD
\getenv analyst_password LINEHOUSE_ANALYST_PASSWORD
\getenv airflow_password AIRFLOW_DATABASE_PASSWORD

create role linehouse_owner login password :'owner_password';
create role linehouse_etl login password :'etl_password';
create role analyst login password :'analyst_password';
create role airflow login password :'airflow_password';
alter role analyst set default_transaction_read_only = on;
alter role analyst set search_path = curated, public;

-- Nothing uses large objects; else whoever may connect could fill the disk with them.
\connect template1
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea),
    lo_import(text), lo_import(text, oid) from public;
\connect postgres

create database airflow owner airflow;
create database linehouse owner linehouse_owner;
create database linehouse_sandbox owner linehouse_owner;
revoke all on database airflow, linehouse, linehouse_sandbox from public;
grant connect, temporary on database linehouse, linehouse_sandbox to linehouse_owner;
grant connect on database linehouse, linehouse_sandbox to analyst;
grant connect, create, temporary on database linehouse, linehouse_sandbox to linehouse_etl;
SQL
