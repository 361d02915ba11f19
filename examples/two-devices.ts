/** Two devices of one user edit at the same moment. The write of a third, with an old copy, is refused. */
import { PreconditionFailedError, resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const device = () => new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });
const [phone, laptop] = [device(), device()];
const friends = resourceLists.list('friends');

const { etag: old } = await phone.edit(resourceLists, (doc) => void doc.addList('friends'));

await Promise.all([
  phone.edit(resourceLists, (doc) => void doc.addEntry(friends, { uri: 'sip:bob@example.com' })),
  laptop.edit(resourceLists, (doc) => void doc.addEntry(friends, { uri: 'sip:carol@example.com' })),
]);

const { value: doc } = await laptop.get(resourceLists);
console.log(
  'both are there:',
  doc
    .entries(friends)
    .map((entry) => entry.uri)
    .sort()
    .join(', '),
);

try {
  await phone.put(friends, { name: 'friends' }, { ...(old === undefined ? {} : { ifMatch: old }) });
} catch (error) {
  if (!(error instanceof PreconditionFailedError)) throw error;
  console.log('the old copy was refused with', error.status);
}

await Promise.all([phone.close(), laptop.close()]);
await server.close();
