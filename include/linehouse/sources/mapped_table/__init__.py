"""Any table, read by a mapping file that names its columns."""
