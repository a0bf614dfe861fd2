import re
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hub_finder import config
from hub_finder.config import ROOT, UnsafeSettings
from hub_finder.replicas import split_addresses

SAFE = {"HUB_ENV": "production", "SECRET_KEY": "k" * 32, "HUB_BASE_URL": "https://families.example"}


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.DEFAULTS:
        monkeypatch.delenv(name, raising=False)


def test_development_needs_no_settings() -> None:
    settings = config.load()

    assert settings["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{ROOT / 'instance' / 'hub_finder.sqlite'}"
    assert settings["SESSION_COOKIE_SECURE"] is False
    assert settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_a_secret_key_is_made_up_when_none_is_set() -> None:
    first, second = config.load()["SECRET_KEY"], config.load()["SECRET_KEY"]

    assert len(first) >= 32
    assert first != second


def test_the_environment_wins_over_defaults_and_overrides_win_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_AREA", "from-outside")
    monkeypatch.setenv("HUB_TILE_URL", "https://tiles.example/{z}")
    monkeypatch.setenv("MAX_CONTENT_LENGTH", "2048")

    settings = config.load({"HUB_AREA": "from-the-caller"})

    assert settings["HUB_AREA"] == "from-the-caller"
    assert settings["HUB_TILE_URL"] == "https://tiles.example/{z}"
    assert settings["MAX_CONTENT_LENGTH"] == 2048


def test_production_starts_with_safe_settings() -> None:
    settings = config.load(SAFE)

    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["SECRET_KEY"] == "k" * 32


def test_older_keys_are_parted_by_spaces_and_the_newest_signs() -> None:
    settings = config.load({**SAFE, "SECRET_KEY_FALLBACKS": f" {'o' * 32}  {'p' * 32} "})

    assert settings["SECRET_KEY_FALLBACKS"] == ["o" * 32, "p" * 32]
    assert config.site_keys(settings) == ("k" * 32, "o" * 32, "p" * 32)
    assert settings["WTF_CSRF_SECRET_KEY"][-1] == "k" * 32


@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "k" * 31}, "SECRET_KEY"),
        ({"SECRET_KEY_FALLBACKS": f"{'o' * 32} {'p' * 31}"}, "SECRET_KEY_FALLBACKS"),
        ({"HUB_BASE_URL": ""}, "HUB_BASE_URL"),
        ({"HUB_BASE_URL": "http://families.example"}, "HUB_BASE_URL"),
    ],
)
def test_production_refuses_to_start_with(unsafe: dict[str, str], named: str) -> None:
    with pytest.raises(UnsafeSettings, match=named):
        config.load({**SAFE, **unsafe})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@host/hub", "postgresql+psycopg://u:p@host/hub"),
        ("postgresql://host/hub?host=/run", "postgresql+psycopg://host/hub?host=/run"),
        ("postgresql+psycopg://host/hub", "postgresql+psycopg://host/hub"),
        ("sqlite:////srv/hub.sqlite", "sqlite:////srv/hub.sqlite"),
    ],
)
def test_the_database_address_names_the_driver(given: str, used: str) -> None:
    assert config.database_address(given) == used


@pytest.mark.parametrize(
    ("given", "host", "port", "wanted"),
    [
        ("postgresql://hub:p%40w@db1,db2:5433/hub", "db1,db2", "5432,5433", "read-write"),
        ("postgres://hub:p%40w@db1,db2/hub?target_session_attrs=any", "db1,db2", "5432,5432", "any"),
        ("postgresql://hub:p%40w@/hub?host=/one,/two", "/one,/two", None, "read-write"),
    ],
)
def test_of_several_hosts_the_one_that_takes_changes_is_asked(
    given: str, host: str, port: str | None, wanted: str
) -> None:
    url = make_url(config.database_address(given))

    assert (url.username, url.password, url.database) == ("hub", "p@w", "hub")
    assert (url.query["host"], url.query.get("port")) == (host, port)
    assert url.query["target_session_attrs"] == wanted


