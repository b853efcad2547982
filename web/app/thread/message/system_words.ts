/** What the server says in a conversation, as one says it. */
import type { SystemBody } from "../../../../schemas/messages.ts";
import { wordsOf } from "../../../ui/language.ts";
import { fullTimeOf } from "../../../ui/times.ts";

type Tell = (who: string, whom: string, body: SystemBody) => string;
type Telling = Readonly<Record<SystemBody["event"], Tell>>;

const en: Telling = {
  created: (who) => `${who} created the group`,
  joined: (_, whom) => `${whom} joined`,
  invited: (who, whom) => `${who} added ${whom}`,
  left: (who) => `${who} left`,
  removed: (who, whom) => `${who} removed ${whom}`,
  renamed: (who, _, { name }) => `${who} named the group “${name ?? ""}”`,
  announcement: (who, _, { announcement }) =>
    announcement ? `${who} changed the announcement` : `${who} took down the announcement`,
  ownerChanged: (who, whom) => `${who} handed the group to ${whom}`,
  muted: (who, whom, { mutedUntil }) =>
    whom === ""
      ? `${who} muted everyone but the managers`
      : `${who} muted ${whom}${mutedUntil ? ` until ${fullTimeOf(mutedUntil)}` : ""}`,
  unmuted: (who, whom) =>
    whom === "" ? `${who} let everyone write again` : `${who} let ${whom} write again`,
  dismissed: (who) => `${who} dismissed the group`,
};

const zh: Telling = {
  created: (who) => `${who}创建了群组`,
  joined: (_, whom) => `${whom}加入了群组`,
  invited: (who, whom) => `${who}邀请${whom}加入群组`,
  left: (who) => `${who}退出了群组`,
  removed: (who, whom) => `${who}将${whom}移出群组`,
  renamed: (who, _, { name }) => `${who}将群名改为“${name ?? ""}”`,
  announcement: (who, _, { announcement }) =>
    announcement ? `${who}更新了群公告` : `${who}撤下了群公告`,
  ownerChanged: (who, whom) => `${who}将群组转让给${whom}`,
  muted: (who, whom, { mutedUntil }) =>
    whom === ""
      ? `${who}开启了全员禁言`
      : `${who}禁言了${whom}${mutedUntil ? `，至${fullTimeOf(mutedUntil)}` : ""}`,
  unmuted: (who, whom) => whom === "" ? `${who}解除了全员禁言` : `${who}解除了${whom}的禁言`,
  dismissed: (who) => `${who}解散了群组`,
};

const words = wordsOf({ en: { tell: en, and: ", " }, zh: { tell: zh, and: "、" } });
const namedMax = 6;

/** In a sentence; called while rendering it follows language and names. */
export function systemWords(body: SystemBody, nameOf: (userId: string) => string): string {
  const { tell, and } = words();
  const told: Tell | undefined = tell[body.event];
  if (told === undefined) return "";
  const named = body.userIds.slice(0, namedMax).map(nameOf).join(and);
  const whom = body.userIds.length > namedMax ? `${named}…` : named;
  return told(nameOf(body.actorId), whom, body);
}
