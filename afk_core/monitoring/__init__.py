"""The quarterly monitoring of UMKM Binaan and its report (PER-25/BC/2024 Pasal 8, Lampiran G; L24 2a-CP)."""
