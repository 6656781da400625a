"""What those who run the service get: a dashboard and alarms of metrics that exist, and units that load."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from afk_core.infra.metrics import Metrics

_DOCKER = Path(__file__).parents[1] / "docker"
_NAME = re.compile(r"\bklinik_[a-z_]+")
_LABEL = re.compile(r"(klinik_[a-z_]+)\{(\w+)=")
_BY = re.compile(r"by \(([^)]+)\) ?\(?[^k]*(klinik_[a-z_]+)")


def _known() -> dict[str, set[str]]:
    """Every sample that Prometheus can read, with its labels."""
    known = {}
    for family in Metrics().registry.collect():
        collector = Metrics().registry._names_to_collectors[family.name]
        labels = set(collector._labelnames)  # type: ignore[attr-defined]
        endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        known |= {family.name + ending: labels | {"le"} for ending in endings}
    return known


def _of_dashboard() -> list[str]:
    board: dict[str, Any] = json.loads((_DOCKER / "grafana.json").read_text("utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def _of_alarms() -> list[str]:
    rules: dict[str, Any] = yaml.safe_load((_DOCKER / "alarm.yaml").read_text("utf-8"))
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def unknown(expressions: list[str], known: dict[str, set[str]]) -> list[str]:
    """Metrics and labels in the expressions that the program does not have."""
    found = [name for each in expressions for name in _NAME.findall(each) if name not in known]
    for each in expressions:
        pairs = [
            *_LABEL.findall(each),
            *((m[2], part) for m in _BY.finditer(each) for part in m[1].split(", ")),
        ]
        found += [f"{name}{{{label}}}" for name, label in pairs if label not in known.get(name, {label})]
    return found


@pytest.mark.parametrize("expressions", [_of_dashboard(), _of_alarms()], ids=["dashboard", "alarms"])
def test_dashboard_and_alarms_name_only_metrics_and_labels_that_exist(expressions: list[str]) -> None:
    assert expressions
    assert unknown(expressions, _known()) == []


def test_the_dashboard_shows_every_metric() -> None:
    shown = " ".join(_of_dashboard())
    families = {family.name for family in Metrics().registry.collect()}
    assert {name for name in families if name not in shown} == set()


def test_a_metric_that_does_not_exist_is_found() -> None:
    wrong = ["klinik_tidak_ada", 'klinik_jobs_waiting{nama="x"}', "sum by (nama) (klinik_jobs_waiting)"]
    assert len(unknown(wrong, _known())) == 3


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="the units are for machines with systemd, which bring systemd-analyze; a container has neither",
)
def test_the_units_of_systemd_load(tmp_path: Path) -> None:
    for unit in (_DOCKER / "systemd").iterdir():
        # The program of this machine stands for the one that is to be installed.
        text = unit.read_text("utf-8").replace("/opt/klinik/.venv/bin/klinik serve", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)
    complaints = [line for line in done.stderr.splitlines() if "klinik" in line]
    assert complaints == []
