/** Emoji of people and what they feel, as lines: the emoji, then the words that find it. */
import type { EmojiGroup } from "./groups.ts";

/** Their groups. */
export const peopleGroups: readonly EmojiGroup[] = [
  {
    id: "faces",
    lines: `😀 grin happy 笑 开心
😃 smile happy 笑 开心
😄 laugh smile 大笑
😁 beam grin 嘻嘻
😆 laugh squint 哈哈
😅 sweat relief 汗 尴尬
😂 joy tears lol 笑哭
🤣 rofl floor 笑翻
🙂 slight smile 微笑
🙃 upside down 倒 反话
😉 wink 眨眼
😊 blush pleased 害羞 高兴
😇 angel halo 天使
🥰 love hearts 爱 喜欢
😍 heart eyes love 爱慕 色
🤩 star struck wow 崇拜 星
😘 kiss 亲 飞吻
😋 yum tasty 好吃
😛 tongue 吐舌
😜 wink tongue crazy 调皮
🤪 zany crazy 疯
🤗 hug 抱
🤭 giggle oops 偷笑
🤫 shush quiet 嘘
🤔 think hmm 思考
🤨 eyebrow doubt 怀疑
😐 neutral 面无表情
😑 expressionless 无语
😶 silent no mouth 沉默
😏 smirk 得意 坏笑
😒 unamused 不高兴
🙄 roll eyes 白眼
😬 grimace awkward 尴尬
😌 relieved calm 安心
😔 sad pensive 难过
😪 sleepy 困
😴 sleep zzz 睡
😷 mask ill 口罩 生病
🤒 fever ill 发烧
🤢 sick nausea 恶心
🥵 hot 热
🥶 cold 冷
🥴 dizzy woozy 晕
🤯 mind blown 震惊 爆炸
🥳 party celebrate 派对 庆祝
😎 cool sunglasses 酷 墨镜
🤓 nerd 书呆子
😕 confused 困惑
😟 worried 担心
😮 wow open mouth 惊讶
😲 astonished 震惊
😳 flushed 脸红
🥺 plead please 求 可怜
😨 fear 害怕
😰 anxious sweat 焦虑
😥 sad relief 难过
😢 cry tear 哭
😭 sob loud cry 大哭
😱 scream fear 尖叫
😤 huff triumph 哼
😡 angry red 生气
😠 angry 愤怒
🤬 swear curse 骂
💀 skull dead 骷髅 笑死
💩 poop 便便
🤡 clown 小丑
👻 ghost 鬼
👽 alien 外星人
🤖 robot bot 机器人
😺 cat smile 猫`,
  },
  {
    id: "hands",
    lines: `👍 thumbs up yes like good 赞 好
👎 thumbs down no bad 踩 不好
👌 ok 好的
✌️ victory peace 耶 胜利
🤞 fingers crossed luck 祈祷 好运
🤟 love you 爱你
🤘 rock 摇滚
🤙 call me 打电话
👈 left 左
👉 right 右
👆 up 上
👇 down 下
☝️ point one 一
✋ stop hand 停 手
👋 wave hello bye 你好 再见
👏 clap applause 鼓掌
🙌 hooray hands 万岁
🤝 handshake deal 握手
🙏 thanks please pray 谢谢 拜托
💪 strong muscle 加油 强
✍️ write 写
👀 eyes look 看
🧠 brain 脑
👶 baby 宝宝
👧 girl 女孩
👦 boy 男孩
👩 woman 女人
👨 man 男人
👵 grandmother 奶奶
👴 grandfather 爷爷
🤷 shrug 耸肩 不知道
🤦 facepalm 捂脸
🙋 raise hand 举手
🙅 no 不行
🙆 ok 可以
💁 info 介绍
🏃 run 跑
🚶 walk 走
💃 dance 跳舞
🕺 dance man 跳舞
👨‍👩‍👧 family 家庭`,
  },
  {
    id: "hearts",
    lines: `❤️ heart love red 爱心 红心
🧡 heart orange 橙心
💛 heart yellow 黄心
💚 heart green 绿心
💙 heart blue 蓝心
💜 heart purple 紫心
🖤 heart black 黑心
🤍 heart white 白心
💔 broken heart 心碎
💕 two hearts 爱
💞 revolving hearts 爱
💓 beating heart 心跳
💗 growing heart 心动
💖 sparkling heart 闪亮
💘 arrow heart cupid 丘比特
💝 gift heart 礼物
💯 hundred full 满分 一百
💥 boom 爆炸
💫 dizzy star 晕
💦 sweat drops 汗水
💤 sleep zzz 睡
✨ sparkles shine 闪亮
⭐ star 星
🌟 glowing star 星
🔥 fire hot lit 火
🎉 party tada congratulations 庆祝 恭喜
🎊 confetti 彩带`,
  },
];
