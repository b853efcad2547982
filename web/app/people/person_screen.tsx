/** Somebody's profile as a screen. */
import { useEffect, useState } from "preact/hooks";
import { isPassing, type User } from "../../../client/mod.ts";
import { StageHead } from "../shell/stage_head.tsx";
import { useChat } from "../state/chat.ts";
import { explain } from "../state/failures.ts";
import { PersonView } from "./person_view.tsx";
import { words } from "./words.ts";

// Asked for by itself: a list of ids leaves out whom nobody knows, and that is to be said here.
function useUser(id: string): { user: User | null; fault: string } {
  const { client, users } = useChat();
  const [fault, setFault] = useState("");
  useEffect(() => {
    client.ask<User>("GET", `/v1/users/${encodeURIComponent(id)}`).then(
      (user) => users.learn(user),
      (error) => setFault(isPassing(error) ? explain(error) : words().gone),
    );
  }, [id]);
  return { user: users.of(id), fault };
}

/** The screen; rendered anew, by its key, for another. */
export function PersonScreen({ id }: { id: string }) {
  const chat = useChat();
  const { user, fault } = useUser(id);
  return (
    <>
      <StageHead title={chat.users.nameOf(id)} back={{ place: "people" }} />
      <div class="stage-body">
        {user === null
          ? <p class="empty" role="status">{fault || "…"}</p>
          : <PersonView user={user} />}
      </div>
    </>
  );
}
