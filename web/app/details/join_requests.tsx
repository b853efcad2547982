/** Who wants to join a group. */
import { GroupRequestCard } from "../people/group_request_card.tsx";
import { useGroupRequests } from "../state/group_requests.ts";
import { words } from "./words.ts";

/** The page. */
export function JoinRequests({ groupId }: { groupId: string }) {
  const requests = useGroupRequests(groupId);
  if (requests === null) return null;
  if (requests.length === 0) return <p class="empty">{words().noRequests}</p>;
  return (
    <ul class="cards" aria-live="polite">
      {requests.map((request) => <GroupRequestCard key={request.id} request={request} />)}
    </ul>
  );
}
