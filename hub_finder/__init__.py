"""Hub Finder: the open directory and service finder for Family Hub networks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(overrides: Mapping[str, Any] | None = None) -> "Flask":
    """The application. `overrides` win over the environment and the defaults of `config`."""
    # Read here, for not all need it: the processes that `directory.making` starts take a third of the time without.
    from werkzeug.middleware.proxy_fix import ProxyFix

    from hub_finder import (
        access,
        accounts,
        api,
        area,
        callbacks,
        cli,
        config,
        counting,
        database,
        finder,
        insight,
        languages,
        late_forms,
        logs,
        manners,
        metrics,
        moderation,
        outages,
        primaries,
        providers,
        replicas,
        said,
        signposting,
        still_right,
        switching,
        tries,  # noqa: F401  Flask-Limiter finds its storage by name
        unsaved,
        uploads,
        web,
    )
    from hub_finder.config import ROOT
    from hub_finder.extensions import compress, csrf, db, limiter, migrate

    app = web.Site(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(config.load(overrides))
    database.prepare(app)
    db.init_app(app)
    database.init_app(app)
    primaries.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    # All of a request is measured.
    metrics.init_app(app)
    # What it does with an answer comes after all that others do.
    manners.init_app(app)
    compress.init_app(app)
    area.init_app(app)
    languages.init_app(app)
    said.init_app(app)
    switching.init_app(app)
    # Which database is asked is settled before anything asks one.
    replicas.init_app(app)
    # Who may not open a route is turned away before anything of the request is read.
    access.init_app(app)
    uploads.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    # All limits stand on views, which ask for them: before every other request there is nothing to look up.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    web.init_app(app)
    late_forms.init_app(app)
    outages.init_app(app)
    unsaved.init_app(app)
    counting.init_app(app)
    logs.init_app(app)
    api.told.init_app(app)
    staff_rooms = (accounts, providers, moderation, signposting, insight)
    for audience in (finder, api, api.open_referral, api.open_referral_first, *staff_rooms, still_right, callbacks):
        app.register_blueprint(audience.blueprint)
    app.cli.add_command(cli.hub)
    if proxies := int(app.config["HUB_PROXIES"]):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
