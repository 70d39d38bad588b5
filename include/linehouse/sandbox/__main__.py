"""`python -m linehouse.sandbox [--host H] [--port P]`: runs the simulator."""

import argparse

import uvicorn

from linehouse.settings import get_settings


def main() -> None:
    """Serve until interrupted; hanging answers do not keep it from stopping."""
    parser = argparse.ArgumentParser(prog="python -m linehouse.sandbox")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=get_settings().sandbox_port)
    arguments = parser.parse_args()
    uvicorn.run(
        "linehouse.sandbox.app:create_app",
        factory=True,
        host=arguments.host,
        port=arguments.port,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        log_level=get_settings().log_level.lower(),
    )


if __name__ == "__main__":
    main()
