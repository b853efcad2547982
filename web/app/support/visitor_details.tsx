/** What agents know of a visitor, beside the conversation, with their notes. */
import { useState } from "preact/hooks";
import type { ConversationView, Note } from "../../../client/mod.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { IconButton, shapes } from "../../ui/icon.tsx";
import { language } from "../../ui/language.ts";
import { dayOf, timeOf } from "../../ui/times.ts";
import { Confirm } from "../forms/confirm.tsx";
import { given } from "../forms/form_dialog.tsx";
import { LongField } from "../forms/long_field.tsx";
import { SaveForm } from "../forms/save_form.tsx";
import { useChat } from "../state/chat.ts";
import { faceOf, titleOf } from "../state/names.ts";
import type { Notes } from "./notes.ts";
import { PageLink } from "./page_link.tsx";
import { supportDeskOf } from "./support_desk.ts";
import { Verified } from "./verified.tsx";
import { words } from "./words.ts";

/** A language's name in the language of the page; the tag where it has none. */
export function languageName(tag: string): string {
  return new Intl.DisplayNames(language.value, { type: "language" }).of(tag) ?? tag;
}

function NoteCard({ note, onDelete }: { note: Note; onDelete: (() => void) | null }) {
  const { users, me } = useChat();
  const t = words();
  return (
    <li class="note">
      <div class="note-head">
        <b dir="auto">{note.from === me ? t.you : users.nameOf(note.from)}</b>
        <time dateTime={note.at}>{dayOf(note.at)}, {timeOf(note.at)}</time>
        {onDelete !== null && (
          <IconButton shape={shapes.close} label={t.deleteNote} onClick={onDelete} />
        )}
      </div>
      <p dir="auto">{note.text}</p>
    </li>
  );
}

function NoteList({ notes }: { notes: Notes }) {
  const { me, support: { isAdmin } } = useChat();
  const t = words();
  const [asked, setAsked] = useState<Note | null>(null);
  const items = notes.items.value;
  return (
    <>
      {items?.length === 0 && <p class="hint">{t.noNotes}</p>}
      <ol class="note-list" aria-live="polite">
        {items?.map((note) => (
          <NoteCard
            key={note.id}
            note={note}
            onDelete={isAdmin || note.from === me ? () => setAsked(note) : null}
          />
        ))}
      </ol>
      {asked !== null && (
        <Confirm
          title={t.deleteNote}
          text={t.deleteNoteText}
          action={t.delete}
          run={() => notes.remove(asked.id)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}

function NotesPanel({ view }: { view: ConversationView }) {
  const notes = supportDeskOf(useChat()).notesOf(view.id);
  const t = words();
  const add = async (form: FormData, element: HTMLFormElement) => {
    const text = given(form, "text");
    if (text === "") return;
    await notes.add(text);
    element.reset();
  };
  return (
    <section class="notes" aria-labelledby="notes-heading">
      <h3 id="notes-heading">{t.notes}</h3>
      <p class="hint">{t.onlyAgents}</p>
      <NoteList notes={notes} />
      {view.state.dismissedAt === null && (
        <SaveForm action={t.addNote} done="" fields={["text"]} save={add}>
          {(faults) => (
            <LongField
              name="text"
              label={t.note}
              maxLength={10_000}
              fault={faults["text"]}
            />
          )}
        </SaveForm>
      )}
    </section>
  );
}

/** The visitor and the notes. */
export function VisitorDetails({ view }: { view: ConversationView }) {
  const chat = useChat();
  const t = words();
  const facts = supportDeskOf(chat).of(view.id);
  if (facts === undefined) return null;
  const { page, locale, verified } = facts.visitor;
  const inbox = chat.support.inboxes.value?.find(({ id }) => id === facts.inboxId);
  return (
    <>
      <div class="profile">
        <Avatar {...faceOf(view)} size={72} />
        <h2>{titleOf(view)}</h2>
        <p class="profile-here">
          {verified
            ? (
              <span class="support-verified">
                <Verified /> {t.verifiedHint}
              </span>
            )
            : t.visitor}
        </p>
      </div>
      <dl class="facts">
        {inbox && (
          <div class="fact">
            <dt>{t.inbox}</dt>
            <dd>{inbox.name}</dd>
          </div>
        )}
        {page !== null && (
          <div class="fact">
            <dt>{t.page}</dt>
            <dd>
              <PageLink page={page} />
            </dd>
          </div>
        )}
        {locale !== null && (
          <div class="fact">
            <dt>{t.language}</dt>
            <dd>{languageName(locale)}</dd>
          </div>
        )}
      </dl>
      <NotesPanel view={view} />
    </>
  );
}
