/** Emoji of everything but people, as lines: the emoji, then the words that find it. */
import type { EmojiGroup } from "./groups.ts";

/** Their groups. */
export const worldGroups: readonly EmojiGroup[] = [
  {
    id: "nature",
    lines: `🐶 dog 狗
🐱 cat 猫
🐭 mouse 老鼠
🐰 rabbit 兔
🦊 fox 狐狸
🐻 bear 熊
🐼 panda 熊猫
🐯 tiger 虎
🦁 lion 狮
🐮 cow 牛
🐷 pig 猪
🐸 frog 青蛙
🐵 monkey 猴
🙈 see no evil monkey 不看
🐔 chicken 鸡
🐧 penguin 企鹅
🐦 bird 鸟
🦉 owl 猫头鹰
🐴 horse 马
🦄 unicorn 独角兽
🐝 bee 蜜蜂
🦋 butterfly 蝴蝶
🐢 turtle 龟
🐍 snake 蛇
🐙 octopus 章鱼
🐠 fish 鱼
🐳 whale 鲸
🐉 dragon 龙
🌸 blossom flower 樱花
🌹 rose 玫瑰
🌻 sunflower 向日葵
🌲 tree 树
🍀 clover luck 四叶草 幸运
🍁 maple autumn 枫叶
🌈 rainbow 彩虹
☀️ sun 太阳
🌙 moon 月亮
☁️ cloud 云
🌧️ rain 雨
⛈️ storm 雷雨
❄️ snow 雪
⛄ snowman 雪人
🌊 wave sea 海浪
🌍 earth world 地球`,
  },
  {
    id: "food",
    lines: `🍎 apple 苹果
🍌 banana 香蕉
🍇 grapes 葡萄
🍓 strawberry 草莓
🍉 watermelon 西瓜
🍑 peach 桃
🍋 lemon 柠檬
🥑 avocado 牛油果
🍅 tomato 番茄
🌶️ chili hot 辣椒
🥕 carrot 胡萝卜
🍞 bread 面包
🧀 cheese 奶酪
🥚 egg 蛋
🍔 burger 汉堡
🍟 fries 薯条
🍕 pizza 披萨
🌭 hot dog 热狗
🥪 sandwich 三明治
🌮 taco 塔可
🥗 salad 沙拉
🍜 noodles ramen 面
🍣 sushi 寿司
🍚 rice 米饭
🥟 dumpling 饺子
🍲 stew hotpot 火锅
🍦 ice cream 冰淇淋
🍰 cake 蛋糕
🎂 birthday cake 生日
🍫 chocolate 巧克力
🍿 popcorn 爆米花
☕ coffee 咖啡
🍵 tea 茶
🥛 milk 牛奶
🧋 bubble tea 奶茶
🍺 beer 啤酒
🍻 cheers beers 干杯
🍷 wine 红酒
🥂 toast champagne 碰杯`,
  },
  {
    id: "doing",
    lines: `⚽ football soccer 足球
🏀 basketball 篮球
🏈 american football 橄榄球
🎾 tennis 网球
🏓 table tennis 乒乓球
🏸 badminton 羽毛球
🏊 swim 游泳
🚴 bike ride 骑车
🧘 yoga 瑜伽
🏆 trophy win 奖杯
🥇 gold medal first 金牌
🎮 game 游戏
🎲 dice 骰子
🎯 target 目标
🎨 art paint 画
🎬 film movie 电影
🎤 sing microphone 唱歌
🎧 headphones music 耳机
🎵 music note 音乐
🎸 guitar 吉他
🎹 piano 钢琴
🚗 car 汽车
🚕 taxi 出租车
🚌 bus 公交
🚲 bicycle 自行车
🚂 train 火车
✈️ plane flight 飞机
🚀 rocket launch 火箭
🚢 ship 船
🏠 house home 家
🏢 office 办公楼
🏥 hospital 医院
🏫 school 学校
🏖️ beach holiday 海滩 度假
⛰️ mountain 山
🗺️ map 地图`,
  },
  {
    id: "things",
    lines: `📱 phone 手机
💻 laptop computer 电脑
⌨️ keyboard 键盘
📷 camera 相机
📺 television 电视
⏰ alarm clock 闹钟
⌛ hourglass wait 等待
💡 idea light 灯 主意
🔋 battery 电池
💰 money 钱
💳 card pay 银行卡
🧧 red packet 红包
🎁 gift present 礼物
🎈 balloon 气球
📚 books 书
📝 note memo 笔记
📎 clip attach 回形针
✂️ scissors cut 剪刀
📌 pin 图钉
📅 calendar date 日历
📈 chart up 上涨
📉 chart down 下跌
📊 chart bars 图表
📦 package 包裹
✉️ mail letter 信
📞 call phone 电话
🔑 key 钥匙
🔒 lock 锁
🔨 hammer 锤子
🔧 wrench fix 扳手
⚙️ gear settings 设置
🐛 bug 虫
🧪 test tube 试管
💊 pill 药
🚿 shower 淋浴
🛏️ bed 床
👑 crown 皇冠
👓 glasses 眼镜
👕 shirt 衣服
👟 shoe 鞋
💍 ring 戒指
☂️ umbrella 伞`,
  },
  {
    id: "signs",
    lines: `✅ check done yes 完成 对
❌ cross no wrong 错
❓ question 问号
❗ exclamation 感叹号
⚠️ warning 警告
🚫 forbidden 禁止
🆗 ok 好
🆕 new 新
🆘 sos help 求救
💬 speech chat 聊天
💭 thought 想
🔔 bell notify 铃
🔕 mute bell 静音
➕ plus add 加
➖ minus 减
➡️ right arrow 右
⬅️ left arrow 左
⬆️ up arrow 上
⬇️ down arrow 下
🔁 repeat 重复
🔴 red circle 红
🟠 orange circle 橙
🟡 yellow circle 黄
🟢 green circle 绿
🔵 blue circle 蓝
🏁 finish flag 终点
🏳️‍🌈 rainbow flag 彩虹旗
🇨🇳 china flag 中国
🇬🇧 britain flag 英国
🇺🇸 america flag 美国
🇪🇺 europe flag 欧盟`,
  },
];
