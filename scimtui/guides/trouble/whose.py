"""Who wrote a text is not whom it is about: addresses of writers, blanked out before values are looked for."""

from __future__ import annotations

import re

EMAIL = re.compile(
    r"[A-Za-z0-9_+](?:[A-Za-z0-9.!#$*+^_~'-]{0,62}[A-Za-z0-9_+~-])?@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
URL = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,12}://[^\s\"'<>]{1,2000}|(?<![\w@.])[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/[^\s\"'<>]{1,2000}",
    re.IGNORECASE,
)
_HEADERS = (
    # English, German, French, Spanish, Portuguese, Italian, Dutch
    "from|to|cc|bcc|reply-to|sender|recipient|reporter|assignee|author|requester|requestor|requested by|opened by|created by|sent by"
    "|submitted by|reported by|raised by|contact|on behalf of|e-?mail from|owner of the ticket|agent|watchers?"
    "|von|an|kopie|absender|empfänger|antwort an|ersteller|melder|gemeldet von|bearbeiter|ansprechpartner(?:in)?|kontakt"
    "|de|à|a|pour|copie|expéditeur|destinataire|demandeur|auteur|répondre à"
    "|para|remitente|destinatario|solicitante|responder a|autor|remetente|destinatário|da|mittente|richiedente|rispondi a"
    "|van|aan|afzender|ontvanger|aanvrager"
    # Nordic, Slavic, Turkish, Greek, Finnish, Hungarian
    "|från|till|fra|til|kopia|kopi|avsändare|lähettäjä|vastaanottaja|od|do|komu|odesílatel|nadawca|адресат|от|от кого|кому|копия|отправитель"
    "|kimden|kime|gönderen|από|προς|feladó|címzett|dela|către"
    # East Asia, Hebrew, Arabic
    "|差出人|宛先|送信者|報告者|发件人|收件人|寄件者|收件者|抄送|보낸 ?사람|받는 ?사람|발신자|수신자|מאת|אל|من|إلى"
)
_HEADER = re.compile(rf"^(?:{_HEADERS})[ \t*_\u00a0]{{0,4}}[:：]", re.IGNORECASE)
_QUOTED = re.compile(
    r"\b(?:wrote|writes|said|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev|napisał(?:a|\(a\))?|написал(?:а|\(а\))?|kirjoitti|yazdı)\b[^\n]{0,120}[:：]?\s*$"
    r"|(?:写道|書きました|のメッセージ|님이 작성)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^(?:(?:kind|best|warm|many)?\s*(?:regards|wishes|thanks)|thanks?(?: you)?|thx|cheers|best|sincerely|yours|br|sent from"
    r"|(?:mit |viele |beste |freundliche\w* )*(?:freundlichen? )?grü(?:ß|ss)e?n?|gru(?:ß|ss)|danke|lg|vg|mfg"
    r"|cordialement|merci|bien à vous|salutations|saludos|gracias|atentamente|obrigad[oa]|atenciosamente|grazie|cordiali saluti|saluti"
    r"|met vriendelijke groet\w*|groet\w*|mvh|med vennlig hilsen|hälsningar|ystävällisin|pozdrawiam|с уважением|よろしく|以上)(?!\w)",
    re.IGNORECASE,
)
_SIGNATURE = frozenset({"--", "—", "––", "___", "__", "-- "})
_SIGNED_LINES = 6
_LONGEST_LINE = 2000
_MARKS = " \t>|*_\u00a0"
_ROLES = r"(?:service|help|it|support|desk|team|ops|admin\w*|identity|iam|infra\w*|consult\w*|contractor|manager|agent)"
_ADDRESS = EMAIL.pattern
_TIME = r"(?:[\[(]?\d{1,4}[-./:]\d{1,2}(?:[-./:]\d{1,4})?(?:[ T,]{1,2}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?\s{0,2}(?:[ap]\.?m\.?|uhr|utc|z)?[\])]?)"
# Chat: a line that is a name, an address and a time; or these before what was said.
_CHAT_HEAD = re.compile(
    rf"^(?:{_TIME}[\s,–-]{{0,4}})?(?:[^\n<>(:]{{1,60}}[<(])?{_ADDRESS}[>)]?[\s,–|-]{{0,4}}{_TIME}[\s,]{{0,2}}(?:{_TIME})?\s*:?",
    re.IGNORECASE,
)
_CHAT_SAID = re.compile(
    rf"^(?:{_TIME}[\s,–-]{{0,4}}(?:[^\n<>(:]{{1,60}}[<(]?)?{_ADDRESS}[>)]?|[^\n<>(:]{{1,60}}[<(]{_ADDRESS}[>)])\s{{0,2}}[:：]",
    re.IGNORECASE,
)
_CHAT_I = re.compile(
    rf"^<?{_ADDRESS}>?\s{{0,2}}[:：]\s*(?:hi|hello|hey|hallo|bonjour|hola|please|bitte|can|could|does|do|is|any|anyone|we|i|our|my|wir|ich|bei uns|unser\w*"
    r"|nous|je|notre|nuestr\w*|tenemos|since|seit|after|after we|trying|creating|getting|getting a|when|how|why|what)\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    rf"^[^\n@]{{0,80}}<?{_ADDRESS}>?[^\n:@]{{0,60}}\b(?:here|hier|ici|aquí|aqui|qui|tu|tady|här|her)\b\s{{0,2}}[:,.–-]",
    re.IGNORECASE,
)
_ROLE = re.compile(rf"{_ADDRESS}\s{{0,2}}\([^()\n]{{0,40}}\b{_ROLES}\b[^()\n]{{0,40}}\)", re.IGNORECASE)
_CONTACT = re.compile(
    r"\b(?:contact|reply to|answer to|answers to|write to|mail|e-mail|reach (?:me|us)(?: at)?|ask|cc|ping|call|"
    r"(?:reported|raised|opened|requested|created|submitted|written|sent|forwarded|filed|escalated|asked|signed) by|assigned to|on behalf of"
    r"|i am|i.m|this is|my (?:own )?(?:e-?mail )?(?:address )?is|ich bin|meine adresse(?: ist)?|gemeldet von|erstellt von|geschrieben von|rückfragen an|antworten? an|bitte an"
    r"|contacter|écrire à|signalé par|envoyé par|je suis|contactar(?: a)?|escribir a|enviado por|reportado por|soy)"
    rf"[ \t:<(]{{1,4}}(?:[A-ZÀ-Þ][\w.'’-]{{0,30}}\s{{1,2}}){{0,3}}[<(]?(?P<address>{_ADDRESS})",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|support|help-?desk|service-?desk|postmaster|mailer-daemon|notifications?|gitlab|incoming\S*|tickets?|git|abuse|security|info|it|hr)(?:[+.-][^@]*)?@",
    re.IGNORECASE,
)


