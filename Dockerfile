# One image for every service of docker-compose.yaml and for clusters.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/opt/linehouse:/opt/linehouse/include \
    LINEHOUSE_HOME=/var/lib/linehouse-home

RUN useradd --system --uid 10001 --create-home linehouse \
    && install --directory --owner=linehouse --mode=0711 /var/lib/linehouse-home

COPY requirements.txt /opt/linehouse/
RUN pip install --no-cache-dir --requirement /opt/linehouse/requirements.txt

COPY alembic.ini /opt/linehouse/
COPY dags /opt/linehouse/dags
COPY plugins /opt/linehouse/plugins
COPY dbt /opt/linehouse/dbt
COPY expectations /opt/linehouse/expectations
COPY migrations /opt/linehouse/migrations
COPY include /opt/linehouse/include

USER linehouse
WORKDIR /opt/linehouse
VOLUME /var/lib/linehouse-home
ENTRYPOINT ["python", "-m", "linehouse.runtime.container"]
CMD ["airflow", "version"]
