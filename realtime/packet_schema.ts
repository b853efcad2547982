/** Packets as they are read: an instance of another version may have written them. */
import { z } from "zod";
import type { Packet } from "./bus.ts";

const conversationId = z.string();
const rev = z.int().min(0);
const list = z.array(z.unknown());

// The mac says that one of ours wrote it, so its inner parts are believed: what is checked is what the
// program would trip over.
const shapes = {
  changes: z.looseObject({
    changes: z.looseObject({
      conversationId,
      prevRev: rev,
      rev,
      messages: list,
      members: list,
      conversation: z.union([z.null(), z.looseObject({})]),
    }),
    departures: z.array(z.looseObject({ userId: z.string(), reason: z.string() })),
  }),
  changed: z.looseObject({ conversationId, rev }),
  notice: z.looseObject({
    notification: z.looseObject({ method: z.string(), params: z.looseObject({}) }),
    exceptUserId: z.string().optional(),
  }),
  joined: z.looseObject({ conversationId }),
  my: z.looseObject({ conversationId }),
  sessionsEnded: z.looseObject({
    sessionIds: z.array(z.string()),
    reason: z.enum(["sessionRevoked", "signedInElsewhere", "accountLocked"]),
  }),
  presence: z.looseObject({ news: z.looseObject({}) }),
} satisfies Record<Packet["type"], z.ZodType>;

function isKnown(type: unknown): type is Packet["type"] {
  return typeof type === "string" && Object.hasOwn(shapes, type);
}

// A room's packet speaks of that room.
function belongs(topic: string, packet: Packet): boolean {
  if (packet.type === "changes") return topic === `room/${packet.changes.conversationId}`;
  return packet.type !== "changed" || topic === `room/${packet.conversationId}`;
}

/** The packets of an envelope's body. What this version does not know is left out: repair brings it. */
export function readPackets(topic: string, body: string): Packet[] {
  const all: unknown = JSON.parse(body);
  if (!Array.isArray(all)) return [];
  return all.filter((packet): packet is Packet => {
    const type: unknown = packet?.type;
    return isKnown(type) && shapes[type].safeParse(packet).success && belongs(topic, packet);
  });
}
