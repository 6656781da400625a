"""No personal data gets from a ticket into an article; what the law says stays."""

import pytest

from knowledge.editorial.anonymize import anonymize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nama saya Budi Santoso, mau tanya", "Nama saya (nama), mau tanya"),
        ("nama saya budi, mau tanya", "nama saya (nama), mau tanya"),
        ("perkenalkan saya Rina dari Bontang", "perkenalkan saya (nama) dari Bontang"),
        ("Terima kasih Pak Joko Susilo.", "Terima kasih Pak (nama)"),
        ("hubungi 0812-3456-7890 ya", "hubungi (telepon) ya"),
        ("WA +62 812 3456 789 atau (0542) 735 210", "WA (telepon) atau (telepon)"),
        ("kirim ke budi.s+toko@gmail.com", "kirim ke (surel)"),
        ("ig @kuemelati dan wa.me/628123456", "ig (akun) dan (akun)"),
        ("NPWP 01.234.567.8-901.000", "NPWP (nomor)"),
        ("NIK 6471012345678901 dan NIB 9120001234567", "NIK (nomor) dan NIB (nomor)"),
        ("PEB 123456 belum jadi", "PEB (nomor) belum jadi"),
        ("lihat tiket 160300-2026-00012", "lihat tiket (nomor tiket)"),
        ("PT Anyaman Purun Sejahtera mau ekspor", "(perusahaan) mau ekspor"),
        ("di Jl. Ahmad Yani No. 12 RT 05, Balikpapan", "di (alamat), Balikpapan"),
        ("Jl. Melati Km. 4,5 RT.15, Kel. Damai, Balikpapan Kota 76114", "(alamat)"),
        ("nama saya siti binti umar dari gang kenari no 3 rt 02/05", "nama saya (nama) dari (alamat)"),
        ("Nama: Ani Rahma\nAlamat: Perum Bukit Indah Blok G5/12", "Nama: (nama)\n(alamat)"),
        ("saya ani, tinggal di komplek permai blok c2", "saya (nama), (alamat)"),
        ("lahir? tanggal lahir 12-05-1989, WNI", "lahir? tanggal lahir (kelahiran), WNI"),
        ("ani [at] contoh [dot] id, 0812/3456/7890, 08123456789o", "(surel), (telepon), (telepon)"),
        ("paspor C1234567, mobil KT 1234 AB, cv berkah", "paspor (nomor), mobil (nomor), (perusahaan)"),
        ("NIK tiga dua kosong satu, nol lima satu dua tujuh.", "NIK (nomor)."),
        ("Nol delapan satu dobel dua tiga empat lima ya", "(telepon) ya"),
        ("wa kosong-delapan-dua belas-tiga-empat-lima-6-7", "wa (telepon)"),
        ("Hormat kami,\nDewi Lestari\nDirektur", "Hormat kami,\n(nama)\nDirektur"),
    ],
)
def test_personal_data_is_taken_out(text: str, expected: str) -> None:
    assert anonymize(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Syaratnya di PMK 160/PMK.04/2018 dan PER-25/BC/2024 Pasal 5 ayat (8) huruf a",
        "modal Rp1.000.000.000 atau Rp 500000000 sejak 21-11-2026",
        "HS 6217.10.00, tarif 7,5 persen, 2.000.000 unit, tahun 2026 2027",
        "Apa beda Toko Bebas Bea dan Kawasan Berikat? Bapak bisa bantu saya?",
        "di jalan yang benar",
        "satu dua hari, tiga atau empat orang; satu, dua, tiga; enam puluh lima ribu tujuh ratus dua puluh",
        "kantong kosong satu dua tiga empat; pasal sebelas, dua belas, tiga belas, empat belas, lima belas",
        "dua puluh satu dua puluh dua dua puluh tiga, dobel cek lampiran satu 2 3 4",
        "cv saya belum punya NPWP, apakah BC 2.3 dan PMK 149 tahun 2022 berlaku",
        "dengan hormat, kami mau tanya gudang berikat di Balikpapan, terima kasih",
    ],
)
def test_rules_amounts_and_dates_stay(text: str) -> None:
    assert anonymize(text) == text


def test_known_names_are_found_in_any_case_and_in_parts() -> None:
    names = ["Rina Wati", "Anyaman Purun Sejahtera", ""]
    said = anonymize("RINA WATI dari anyaman purun sejahtera. Rina tanya lagi, kata Bu Wati.", names)
    assert said == "(nama) dari (nama). (nama) tanya lagi, kata Bu (nama)."


def test_a_long_text_takes_no_long_time() -> None:
    """The patterns must not try every way to divide a text."""
    for text in (
        "Jl. " + "a. " * 2000,
        "0 1 " * 1500,
        "Saya Budi " * 1000,
        "jl jl rt rw " * 800,
        "nama saya " + "a b " * 1500,
        "satu dua belas " * 1500,
        "dobel - " * 1500,
    ):
        assert anonymize(text) is not None
