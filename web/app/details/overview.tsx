/** The first page of the details. */
import type { ConversationView } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Icon } from "../../ui/icon.tsx";
import { later } from "../../ui/later.tsx";
import { PersonView } from "../people/person_view.tsx";
import { useChat } from "../state/chat.ts";
import { useGroupRequests } from "../state/group_requests.ts";
import { faceOf, titleOf } from "../state/names.ts";
import { isServed } from "../state/served.ts";
import { Ends } from "./ends.tsx";
import { MyAlias } from "./my_alias.tsx";
import { MySettings } from "./my_settings.tsx";
import type { DetailsPage } from "./pages.ts";
import { leads, mayLink, takesPart } from "./ranks.ts";
import { words } from "./words.ts";

const onwards = "M9 5l7 7-7 7";

const VisitorDetails = later(async () =>
  (await import("../support/visitor_details.tsx")).VisitorDetails
);

/** A conversation, and how to get to another page of its details. */
export interface OverviewProps {
  readonly view: ConversationView;
  readonly open: (page: DetailsPage) => void;
}

function PageLink({ page, note, open }: {
  page: Exclude<DetailsPage, "overview">;
  note?: string;
  open: OverviewProps["open"];
}) {
  return (
    <button type="button" class="act" onClick={() => open(page)}>
      {words()[page]}
      <span class="act-note">{note}</span>
      <Icon shape={onwards} size={16} />
    </button>
  );
}

function RequestsLink({ groupId, open }: { groupId: string; open: OverviewProps["open"] }) {
  const count = useGroupRequests(groupId)?.length ?? 0;
  return <PageLink page="requests" open={open} {...(count > 0 && { note: String(count) })} />;
}

function GroupFaceAndLinks({ view, open }: OverviewProps) {
  const t = words();
  const { state, my, id } = view;
  const isIn = takesPart(view);
  const gone = state.dismissedAt !== null ? t.dismissed : my.leftAt !== null ? t.left : "";
  return (
    <>
      <div class="profile">
        <Avatar {...faceOf(view)} size={88} />
        <h2>{titleOf(view)}</h2>
        <p class="profile-here">{t.memberCount(state.memberCount)}</p>
        {gone && <p class="fault said">{gone}</p>}
      </div>
      {state.announcement && (
        <section class="announcement" aria-label={t.announcement}>
          <h3>{t.announcement}</h3>
          <p>{state.announcement}</p>
        </section>
      )}
      <div class="act-list">
        {my.leftAt === null && (
          <PageLink page="members" note={String(state.memberCount)} open={open} />
        )}
        {isIn && leads(my.role) && <RequestsLink groupId={id} open={open} />}
        {isIn && mayLink(view) && <PageLink page="links" open={open} />}
        <PageLink page="pins" open={open} />
        {isIn && leads(my.role) && <PageLink page="edit" open={open} />}
      </div>
    </>
  );
}

function PeerFaceAndLinks({ view, open }: OverviewProps) {
  const { users } = useChat();
  const { peer } = view.my;
  // Changes of a profile come to the people who are known by id.
  const user = peer === null ? null : users.of(peer.id) ?? peer;
  return (
    <>
      {user !== null && <PersonView user={user} canMessage={false} />}
      <div class="act-list">
        <PageLink page="pins" open={open} />
      </div>
    </>
  );
}

function FaceAndLinks(parts: OverviewProps) {
  if (parts.view.state.kind === "group") return <GroupFaceAndLinks {...parts} />;
  if (!isServed(parts.view)) return <PeerFaceAndLinks {...parts} />;
  return (
    <>
      <VisitorDetails view={parts.view} />
      <div class="act-list">
        <PageLink page="pins" open={parts.open} />
      </div>
    </>
  );
}

/** The page. */
export function Overview({ view, open }: OverviewProps) {
  const isGroup = view.state.kind === "group";
  return (
    <>
      <FaceAndLinks view={view} open={open} />
      {view.my.leftAt === null && <MySettings view={view} />}
      {isGroup && takesPart(view) && <MyAlias view={view} />}
      <Ends view={view} />
    </>
  );
}
