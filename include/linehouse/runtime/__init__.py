"""Running Linehouse on one machine: the embedded server, Airflow and the processes around them."""
