"""Run the server by itself: `python -m tests.botapi --port 8081`, then open its page to play the user."""

import argparse

from tests.botapi.server import TOKEN, USERNAME, BotApiServer


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--username", default=USERNAME)
    given = parser.parse_args()
    server = BotApiServer(
        port=given.port, token=given.token, username=given.username, webhook_retry_seconds=2.0
    )
    with server:
        print(f"Halaman untuk bermain sebagai pengguna: {server.url}/")
        print("Jalankan layanan dengan:")
        print(
            f"  KLINIK_TELEGRAM_API={server.url} KLINIK_TELEGRAM_TOKEN={server.token} make serve", flush=True
        )
        try:
            server.join()
        except KeyboardInterrupt:
            print("Selesai.")


if __name__ == "__main__":
    main()
