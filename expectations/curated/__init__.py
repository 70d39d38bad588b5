"""Suites of curated, one module a table: `TABLE` and `suite(candidate)`, the judged schema."""
