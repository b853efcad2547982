/** The words about making and joining groups. */
import { wordsOf } from "../../ui/language.ts";

const en = {
  newGroup: "New group",
  create: "Create",
  name: "Group name",
  joinPolicy: "Who can join",
  policies: {
    open: "Anybody",
    approval: "Whoever a manager approves",
    invite: "Only whom a manager adds",
  },
  history: "What new members read",
  histories: { joined: "From when they joined", all: "Everything" },
  members: "Members",
  pick: "Find friends",
  noneToPick: "None of your friends can be added.",
  picked: (count: number) => count === 1 ? "1 picked" : `${count} picked`,
  joinTitle: "Join a group",
  memberCount: (count: number) => count === 1 ? "1 member" : `${count} members`,
  joinNow: "Join group",
  askToJoin: "A manager has to approve you.",
  isMember: "You are a member already.",
  open: "Open",
  pending: "You have asked to join. A manager has to approve you; this page follows along.",
  refused: "Your request was refused.",
  deadLink: "This link leads nowhere: it has expired, was used up, or was taken back.",
  loading: "Loading…",
};

/** The words about making and joining groups. */
export const words = wordsOf<typeof en>({
  en,
  zh: {
    newGroup: "新建群聊",
    create: "创建",
    name: "群名称",
    joinPolicy: "入群方式",
    policies: { open: "任何人可加入", approval: "需管理员审批", invite: "仅管理员可添加" },
    history: "新成员可见的消息",
    histories: { joined: "仅入群之后的消息", all: "全部历史消息" },
    members: "成员",
    pick: "查找好友",
    noneToPick: "没有可添加的好友。",
    picked: (count) => `已选 ${count} 人`,
    joinTitle: "加入群聊",
    memberCount: (count) => `${count} 名成员`,
    joinNow: "加入群聊",
    askToJoin: "需要管理员审批。",
    isMember: "你已经是群成员。",
    open: "打开",
    pending: "已提交入群申请，等待管理员审批。结果会显示在这里。",
    refused: "你的申请被拒绝。",
    deadLink: "链接无效：可能已过期、已用完或已被撤销。",
    loading: "加载中…",
  },
});
