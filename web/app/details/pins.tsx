/** What is pinned in a conversation. */
import { useEffect, useState } from "preact/hooks";
import type { ConversationView, Message } from "../../../client/mod.ts";
import { excerptOf } from "../../ui/body/excerpt.ts";
import { dayOf, timeOf } from "../../ui/times.ts";
import { useActing } from "../forms/acting.ts";
import { Fault } from "../forms/fault.tsx";
import { useChat } from "../state/chat.ts";
import { hashOf } from "../state/route.ts";
import { routeTo } from "../state/served.ts";
import { words } from "./words.ts";

/** The page: the newest first, each leads to its place. */
export function Pins({ view }: { view: ConversationView }) {
  const chat = useChat();
  const [pins, setPins] = useState<readonly Message[] | null>(null);
  const { faults, act } = useActing();
  // Pinning is a change like others: it moves what is followed.
  const version = chat.follow(view.id);
  useEffect(() => {
    void act(async () => {
      const path = `/v1/conversations/${view.id}/pins`;
      setPins((await chat.client.ask<{ items: Message[] }>("GET", path)).items);
    });
  }, [chat, view.id, version]);
  return (
    <>
      <Fault faults={faults} />
      {pins?.length === 0 && <p class="empty">{words().noPins}</p>}
      <ul class="rows-in">
        {pins?.map((message) => (
          <li key={message.seq}>
            <a
              class="pin"
              href={hashOf(routeTo(view, message.seq))}
            >
              <span class="hint">
                {message.from !== null && chat.users.nameOf(message.from)} · {dayOf(message.at)},
                {" "}
                {timeOf(message.at)}
              </span>
              <span class="pin-text">{excerptOf(message)}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
