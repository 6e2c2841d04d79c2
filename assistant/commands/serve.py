"""``hotline serve``: the HTTP API and the pages."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from assistant.commands import CommandFailed, UsageError
from assistant.commands.options import building, settings_of


@dataclass(frozen=True)
class ServeCommand:
    help: str = "serve the HTTP API and the pages\n\nexample: hotline serve --port 8080"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--host", help="address to listen on (default: HOTLINE_API__HOST)")
        parser.add_argument("--port", type=int, help="port to listen on (default: HOTLINE_API__PORT)")

    def execute(self, arguments: argparse.Namespace) -> int:
        settings = settings_of(arguments)
        chosen = {name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None}
        api = settings.api.model_copy(update=chosen)
        with building():
            import uvicorn

            from assistant.api.app import create_app
            from assistant.api.logs import configure
            from assistant.api.safe_start import UnsafeSettings
            from assistant.api.server import LeavingServer, server_options
            from assistant.bootstrap.container import build_container

            configure()
            container = build_container(settings.model_copy(update={"api": api}))
            container.work_orders.load_code()
            container.triage.warm_up()  # what it reads may be damaged: said in a sentence here, not amid the start
        try:
            app = create_app(
                container,
                api,
                environment=settings.environment,
                widget=settings.widget,
                sign_in=settings.sign_in,
            )
        except UnsafeSettings as error:
            raise UsageError(str(error)) from error
        print(f"serving at http://{api.host}:{api.port}/ (stop with Ctrl+C)", file=sys.stderr)
        server = LeavingServer(uvicorn.Config(app, **server_options(api)), container.live.dismiss)
        if not server.serve_until_told():
            raise CommandFailed(f"nothing is served at {api.host}:{api.port}: is the port taken?")
        return 0


COMMAND = ServeCommand()