def is_email(text: str) -> bool:
    """Whether it is an address of somebody, and not of a role or a repository."""
    return bool(EMAIL.fullmatch(text)) and not _NOBODY.match(text) and not text.startswith("[secret]@")


def without_urls(text: str) -> str:
    """The text without addresses of pages and requests: an @ in one makes no e-mail address."""
    return URL.sub(" ", text)


def of_the_text(text: str) -> str:
    """The text with the addresses of whoever wrote it blanked out: headers, speakers, signatures."""
    if "@" not in text:
        return text
    return "\n".join(_lines(text.split("\n")))


def _lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    below, signed = False, 0
    for number, line in enumerate(lines):
        bare = line[:_LONGEST_LINE].strip(_MARKS)
        starts_mail = bool(_HEADER.match(bare))
        next_line = lines[number + 1][:_LONGEST_LINE].strip(_MARKS) if number + 1 < len(lines) else ""
        introduces = "@" in bare and (
            _QUOTED.search(bare) is not None
            or (len(bare) < 200 and not starts_mail and _ends_in_quote(bare, next_line))
        )
        if bare in _SIGNATURE:
            below = True
        elif starts_mail or introduces:
            below, signed = False, 0
        elif _SIGNED.match(bare) and len(bare) < 100:
            signed = _SIGNED_LINES + 1
        if below or signed > 0 or (starts_mail and "@" in bare) or introduces:
            line = EMAIL.sub(" ", line)
        elif "@" in bare:
            line = _without_speakers(line)
        signed -= 1
        kept.append(line)
    return kept


def _ends_in_quote(line: str, next_line: str) -> bool:
    """Whether “On … Jana <jana@…>” goes on with “wrote:” in the next line."""
    return len(next_line) < 40 and _QUOTED.search(next_line) is not None and "@" not in next_line


def _without_speakers(line: str) -> str:
    start = len(line) - len(line.lstrip(_MARKS))
    head, rest = line[:start], line[start:_LONGEST_LINE]
    for pattern in (_HERE, _CHAT_HEAD, _CHAT_SAID):
        if (match := pattern.match(rest)) is not None:
            rest = EMAIL.sub(" ", match[0]) + rest[match.end() :]
    if (match := _CHAT_I.match(rest)) is not None:
        rest = EMAIL.sub(" ", rest, count=1)
    rest = _ROLE.sub(" ", rest)
    rest = _CONTACT.sub(lambda match: match[0].replace(match["address"], " "), rest)
    return head + rest + line[max(start, _LONGEST_LINE) :]
