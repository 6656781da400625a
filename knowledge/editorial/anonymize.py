"""Takes personal data out of a question and its answer before they become material. Pure.

PER-25/BC/2024 Pasal 15 ayat (2): what an agent learns from a user is an official secret. The rules err
on the side of removing; numbers of regulations, amounts of money and dates stay.
"""

import re
from collections.abc import Callable, Iterable

NAME, COMPANY, ADDRESS, BIRTH = "(nama)", "(perusahaan)", "(alamat)", "(kelahiran)"
PHONE, EMAIL, NUMBER, TICKET, ACCOUNT = "(telepon)", "(surel)", "(nomor)", "(nomor tiket)", "(akun)"

# Left as text: `re` compiles each when a draft needs it first and keeps it, so that no start waits for them.
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
    found = re.sub(_EMAIL, EMAIL, text)
    found = re.sub(_OWN_LINK, ACCOUNT, found)
    found = re.sub(_ACCOUNT, ACCOUNT, found)
    found = re.sub(_TICKET, TICKET, found)
    found = re.sub(_NPWP, NUMBER, found)
    found = _known_names(found, names)
    found = re.sub(_FIELD, _hide_name, found)
    found = re.sub(_BIRTH, rf"\g<before>{BIRTH}", found)
    found = re.sub(_ADDRESS, ADDRESS, found)
    found = re.sub(_AFTER_ADDRESS, "", found)
    found = re.sub(_COMPANY, COMPANY, found)
    found = re.sub(_LOWER_COMPANY, COMPANY, found)
    found = re.sub(_PLATE_OR_PASSPORT, NUMBER, found)
    found = re.sub(_SPELLED, _hide_spelled, found)
    found = re.sub(_ODD_PHONE, PHONE, found)
    found = re.sub(_PHONE, _unless_money(PHONE), found)
    found = re.sub(_DIGITS, _unless_money(NUMBER), found)
    for pattern in (_INTRODUCED, _POLITE, _I_AM, _SIGNED, _FIRST_WORDS):
        found = re.sub(pattern, _hide_name, found)
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


def _unless_money(mark: str) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        words = found[0]
        money = re.fullmatch(_MONEY_OR_DATE, words) or re.search(_KEPT_AFTER, found.string[: found.start()])
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
