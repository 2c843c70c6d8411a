"""A self-written issue for the tests of rendering. All content is invented."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.model import (
    Bulletin,
    Copy,
    Coverage,
    Entry,
    LeftOut,
    Plan,
    PlanRow,
    Section,
    TargetRow,
    Term,
)

FETCHED = datetime(2026, 10, 31, 18, 30, tzinfo=UTC)

HOSTILE = (
    '#read("/etc/passwd") $x$ @a <script>alert(1)</script>',
    "=cmd|'/C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    r"\u{41} *c* _d_ `e` // f /* g */ ~h~ [i](j) ![k](l) {n} ^o^",
    "<img src=x onerror=alert(1)> &lt;b&gt; &amp; ]]> <!-- --> <?php ?>",
    "| a | b | # not a heading > not a quote 1. not a list",
    "https://evil.example/?q=<x>&y=\"z\" 'quoted'",
    "{{ config }} {% raw %} ${HOME} %s %(x)s __proto__",
)


def _entry(serial: int, heading: str, title_zh: str, issuer: str, **facts: object) -> Entry:
    values: dict[str, object] = {
        "number": f"2026-10-{serial:03d}",
        "notice_id": f"n-{serial:012x}",
        "state": "draft",
        "heading": heading,
        "title_zh": title_zh,
        "issuers": (issuer,),
        "date_publication": f"2026-10-{serial + 4:02d}",
        "date_document": f"2026-10-{serial + 1:02d}",
        "document_type": "notice",
        "measures": ("産業・工場対策",),
        "places": (),
        "level": "central",
        "url": f"https://www.example.gov.cn/zwgk/202610/t20261005_{serial:06d}.html",
        "fetched_at": FETCHED,
        "text": "",
    }
    return Entry.model_validate(values | facts)


def entries() -> tuple[Entry, ...]:
    """Fourteen entries over all sections, approved and unreviewed, short and long."""
    return (
        _entry(
            1,
            "生態環境部など6部門が「秋冬季の大気汚染総合対策に関する行動方案（2026―2027年）」を公布した。",
            "关于印发《2026—2027年秋冬季大气污染综合治理行动方案》的通知",
            "生態環境部",
            issuers=(
                "生態環境部",
                "国家発展改革委員会",
                "工業情報化部",
                "公安部",
                "住宅都市農村建設部",
                "交通運輸部",
            ),
            document_number="环大气〔2026〕88号",
            document_type="plan",
            measures=("計画・目標", "重汚染天気対応", "産業・工場対策"),
            places=("京津冀及び周辺地域", "汾渭平原"),
            state="approved",
            reviewer="佐藤",
            unreviewed=False,
            key_plan=True,
            text=(
                "秋冬季（10月から翌年3月まで）の重点地域におけるPM2.5濃度と重度汚染日数の"
                "管理目標を定めた行動方案である。\n\n"
                "- 京津冀及び周辺地域では、PM2.5平均濃度を**44μg/m3以下**に抑える。\n"
                "- 鉄鋼・コークス業の超低排出改造を2026年末までに完了させる。\n"
                "- 散炭（家庭用の小口石炭）の再使用を防ぐ。\n\n"
                "## なぜ重要か\n\n"
                "前年度の方案より目標が厳しく、日本企業の拠点が多い工業園区も対象に含まれる。"
            ),
            targets=(
                TargetRow(
                    indicator="PM2.5平均濃度",
                    value="44μg/m3以下",
                    period="2026年10月～2027年3月",
                    scope="京津冀及び周辺地域",
                    source="京津冀及周边地区细颗粒物平均浓度控制在44微克/立方米以内",
                ),
                TargetRow(
                    indicator="重度以上の汚染日数",
                    value="5日以下",
                    period="2026年10月～2027年3月",
                    base="前年同期比",
                    scope="京津冀及び周辺地域",
                    source="平均重度及以上污染天数控制在5天以内",
                ),
                TargetRow(
                    indicator="超低排出改造を終える粗鋼の生産能力",
                    value="100%",
                    period="2026年末",
                    source="2026年底前，全面完成钢铁行业超低排放改造",
                ),
            ),
            also_at=(
                Copy(source_id="hebei-sthjt", url="https://sthjt.example.gov.cn/a/1.html"),
                Copy(
                    source_id="tianjin-sthjj",
                    url="https://tj.example.gov.cn/b/2.html",
                    date_publication="2026-10-09",
                ),
            ),
        ),
        _entry(
            2,
            "生態環境部が「揮発性有機物の無組織排出抑制基準（改正案）」の意見募集を開始した。",
            "关于公开征求《挥发性有机物无组织排放控制标准（征求意见稿）》意见的函",
            "生態環境部弁公庁",
            document_type="draft_for_comment",
            document_number="环办标征函〔2026〕31号",
            measures=("法令・基準", "VOC・オゾン対策"),
            deadline="2026-11-20",
            text="石油化学業等の設備の漏れと貯蔵槽からの揮発について、測定と管理の方法を改める案である。"
            "\n\n意見は書面又は電子メールで提出する。",
        ),
        _entry(
            3,
            "生態環境部が2026年1月から9月までの全国の大気環境の状況を公表した。",
            "生态环境部通报2026年1—9月全国环境空气质量状况",
            "生態環境部",
            document_type="data_release",
            measures=("モニタリング・科学技術",),
            text=(
                "全国339都市の平均優良日数比率は前年同期を上回った。\n\n"
                "| 指標 | 1―9月 | 前年同期比 |\n|---|---|---|\n"
                "| PM2.5 | 27μg/m3 | 3.6%減 |\n| オゾン | 149μg/m3 | 1.4%増 |\n"
                "| 優良日数比率 | 87.2% | 0.8ポイント増 |\n"
            ),
            warnings=("「1.4%增」の増減の向きを原文で確認すること。",),
        ),
        _entry(
            4,
            "国務院弁公庁が「大型設備更新と消費財買替えに係る支援の拡充に関する通知」を発出した。",
            "国务院办公厅关于加力支持大规模设备更新和消费品以旧换新的通知",
            "国務院弁公庁",
            document_number="国办发〔2026〕17号",
            measures=("経済的手法", "移動発生源対策"),
            text="国三以下の基準で登録された貨物自動車の早期廃車に対する補助を引き上げる。",
        ),
        _entry(
            5,
            "長江デルタ地域の3省1市が大気汚染防止の協同立法に関する覚書に署名した。",
            "长三角三省一市签署大气污染防治协同立法备忘录",
            "長三角区域生態環境保護協作小組弁公室",
            level="region",
            document_type="news",
            measures=("地域連携", "法令・基準"),
            places=("長江デルタ地域",),
            text="> 三省一市将同步开展机动车排放条例修订。\n\n"
            "機動車排出条例の改正を同時に進めるとした。",
        ),
        _entry(
            6,
            "天津市生態環境局が「天津市重汚染天気応急預案（2026年改訂）」を公布した。",
            "天津市生态环境局关于印发《天津市重污染天气应急预案（2026年修订）》的通知",
            "天津市生態環境局",
            level="city",
            document_number="津环气〔2026〕45号",
            document_type="plan",
            measures=("重汚染天気対応",),
            places=("天津市",),
            text="警報の発令基準を見直し、黄色警報から工事現場の土工を止めることとした。"
            "\n\n1. 黄色警報：2日以上\n2. 橙色警報：3日以上\n3. 赤色警報：4日以上\n",
            targets=(
                TargetRow(
                    indicator="赤色警報時の粒子状物質の削減割合",
                    value="30%以上",
                    source="红色预警期间颗粒物减排比例不低于30%",
                ),
            ),
        ),
        _entry(
            7,
            "天津市人民政府が「天津市機動車及び非道路移動機械排出汚染防止条例の改正案」への意見を募集した。",
            "关于《天津市机动车和非道路移动机械排放污染防治条例（修正草案）》公开征求意见的公告",
            "天津市司法局",
            level="city",
            document_type="draft_for_comment",
            measures=("移動発生源対策", "法令・基準"),
            places=("天津市",),
            deadline="2026-10-30",
            text="非道路移動機械の登録と排出検査の義務を、港湾の荷役機械に広げる案である。",
        ),
        _entry(
            8,
            "大連市生態環境局が石炭ボイラーの廃止計画を公告した。",
            "大连市生态环境局关于淘汰燃煤锅炉计划的公告",
            "大連市生態環境局",
            level="city",
            document_type="announcement",
            measures=("エネルギー・石炭対策",),
            places=("大連市",),
            date_document=None,
            text="市内の毎時35蒸気トン以下の石炭ボイラー128台を、2027年10月までに廃止する。",
            targets=(
                TargetRow(
                    indicator="石炭ボイラーの廃止",
                    value="128台",
                    period="2027年10月まで",
                    source="2027年10月底前淘汰每小时35蒸吨及以下燃煤锅炉128台",
                ),
            ),
        ),
        _entry(
            9,
            "上海市生態環境局が2026年度の環境保護督察における大気分野の是正状況を公開した。",
            "上海市生态环境局公开2026年度生态环境保护督察大气领域整改情况",
            "上海市生態環境局",
            level="city",
            document_type="news",
            measures=("許認可・執法・督察",),
            places=("上海市",),
            text="指摘された42件のうち39件の是正を終え、残る3件は2027年6月までに是正する。",
        ),
        _entry(
            10,
            "武漢市が「建設工事現場の粉じん管理に関する実施細則」を制定した。",
            "武汉市建设工程扬尘污染防治实施细则",
            "武漢市城郷建設局",
            level="city",
            document_type="law",
            measures=("粉じん・面的発生源対策",),
            places=("武漢市",),
            text="面積5,000m2以上の工事現場に、粒子状物質の自動測定と映像監視を義務付ける。",
        ),
        _entry(
            11,
            "山東省生態環境庁が「減汚降炭の相乗効果向上に関する試行園区の一覧」を公表した。",
            "山东省生态环境厅关于公布减污降碳协同创新试点园区名单的通知",
            "山東省生態環境庁",
            level="province",
            measures=("減汚降炭",),
            places=("山東省",),
            text="化学・製鉄の12園区を選び、3年間の試行を行う。",
        ),
        _entry(
            12,
            "成都市生態環境局が大気汚染源の排出目録の更新に着手した。",
            "成都市生态环境局启动大气污染源排放清单更新工作",
            "成都市生態環境局",
            level="city",
            document_type="news",
            measures=("モニタリング・科学技術",),
            places=("成都市",),
            date_publication=None,
            date_document="2026-10",
            undated=True,
            url=None,
            text="2025年を基準年とする排出目録を、2027年3月までに取りまとめる。",
        ),
        _entry(
            13,
            "瀋陽市が2026年9月の秸稈野焼き禁止の取締結果を公表した。",
            "沈阳市公布2026年9月秸秆禁烧执法检查结果",
            "瀋陽市生態環境局",
            level="city",
            document_type="news",
            measures=("粉じん・面的発生源対策", "許認可・執法・督察"),
            places=("瀋陽市",),
            date_publication="2026-09-28",
            date_document=None,
            late=True,
            text="違反14件を処理し、罰金は計3万2,000元であった。",
        ),
        _entry(
            14,
            "重慶市財政局などが新エネルギー貨物車の導入補助に関する通知を発出した。",
            "重庆市财政局 重庆市生态环境局关于新能源货车购置补贴有关事项的通知",
            "重慶市財政局",
            level="city",
            measures=("経済的手法", "移動発生源対策"),
            places=("重慶市",),
            text="1台当たり最大6万元を補助する。申請は2026年11月1日から受け付ける。",
        ),
    )


def _pair(zh: str, ja: str, doubtful: bool = False) -> tuple[str, str, bool]:
    return (zh, ja, doubtful)


def plan() -> Plan:
    """The full translation that belongs to the first entry."""
    return Plan(
        number="2026-10-001",
        title_ja="2026―2027年秋冬季大気汚染総合対策行動方案",
        title_zh="2026—2027年秋冬季大气污染综合治理行动方案",
        state="draft",
        rows=(
            PlanRow(kind="heading", level=1, pairs=(_pair("一、总体要求", "一、全体要求"),)),
            PlanRow(
                kind="paragraph",
                pairs=(
                    _pair(
                        "坚持突出重点、分类施策，稳步推进秋冬季攻坚。",
                        "重点を明確にし、分類に応じて対策を講じ、秋冬季の取組を着実に進める。",
                    ),
                    _pair(
                        "守住环境空气质量只能更好、不能变坏的底线。",
                        "大気環境の質は良くなるのみで悪化してはならないという最低線を守る。",
                        True,
                    ),
                ),
            ),
            PlanRow(kind="heading", level=2, pairs=(_pair("（一）主要目标", "（一）主要目標"),)),
            PlanRow(
                kind="table",
                rows=(
                    (_pair("城市", "都市"), _pair("PM2.5目标", "PM2.5目標")),
                    (_pair("天津", "天津"), _pair("46微克/立方米", "46μg/m3")),
                    (_pair("石家庄", "石家荘"), _pair("60微克/立方米", "60μg/m3", True)),
                ),
            ),
            PlanRow(kind="heading", level=1, pairs=(_pair("二、主要任务", "二、主要任務"),)),
            PlanRow(
                kind="list_item",
                pairs=(
                    _pair("加快淘汰国三柴油货车。", "国三基準のディーゼル貨物車の廃車を急ぐ。"),
                ),
            ),
            PlanRow(kind="list_item", pairs=(_pair("严防散煤复烧。", "", True),)),
            PlanRow(
                kind="signature",
                pairs=(_pair("生态环境部 2026年10月2日", "生態環境部　2026年10月2日"),),
            ),
        ),
    )


def sections() -> tuple[Section, ...]:
    """The sections of the fixture: every entry stands in exactly one."""

    def numbers(*serials: int) -> tuple[str, ...]:
        return tuple(f"2026-10-{serial:03d}" for serial in serials)

    nothing = "当月、該当する公表は確認されませんでした（調査した情報源：2件）。"
    return (
        Section(id="central", heading="中央政府", numbers=numbers(1, 2, 3, 4)),
        Section(id="regions", heading="重点地域", numbers=numbers(5)),
        Section(
            id="cities",
            heading="連携都市",
            subsections=(
                Section(
                    id="120000",
                    heading="天津市（北九州市・四日市市・神戸市）",
                    numbers=numbers(6, 7),
                ),
                Section(id="210200", heading="大連市（北九州市）", numbers=numbers(8)),
                Section(id="310000", heading="上海市（大阪市・横浜市）", numbers=numbers(9)),
                Section(id="350200", heading="厦門市（福岡県）", note=nothing),
                Section(id="420100", heading="武漢市（大分市）", numbers=numbers(10)),
            ),
        ),
        Section(id="others", heading="その他", numbers=numbers(11, 12, 14)),
        Section(id="late", heading="補遺", numbers=numbers(13)),
    )


def bulletin(**changes: object) -> Bulletin:
    """The issue of October 2026; `changes` replace fields."""
    values: dict[str, object] = {
        "label": "2026-10",
        "title": "中国大気環境政策月報",
        "issue_number": 7,
        "date_issue": "2026-11-05",
        "publisher": "大気環境政策情報室",
        "contact": "geppo@example.org",
        "period": "2026年10月",
        "highlights": (
            "秋冬季の行動方案が公布され、重点地域のPM2.5目標が44μg/m3以下とされた（2026-10-001）。",
            "VOCの排出抑制基準の改正案について11月20日まで意見を募集している（2026-10-002）。",
            "天津市が重汚染天気の応急預案を改訂した（2026-10-006）。",
        ),
        "sections": sections(),
        "entries": entries(),
        "plans": (plan(),),
        "coverage": (
            Coverage(source_id="mee", name_ja="生態環境部", health="ok", notices=21),
            Coverage(
                source_id="gov", name_ja="中国政府網（国務院政策文件庫）", health="ok", notices=8
            ),
            Coverage(
                source_id="tianjin-sthjj", name_ja="天津市生態環境局", health="ok", notices=11
            ),
            Coverage(source_id="xiamen-sthjj", name_ja="厦門市生態環境局", health="empty"),
            Coverage(
                source_id="dalian-sthjj",
                name_ja="大連市生態環境局",
                health="blocked",
                note="閲覧確認の画面が返されたため、担当者が手動で確認した。",
            ),
            Coverage(source_id="hebei-sthjt", name_ja="河北省生態環境庁", health="dns_failure"),
            Coverage(source_id="shanxi-sthjt", name_ja="山西省生態環境庁", health="unverified"),
        ),
        "left_out": (
            LeftOut(
                notice_id="n-00000000aaaa",
                title="生态环境部公布2026年9月全国地表水水质状况",
                title_ja="生態環境部が2026年9月の全国の地表水の水質状況を公表",
                source="生態環境部",
                url="https://www.example.gov.cn/water/1.html",
                score=0.08,
                rule="domain:water",
                command="geppo include n-00000000aaaa",
            ),
            LeftOut(
                notice_id="n-00000000bbbb",
                title="天津市生态环境局2026年度公务员录用公告",
                source="天津市生態環境局",
                url=None,
                score=0.01,
                rule="domain:personnel",
                command="geppo include n-00000000bbbb",
            ),
        ),
        "unplaced": (
            LeftOut(
                notice_id="n-00000000cccc",
                title="某市大气污染防治工作简报",
                source="成都市生態環境局",
                url="https://cd.example.gov.cn/3.html",
                score=0.91,
                rule="date_missing",
                command="geppo include n-00000000cccc",
            ),
        ),
        "terms": (
            Term(zh="重污染天气", ja="重汚染天気", note="AQIが200を超える日をいう。"),
            Term(zh="散煤", ja="散炭", note="家庭等で用いる小口の石炭。"),
            Term(zh="超低排放", ja="超低排出"),
        ),
        "notes": (
            "本号の訳文は仮訳であり、正文は中国語の原文である。",
            "本号の利用により生じた損害について、発行者は責任を負わない。",
        ),
    }
    return Bulletin.model_validate(values | changes)


def hostile_bulletin() -> Bulletin:
    """An issue whose every scraped field tries to be markup, code or a formula."""
    everything = " ".join(HOSTILE)
    wide = "\n".join(
        "| " + " | ".join(cells) + " |"
        for cells in (
            [f"列{n}" for n in range(1, 31)],
            ["---"] * 30,
            [f"値{n}" for n in range(1, 31)],
            ["9" * 60, *("x" for _ in range(29))],
        )
    )
    found = [
        _entry(
            serial,
            f"見出し {words}",
            words,
            words,
            document_number=words,
            measures=(words,),
            places=(words,),
            url=f"https://www.example.gov.cn/{serial}?q=<script>\"'",
            targets=(TargetRow(indicator=words, value=words, source=words),),
            warnings=(words,),
        )
        for serial, words in enumerate(HOSTILE, start=1)
    ]
    found.append(
        _entry(
            11,
            "長" * 10_000,
            "长" * 5_000 + "x" * 5_000,
            "機関",
            url="javascript:alert(1)",
            text=(
                f"<script>alert('raw')</script>\n\n{wide}\n\n[悪](javascript:alert(2)) ![絵](x.png)"
            ),
        )
    )
    found.append(
        _entry(
            12,
            "制御\x00文字\x0b\u202e逆\u2066順\u200bゼロ幅\ufeff",
            "控制\x1b[31m字符\ue000\u0085",
            "a\tb\r\nc\u2028d",
            url="https://[bad",
            text="本文\x02klzzwxh:0001\x03の\x00制御\n\n" + "[" * 10_000 + "\n\n" + ">" * 3_000,
        )
    )
    left = tuple(
        LeftOut(
            notice_id=f"n-{index:012x}",
            title=words,
            title_ja=words,
            source=words,
            url=words,
            score=0.2,
            rule=words,
            command=words,
        )
        for index, words in enumerate(HOSTILE)
    )
    return bulletin(
        title=f"月報 {HOSTILE[0]}",
        publisher=HOSTILE[1],
        contact=HOSTILE[6],
        highlights=(everything,),
        sections=(
            Section(
                id="central",
                heading=f"中央 {HOSTILE[0]}",
                note=everything,
                numbers=tuple(entry.number for entry in found),
            ),
        ),
        entries=tuple(found),
        plans=(
            Plan(
                number="2026-10-001",
                title_ja=everything,
                title_zh=everything,
                state="draft",
                rows=(
                    PlanRow(kind="heading", level=1, pairs=((everything, everything, True),)),
                    PlanRow(kind="paragraph", pairs=((everything, everything, True),)),
                    PlanRow(kind="table", rows=(((everything, everything, True),) * 12,) * 2),
                ),
            ),
        ),
        coverage=tuple(
            Coverage(source_id=f"s{i}", name_ja=words, health="ok", note=words)
            for i, words in enumerate(HOSTILE)
        ),
        left_out=left,
        unplaced=left,
        terms=tuple(Term(zh=words, ja=words, note=words) for words in HOSTILE),
        notes=HOSTILE,
    )


def big_bulletin(count: int) -> Bulletin:
    """An issue of `count` entries made from the fixture's."""
    source = entries()
    many = tuple(
        source[index % len(source)].model_copy(update={"number": f"2026-10-{index + 1:03d}"})
        for index in range(count)
    )
    return bulletin(
        entries=many,
        sections=(
            Section(id="central", heading="中央政府", numbers=tuple(e.number for e in many)),
        ),
    )
