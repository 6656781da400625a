"""The `klinik` command: the program is loaded, then run."""

from bot.loading import load_libraries, made_for_good


def main() -> None:
    """Run the command that was typed."""
    with made_for_good():
        load_libraries()
        from bot.cli import app
    app()


if __name__ == "__main__":
    main()
