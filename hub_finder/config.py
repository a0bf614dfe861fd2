"""Every setting, its default and its meaning. The environment names are the same as the keys here."""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit, urlunsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
SITE_NAME = "Hub Finder"
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

DEFAULTS: dict[str, Any] = {
    # SQLAlchemy address of the database; postgresql://… is accepted and served by psycopg.
    # Several hosts of one PostgreSQL, with commas between: whichever takes changes is asked.
    "DATABASE_URL": "",
    # Copies of it (streaming replicas) that families' reads may come from, with commas between. Empty: none.
    "DATABASE_READ_URL": "",
    # How many seconds a copy may be behind.
    "HUB_REPLICA_LAG_SECONDS": "10",
    # How long one statement of a page may take on PostgreSQL, in milliseconds. 0: as long as it does.
    "HUB_QUERY_LIMIT_MS": "30000",
    # Signs what the site hands out and later takes back. Must be set when HUB_ENV is production.
    "SECRET_KEY": "",
    # Keys that signed before, with spaces between: what they signed is still believed while the key is changed.
    "SECRET_KEY_FALLBACKS": "",
    # "development" or "production"; production refuses to start with unsafe settings.
    "HUB_ENV": "development",
    # The area served: a folder below data/areas, or the path of a folder elsewhere.
    "HUB_AREA": "dorset",
    # The public address of the site, used in links that leave it. Empty: taken from the request.
    "HUB_BASE_URL": "",
    # Postcodes to load, as "south,west,north,east" in degrees. Empty: the whole United Kingdom.
    "HUB_POSTCODES_BOX": "",
    # An optional tile server for the map; nothing outside this site is asked for without it.
    "HUB_TILE_URL": "",
    "HUB_TILE_ATTRIBUTION": "",
    "HUB_TILE_MAX_ZOOM": "18",
    # Ask an online geocoder (Nominatim at this address) when a typed place is not known here. Empty: never.
    "HUB_GEOCODER_URL": "",
    # Whose pages may show our lists in a frame: origins like https://school.example, https://*.example, or https: for
    # any page that is served by https, with spaces between. Empty: nobody's.
    "HUB_EMBED_ANCESTORS": "",
    # Whom to tell of a hole that somebody found, for /.well-known/security.txt: mailto:… or https://…. Empty: no file.
    "HUB_SECURITY_CONTACT": "",
    # Hosts in a private network whose feeds may be read, with spaces between. Empty: none.
    "HUB_PRIVATE_FEEDS": "",
    # Reverse proxies in front of the app whose X-Forwarded headers are trusted.
    "HUB_PROXIES": "0",
    # Where attempts from one address are counted, for all processes. Empty: in the database.
    "HUB_REDIS_URL": "",
    # How often one client may read /api and the files of /services in a minute, in each process. 0: no limit.
    "HUB_API_PER_MINUTE": "6000",
    # How often one client may open a page that searches in a minute, in each process. 0: no limit.
    "HUB_SEARCHES_PER_MINUTE": "0",
    # How mail is sent: smtp://user:password@host:587, smtps://…, notify:// with the id of a template of GOV.UK Notify,
    # or a folder as file:///path. Empty: a folder in instance/ in development, none in production. And whom it is from.
    "HUB_MAIL_URL": "",
    "HUB_MAIL_FROM": "",
    # The API key of GOV.UK Notify, its address, and the token with which it tells us what it could not deliver (empty:
    # it may not).
    "HUB_NOTIFY_KEY": "",
    "HUB_NOTIFY_URL": "https://api.notifications.service.gov.uk",
    "HUB_NOTIFY_TOKEN": "",
    # How many days a message is kept that could not be sent.
    "HUB_MAIL_KEPT_DAYS": "7",
    # How many days an address that refused mail for good is not written to.
    "HUB_BOUNCE_DAYS": "90",
    # Single sign-on by OpenID Connect: the address of who signs people in, what it knows this site by, the secret that
    # the two share, and what people call it: "Sign in with NAME". All four, or none: nobody is asked then.
    "HUB_OIDC_ISSUER": "",
    "HUB_OIDC_CLIENT_ID": "",
    "HUB_OIDC_CLIENT_SECRET": "",
    "HUB_OIDC_NAME": "",
    # What in its answer says that the address is that person's. Microsoft Entra ID says "xms_edov".
    "HUB_OIDC_VERIFIED_CLAIM": "email_verified",
    # "yes": whoever gave a second step there is not asked for the code of an app here.
    "HUB_OIDC_SECOND_STEP_COUNTS": "no",
    # Who sets up a second step before anything else: "none", "administrators", "staff", or "everyone" who signs in.
    "HUB_REQUIRE_SECOND_STEP": "none",
    # For how many days things are kept that nobody needs any more; `flask hub purge` deletes them. A proposal that was
    # not sent, counted from its last change; one that was taken back or not published.
    "HUB_DRAFT_DAYS": "180",
    "HUB_CLOSED_DAYS": "365",
    # Of a proposal that was decided: its answers about safeguarding, and notes between staff.
    "HUB_SAFEGUARDING_DAYS": "90",
    "HUB_NOTES_DAYS": "730",
    # Who did something, by name, in any history; what they did stays.
    "HUB_NAMES_DAYS": "2190",
    # What was done to people and organisations; and when people signed in and out.
    "HUB_JOURNAL_DAYS": "2190",
    "HUB_SIGN_INS_DAYS": "365",
    # That someone may not, or may no longer, speak for an organisation.
    "HUB_REFUSED_DAYS": "365",
    # An account outside the team that speaks for nobody, counted from the last sign-in. It is told 30 days before.
    "HUB_ACCOUNT_DAYS": "730",
    # "yes": count what families look for, without words that few type and without anybody who looked.
    "HUB_COUNT_SEARCHES": "no",
    # How the log is written to standard error: "text", or "json", an object on each line.
    "HUB_LOG_FORMAT": "text",
    # Log statements of the database that take as many milliseconds or more, without their values. 0: none.
    "HUB_SLOW_QUERY_MS": "0",
    # "yes": families search, and nothing is taken in: while a machine is moved, or a disk is full.
    "HUB_READ_ONLY": "no",
    # A folder where the processes of this machine keep what they count, for /metrics, and the token that reads it.
    # Empty: nothing is counted.
    "HUB_METRICS_FOLDER": "",
    "HUB_METRICS_TOKEN": "",
    # The folder that `flask hub dump` writes the open data into, to be given out at /data/. Empty: none is.
    "HUB_DATA_FOLDER": "",
    # Largest request body, in bytes.
    "MAX_CONTENT_LENGTH": 1024 * 1024,
}


UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# What `directory.purging.Periods` calls them.
PERIODS = {
    "drafts": "HUB_DRAFT_DAYS",
    "closed": "HUB_CLOSED_DAYS",
    "safeguarding": "HUB_SAFEGUARDING_DAYS",
    "notes": "HUB_NOTES_DAYS",
    "names": "HUB_NAMES_DAYS",
    "journal": "HUB_JOURNAL_DAYS",
    "sign_ins": "HUB_SIGN_INS_DAYS",
    "refused": "HUB_REFUSED_DAYS",
    "accounts": "HUB_ACCOUNT_DAYS",
}
# Thirty years: longer than anybody has to keep anything, and short enough to count back from today.
LONGEST_DAYS = 10_950
SESSION_LASTS = timedelta(hours=12)
SINGLE_SIGN_ON = ("HUB_OIDC_ISSUER", "HUB_OIDC_CLIENT_ID", "HUB_OIDC_CLIENT_SECRET", "HUB_OIDC_NAME")
# A host may begin with "*.", for all below it.
ANCESTOR = r"https:|https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?"
CHOICES = {
    "HUB_COUNT_SEARCHES": ("yes", "no"),
    "HUB_READ_ONLY": ("yes", "no"),
    "HUB_LOG_FORMAT": ("text", "json"),
    "HUB_REQUIRE_SECOND_STEP": ("none", "administrators", "staff", "everyone"),
}
DISCOVERY = "/.well-known/openid-configuration"


