/** A hook that opens a document for a React component, and a buddy list that uses it. */

import { useEffect, useState, useSyncExternalStore } from 'react';
import type { OpenOptions, UsageTable, XcapClient, XcapDocument } from 'xcap';
import { type ApplicationUsage, resourceLists, type SyncedDocument, type SyncSnapshot } from 'xcap';

const NOTHING: SyncSnapshot = { version: 0, etag: undefined, dirty: false, state: 'idle', conflicts: [] };
const notOpen = { subscribe: () => () => {}, getSnapshot: () => NOTHING };

/** Opens a document while the component is mounted, and renders it after each change. Keep `options` the same object. */
export function useXcapDocument<U extends UsageTable, D extends XcapDocument<U>>(
  client: XcapClient,
  usage: ApplicationUsage<U, D>,
  options?: OpenOptions,
) {
  const [synced, setSynced] = useState<SyncedDocument<D>>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    let isGone = false;
    const opening = client.open(usage, options);
    opening.then((opened) => (isGone ? opened.close() : setSynced(opened)), setFailure);
    return () => {
      isGone = true;
      opening.then((opened) => opened.close(), setFailure);
    };
  }, [client, usage, options]);
  const { subscribe, getSnapshot } = synced ?? notOpen;
  const snapshot = useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
  return { synced, snapshot, failure: failure ?? snapshot.error };
}

const friends = resourceLists.list('friends');

/** A buddy list that saves each edit. */
export function BuddyList({ client }: { readonly client: XcapClient }) {
  const { synced, snapshot, failure } = useXcapDocument(client, resourceLists);
  if (!synced) return <p>{failure ? String(failure) : 'Loading'}</p>;
  const { document } = synced;
  const add = async (form: FormData) => {
    if (document.matches(friends) === 0) document.addList('friends');
    document.addEntry(friends, { uri: String(form.get('uri')) });
    await synced.save().catch(() => undefined); // the snapshot has the error; the next save sends the edit
  };
  const buddies = document.matches(friends) ? document.entries(friends) : [];
  return (
    <form action={add}>
      {buddies.map(({ uri, displayName }) => (
        <p key={uri}>{displayName?.text ?? uri}</p>
      ))}
      <input name="uri" aria-label="Address" required />
      <output>{failure ? String(failure) : snapshot.dirty ? snapshot.state : 'saved'}</output>
    </form>
  );
}
