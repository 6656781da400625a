"""The frame around every page: who is signed in, the menu, the server's time."""

from datetime import datetime

from msgspec import Struct

from afk_core.officers.service import Viewer
from afk_core.rules.roles import Act


class MenuItem(Struct, frozen=True):
    """An entry of the menu; `name` is known to the template, which has the words."""

    name: str
    href: str
    current: bool


class MenuGroup(Struct, frozen=True):
    """Entries under one word of the menu; a group of one entry is shown as that entry."""

    name: str
    entries: tuple[MenuItem, ...]

    @property
    def current(self) -> bool:
        """Whether the page that is open lies in this group."""
        return any(entry.current for entry in self.entries)


class Frame(Struct, frozen=True):
    """What `base.html` needs. `notice` is the code of a sentence in `labels.html`, `problem` a sentence."""

    title: str
    server_now: datetime
    viewer: Viewer | None = None
    menu: tuple[MenuGroup, ...] = ()
    csrf: str = ""
    notice: str = ""
    problem: str = ""

    @property
    def may_draft(self) -> bool:
        """Whether the officer may begin a draft of an article."""
        return self.viewer is not None and bool(self.viewer.rights.get(Act.DRAFT_ARTICLE))


_MENU = (
    ("antrean", (("antrean", "/petugas", Act.SEE_TICKETS), ("bantuan", "/petugas", Act.HELP_TICKET))),
    (
        "umkm",
        (
            ("umkm", "/petugas/umkm", Act.SEE_UMKM),
            ("register", "/petugas/register-umkm", Act.SEE_UMKM),
            ("pemberdayaan", "/petugas/pemberdayaan", Act.SEE_UMKM),
            ("pemantauan", "/petugas/pemantauan", Act.SEE_UMKM),
        ),
    ),
    (
        "laporan",
        (
            ("tugas", "/petugas/tugas", Act.SEE_REPORTS),
            ("dasbor", "/petugas/dasbor", Act.SUPERVISE),
            ("survei", "/petugas/survei", Act.SEE_REPORTS),
            ("laporan_bulanan", "/petugas/laporan", Act.SEE_REPORTS),
            ("evaluasi", "/petugas/evaluasi", Act.EVALUATE),
        ),
    ),
    (
        "kantor_ini",
        (
            ("jaga", "/petugas/jaga", Act.SEE_TICKETS),
            ("agen", "/petugas/agen", Act.SEE_ROSTER),
            ("artikel", "/petugas/artikel", Act.SEE_TICKETS),
            ("balasan", "/petugas/balasan", Act.SEE_TICKETS),
            ("jejak", "/petugas/jejak", Act.SEE_AUDIT),
        ),
    ),
    ("akun", (("akun", "/petugas/akun", Act.MANAGE_ACCOUNTS),)),
    ("kantor", (("kantor", "/petugas/kantor", Act.MANAGE_OFFICES),)),
    ("libur", (("libur", "/petugas/libur", Act.MANAGE_CALENDARS),)),
    ("gagal", (("gagal", "/petugas/gagal", Act.MANAGE_OFFICES),)),
)
"""The words of the menu, each with its pages and the act that opens them."""


def frame_for(
    viewer: Viewer, title: str, now: datetime, *, current: str, notice: str = "", problem: str = ""
) -> Frame:
    """The frame for a signed-in officer: only what they may open stands in the menu."""
    groups = (
        MenuGroup(
            name,
            tuple(
                MenuItem(entry, href, entry == current or (entry, current) == ("bantuan", "antrean"))
                for entry, href, act in entries
                # The queue is one page for both: who reads an office's tickets finds the others in a filter.
                if viewer.rights.get(act) and not (entry == "bantuan" and viewer.rights.get(Act.SEE_TICKETS))
            ),
        )
        for name, entries in _MENU
    )
    menu = tuple(group for group in groups if group.entries)
    return Frame(title, now, viewer, menu, viewer.csrf_token, notice, problem)


def home_of(viewer: Viewer) -> str:
    """The first page of an officer: the queue, or for an administrator the accounts."""
    menu = frame_for(viewer, "", datetime.min, current="").menu  # noqa: DTZ901
    return menu[0].entries[0].href if menu else "/petugas/masuk"
