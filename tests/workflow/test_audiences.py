"""The DAGs of audiences, run for real: nothing is handed out that was not asked for in known words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from airflow_runs import dag_states, run_dag
from builders import ask
from journeys_house import House, house

from include.store import home

__all__ = ["house"]

RECEIVED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop(house: House) -> House:
    """A house that holds a business."""
    house.has_source(refresh="manual")
    house.gets([{"id": "9", "name": "شركة النخيل للتجارة", "email": "info@palm.example"}])
    house.at(RECEIVED)
    assert run_dag("collect_sample_guide").state == "success"
    ask(
        "update register.contact_point set class = 'business', permission = 'business_use', subject_id = null "
        "where kind = 'email' returning 1"
    )
    ask("update register.listing set name_class = 'organisation', name_holds_person = false returning 1")
    return house


def test_an_audience_is_built_checked_and_handed_out_with_who_asked_and_why(shop: House) -> None:
    run = run_dag("refresh_audience", recipient="mailer")
    assert dag_states(run) == {"build": "success", "export": "success", "hand_over": "skipped"}
    ((audience, state),) = [tuple(row) for row in ask("select id, state from duties.audience")]
    assert state == "exported"
    manifest = json.loads((home() / "audiences" / str(audience) / "manifest.json").read_text("utf-8"))
    assert (manifest["purpose"], manifest["counts"]["members"]) == ("promotion", 1)
    assert ask("select method from duties.disclosure")[0][0] == "csv"


def test_an_audience_goes_to_an_object_storage_and_that_is_a_disclosure_of_its_own(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3, moto = pytest.importorskip("boto3"), pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
        client = boto3.client(
            "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret"
        )
        client.create_bucket(Bucket="audiences")
        extra = {"endpoint_url": url, "region_name": "us-east-1"}
        login = {"conn_type": "aws", "login": "id", "password": "secret", "extra": extra}
        monkeypatch.setenv("AIRFLOW_CONN_AUDIENCES", json.dumps(login))
        run = run_dag("refresh_audience", to="s3://audiences/out", connection="audiences")
        assert dag_states(run)["hand_over"] == "success"
        audience = ask("select id from duties.audience")[0][0]
        stored = {each["Key"] for each in client.list_objects_v2(Bucket="audiences")["Contents"]}
        assert stored == {f"out/{audience}/{name}" for name in ("audience.csv", "manifest.json")}
        kept = {file.name for file in (home() / "audiences" / str(audience)).iterdir()}
        assert kept == {"manifest.json"}, "what was handed over is not kept here too"
        key = f"out/{audience}/audience.csv"
        assert b"info@palm.example" in client.get_object(Bucket="audiences", Key=key)["Body"].read()
        ask("update register.listing set state = 'withdrawn' returning 1")
        assert run_dag("tell_recipients").state == "success"
        assert b"info@palm.example" not in client.get_object(Bucket="audiences", Key=key)["Body"].read()
        assert {file.name for file in (home() / "audiences" / str(audience)).iterdir()} == {"manifest.json"}
        shop.at(RECEIVED + timedelta(days=8))
        assert run_dag("tell_recipients").state == "success"
        stored = {each["Key"] for each in client.list_objects_v2(Bucket="audiences")["Contents"]}
        assert stored == {f"out/{audience}/manifest.json"}
    finally:
        server.stop()
    assert [row[0] for row in ask("select method from duties.disclosure order by 1")] == ["csv", "object_storage"]


def test_an_audience_abroad_without_a_safeguard_is_not_built(shop: House) -> None:
    assert dag_states(run_dag("refresh_audience", country="US"))["build"] == "failed"
    assert dag_states(run_dag("refresh_audience", reason=""))["build"] == "failed", "a run by hand needs a reason"
    assert not ask("select from duties.audience")


def test_whoever_has_to_go_is_listed_by_the_dag_that_tells(shop: House) -> None:
    assert run_dag("refresh_audience").state == "success"
    ask("update register.listing set state = 'withdrawn' returning 1")
    assert dag_states(run_dag("tell_recipients")) == {"find": "success", "keep": "success", "call": "success"}
    assert [tuple(row) for row in ask("select state, contact_points from duties.removal")] == [("told", 1)]
