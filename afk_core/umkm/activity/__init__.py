"""Pemberdayaan of UMKM (PER-25/BC/2024 Pasal 7 ayat (1), Lampiran D): planned, held, recorded."""
