"""Results pushed to a Prometheus Pushgateway that the user named.

Names, labels and meaning are CodeCarbon's, so that dashboards go on working: gauges hold what was added since the last
push, one counter holds the energy since the start, and what was pushed is taken back at the end of the run.
"""

import base64
import os
import urllib.parse
from typing import List, Optional

from ..._send import request
from ..base_output import BaseOutput
from ..emissions_data import EmissionsData

#: Field of a row, and its help text.
GAUGES = (
    ("duration", "Seconds since the last push"),
    ("emissions", "Emissions since the last push (kg CO2 equivalent)"),
    ("emissions_rate", "Emissions per second since the last push (kg CO2 equivalent per second)"),
    ("cpu_power", "Mean power of the processors (W)"),
    ("gpu_power", "Mean power of the GPUs (W)"),
    ("ram_power", "Mean power of the memory (W)"),
    ("cpu_energy", "Energy of the processors since the last push (kWh)"),
    ("gpu_energy", "Energy of the GPUs since the last push (kWh)"),
    ("ram_energy", "Energy of the memory since the last push (kWh)"),
    ("energy_consumed", "Energy since the last push (kWh)"),
)
# https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


class PrometheusOutput(BaseOutput):
    """Pushes to `prometheus_url` ("host:port" or a URL). Blocks for 5 s at most; raises OSError.

    PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD, where they are set, are sent as basic authentication.
    """

    def __init__(self, prometheus_url: str, job_name: str = "codecarbon") -> None:
        self.prometheus_url = prometheus_url
        self.job_name = job_name
        self._energy_kwh = 0.0

    def out(self, total: EmissionsData, delta: EmissionsData) -> None:
        self._energy_kwh += delta.energy_consumed
        request("PUT", self._address(), self._exposition(delta).encode(), CONTENT_TYPE, self._authorization())

    def live_out(self, total: EmissionsData, delta: EmissionsData) -> None:
        self.out(total, delta)

    def exit(self) -> None:
        request("DELETE", self._address(), None, CONTENT_TYPE, self._authorization())

    def _address(self) -> str:
        base = self.prometheus_url if "://" in self.prometheus_url else f"http://{self.prometheus_url}"
        return f"{base.rstrip('/')}/metrics/job/{urllib.parse.quote(self.job_name, safe='')}"

    def _exposition(self, delta: EmissionsData) -> str:
        labels = f'{{project_name="{_escaped(str(delta.project_name))}"}}'
        lines: List[str] = []
        for field, text in GAUGES:
            name = f"codecarbon_{field}"
            value = float(getattr(delta, field))
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name}{labels} {value!r}"]
        name = "codecarbon_energy_total"
        lines += [f"# HELP {name} Energy since the start of the run (kWh)", f"# TYPE {name} counter"]
        lines.append(f"{name}{labels} {self._energy_kwh!r}")
        return "\n".join(lines) + "\n"

    @staticmethod
    def _authorization() -> Optional[str]:
        user = os.environ.get("PROMETHEUS_USERNAME")
        if not user:
            return None
        pair = f"{user}:{os.environ.get('PROMETHEUS_PASSWORD', '')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()