class UnsafeSettings(RuntimeError):
    """The settings would be unsafe in production; the message says which and why."""


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Defaults, then the environment, then `overrides`; returns Flask's configuration.

    Raises UnsafeSettings when HUB_ENV is production and a setting is missing or unsafe, ValueError for an address of
    tiles, of a mail server or of who may frame us that is not one, for days and times that are no number, for what is
    none of its choices, and for single sign-on that is half set up.
    """
    settings = {**DEFAULTS, **{key: os.environ[key] for key in DEFAULTS if key in os.environ}, **(overrides or {})}
    production = settings["HUB_ENV"] == "production"
    if production:
        _check_safety(settings)
    settings["HUB_MAIL_URL"] = settings["HUB_MAIL_URL"] or ("" if production else (ROOT / "instance/outbox").as_uri())
    _check_mail(settings["HUB_MAIL_URL"], settings["HUB_MAIL_FROM"])
    _check_notify(settings)
    settings["HUB_MAIL_FROM"] = settings["HUB_MAIL_FROM"] or "hub-finder@localhost"
    # Families are told that no address is kept for longer than 90 days.
    for name in ("HUB_MAIL_KEPT_DAYS", "HUB_BOUNCE_DAYS"):
        settings[name] = _days(settings, name, most=90)
    for name in ("HUB_SLOW_QUERY_MS", "HUB_QUERY_LIMIT_MS"):
        settings[name] = _milliseconds(settings, name)
    _check_copies(settings)
    if settings["HUB_METRICS_FOLDER"] and len(settings["HUB_METRICS_TOKEN"]) < 20:
        raise ValueError("HUB_METRICS_FOLDER needs a HUB_METRICS_TOKEN of 20 characters or more.")
    settings["HUB_API_PER_MINUTE"] = _per_minute(settings, "HUB_API_PER_MINUTE")
    settings["HUB_SEARCHES_PER_MINUTE"] = _per_minute(settings, "HUB_SEARCHES_PER_MINUTE")
    settings["HUB_OIDC_ISSUER"] = _issuer(settings)
    for name in PERIODS.values():
        settings[name] = _days(settings, name, most=LONGEST_DAYS)
    settings["HUB_EMBED_ANCESTORS"] = _ancestors(settings["HUB_EMBED_ANCESTORS"])
    if settings["HUB_REDIS_URL"] and not re.match(r"redis(?:s|\+[a-z]+)?://", settings["HUB_REDIS_URL"]):
        raise ValueError("HUB_REDIS_URL must look like redis://:password@127.0.0.1:6379/0")
    _split(settings["HUB_REDIS_URL"], "HUB_REDIS_URL")
    _check_contact(settings["HUB_SECURITY_CONTACT"])
    near = set() if production else {"127.0.0.1", "localhost", "::1"}
    settings["PRIVATE_FEEDS"] = frozenset(settings["HUB_PRIVATE_FEEDS"].lower().split()) | near
    for name, choices in CHOICES.items():
        if settings[name] not in choices:
            raise ValueError(f"{name} must be {', '.join(choices[:-1])} or {choices[-1]}")
    read_only = settings["HUB_READ_ONLY"] == "yes"
    settings["TILE_ORIGIN"] = tile_origin(settings["HUB_TILE_URL"])
    settings["SECRET_KEY"] = settings["SECRET_KEY"] or secrets.token_hex(32)
    settings["SECRET_KEY_FALLBACKS"] = settings["SECRET_KEY_FALLBACKS"].split()
    # What signs the forms' tokens takes several, and signs with the last.
    settings["WTF_CSRF_SECRET_KEY"] = site_keys(settings)[::-1]
    settings["MAX_CONTENT_LENGTH"] = int(settings["MAX_CONTENT_LENGTH"])
    settings["SQLALCHEMY_DATABASE_URI"] = database_address(settings["DATABASE_URL"])
    try:
        make_url(settings["SQLALCHEMY_DATABASE_URI"])
    except (ArgumentError, ValueError):
        raise ValueError("DATABASE_URL is not the address of a database.") from None
    settings["COMPRESS_MIMETYPES"] = [
        "text/html",
        "text/css",
        "text/csv",
        "text/plain",
        "text/javascript",
        "text/calendar",
        "application/json",
        "application/problem+json",
        "application/x-ndjson",
        "application/geo+json",
        "application/atom+xml",
        "application/xml",
        "image/svg+xml",
    ]
    # What is sent while it is made is packed too, also for those who know gzip alone.
    settings["COMPRESS_ALGORITHM_STREAMING"] = ["zstd", "br", "gzip", "deflate"]
    # Files: who asks again with the tag of a packed one is told that it holds.
    settings["COMPRESS_STREAMING_ENDPOINT_CONDITIONAL"] = ["static", "finder.download_dumped"]
    settings["SESSION_COOKIE_HTTPONLY"] = True
    settings["SESSION_COOKIE_SAMESITE"] = "Lax"
    settings["SESSION_COOKIE_SECURE"] = production
    # The prefix makes browsers refuse a cookie that another host or an unsafe page set.
    settings["SESSION_COOKIE_NAME"] = "__Host-session" if production else "session"
    settings["PERMANENT_SESSION_LIFETIME"] = SESSION_LASTS
    settings["SESSION_REFRESH_EACH_REQUEST"] = False
    # A form is good for as long as the session is: who is called away while typing loses nothing.
    settings["WTF_CSRF_TIME_LIMIT"] = None
    # What may not be written cannot be counted there either.
    settings["RATELIMIT_STORAGE_URI"] = settings["HUB_REDIS_URL"] or ("memory://" if read_only else "database://")
    settings["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(settings["HUB_REDIS_URL"])
    # Where the database cannot count, it cannot do what is limited either: that says so by itself.
    settings["RATELIMIT_SWALLOW_ERRORS"] = not settings["HUB_REDIS_URL"]
    return settings


def site_keys(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The key that signs, then those before it that are still believed."""
    return settings["SECRET_KEY"], *settings["SECRET_KEY_FALLBACKS"]


