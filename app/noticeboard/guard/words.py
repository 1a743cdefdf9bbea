"""Words that the search for names goes by."""

from pathlib import Path

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤俞任袁柳鲍史唐费薛雷贺"
    "倪汤滕殷罗毕郝邬安常傅卞齐伍余顾孟黄穆萧尹姚邵汪祁毛狄臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍"
    "虞万柯管卢莫房解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀甄曲封储靳段焦巴谷侯全班宁仇栾甘武刘景詹龙叶幸司黎薄白蒲邰赖卓"
    "蔺屠蒙池乔阳胥苍闻党翟谭贡姬申冉郦桑桂牛尚农温庄晏柴瞿阎慕连茹艾鱼容向古易慎廖庾衡步耿满弘匡寇广禄东欧殳沃利蔚越夔隆师巩聂晁"
    "敖融冷辛阚那简饶曾沙关红游权肖仝闫佟岳代"
)
"""Family names (百家姓 and the frequent ones of today), without those that are mostly other words in a notice."""

COMMON_WORDS = frozenset((Path(__file__).parent / "common_words.txt").read_text().split())
"""Names that are everyday words as well: found in a text, the drafter says whether they mean somebody."""
