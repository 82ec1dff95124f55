"""Who may come in, and from where."""

from __future__ import annotations

from inspection.setting_values import count, flag, positive_int, rate, rate_storage, words
from inspection.settings.model import Setting

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "HANTEI_SECRET_KEY",
        "",
        "text",
        "Signs sessions; required unless the embedded database is used.",
    ),
    Setting(
        "HANTEI_TOKEN_TTL_DAYS", "400", "days", "How long a new API token is valid.", positive_int
    ),
    Setting("HANTEI_SESSION_HOURS", "12", "hours", "How long a sign-in lasts.", positive_int),
    Setting(
        "HANTEI_SIGN_IN_LIMIT",
        "10 per minute",
        "rate",
        "Sign-in and enrolment attempts an address.",
        rate,
    ),
    Setting(
        "HANTEI_RATE_STORAGE_URL",
        "memory://",
        "URL",
        "Where rate limits are counted.",
        rate_storage,
    ),
    Setting(
        "HANTEI_SECURE_COOKIES",
        "0",
        "0 or 1",
        "1 behind TLS: cookies are sent over https only.",
        flag,
    ),
    Setting(
        "HANTEI_PROXY_HOPS",
        "0",
        "proxies",
        "Reverse proxies in front whose X-Forwarded-* is trusted.",
        count,
    ),
    Setting(
        "HANTEI_CORS_ORIGINS", "", "list", "Origins of other sites that may read the API.", words
    ),
    Setting(
        "HANTEI_METRICS_PUBLIC",
        "0",
        "0 or 1",
        "1: /metrics answers other hosts than loopback.",
        flag,
    ),
)
