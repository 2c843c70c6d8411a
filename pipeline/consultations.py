"""Consultations (征求意见): until when, where to send, on which document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.classify.text import View, view
from pipeline.model import Classification, Consultation, Contact, Notice
from pipeline.summarize import closing_date

MAX_READ = 300_000
"""Characters of a body that are read."""
_CONSULTING = re.compile(r"征求|征集|公开.{0,6}意见|听取.{0,6}意见|意见征集")
_DOCUMENT = re.compile(r"《([^《》\n]{2,120})》")
_END = r"(?=[，。；、\n（）]|$|联系|电话|传真|邮编|邮箱|电子)"
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}(?:@|＠)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_NUMBERS = r"(?:（?0\d{2,3}）?[- ]?)?\d{7,8}(?:[-转]\d{1,5})?(?!\d)|1\d{10}(?!\d)|12345|12369"
_PHONE = re.compile(
    r"(?:电话|联系方式|热线|手机)(?:号码)?[^\d（\n。]{0,14}"
    rf"(?P<all>(?:{_NUMBERS})(?:[、，,/；和 ]{{1,2}}(?:{_NUMBERS})){{0,4}})"
)
_FAX = re.compile(rf"传真(?:号码|电话)?[^\d（\n。]{{0,6}}(?P<all>{_NUMBERS})")
_POSTCODE = re.compile(r"邮(?:政编码|编)[^\d\n]{0,4}(?P<all>\d{6})(?!\d)")
_ADDRESS = re.compile(
    r"(?:(?:通讯|通信|联系|邮寄|来信|信函)?地址|(?:邮寄|寄送|寄)(?:至|到))(?:[：:]|为|是|（)?"
    r"(?P<all>[\u4e00-\u9fff][^，。；、\n（）：:]{4,60})"
)
_PERSON = re.compile(rf"联系人(?:及电话)?(?:[：:]|为)(?P<all>[^，。；\n（）：:\d]{{2,30}}?){_END}")
_BRACKETED = re.compile(
    r"(?:寄送|邮寄|寄)(?:至|到)?[^，。；\n（]{2,40}（(?P<all>[^（），\n]{4,60})"
)
_PLATFORM = re.compile(
    r"(?:登录|登陆|通过|进入|访问)(?P<all>[^，。；：（）\n]{2,40}?(?:网站|平台|系统|专栏|公众号|小程序|官网))"
)
_WEB = re.compile(r"https?://[A-Za-z0-9./?=&_%:#-]{4,160}")
_NO_ADDRESS = re.compile(r"电子|邮箱|网址|见附件|如下|@")


def consultation(notice: Notice, labels: Classification) -> Consultation | None:
    """What a notice that asks for opinions says of it; None for any other notice.

    Contacts are taken as the text gives them. Linear in the length of the text.
    """
    title = "".join(notice.title.split())
    if labels.document_type != "draft_for_comment" and not _CONSULTING.search(title):
        return None
    if labels.document_type in ("interpretation", "news") and "征求意见稿" not in title:
        return None
    seen = view(notice.title, notice.body[:MAX_READ])
    quoted = _DOCUMENT.search(seen.title) or _DOCUMENT.search(seen.body[:1500])
    return Consultation(
        deadline=closing_date(notice),
        contact=_contact(seen),
        document=quoted[1] if quoted else None,
    )


def _contact(seen: View) -> Contact:
    body = seen.body
    return Contact(
        email=_first(_all(_EMAIL, body, 0), 2),
        address=_address(body),
        postcode=_first(_all(_POSTCODE, body), 1),
        phone=_first(_all(_PHONE, body), 2),
        fax=_first(_all(_FAX, body), 1),
        person=_first((name.strip() for name in _all(_PERSON, body)), 2),
        platform=_first(_all(_PLATFORM, body), 1),
        web=_first(_all(_WEB, body, 0), 1),
    )


def _all(pattern: re.Pattern[str], text: str, group: int | str = "all") -> Iterator[str]:
    for match in pattern.finditer(text):
        yield match[group].strip()


def _first(found: Iterator[str], limit: int) -> str | None:
    """The first `limit` different finds, joined; None for none."""
    kept: list[str] = []
    for one in found:
        if one and one not in kept:
            kept.append(one)
        if len(kept) == limit:
            break
    return "、".join(kept) or None


def _address(body: str) -> str | None:
    for pattern in (_ADDRESS, _BRACKETED):
        for found in _all(pattern, body):
            if not _NO_ADDRESS.search(found) and re.search(r"[路街道巷号市区楼院]", found):
                return found.strip()
    return None


def contact_lines(contact: Contact) -> tuple[str, ...]:
    """The contact as printed: one Japanese label a line, the facts as the text gives them."""
    lines = []
    if contact.email:
        lines.append(f"電子メール：{contact.email}")
    if contact.address:
        postcode = f"（郵便番号{contact.postcode}）" if contact.postcode else ""
        lines.append(f"郵送：{contact.address}{postcode}")
    if contact.platform or contact.web:
        lines.append("ウェブサイト：" + "　".join(filter(None, (contact.platform, contact.web))))
    for label, value in (("電話", contact.phone), ("FAX", contact.fax)):
        if value:
            lines.append(f"{label}：{value}")
    if contact.person:
        lines.append(f"担当：{contact.person}")
    return tuple(lines)
