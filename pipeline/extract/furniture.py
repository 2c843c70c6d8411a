"""Page furniture: what stands on a page and is no part of the document.

Lines are dropped only when they are furniture as a whole; a sentence that merely uses one of
the words stays.
"""

from __future__ import annotations

import re

from pipeline.extract.pieces import Piece
from pipeline.families.base import Element
from pipeline.families.dom import names, squeeze, text_of, tokens, words

_BOX_WORDS = frozenset(
    words(
        "share bdshare bdsharebuttonbox jiathis related relate xgyd xgwz xgxw xgzx xgnews xglj "
        "qrcode ewm erweima qr pagination pager crumb crumbs breadcrumb copyright footer comment "
        "comments gentie toolbar biaoqian recommend hotnews sweep fenxiang zerenbianji editorname"
    )
)
_BOX_NAMES = frozenset({"ep-source", "ep-editor", "content_extended", "pages_print", "info_xgxw"})
# Certain words are tools wherever they stand alone; the others only in company.
_CERTAIN = (
    r"打印|打印本[页文稿]|打印此[文页]|打印(?:文章|文本|正文|预览)|我要打印|关闭窗口|关闭本[页窗]|关闭页面|"
    r"分享到|分享至|内容纠错|我要纠错|网站纠错|返回顶部|返回上一页|返回首页|返回列表|回到顶部|收藏本页|加入收藏|"
    r"发表评论|我要评论|下载文字版|下载图片版|语音播报|上一篇|下一篇|上一页|下一页|字体大中小|字号大中小"
)
_LIKELY = (
    r"保存|收藏|关闭|返回|分享|微信|微信好友|朋友圈|微博|新浪微博|腾讯微博|qq空间|qq好友|纠错|大|中|小|特大|超大|默认|正常|放大|"
    r"缩小|字号|字体|字体大小|听全文|朗读|推荐|举报|繁体|简体|无障碍|全文下载|[Aa][+-]?|尾页|首页|末页"
)
_BRACKETED = re.compile(rf"[【\[]\s{{0,2}}(?:{_LIKELY})\s{{0,2}}[】\]]", re.IGNORECASE)
_SEPARATORS = r"[\s【】\[\]（）()|｜/、,，:：·•>»<«_\-—]"
_TOOLS = re.compile(
    rf"{_SEPARATORS}{{0,6}}(?:(?:{_CERTAIN}){_SEPARATORS}{{0,6}}"
    rf"|(?:{_CERTAIN}|{_LIKELY}){_SEPARATORS}{{0,6}}"
    rf"(?:(?:{_CERTAIN}|{_LIKELY}){_SEPARATORS}{{0,6}}){{1,20}})",
    re.IGNORECASE,
)
_CREDIT = (
    r"(?:供稿|撰稿|通讯员|审核|审校|责任编辑|责编|编辑|编审|校对|校核|签发|"
    r"摄影|初审|复审|终审|监制)"
)
_FACT = (
    r"(?:字号|字体|来源|信息来源|稿源|浏览次数|浏览量|点击数?|点击量|阅读量?|访问量|发布日期|发布时间|更新时间|发布机构|日期|时间|作者|发布人|"
    r"打印|分享)(?=[：:]|\s?[大打])"
)
_LINE = re.compile(
    r"(?:上一[篇条页]|下一[篇条页]|前一篇|后一篇)(?:[：:]|没有了).{0,150}"
    r"|[【\[(（]?(?:责任编辑|责编|网络编辑|网站编辑|编辑|校对|审核|监制|初审|复审|终审)[：:].{0,40}"
    r"|责任编辑\s?[\u4e00-\u9fa5A-Za-z0-9]{0,12}"
    r"|[^。]{0,60}责任编辑[：:][^。]{0,40}"
    r"|(?:分享到|分享至)[：:]?.{0,40}"
    r"|[^，。]{0,30}(?:扫一扫|扫描二维码)[^。]{0,40}"
    r"|.{0,60}(?:版权所有|Copyright|copyright ?©).{0,80}"
    r"|.{0,40}(?:ICP备|公网安备|网站标识码).{0,60}"
    r"|(?:浏览次数|浏览量|访问量|访问次数|点击数|点击次数|阅读次数|阅读量|点击率)[：:].{0,20}"
    r"|[【\[]?(?:字体大小|字体|字号|浏览字号|文字大小)[：:】].{0,30}"
    r"|(?:当前位置|您现在的位置|您当前所在的?位置|所在位置)[：:].{0,120}"
    r"|(?:本文|文章|稿件|信息)来源[：:].{0,60}"
    r"|(?:发布时间|发布日期|发表时间)[：:]\s?[\d年月日:： /.-]{6,24}"
    r"(?:\s?(?:来源|浏览次数|访问量).{0,60})?"
    r"|原标题[：:].{0,120}"
    r"|[【\[]?(?:关键[字词]|标签|文章标签|TAGS?)[：:】\]][^。]{0,60}"
    r"|广告位?|[\[【(（]?广告[\]】)）]?"
    r"|(?:本文|原文|文章|本页)(?:链接|地址|网址)[：:].{0,200}"
    r"|(?:点击|单击)[^。，]{0,12}(?:收听|播放|朗读)[^。，]{0,12}"
    r"|原(?:文|稿)?(?:发布|刊发|发表)?(?:日期|时间)[：:].{0,30}"
    rf"|[(（]?\s{{0,2}}(?:{_CREDIT}[：:]\s?[^。，：:]{{1,16}}){{1,6}}[)）]?"
    r"|(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s?[\d:]{4,8})?\s?(?:信息)?来源[：:][^。]{0,40}"
    rf"|(?:[【\[(（|]?\s?{_FACT}[：:]?\s{{0,3}}[^。：:]{{0,30}}){{2,8}}"
    r"|您访问的链接即将离开.{0,60}"
    r"|(?:主办|承办|主办单位|承办单位)[：:].{0,80}(?:地址|电话|邮编|备案|维护).{0,80}",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"[【\[(（]\s{0,2}(?:责任编辑|责编|编辑|网络编辑)\s{0,2}[：:]?[^】\])）]{0,30}[】\])）]"
    r"|[【\[(（]?\s?(?:打印本页|打印本稿|关闭窗口|关闭本页|打印|我要纠错)\s?[】\])）](?=\s|$|[【\[])"
    r"|[【\[]\s?(?:打印本页|打印本稿|关闭窗口|关闭本页|打印|发表评论|字体|我要纠错)\s?[】\]]"
    r"|返回搜狐，?查看更多$"
    r"|(?<![：:\S]{4})\s责任编辑[：:]\S{0,12}$"
)
_TAIL = re.compile(
    r"[【\[#]?(?:重点推荐|推荐阅读|相关阅读|延伸阅读|相关新闻|相关报道|相关稿件|相关信息|相关文章|相关推荐|"
    r"更多新闻|更多阅读|热点新闻|热门推荐|热门新闻|猜你喜欢|您可能感兴趣的.{0,8}|为您推荐|编辑推荐|精彩推荐|"
    r"往期回顾|相关链接|新闻推荐|网友评论|最新评论|免责声明|特别声明)[：:】\]]?"
)

