"""Suites of staging, one module a table: `TABLE` and `suite(candidate)`, the judged schema."""
