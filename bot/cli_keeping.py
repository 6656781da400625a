"""The commands of `klinik` that keep data safe."""

from pathlib import Path
from typing import Annotated

import typer

from afk_core.infra.keys import as_text, fingerprint_entry, key_file, key_ring, new_key
from afk_core.infra.settings import Settings, load_settings
from bot.bootstrap import prepare_database
from bot.context import Context
from bot.keeping import back_up, refuse_restore_without_key
from bot.keeping import restore as put_back
from bot.key_change import change_key
from bot.program_texts import program_text
from bot.terminal import plain_errors, with_context


def add_to(app: typer.Typer) -> None:
    """Give `app` these commands."""
    app.command()(backup)
    app.command()(restore)
    key = typer.Typer(help="Kunci rahasia.", no_args_is_help=True)
    key.command("rotate")(rotate_key)
    key.command("new")(show_new_key)
    app.add_typer(key, name="key")


def backup(
    file: Annotated[Path, typer.Argument(help="Berkas cadangan yang dibuat; harus belum ada.")],
) -> None:
    """Buat cadangan basis data, juga selagi layanan berjalan."""
    with plain_errors():
        settings = load_settings()
        size = back_up(settings, file)
    print(
        program_text(
            "backed_up", path=file, size=f"{size / 2**20:.1f} MB".replace(".", ","), key=_key_place(settings)
        ).strip()
    )


def restore(
    file: Annotated[Path, typer.Argument(help="Berkas cadangan.")],
    replace: Annotated[bool, typer.Option("--replace", help="Ganti basis data yang sudah ada.")] = False,
) -> None:
    """Pulihkan basis data dari cadangan; layanan harus berhenti."""

    async def work(context: Context) -> None:
        restored = await put_back(context, file, replace=replace)
        print(program_text("restored", path=restored.path).strip())
        if restored.aside is not None:
            print(program_text("put_aside", path=restored.aside))

    with plain_errors():
        refuse_restore_without_key(load_settings())
    with_context(work)


def rotate_key() -> None:
    """Ganti kunci rahasia dan sandikan ulang semua data dengannya."""

    async def work(context: Context) -> None:
        await prepare_database(context)
        done = await change_key(context)
        if context.settings.secret_key is None:
            text = "key_rotated" if done.new_key else "key_rotation_finished"
            print(program_text(text, values=done.values, key=key_file(context.settings)).strip())
        else:
            entry = fingerprint_entry(done.ring)
            print(program_text("key_resealed", values=done.values, entry=entry).strip())

    with_context(work)


def show_new_key() -> None:
    """Tampilkan kunci baru, dan entri yang menjaga pengenal lama, untuk penggantian lewat pengaturan."""
    with plain_errors():
        ring = key_ring(load_settings())
    print(program_text("key_new", key=as_text(new_key()), entry=fingerprint_entry(ring)).strip())


def _key_place(settings: Settings) -> str:
    return "KLINIK_SECRET_KEY" if settings.secret_key is not None else str(key_file(settings))
