"""Takes personal data out of a question and its answer before they become material. Pure.

PER-25/BC/2024 Pasal 15 ayat (2): what an agent learns from a user is an official secret. The rules err
on the side of removing; numbers of regulations, amounts of money and dates stay.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

NAME, COMPANY, ADDRESS, BIRTH = "(nama)", "(perusahaan)", "(alamat)", "(kelahiran)"
PHONE, EMAIL, NUMBER, TICKET, ACCOUNT = "(telepon)", "(surel)", "(nomor)", "(nomor tiket)", "(akun)"

_WORD = r"[A-Z][\w'’.-]*"
_WORDS = rf"{_WORD}(?:[ \t]+{_WORD}){{0,4}}"
_EMAIL = (
    r"(?i)[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+"
    r"|[\w.+-]+\s*[\[(]\s*at\s*[\])]\s*[\w-]+(?:(?:\s*[\[(]\s*dot\s*[\])]\s*|\.)[\w-]+)+"
)
_ACCOUNT = r"(?<![\w@])@\w{3,}"
_OWN_LINK = r"(?i)(?:https?://)?(?:wa\.me|t\.me|(?:www\.)?(?:instagram|facebook)\.com)/\S+"
_TICKET = r"(?<!\w)\d{6}-20\d{2}-\d{5}(?!\w)"
_NPWP = r"(?<![\w.])\d{2}[. ]\d{3}[. ]\d{3}[. ]\d[-. ]\d{3}[. ]\d{3}(?!\w)"
_PHONE = r"(?<![\w/.])(?:\+\s?62|62|\(?0)[ .()-]{0,2}\d(?:[ .()-]{0,2}\d){7,12}(?![\w/])"
# Typed against the rules: slashes between the groups, an o for a nought.
_ODD_PHONE = r"(?i)(?<![\w/.])0\d{2,3}/\d{3,4}/\d{3,5}(?![\w/])|(?<!\w)08\d(?=\d*o)[\do]{6,11}(?!\w)"
_PLATE_OR_PASSPORT = r"(?<!\w)(?:[A-Z]{1,2} \d{3,4} [A-Z]{1,3}|[A-Z]\d{7})(?!\w)"
_BIRTH = r"(?P<before>\b(?i:(?:tempat|tanggal|tgl|ttl)[ /.]*(?:tanggal[ ]*)?lahir)\s*:?\s+)[^,;\n]+"
_DIGITS = r"(?<![\w/.,])\d(?:[ .-]?\d){5,}(?![\w/])"
# Digits as they are dictated ("kosong delapan satu dobel dua"); a teen ("dua belas") may stand among them.
_DOUBLED = r"(?:d[ou]bel|double)"
_DICTATED = (
    rf"(?:{_DOUBLED}[\s-]{{1,2}})?"
    r"(?:kosong|nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan|\d)(?:[ ]belas)?|sebelas"
)
_SPELLED = rf"(?i)(?<![\w/])(?:{_DICTATED})(?:[\s,.-]{{1,3}}(?:{_DICTATED})){{2,}}(?![\w/])"
_LEAST_SPELLED = 6  # digits; fewer are a count or an amount
_MONEY_OR_DATE = (
    r"\d{1,3}(?:\.\d{3})+|\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2}"
    r"|(?:19|20)\d{2}[ -]+(?:19|20)\d{2}"
)
_KEPT_AFTER = r"(?i)(?:\brp\.?|\bidr|\busd|\$|\bhs(?:\s*code)?|pos tarif)\s*$"
_COMPANY = (
    rf"(?i:\b(?:pt|cv|ud|pd|koperasi|toko(?!\s+bebas)|firma)\b)\.?[ \t]+{_WORDS}(?:[ \t]*,?[ \t]*Tbk\.?)?"
)
_STREET = (
    r"(?:[^,.;\n]|,(?=\d)|\.(?=[ \t]*\d)|(?<=\b[A-Za-z])\.|(?<=\b[A-Za-z]{2})\.|(?<=\b[A-Za-z]{3})\.(?=\S))*"
)
_DETAIL = r"(?:,?[ \t]*\b(?:no|nomor|rt|rw|blok|kel|kec|kelurahan|kecamatan)\b\.?" + _STREET + r")*"
_ADDRESS = (
    rf"(?i:\b(?:jl|jln|jalan|gg|gang)\b)\.?[ \t]+(?=[A-Z0-9]){_STREET}(?i:{_DETAIL})"
    rf"|(?i:\b(?:jl|jln|gg|perum|perumahan|komplek|kompleks)\b\.?[ \t]+{_STREET}{_DETAIL})"
    rf"|(?i:\b(?:gang|tinggal di|beralamat di|alamat(?:nya)?\s*:)[ \t]+{_STREET}{_DETAIL})"
    rf"|(?i:\brt[ .]*\d+(?:[ ./]*(?:rw[ .]*)?\d+)?{_DETAIL})"
)
_AFTER_ADDRESS = r"(?<=\(alamat\))[ ,]*(?:[\w. ]{0,40}\b\d{5}\b|\(alamat\))"
_LOWER_COMPANY = (
    r"\b(?:pt|cv|ud)\b\.?[ \t]+(?!(?:saya|kami|kita|yang|di|dan|atau|ini|itu|sudah|belum|mau|bisa|apa|ada"
    r"|perorangan|kecil|baru|untuk|dengan|harus)\b)[a-z]\w+"
)
_LOWER_NAME = (
    r"[a-z']+(?:[ \t]+(?!(?:dari|di|mau|ingin|punya|usaha|tinggal|dan|yang|tanya|pemilik|dengan|hp|nomor)\b)"
    r"[a-z'.]+){0,5}(?=\s*(?:[,.;\n]|$|dari\b|di\b|mau\b|ingin\b|punya\b|usaha\b|tinggal\b|dan\b|pemilik\b))"
)
_INTRODUCED = (
    r"(?P<before>(?i:\b(?:nama\s+(?:lengkap\s+)?(?:saya|kami|pemilik|pemohon|direktur)(?:\s+adalah)?"
    r"|atas\s+nama|a\.?n\.?|perkenalkan,?\s+saya|dengan\s+saya|saya\s+bernama|bernama))\s*:?\s+)"
    rf"(?P<name>(?:(?i:pak|bu|ibu|bapak)\s+)?{_WORDS}|{_LOWER_NAME})"
)
_FIELD = (
    r"(?P<before>(?im:^\s*nama(?:\s+(?:lengkap|pemilik|usaha|pemohon|direktur|pimpinan))?\s*:\s*))"
    r"(?P<name>[^,;\n]+)"
)
# How a letter ends: the name stands alone behind it.
_SIGNED = (
    r"(?P<before>\b(?i:hormat\s+(?:kami|saya)|salam|tertanda|ttd|terima\s*kasih)\s*[,.]?\s*)"
    rf"(?P<name>{_WORDS})(?=[ \t]*\.?[ \t]*(?:\n|$))"
)
_FIRST_WORDS = (
    r"(?P<before>\A\W*(?i:(?:halo|hai|permisi|assalamualaikum|selamat\s+\w+)\W+)?(?i:saya)\s+)"
    r"(?P<name>[a-z]+)(?=\s*,)"
)
_POLITE = (
    r"(?P<before>\b(?i:pak|bu|ibu|bapak|bpk|sdr|sdri|saudara|saudari|mas|mbak|kak|haji|hj?\.)\.?[ \t]+)"
    rf"(?P<name>{_WORDS})"
)
_I_AM = rf"(?P<before>\b(?i:saya|kami|dengan)[ \t]+)(?P<name>{_WORDS})(?=[ \t]*(?:,|\bdari\b|\bpemilik\b))"
_NOT_NAMES = frozenset(
    ("bea", "cukai", "petugas", "pejabat", "kepala", "kantor", "umkm", "ekspor", "impor", "pabean", "kota")
)
_SHORTEST_NAME = 3


def anonymize(text: str, names: Iterable[str] = ()) -> str:
    """`text` without e-mails, accounts, phone and identity numbers, tickets, addresses and names.

    `names` are names known to stand in it (of the person, the business, the officers).
    """
    found = _pattern(_EMAIL).sub(EMAIL, text)
    found = _pattern(_OWN_LINK).sub(ACCOUNT, found)
    found = _pattern(_ACCOUNT).sub(ACCOUNT, found)
    found = _pattern(_TICKET).sub(TICKET, found)
    found = _pattern(_NPWP).sub(NUMBER, found)
    found = _known_names(found, names)
    found = _pattern(_FIELD).sub(_hide_name, found)
    found = _pattern(_BIRTH).sub(rf"\g<before>{BIRTH}", found)
    found = _pattern(_ADDRESS).sub(ADDRESS, found)
    found = _pattern(_AFTER_ADDRESS).sub("", found)
    found = _pattern(_COMPANY).sub(COMPANY, found)
    found = _pattern(_LOWER_COMPANY).sub(COMPANY, found)
    found = _pattern(_PLATE_OR_PASSPORT).sub(NUMBER, found)
    found = _pattern(_SPELLED).sub(_hide_spelled, found)
    found = _pattern(_ODD_PHONE).sub(PHONE, found)
    found = _pattern(_PHONE).sub(_unless_money(PHONE), found)
    found = _pattern(_DIGITS).sub(_unless_money(NUMBER), found)
    for pattern in (_INTRODUCED, _POLITE, _I_AM, _SIGNED, _FIRST_WORDS):
        found = _pattern(pattern).sub(_hide_name, found)
    return re.sub(rf"({re.escape(NAME)})(?:[ \t]+{re.escape(NAME)})+", r"\1", found)


def _known_names(text: str, names: Iterable[str]) -> str:
    whole = sorted({" ".join(name.split()) for name in names if name.strip()}, key=len, reverse=True)
    for name in whole:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAME, text, flags=re.I)
    for name in whole:
        for word in name.split():
            # A part of a name is only hidden where it is written as one: "Maju" may be a plain word.
            if len(word) >= _SHORTEST_NAME and word.casefold() not in _NOT_NAMES:
                text = re.sub(rf"(?<!\w){re.escape(word.capitalize())}(?!\w)", NAME, text)
    return text


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    """Compiled when a text needs it first: all of them together would delay every start of the service."""
    return re.compile(expression)


def _unless_money(mark: str) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        words = found[0]
        money = _pattern(_MONEY_OR_DATE).fullmatch(words) or _pattern(_KEPT_AFTER).search(
            found.string[: found.start()]
        )
        return words if money else mark

    return replaced


def _hide_name(found: re.Match[str]) -> str:
    first = found["name"].split()[0]
    if first.casefold().strip(".") in _NOT_NAMES:
        return found[0]
    return f"{found['before']}{NAME}"


def _hide_spelled(found: re.Match[str]) -> str:
    words = found[0].casefold().replace("-", " ").replace(",", " ").replace(".", " ").split()
    teens = words.count("belas")
    digits = len(words) - 2 * teens - words.count("sebelas")
    if digits < _LEAST_SPELLED or all(word.isdigit() for word in words):
        return found[0]
    return PHONE if words[0] in ("kosong", "nol", "0") else NUMBER
