"""How the server and the worker run."""

from __future__ import annotations

from inspection.setting_values import flag, level, positive_int, web_address
from inspection.settings.model import Setting

SETTINGS: tuple[Setting, ...] = (
    Setting("HANTEI_LOG_LEVEL", "INFO", "level", "Least severe log line that is written.", level),
    Setting(
        "HANTEI_JOB_LEASE_S",
        "60",
        "s",
        "A job whose worker is silent for so long is given to another.",
        positive_int,
    ),
    Setting("HANTEI_JOB_ATTEMPTS", "5", "times", "Attempts before a job is dead.", positive_int),
    Setting("HANTEI_BIND", "127.0.0.1", "address", "Address on which `make run` listens."),
    Setting("HANTEI_DEMO", "1", "0 or 1", "0: the first start loads no demo data.", flag),
    Setting(
        "HANTEI_BASE_URL",
        "http://127.0.0.1:8000",
        "URL",
        "Where people reach this server; used in links that are printed.",
        web_address,
    ),
)
