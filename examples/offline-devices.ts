/** Two devices edit without a connection, come back, and end with both edits; what contradicts is decided, not lost. */
import { MemoryStore, MergeConflictError, resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const device = () => new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });
const [phoneClient, laptopClient] = [device(), device()];
const friends = resourceLists.list('friends');
const bob = friends.entry('sip:bob@example.com');

await phoneClient.edit(resourceLists, (doc) => {
  doc.addList('friends');
  doc.addEntry(friends, { uri: 'sip:bob@example.com', displayName: 'Bob' });
});
// A FileStore would keep unsent edits over a restart of the program.
const phone = await phoneClient.open(resourceLists, { store: new MemoryStore() });
const laptop = await laptopClient.open(resourceLists, { store: new MemoryStore() });

const reconnect = server.faults.add({ silence: 'before' });
await phone.edit((doc) => doc.addEntry(friends, { uri: 'sip:carol@example.com' }));
await phone.edit((doc) => doc.renameEntry(bob, 'Bobby'));
await laptop.edit((doc) => doc.addEntry(friends, { uri: 'sip:dave@example.com' }));
await laptop.edit((doc) => doc.renameEntry(bob, 'Robert'));
await phone
  .save({ retries: 0 })
  .catch((error: Error) => console.log(`offline: ${error.name}, unsent edits: ${phone.dirty}`));
reconnect();

await phone.save();
try {
  await laptop.save();
} catch (error) {
  if (!(error instanceof MergeConflictError)) throw error;
  for (const { selector, mine, theirs } of error.conflicts)
    console.log(`both changed ${selector}: ${mine} or ${theirs}?`);
}
await laptop.save({ onConflict: 'mine' });
await phone.refresh();

for (const { uri, displayName } of phone.document.entries(friends)) console.log(uri, displayName?.text ?? '');
console.log('the same on both:', phone.document.equals(laptop.document));

await Promise.all([phoneClient.close(), laptopClient.close()]);
await server.close();