def _check_safety(settings: Mapping[str, Any]) -> None:
    if len(settings["SECRET_KEY"]) < 32:
        raise UnsafeSettings("Set SECRET_KEY to at least 32 random characters before running in production.")
    if any(len(key) < 32 for key in settings["SECRET_KEY_FALLBACKS"].split()):
        raise UnsafeSettings("SECRET_KEY_FALLBACKS holds a key of fewer than 32 characters: anybody could guess it.")
    if not settings["HUB_BASE_URL"].startswith("https://"):
        raise UnsafeSettings("Set HUB_BASE_URL to the site's https:// address before running in production.")


def database_address(url: str) -> str:
    """The SQLAlchemy address: a SQLite file in instance/ when empty, psycopg for PostgreSQL."""
    if not url:
        return f"sqlite:///{ROOT / 'instance' / 'hub_finder.sqlite'}"
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return _of_several_hosts("postgresql+psycopg://" + url.removeprefix(scheme))
    return url


def _of_several_hosts(url: str) -> str:
    """The address of a PostgreSQL that may be at one of several hosts, so that the one that takes changes is found."""
    parts = urlsplit(url)
    who, at, where = parts.netloc.rpartition("@")
    query = parse_qs(parts.query)
    if "," in where:
        hosts = [one.partition(":") for one in where.split(",")]
        query["host"] = [",".join(host for host, _, _ in hosts)]
        query["port"] = [",".join(port or "5432" for _, _, port in hosts)]
        where = ""
    if "," not in "".join(query.get("host", [])):
        return url
    query.setdefault("target_session_attrs", ["read-write"])
    return urlunsplit((parts.scheme, who + at + where, parts.path, urlencode(query, doseq=True), ""))


def tile_origin(tile_url: str) -> str:
    """The source to allow for tiles in a Content-Security-Policy's img-src; empty when there are none.

    Raises ValueError when the address is neither a path of this site nor http.
    """
    if not tile_url or re.match(r"/(?!/)", tile_url):
        return "'self'" if tile_url else ""
    parts = urlsplit(tile_url.replace("{s}", "*"))
    if parts.scheme not in ("https", "http") or not parts.netloc or set(parts.netloc) & set("{} ;,'@"):
        raise ValueError("HUB_TILE_URL must look like https://tiles.example.org/{z}/{x}/{y}.png")
    return f"{parts.scheme}://{parts.netloc}"


def _ancestors(text: str) -> str:
    """Who may frame us, as a Content-Security-Policy's frame-ancestors has it."""
    origins = text.lower().split()
    wrong = next((origin for origin in origins if not re.fullmatch(ANCESTOR, origin, re.ASCII)), None)
    if wrong is not None:
        raise ValueError(
            f"HUB_EMBED_ANCESTORS holds “{wrong}”. Each must be https: or an origin without a path, like "
            "https://school.example or https://*.example"
        )
    return " ".join(dict.fromkeys(origins))


def _check_mail(url: str, sender: str) -> None:
    parts = _split(url, "HUB_MAIL_URL")
    if url and parts.scheme not in ("file", "notify") and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("HUB_MAIL_URL must look like smtp://user:password@mail.example.org:587")
    if parts.scheme in ("smtp", "smtps") and "@" not in sender:
        raise ValueError("Set HUB_MAIL_FROM to the address that mail is sent from.")