def test_copies_are_parted_by_commas_and_may_have_several_hosts() -> None:
    assert split_addresses("postgresql://a/hub, postgres://b,c/hub") == [
        "postgresql+psycopg://a/hub",
        config.database_address("postgresql://b,c/hub"),
    ]
    assert split_addresses("") == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"DATABASE_READ_URL": "postgresql://db2/hub"}, "DATABASE_READ_URL"),
        ({"DATABASE_READ_URL": "sqlite:///x", "DATABASE_URL": "postgresql://db1/hub"}, "DATABASE_READ_URL"),
        ({"HUB_REPLICA_LAG_SECONDS": "soon"}, "HUB_REPLICA_LAG_SECONDS"),
        ({"HUB_QUERY_LIMIT_MS": "-1"}, "HUB_QUERY_LIMIT_MS"),
    ],
)
def test_settings_of_copies_that_cannot_be_are_refused(wrong: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        config.load(wrong)


@pytest.mark.parametrize(
    ("name", "folder"), [("somewhere", ROOT / "data/areas/somewhere"), ("/srv/areas/other", Path("/srv/areas/other"))]
)
def test_an_area_is_a_folder_of_the_data_or_a_path(name: str, folder: Path) -> None:
    assert config.area_folder(name) == folder


def test_a_box_of_postcodes_is_four_numbers_or_none() -> None:
    assert config.postcodes_box("") is None
    assert config.postcodes_box("50.5, -3, 51.1,-1.7") == (50.5, -3.0, 51.1, -1.7)


@pytest.mark.parametrize("text", ["50.5", "1,2,3", "1,2,3,4,5", "a,b,c,d", ","])
def test_any_other_box_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(ValueError, match="must be four numbers: south,west,north,east"):
        config.postcodes_box(text)


@pytest.mark.parametrize(
    ("tile_url", "origin"),
    [
        ("", ""),
        ("/tiles/{z}/{x}/{y}.png", "'self'"),
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("https://{s}.tiles.example:8443/{z}/{x}/{y}.png", "https://*.tiles.example:8443"),
        ("http://tiles.example/{z}", "http://tiles.example"),
    ],
)
def test_tiles_may_come_from_the_host_that_is_set(tile_url: str, origin: str) -> None:
    assert config.tile_origin(tile_url) == origin


@pytest.mark.parametrize(
    "tile_url",
    ["//tiles.example/x", "ftp://tiles.example", "tiles.example", "https://", "https://a b;'none'/", "data:,x"],
)
def test_any_other_address_of_tiles_is_refused(tile_url: str) -> None:
    with pytest.raises(ValueError, match="HUB_TILE_URL must look like"):
        config.tile_origin(tile_url)


def test_mail_goes_into_a_folder_in_development_and_nowhere_in_production() -> None:
    assert config.load()["HUB_MAIL_URL"] == (ROOT / "instance/outbox").as_uri()
    assert config.load(SAFE)["HUB_MAIL_URL"] == ""


@pytest.mark.parametrize("address", ["mail.example.org", "http://mail.example.org", "smtp:", "smtp://:25"])
def test_address_of_no_mail_server_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="HUB_MAIL_URL must look like"):
        config.load({"HUB_MAIL_URL": address, "HUB_MAIL_FROM": "lists@fairshire.example"})


@pytest.mark.parametrize("name", ["HUB_MAIL_KEPT_DAYS", "HUB_BOUNCE_DAYS"])
@pytest.mark.parametrize("days", ["", "0", "-1", "1.5", "a week", "91", "100"])
def test_days_that_mail_and_marks_are_kept_must_be_a_number(name: str, days: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a whole number"):
        config.load({name: days})


NOTIFY = {
    "HUB_MAIL_URL": "notify://f33517ff-2a88-4f6e-b855-c550268ce08a",
    "HUB_NOTIFY_KEY": "our-key-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0",
}


def test_notify_needs_a_template_and_a_key_alone() -> None:
    settings = config.load({**SAFE, **NOTIFY})

    assert settings["HUB_NOTIFY_URL"] == "https://api.notifications.service.gov.uk"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"HUB_MAIL_URL": "notify://"}, "HUB_MAIL_URL must look like notify://"),
        ({"HUB_MAIL_URL": "notify://our-template"}, "HUB_MAIL_URL must look like notify://"),
        ({"HUB_NOTIFY_KEY": ""}, "Set HUB_NOTIFY_KEY"),
        ({"HUB_NOTIFY_KEY": "3d844edf-8d35-48ac-975b-e847b4f122b0"}, "Set HUB_NOTIFY_KEY"),
        ({"HUB_NOTIFY_URL": "http://notify.example"}, "HUB_NOTIFY_URL must begin with https"),
        ({"HUB_NOTIFY_TOKEN": "short"}, "HUB_NOTIFY_TOKEN must have 20 characters"),
    ],
)
def test_notify_is_refused_without_what_it_needs_and_no_secret_is_told(wrong: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        config.load({**NOTIFY, **wrong})

    assert "3d844edf" not in str(refused.value)
    assert "short" not in str(refused.value)


def test_mail_server_needs_to_know_whom_mail_is_from() -> None:
    with pytest.raises(ValueError, match="Set HUB_MAIL_FROM"):
        config.load({"HUB_MAIL_URL": "smtps://mail.example.org"})


SIGN_ON = {
    "HUB_OIDC_ISSUER": "https://issuer.example/fairshire/v2.0",
    "HUB_OIDC_CLIENT_ID": "hub-finder",
    "HUB_OIDC_CLIENT_SECRET": "s3cret",
    "HUB_OIDC_NAME": "Fairshire Council",
}


def test_there_is_no_single_sign_on_without_settings() -> None:
    assert config.load()["HUB_OIDC_ISSUER"] == ""


@pytest.mark.parametrize("more", ["", "/", "/.well-known/openid-configuration"])
def test_issuer_is_known_by_its_address_or_its_document(more: str) -> None:
    issuer = SIGN_ON["HUB_OIDC_ISSUER"]

    assert config.load({**SIGN_ON, "HUB_OIDC_ISSUER": issuer + more})["HUB_OIDC_ISSUER"] == issuer


@pytest.mark.parametrize("left_out", sorted(SIGN_ON))
def test_single_sign_on_that_is_half_set_up_is_refused(left_out: str) -> None:
    with pytest.raises(ValueError, match=f"set {left_out} too"):
        config.load({**SIGN_ON, left_out: ""})


@pytest.mark.parametrize("near", ["http://localhost:8080/realms/fairshire", "http://127.0.0.1:8080", "http://[::1]"])
def test_issuer_on_this_machine_may_be_without_encryption(near: str) -> None:
    assert config.load({**SIGN_ON, "HUB_OIDC_ISSUER": near})["HUB_OIDC_ISSUER"] == near


@pytest.mark.parametrize(
    "address",
    ["http://issuer.example", "http://localhost.example", "issuer.example", "https://", "https://[", "ftp://localhost"],
)
def test_issuer_that_others_can_listen_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="HUB_OIDC_ISSUER must be an address that starts with https://"):
        config.load({**SIGN_ON, "HUB_OIDC_ISSUER": address})