_ENDS = re.compile(r"[。！？；”）)]$|[年月日号]")
_EMPTY = re.compile(r"[\s\-—_|·•.]{1,200}")

_DISCLAIMER = re.compile(
    r"[【\[(（*※]{0,2}(?:版权声明|免责声明|郑重声明|特别声明|风险提示|声明)[：:】\]]"
    r"|凡(?:本网|本站|注明|来源)|本(?:网|站|网站)(?:转载|声明|刊登)|转载请注明|未经.{0,12}授权.{0,8}(?:不得|禁止)转载"
    r"|(?:以上|上述)内容.{0,20}(?:不代表|仅供参考)"
)
_CLOSING = 6


def is_furniture_line(text: str) -> bool:
    """Whether a line is furniture as a whole."""
    if len(text) > 260:
        return False
    if _EMPTY.fullmatch(text):
        return True
    if len(text) <= 120 and (_TOOLS.fullmatch(text) or _BRACKETED.fullmatch(text)):
        return True
    # 公开目录 names such as 来源 stand in documents too; a line with sentences is never furniture.
    return _LINE.fullmatch(text) is not None and text.count("。") < 2


def strip_inline(text: str) -> str:
    """A line without the tool words some sites put inside the last paragraph."""
    if any(word in text for word in ("编", "打印", "关闭", "纠错", "评论", "字体", "返回")):
        return _INLINE.sub("", text).strip()
    return text


def is_furniture_box(element: Element, body_size: int) -> bool:
    """Whether an element inside a body is a box of furniture (share buttons, related news)."""
    if element.tag in ("nav", "footer", "aside"):
        return True
    if element.tag not in ("div", "ul", "dl", "section", "span", "p", "table", "dd", "td"):
        return False
    if not element.get("class") and not element.get("id"):
        return False
    if not (tokens(element) & _BOX_WORDS or set(names(element)) & _BOX_NAMES):
        return False
    # A skin may call its whole body "print" or "share": large boxes are never furniture.
    return len(squeeze(text_of(element))) < max(0.25 * body_size, 40)


def cut_tail(pieces: list[Piece]) -> list[Piece]:
    """Without the links to other news that follow the body inside its container."""
    for position, piece in enumerate(pieces):
        if piece.kind == "line" and position and _TAIL.fullmatch(squeeze(piece.text)):
            rest = pieces[position + 1 :]
            size = sum(len(squeeze(other.text)) for other in rest)
            if sum(other.linked for other in rest) >= 0.5 * size or size < 20:
                pieces = pieces[:position]
                break
    for position in range(max(1, len(pieces) - _CLOSING), len(pieces)):
        if pieces[position].kind == "line" and _DISCLAIMER.match(pieces[position].text):
            pieces = pieces[:position]
            break
    end = len(pieces)
    while end > 1 and not _is_content(pieces[end - 1]):
        end -= 1
    rest = pieces[end:]
    size = sum(len(squeeze(other.text)) for other in rest)
    return pieces[:end] if rest and sum(other.linked for other in rest) >= 0.6 * size else pieces


def _is_content(piece: Piece) -> bool:
    """Whether a line near the end belongs to the document rather than to a list of links."""
    text = squeeze(piece.text)
    unlinked = len(text) - piece.linked
    if piece.kind == "table" or "附件" in text or piece.align == "right":
        return True
    return unlinked >= 0.5 * len(text) and (unlinked > 12 or bool(_ENDS.search(text)))
