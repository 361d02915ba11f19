/** Follow a document: every version that says something else is yielded, whoever wrote it. */
import { diff, resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const device = () => new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });
const [phone, laptop] = [device(), device()];
const friends = resourceLists.list('friends');
await phone.edit(resourceLists, (doc) => void doc.addList('friends'));

/** What the phone writes as soon as the laptop has seen the version before. */
const edits = [
  () => phone.edit(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:bob@example.com' })),
  () => phone.put(friends.entry('sip:bob@example.com').displayName(), 'Bob'),
  () => phone.delete(friends.entry('sip:bob@example.com')),
];

let last = resourceLists.create();
for await (const { value, etag } of laptop.watch(resourceLists, { interval: 20 })) {
  console.log(`version ${etag === undefined ? 'without tag' : 'with tag'}:`);
  if (!value) continue; // it was deleted
  for (const { method, selector } of diff(last, value)) console.log(`  ${method} ${selector}`);
  last = value;
  const next = edits.shift();
  if (!next) break;
  await next();
}

await Promise.all([phone.close(), laptop.close()]);
await server.close();
