/** Edit a buddy list: read it, change it with typed selectors, write it back under its entity tag. */
import { resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const client = new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });

const { list } = resourceLists;
const friends = list('friends');

await client.edit(resourceLists, (doc) => {
  doc.addList({ name: 'friends', displayName: 'Friends' });
  doc.addEntry(friends, { uri: 'sip:bob@example.com', displayName: 'Bob' });
  doc.addEntry(friends, { uri: 'sip:carol@example.com', displayName: 'Carol' });
});

await client.put(friends.entry('sip:bob@example.com').displayName(), 'Bobby');

const { value: bob, etag } = await client.get(friends.entry('sip:bob@example.com'));
console.log(bob.displayName?.text, bob.uri, etag === undefined ? 'without entity tag' : 'with entity tag');

const { value: doc } = await client.get(resourceLists);
console.log(doc.toString());

await client.close();
await server.close();
