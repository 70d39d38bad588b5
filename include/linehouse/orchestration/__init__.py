"""What DAG files are made of: what their runs do, the assets they ring, the forms they show."""
