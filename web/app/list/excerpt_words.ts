/** What a message that is no text is called in a line. */
import { wordsOf } from "../../ui/language.ts";

/** Who did it, and to whom. */
type Told = (who: string, whom: string) => string;

interface ExcerptWords {
  readonly kinds: Readonly<Record<string, string>>;
  readonly recalled: string;
  /** Before what comes after a name. */
  readonly says: (name: string, text: string) => string;
  readonly events: Readonly<Record<string, Told>>;
  readonly someone: string;
  readonly people: (count: number) => string;
}

/** The words of excerpts. */
export const excerptWords = wordsOf<ExcerptWords>({
  en: {
    kinds: {
      image: "Photo",
      video: "Video",
      audio: "Voice message",
      file: "File",
      location: "Location",
      card: "Card",
      merged: "Chat history",
      custom: "Message",
    },
    recalled: "Message recalled",
    says: (name, text) => `${name}: ${text}`,
    someone: "Someone",
    people: (count) => `${count} people`,
    events: {
      created: (who) => `${who} created the group`,
      joined: (who) => `${who} joined`,
      invited: (who, whom) => `${who} added ${whom}`,
      left: (who) => `${who} left`,
      removed: (who, whom) => `${who} removed ${whom}`,
      renamed: (who) => `${who} renamed the group`,
      announcement: (who) => `${who} changed the announcement`,
      ownerChanged: (_, whom) => `${whom} owns the group now`,
      muted: (who, whom) => whom ? `${who} muted ${whom}` : `${who} muted everyone`,
      unmuted: (who, whom) => whom ? `${who} unmuted ${whom}` : `${who} unmuted everyone`,
      dismissed: (who) => `${who} dissolved the group`,
    },
  },
  zh: {
    kinds: {
      image: "[图片]",
      video: "[视频]",
      audio: "[语音]",
      file: "[文件]",
      location: "[位置]",
      card: "[卡片]",
      merged: "[聊天记录]",
      custom: "[消息]",
    },
    recalled: "消息已撤回",
    says: (name, text) => `${name}：${text}`,
    someone: "有人",
    people: (count) => `${count} 人`,
    events: {
      created: (who) => `${who}创建了群聊`,
      joined: (who) => `${who}加入了群聊`,
      invited: (who, whom) => `${who}邀请${whom}加入了群聊`,
      left: (who) => `${who}退出了群聊`,
      removed: (who, whom) => `${who}将${whom}移出了群聊`,
      renamed: (who) => `${who}修改了群名称`,
      announcement: (who) => `${who}更新了群公告`,
      ownerChanged: (_, whom) => `${whom}成为新群主`,
      muted: (who, whom) => whom ? `${who}将${whom}禁言` : `${who}开启了全员禁言`,
      unmuted: (who, whom) => whom ? `${who}解除了${whom}的禁言` : `${who}关闭了全员禁言`,
      dismissed: (who) => `${who}解散了群聊`,
    },
  },
});
