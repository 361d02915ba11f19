/** A buddy list in the browser: works offline, in several tabs, and with other devices at the same time. */

import { type SyncSnapshot, XcapError } from 'xcap';
import { addBuddy, showBuddies } from './buddies.ts';
import { askAboutConflicts } from './conflict-dialog.ts';
import { page, showMessage } from './page.ts';
import { Session } from './session.ts';

const given = new URLSearchParams(location.hash.slice(1));
page.root.value = given.get('root') ?? `${location.origin}/xcap-root`;
page.user.value = given.get('user') ?? '';

page.account.addEventListener('submit', async (event) => {
  event.preventDefault();
  showMessage(page.accountError, undefined);
  const user = page.user.value;
  try {
    const session = await Session.open(
      { root: page.root.value, user, password: page.password.value },
      askAboutConflicts,
    );
    show(session, user);
  } catch (error) {
    if (!(error instanceof XcapError)) throw error;
    showMessage(page.accountError, error.message);
  }
});

function show(session: Session, user: string): void {
  page.signIn.hidden = true;
  page.list.hidden = false;
  page.owner.textContent = user;
  const { lists, rules } = session;
  let shown = '';
  const render = (): void => {
    const snapshots = [lists.getSnapshot(), rules.getSnapshot()] as const;
    showState(snapshots);
    const versions = snapshots.map(({ version }) => version).join();
    if (versions !== shown) showBuddies(session);
    shown = versions;
  };
  lists.subscribe(render);
  rules.subscribe(render);

  page.add.addEventListener('submit', (event) => {
    event.preventDefault();
    try {
      addBuddy(session, page.uri.value.trim(), page.name.value.trim());
      showMessage(page.addError, undefined);
      page.add.reset();
      page.uri.focus();
    } catch (error) {
      if (!(error instanceof XcapError)) throw error;
      showMessage(page.addError, error.code === 'conflict' ? 'This buddy is in the list already.' : error.message);
    }
  });
  page.retry.addEventListener('click', () => void session.save());
  page.discard.addEventListener('click', () => void session.discard());
}

/** Shows whether everything is saved, and what is to be done if it is not. */
function showState(snapshots: readonly SyncSnapshot[]): void {
  const isDirty = snapshots.some(({ dirty }) => dirty);
  const state = (['conflict', 'saving', 'offline'] as const).find((one) =>
    snapshots.some(({ state }) => state === one),
  );
  const error = snapshots.find((snapshot) => snapshot.error)?.error;
  page.state.dataset['state'] = state ?? (error ? 'error' : isDirty ? 'dirty' : 'saved');
  page.state.textContent = state ? LABELS[state] : isDirty ? 'Not saved' : 'Saved';
  const notice = noticeFor(state, isDirty, error);
  page.notice.hidden = notice === undefined;
  page.noticeText.textContent = notice ?? '';
  page.retry.textContent = state === 'conflict' ? 'Decide now' : 'Try again';
  page.discard.hidden = !isDirty;
}

const LABELS = { conflict: 'Conflict', saving: 'Saving', offline: 'Offline' } as const;

function noticeFor(
  state: keyof typeof LABELS | undefined,
  isDirty: boolean,
  error: XcapError | undefined,
): string | undefined {
  if (state === 'conflict')
    return page.conflicts.open ? undefined : 'Another device has changed what you changed, too.';
  if (state === 'saving') return undefined;
  if (state === 'offline') {
    return isDirty
      ? 'No connection. Your changes are kept in this browser, and sent when there is one.'
      : 'No connection. You can go on; changes are sent when there is one.';
  }
  return error?.message;
}
