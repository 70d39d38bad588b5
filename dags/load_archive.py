"""Files of an archive, landed and judged; the asset carries them on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Param, TriggerRule, dag, get_current_context, task

from linehouse import pipeline
from linehouse.orchestration import assets, dag_runs, run_parameters
from linehouse.settings import Mode


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 1, "retry_delay": timedelta(seconds=5)},
    params={
        "path": Param("", title="Path", type="string", description="A file, or a folder of files."),
        "format": Param(
            None,
            title="Format",
            type=["null", "string"],
            enum=[None, "sbro_nba", "sbro_mlb", "retrosheet", "oddsapi_csv", "oddsapi_json"],
            description="Told by what is in the files when left empty.",
        ),
        "mapping": Param(
            None,
            title="Mapping",
            type=["null", "string"],
            description="A YAML file that names the columns, units, teams and times of any table.",
        ),
        "mode": run_parameters.mode(
            Mode.LIVE, "Archives are real data, so they go to the live database."
        ),
    },
    tags=["raw", "archive"],
    doc_md="""
### Load an archive

Lands every file at `path` (workbooks of closing lines, snapshot files of odds, or any table that
`mapping` describes) as it is, judges each file as one batch, and rings the asset `raw_data`, so
that `promote_staging` and `promote_curated` take the accepted files on. Loading the same bytes
again changes nothing. A file that cannot be loaded stops none of the others; `report_held` names it
and fails.
""",
)
def load_archive() -> None:
    @task
    def land_files() -> list[dict[str, Any]]:
        context = get_current_context()
        (mode,) = dag_runs.modes_of(context)
        params = context["params"]
        mapping = Path(params["mapping"]) if params["mapping"] else None
        return list(
            pipeline.land_archive(
                mode,
                Path(params["path"]),
                params["format"],
                dag_runs.run_key_of(context),
                mapping,
            )
        )

    @task(outlets=[assets.RAW])
    def gate_raw(landed: list[dict[str, Any]]) -> dict[str, Any]:
        context = get_current_context()
        batch_ids = [one["batch_id"] for one in landed if one["batch_id"]]
        judged = dag_runs.gate_raw(context, batch_ids)
        dag_runs.ring(context, assets.RAW, dag_runs.modes_of(context))
        return judged

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0)
    def report_held(landed: list[dict[str, Any]] | None, judged: dict[str, Any] | None) -> None:
        not_loaded = [one["error"] for one in landed or [] if one["error"]]
        dag_runs.report_held(not_loaded, judged)

    landed = land_files()
    report_held(landed, gate_raw(landed))


load_archive()
