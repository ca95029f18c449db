"""What no prompt may ask for. Simplified characters; each group is a reason of its own.

Single characters catch what a list of words would miss (車, 人, 字); names and turns of speech in
which they mean no harm are taken out of the text before. Refusing too much costs little: another
try without the caption, then the template.
"""

from __future__ import annotations

import re

_HARMLESS = """
水车 风车 缆车 (?:行|机动)?车道 车辙 车行道 令人 迷人 动人 宜人 诱人 惊人 喜人 醉人 怡人
感人 袭人 逼人 照人 人文 人间 人工 人造 人迹罕至 荒无人烟 渺无人烟 空无一人 空无一物
引人入胜 沁人心脾 动人心魄 仙人掌 人行道 人字形 之字 一字 十字 八字 丁字 标志性 钟乳石
乳白 乳黄 裸露的?(?:岩|山|土|石|沙|地) 裸岩 居民楼
"""
# Nouns that a sentence may deny: 「没有车辆、行人和文字」.
_VEHICLES = """
车 摩托 飞机 直升机 航班 高铁 地铁 轮船 游轮 快艇 军舰 坦克 无人机 机甲 飞船 suv car
truck bus
"""
_PEOPLE = """
人 男 女 孩 婴 儿童 孩童 牧童 游客 旅客 乘客 顾客 司机 驾驶员 骑手 骑士 模特 士兵 警察
僧侣 和尚 尼姑 道士 渔夫 渔翁 农夫 船夫 牧民 渔民 居民 村民 舞者 歌手 明星 偶像 新娘 新郎
情侣 夫妻 夫妇 爱侣 姑娘 小伙 伙伴 朋友 同伴 车手 观众 群众 民众 听众 自拍 肖像 背影 身影
面孔 脸 双手 牵手 一家三口 爷爷 奶奶 爸爸 妈妈 宝宝 天使 person people man girl boy human
"""
_WRITING = """
字 文本 标语 口号 标志 标识 商标 招牌 广告 海报 横幅 条幅 牌匾 匾额 题词 书写 写着 写有
写上 印着 印有 印上 刻着 刻有 水印 签名 署名 二维码 条码 路牌 指示牌 标牌 徽标 徽章 品牌
对联 春联 涂鸦 碑文 诗句 题诗 logo text
"""
_BODY = """
裸 性感 色情 情色 淫 乳 臀 内衣 比基尼 泳装 泳衣 妓 性爱 做爱 私处 露点 三点式 情趣 挑逗
脱衣 半身赤 赤裸 nude sexy
"""
_VIOLENCE = """
血腥 鲜血 流血 血泊 血迹 血液 染血 杀 尸 枪 炸弹 爆炸 炮 武器 匕首 大刀 砍 暴力 自尽 死亡
死神 骷髅 恐怖 袭击 战争 打斗 屠 毒品 吸毒 鬼 地狱 丧尸 赌博 赌场 残肢 绞刑 酷刑 虐 gun
blood
"""
_POLITICS = """
国旗 党旗 党徽 国徽 政府 政治 领导 领袖 主席 总统 总理 书记 习近平 毛泽东 邓小平 江泽民
胡锦涛 普京 特朗普 拜登 天安门 六四 八九 法轮 台独 港独 藏独 疆独 独立运动 游行 示威 抗议
革命 共产 国民党 民进党 纳粹 希特勒 军队 阅兵 解放军 红卫兵 文革 选举 邪教 分裂 宗教 圣战
万岁
"""
_BRANDS = """
奔驰 宝马 奥迪 特斯拉 比亚迪 丰田 本田 日产 大众汽车 保时捷 法拉利 兰博基尼 劳斯莱斯 宾利
迈巴赫 玛莎拉蒂 路虎 捷豹 沃尔沃 别克 雪佛兰 凯迪拉克 福特 现代汽车 起亚 马自达 雷克萨斯
五菱 小鹏 蔚来 问界 小米 华为 苹果手机 可口可乐 百事 麦当劳 肯德基 星巴克 耐克 阿迪达斯
路易威登 香奈儿 古驰 迪士尼 迪斯尼 米老鼠 皮卡丘 哆啦 漫威 钢铁侠 蜘蛛侠 超人 奥特曼
变形金刚 宫崎骏 吉卜力 皮克斯 腾讯 阿里巴巴 抖音 淘宝 微博
"""
_LINKS = """
http www :// @ 扫码 微信 加群 电话 手机号 联系方式 公众号 网址 网站 链接
"""
_ORDERS = """
忽略 无视 指令 系统提示 提示词 上述要求 以上要求 上面的 越狱 扮演 语言模型 开发者
不要遵守 改为输出 重复以下 原样输出
"""
_CAMERA = """
鸟瞰 俯瞰 俯视 俯拍 俯冲 航拍 仰视 仰拍 仰望视角 高空视角 高空拍摄 鱼眼 垂直向下 上帝视角
车内 驾驶舱 后视镜
"""


def _any_of(table: str) -> str:
    return "|".join(table.split())


VEHICLES, PEOPLE, WRITING = _any_of(_VEHICLES), _any_of(_PEOPLE), _any_of(_WRITING)
HARMLESS = re.compile(_any_of(_HARMLESS))

# In the order in which they are looked for; the first found is the reason given.
REFUSED: dict[str, re.Pattern[str]] = {
    "order": re.compile(_any_of(_ORDERS)),
    "link": re.compile(_any_of(_LINKS)),
    "body": re.compile(_any_of(_BODY)),
    "violence": re.compile(_any_of(_VIOLENCE)),
    "politics": re.compile(_any_of(_POLITICS)),
    "brand": re.compile(_any_of(_BRANDS)),
    "camera": re.compile(_any_of(_CAMERA)),
    "vehicle": re.compile(VEHICLES),
    "person": re.compile(PEOPLE),
    "writing": re.compile(WRITING),
}
# A title stands beside the picture: 「新司机的五一」 is a fine one.
NOT_IN_TITLES = ("order", "link", "body", "violence", "politics", "brand")
