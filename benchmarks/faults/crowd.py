"""What people do: they ask, go through the hand-over to an officer, fill in the self-assessment."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from benchmarks.faults.people import Forgotten, Person

_QUESTIONS = ("apa itu plb", "apa itu kawasan berikat", "syarat kite ikm", "umkm binaan itu apa")
"""Each has one answer, and no two the same."""

_FORM_STEPS = 6
Script = Callable[["Pace", Person, int], Awaitable[None]]


class Pace:
    """How fast one person goes on: `think` seconds between two acts, on the average.

    `officer` is how many seconds they wait for an officer, who does not answer everybody.
    """

    def __init__(self, chance: random.Random, think: float, officer: float = 45.0) -> None:
        self._chance, self._think, self.officer = chance, think, officer

    async def pause(self) -> None:
        """Think."""
        await asyncio.sleep(self._chance.uniform(0, 2 * self._think))


async def ask(pace: Pace, person: Person, acts: int) -> None:
    """Questions one after the other, without waiting for the answers; each in words of its own."""
    for number in range(1, acts + 1):
        await question(person, number)
        await pace.pause()


async def question(person: Person, number: int) -> None:
    """One question that gets exactly one answer."""
    words = f"{_QUESTIONS[number % len(_QUESTIONS)]} {'?' * number}"
    person.questions.add(words)
    await person.says(words)


async def hand_over(pace: Pace, person: Person, acts: int) -> None:
    """A ticket; then what the officer's answer asks for, or more words for the officer."""
    await person.says("/petugas")
    await person.hears("Apakah Anda setuju?")
    await person.presses("Setuju, lanjutkan")
    await person.hears("Siapa nama Anda?")
    await person.says("Rina")
    await person.hears("di bidang apa")
    await person.presses("UMKM")
    await person.hears("nama usaha")
    await person.says("Keripik Tempe")
    await person.hears("menghubungi Anda")
    await person.presses("Cukup lewat chat ini")
    await person.hears("Apa pertanyaan Anda")
    await person.says(f"Apakah keripik saya perlu izin khusus? ({person.address[-6:]})")
    await person.hears("Mohon diperiksa")
    await person.presses("Kirim ke petugas")
    await person.hears("Nomor tiket Anda")
    await _after_ticket(pace, person, acts - len(person.said))


async def _after_ticket(pace: Pace, person: Person, acts: int) -> None:
    try:
        await person.hears("sudah terjawab?", pace.officer)
    except Forgotten:
        for number in range(1, acts + 1):
            words = f"Tambahan untuk petugas nomor {number}."
            person.to_officer.add(words)
            await person.says(words)
            await pace.pause()
        return
    await person.presses("Sudah terjawab")
    await person.hears("Seberapa puas")
    await person.presses("4 Sangat puas")
    await person.hears("penilaian Anda sudah dicatat")
    await ask(pace, person, acts - 2)


async def assess(pace: Pace, person: Person, acts: int) -> None:
    """The first steps of the self-assessment, left again; then questions."""
    await person.says("/start nilai")
    await person.hears("")
    await person.presses("Mulai penilaian")
    await person.hears("Riwayat ekspor")
    await person.presses("Belum pernah")
    for number in range(1, _FORM_STEPS + 1):
        await person.hears(f"Pertanyaan {number} dari 21")
        await person.presses(None)
        await pace.pause()
    await person.hears(f"Pertanyaan {_FORM_STEPS + 1} dari 21")
    await person.presses("Batal")
    await person.hears("jawaban tersimpan")
    await ask(pace, person, acts - len(person.said))


SCRIPTS: tuple[Script, ...] = (ask, hand_over, ask, assess, ask, hand_over, ask, ask)
"""What the people of a crowd do, in turn."""