@pytest.mark.parametrize("name", ["HUB_OIDC_SECOND_STEP_COUNTS", "HUB_COUNT_SEARCHES"])
@pytest.mark.parametrize("answer", ["", "1", "true", "Yes"])
def test_what_is_asked_with_yes_or_no_is_answered_so(name: str, answer: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be yes or no"):
        config.load({name: answer})


@pytest.mark.parametrize("answer", ["", "yes", "managers", "Staff"])
def test_nobody_is_asked_for_a_second_step_unless_it_is_said_of_whom(answer: str) -> None:
    assert config.load()["HUB_REQUIRE_SECOND_STEP"] == "none"
    with pytest.raises(ValueError, match="HUB_REQUIRE_SECOND_STEP must be none, administrators, staff or everyone"):
        config.load({"HUB_REQUIRE_SECOND_STEP": answer})


def test_nobody_may_frame_us_unless_they_are_named() -> None:
    assert config.load()["HUB_EMBED_ANCESTORS"] == ""


def test_origins_that_may_frame_us_are_put_in_order() -> None:
    given = " https://School.example\nhttps://*.example:8443  https: http://127.0.0.1:5001 https: "

    ancestors = config.load({"HUB_EMBED_ANCESTORS": given})["HUB_EMBED_ANCESTORS"]

    assert ancestors == "https://school.example https://*.example:8443 https: http://127.0.0.1:5001"


@pytest.mark.parametrize(
    "wrong",
    [
        *("*", "http:", "school.example", "https://", "https://school.example/", "https://school.example/page"),
        *("https://*", "https://school.*", "https://a@school.example", "'none'", "'self'", "data:", "ftp://a.example"),
        *("https://a.example;script-src", "https://a.example,https://b.example", "https://a.example:port"),
    ],
)
def test_site_does_not_start_with_what_is_no_origin(wrong: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"“{wrong}”")):
        config.load({"HUB_EMBED_ANCESTORS": f"https://school.example {wrong}"})


@pytest.mark.parametrize("name", ["HUB_API_PER_MINUTE", "HUB_SEARCHES_PER_MINUTE"])
@pytest.mark.parametrize("typed", ["", "many", "-1", "1.5", "10000000", "٣"])
def test_a_limit_of_requests_that_is_no_number_is_refused(name: str, typed: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be a whole number, or 0"):
        config.load({name: typed})


@pytest.mark.parametrize("name", ["HUB_API_PER_MINUTE", "HUB_SEARCHES_PER_MINUTE"])
def test_a_limit_of_requests_is_a_number(name: str) -> None:
    assert [config.load({name: typed})[name] for typed in ("0", "60")] == [0, 60]