def _split(address: str, name: str) -> SplitResult:
    """The parts of an address that may hold a password: what is wrong with it is told without it."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  raises when it is no number
    except ValueError:
        raise ValueError(f"{name} is not an address that can be read.") from None
    return parts


def _check_contact(address: str) -> None:
    """RFC 9116 wants an address, and nothing that could begin another line of the file."""
    if address and not re.fullmatch(r"(?:mailto:[^\s@]+@[^\s@]+|https://[^\s/][^\s]*)", address):
        raise ValueError("HUB_SECURITY_CONTACT must be mailto:name@example.org or an address that starts with https://")


def _check_notify(settings: Mapping[str, Any]) -> None:
    """That mail can leave by GOV.UK Notify, when it shall. No message holds the key or the token."""
    if 0 < len(settings["HUB_NOTIFY_TOKEN"]) < 20:
        raise ValueError("HUB_NOTIFY_TOKEN must have 20 characters or more.")
    template, where = (_split(settings[name], name) for name in ("HUB_MAIL_URL", "HUB_NOTIFY_URL"))
    if template.scheme != "notify":
        return
    if not re.fullmatch(UUID, template.hostname or ""):
        raise ValueError(
            "HUB_MAIL_URL must look like notify://f33517ff-2a88-4f6e-b855-c550268ce08a, with a template’s id"
        )
    if not re.fullmatch(rf"\S+-{UUID}-{UUID}", settings["HUB_NOTIFY_KEY"]):
        raise ValueError("Set HUB_NOTIFY_KEY to a whole API key of GOV.UK Notify, which begins with its name.")
    if where.scheme != "https" and where.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("HUB_NOTIFY_URL must begin with https://")


def _days(settings: Mapping[str, Any], name: str, *, most: int) -> int:
    text = str(settings[name])
    if not re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII) or int(text) > most:
        raise ValueError(f"{name} must be a whole number of days, from 1 to {most:,}")
    return int(text)


def _milliseconds(settings: Mapping[str, Any], name: str) -> int:
    text = str(settings[name])
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
        raise ValueError(f"{name} must be a whole number of milliseconds, from 0 to 999,999")
    return int(text)


def _per_minute(settings: Mapping[str, Any], name: str) -> int:
    text = str(settings[name])
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII):
        raise ValueError(f"{name} must be a whole number, or 0 for no limit")
    return int(text)


def _check_copies(settings: Mapping[str, Any]) -> None:
    """That copies are of PostgreSQL, as the database is."""
    if not re.fullmatch(r"\d{1,4}", str(settings["HUB_REPLICA_LAG_SECONDS"]), re.ASCII):
        raise ValueError("HUB_REPLICA_LAG_SECONDS must be a whole number of seconds, from 0 to 9,999")
    copies = settings["DATABASE_READ_URL"]
    if copies and not all(url.startswith("postgres") for url in (copies, settings["DATABASE_URL"])):
        raise ValueError("DATABASE_READ_URL names copies of a PostgreSQL: both it and DATABASE_URL begin so")


def _issuer(settings: Mapping[str, Any]) -> str:
    """The issuer's address without what its document has more; "" where there is no single sign-on."""
    missing = [name for name in SINGLE_SIGN_ON if not settings[name]]
    if missing and len(missing) < len(SINGLE_SIGN_ON):
        raise ValueError(f"Single sign-on is half set up: set {' and '.join(missing)} too, or none of HUB_OIDC_….")
    if settings["HUB_OIDC_SECOND_STEP_COUNTS"] not in ("yes", "no"):
        raise ValueError("HUB_OIDC_SECOND_STEP_COUNTS must be yes or no")
    issuer = str(settings["HUB_OIDC_ISSUER"]).removesuffix(DISCOVERY).rstrip("/")
    if not missing and not is_kept_secret(issuer):
        raise ValueError("HUB_OIDC_ISSUER must be an address that starts with https://")
    return issuer


def is_kept_secret(url: str) -> bool:
    """Whether nobody on the way reads what is sent to an address: it is https, or does not leave this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_near = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_near))


def area_folder(name: str) -> Path:
    """The folder of an area: data/areas/<name>, or `name` itself when it is a path."""
    return Path(name) if "/" in name else ROOT / "data" / "areas" / name


def postcodes_box(text: str) -> tuple[float, float, float, float] | None:
    """HUB_POSTCODES_BOX as (south, west, north, east) in degrees, None when empty. Raises ValueError."""
    if not text:
        return None
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError as error:
        raise ValueError("HUB_POSTCODES_BOX must be four numbers: south,west,north,east") from error
    return south, west, north, east
