"""Articles of the tests' own, so that they do not depend on what the office says today."""

from pathlib import Path

HEAD = """---
slug: {slug}
judul: {title}
judul_inggris: {english}
kelompok: logistik
nama_lain: [{names}]
nama_inggris: [{english}]
kata_kunci: [{keywords}]
mirip: [{similar}]
ringkasan_inggris: >
  {english} is a made-up facility for tests.
sumber_inggris: [S1]
diperiksa: 2026-11-21
tinjau_lagi: 2027-05-21
sumber:
  S1: PER-25/BC/2024
  S2: Laman contoh | https://example.org/contoh
---
"""

BODY = """
## definisi
- {title} adalah fasilitas contoh. [S1 Lampiran B angka 2 huruf a] (A)
- Bentuknya bermacam-macam. [S2] (C)

## manfaat
- Bea masuk ditangguhkan. [S2 Pasal 1] (C)

## siapa
- belum ada sumber

## syarat
- Syaratnya NIB. [S2] (B)
- Lokasi jelas batasnya. [S1 Pasal 1] [S2] (B)

## cara
- belum ada sumber

## waktu
- Paling lama 3 tahun. [S2] (B)

## kewajiban
- belum ada sumber

## dasar_hukum
- PMK 10 Tahun 2020. [S2] (B)
- diganti: PMK 5/PMK.04/2010 -> PMK 10/PMK.04/2020 [S2] (B)

## beda
- {other}: {title} bukan {other}. [S1] (A)
"""


def article_text(slug: str, **changes: str) -> str:
    """The text of a faultless article; `changes` replace parts of its head."""
    values = {
        "slug": slug,
        "title": slug.replace("-", " ").title(),
        "english": f"{slug} facility",
        "names": slug.replace("-", " "),
        "keywords": "contoh",
        "similar": "",
        "other": slug,
    }
    values.update(changes)
    return HEAD.format(**values) + BODY.format(**values)


def write_articles(folder: Path, *slugs: str) -> Path:
    """Faultless articles that name each other in a ring."""
    for slug, other in zip(slugs, (*slugs[1:], slugs[0]), strict=True):
        (folder / f"{slug}.md").write_text(article_text(slug, similar=other, other=other), encoding="utf-8")
    return folder
