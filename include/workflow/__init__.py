"""The only room that knows Airflow: assets, defaults, the factory of the collect DAGs."""
