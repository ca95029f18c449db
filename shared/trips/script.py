"""Traditional to simplified characters, as far as trips and prompts need it for matching."""

from __future__ import annotations

import unicodedata

# Pairs of one traditional and its simplified character: city names, labels of the text form,
# weather, moods, and every character of the refused words. Not a converter for prose.
_PAIRS = """
遊游 齣出 雲云 陰阴 陽阳 霧雾 塵尘 風风 無无 錫锡 開开 間间 時时 結结 點点 終终 駕驾 駛驶 長长
標标 籤签 題题 經经 過过 車车 隊队 團团 裡里 裏里 歷历 總总 號号 樓楼 縣县 區区 鄉乡 鎮镇 東东
門门 龍龙 蘇苏 貴贵 廣广 慶庆 寧宁 陝陕 肅肃 遼辽 瀋沈 連连 撫抚 順顺 營营 盤盘 鐵铁 嶺岭 蘆芦
島岛 爾尔 濱滨 齊齐 鶴鹤 雞鸡 鴨鸭 綏绥 興兴 齡龄 濟济 煙烟 濰潍 臺台 棗枣 萊莱 臨临 蘭兰 鄭郑
許许 馬马 駐驻 澤泽 滎荥 漢汉 黃黄 岡冈 隨随 鹹咸 湯汤 瀏浏 婁娄 懷怀 張张 價价 憑凭 賓宾 賀贺
瓊琼 萬万 樂乐 瀘泸 綿绵 內内 達达 資资 華华 涼凉 瀾澜 麗丽 紅红 納纳 臘腊 維维 騰腾 滄沧 鄲郸
薊蓟 趙赵 懸悬 渾浑 晉晋 運运 呂吕 銀银 吳吴 衛卫 烏乌 魯鲁 瑪玛 蘿萝 疊叠 薩萨 則则 錯错 羅罗
贛赣 鷹鹰 徳德 饒饶 廈厦 蕪芜 銅铜 績绩 鳳凤 麥麦 紹绍 溫温 縉缙 嶼屿 鹽盐 揚扬 遷迁 啟启 啓启
灣湾 倫伦 貝贝 滿满 額额 雙双 鴉鸦 綠绿 藍蓝 顏颜 輕轻 輛辆 轎轿 貨货 騎骑 飛飞 機机 艦舰 軌轨
動动 員员 眾众 羣群 個个 們们 兒儿 嬰婴 媽妈 親亲 戀恋 愛爱 歡欢 奮奋 憶忆 舊旧 鄰邻 險险 戰战
鬆松 靜静 閒闲 閑闲 適适 愜惬 悅悦 駭骇 寫写 書书 誌志 識识 語语 詞词 橫横 碼码 鏡镜 臉脸 體体
歲岁 槍枪 彈弹 殺杀 屍尸 傷伤 爭争 鬥斗 軍军 國国 黨党 選选 舉举 獨独 議议 權权 領领 導导 統统
習习 鄧邓 蔣蒋 奧奥 寶宝 馳驰 豐丰 蘋苹 勞劳 當当 觀观 視视 攝摄 畫画 圖图 場场 廳厅 園园 壇坛
廟庙 橋桥 關关 牆墙 閣阁 塢坞 獅狮 熱热 氣气 溼湿 濕湿 乾干 凍冻 電电 颱台 轉转 陣阵 強强 級级
後后 發发 週周 鐘钟 鍾钟 幾几 餘余 約约 從从 來来 於于 與与 為为 對对 應应 該该 讓让 這这 說说
請请 給给 將将 會会 還还 進进 離离 輸输 隻只 種种 組组 線线 編编 緣缘 網网 聲声 聽听 覺觉 見见
處处 夢梦 歸归 葉叶 樹树 楓枫 灘滩 淺浅 濃浓 潔洁 淨净 燈灯 燦灿 爛烂 暈晕 曉晓 晝昼 蟲虫 鳥鸟
魚鱼 雜杂 亂乱 舖铺 鋪铺 階阶 隱隐 驚惊 邊边 遠远 遙遥 違违 遺遗 醫医 釋释 鏈链 鑽钻 閃闪 閉闭
問问 闊阔 際际 雖虽 難难 霽霁 靈灵 須须 預预 頭头 頂顶 類类 飄飘 飲饮 養养 館馆 驗验 鬱郁 麼么
齒齿 龜龟 詢询 誤误 調调 談谈 諾诺 謝谢 證证 譯译 護护 讀读 變变 貼贴 貓猫 賽赛 贏赢 趕赶 躍跃
軟软 載载 較较 輝辉 輪轮 轟轰 辦办 農农 遞递 釣钓 鋼钢 錄录 鎖锁 鏽锈 閱阅 陳陈 陸陆 韓韩 響响
頁页 項项 頓顿 顆颗 顯显 颳刮 馴驯 騙骗 驛驿 鬧闹 鮮鲜 鴿鸽 鵝鹅 鸚鹦 麵面 黴霉 龐庞 嶽岳 歐欧
滬沪 滙汇 匯汇 劃划 創创 劍剑 勝胜 協协 單单 嚴严 囑嘱 圓圆 執执 報报 墾垦 壯壮 壽寿 夾夹 奪夺
妝妆 婦妇 媧娲 孫孙 學学 實实 寬宽 審审 屆届 屬属 崗岗 嶗崂 帶带 幹干 幣币 廢废 彎弯 徑径 復复
徹彻 態态 慘惨 慮虑 憂忧 戲戏 戶户 拋抛 掛挂 採采 換换 損损 搖摇 擁拥 擇择 擊击 擋挡 據据 擴扩
攔拦 敗败 數数 斷断 暢畅 條条 楊杨 業业 極极 構构 榮荣 樣样 樸朴 殘残 殼壳 氈毡 氫氢 決决 沒没
況况 洶汹 測测 滾滚 滯滞 漁渔 潛潜 潤润 澀涩 濤涛 濾滤 瀟潇 灑洒 災灾 燒烧 爐炉 爺爷 牽牵 猶犹
獎奖 獲获 環环 產产 異异 療疗 癒愈 皚皑 盜盗 監监 盡尽 盧卢 矚瞩 礦矿 礙碍 禦御 稱称 穩稳 窩窝
競竞 筆笔 築筑 簡简 簽签 糧粮 紀纪 純纯 紙纸 紛纷 細细 絕绝 絲丝 縱纵 繞绕 繼继 續续 罷罢 罰罚
義义 聖圣 聯联 職职 腦脑 腳脚 腸肠 膚肤 臟脏 艷艳 艱艰 芻刍 莊庄 莖茎 蒼苍 蓮莲 蔭荫 薦荐 藝艺
藥药 虛虚 蝕蚀 蝦虾 蝸蜗 螢萤 術术 裝装 補补 製制 複复 規规 覽览 觸触 計计 訊讯 討讨 訓训 記记
訪访 設设 試试 詩诗 話话 詳详 認认 誘诱 課课 誰谁 論论 謎谜 講讲 謀谋 豔艳 財财 貢贡 販贩 貪贪
買买 費费 賞赏 賣卖 質质 購购 贈赠 跡迹 踐践 蹤踪 渦涡 潯浔 滸浒 涇泾 潁颍 瀆渎 灤滦 灕漓 嶧峄
崑昆 崙仑 壩坝 墊垫 埡垭 堯尧 塹堑 奼姹 鉅巨 鈞钧 釗钊 鐮镰 鑾銮 閩闽 閬阆 闐阗 隴陇 霑沾 鞏巩
馮冯 騫骞 驪骊 鳩鸠 鷗鸥 麴曲 黌黉 兩两 颶飓 捲卷 勁劲 靄霭 傾倾 層层 禮礼 暫暂
"""

_TABLE = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
# In these names the traditional-looking character is the modern one.
_KEPT = ("乾陵", "乾县", "乾安", "乾州", "乾坤")


def plain(text: str) -> str:
    """Return simplified lower-case text without invisible marks, each run of spaces as one."""
    visible = "".join(char for char in simplified(text) if unicodedata.category(char) != "Cf")
    return " ".join(visible.replace("\ufe0f", "").lower().split())


def simplified(text: str) -> str:
    """Return the text in simplified characters and half-width forms (NFKC), for matching."""
    plain = unicodedata.normalize("NFKC", text)
    converted = plain.translate(_TABLE)
    for name in _KEPT:
        converted = converted.replace(name.replace("乾", "干"), name)
    return converted
