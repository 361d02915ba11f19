/** The list of buddies: one row for each, with its name, its address, and what it sees of the user's presence. */

import type { ResourceListsDocument } from 'xcap';
import { ask, make, page } from './page.ts';
import { buddyList, type Session } from './session.ts';

const PRESENCE = {
  allow: 'sees my presence',
  confirm: 'has to ask me',
  'polite-block': 'sees me offline',
  block: 'is blocked',
} as const;
type Presence = keyof typeof PRESENCE;
type Entry = ReturnType<ResourceListsDocument['entries']>[number];

/** Shows the buddies of a session. */
export function showBuddies(session: Session): void {
  const entries = session.lists.document.matches(buddyList) ? session.lists.document.entries(buddyList) : [];
  const byName = entries.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
  page.buddies.replaceChildren(...byName.map((entry) => rowOf(session, entry)));
  page.buddies.hidden = entries.length === 0;
  page.empty.hidden = entries.length > 0;
}

const nameOf = ({ displayName, uri = '' }: Entry): string => displayName?.text || uri.replace(/^[a-z]+:/, '');

function rowOf(session: Session, entry: Entry): HTMLElement {
  const { uri = '' } = entry;
  const name = nameOf(entry);
  const presence = make('select', { ariaLabel: `What ${name} sees` });
  for (const [value, label] of Object.entries(PRESENCE)) presence.append(make('option', { value }, label));
  presence.value = session.rules.document.decide({ watcher: uri }).subHandling;
  presence.addEventListener('change', () => setPresence(session, uri, presence.value as Presence)); // an option of it
  const rename = make('button', { type: 'button', className: 'quiet', ariaLabel: `Rename ${name}` }, 'Rename');
  rename.addEventListener('click', () => void renameBuddy(session, entry));
  const remove = make('button', { type: 'button', className: 'quiet', ariaLabel: `Remove ${name}` }, 'Remove');
  remove.addEventListener('click', () => {
    session.lists.document.removeEntry(buddyList.entry(uri));
    void session.keep();
  });
  const avatar = make('span', { className: 'avatar', ariaHidden: 'true' }, name.slice(0, 1).toUpperCase());
  avatar.style.setProperty('--hue', String(hueOf(uri)));
  return make(
    'li',
    {},
    avatar,
    make('div', { className: 'who' }, make('b', {}, name), make('span', { className: 'soft' }, uri)),
    presence,
    make('div', { className: 'actions' }, rename, remove),
  );
}

/** Adds a buddy. Returns its address. */
export function addBuddy(session: Session, address: string, name: string): string {
  const uri = /^[a-z]+:/i.test(address) ? address : `sip:${address}`;
  session.lists.document.addEntry(buddyList, name ? { uri, displayName: name } : { uri });
  void session.keep();
  return uri;
}

async function renameBuddy(session: Session, { uri = '', displayName }: Entry): Promise<void> {
  page.renameUri.textContent = uri;
  page.newName.value = displayName?.text ?? '';
  if ((await ask(page.rename)) !== 'rename') return;
  const entry = buddyList.entry(uri);
  // Another tab may have removed the buddy while the dialog was open.
  if (session.lists.document.matches(entry) === 0) return;
  session.lists.document.update(entry, { displayName: page.newName.value || null });
  await session.keep();
}

function setPresence(session: Session, uri: string, presence: Presence): void {
  const rules = session.rules.document;
  if (presence === 'allow') rules.allow(uri);
  else if (presence === 'confirm') rules.confirm(uri);
  else if (presence === 'polite-block') rules.politeBlock(uri);
  else rules.block(uri);
  void session.keep();
}

/** A colour for an address, always the same. */
const hueOf = (uri: string): number => Array.from(uri).reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 360, 7);
