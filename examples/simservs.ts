/** Supplementary services over Ut: a phone sets call forwarding and barring in the document that the network provisioned. */
import { simservs, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

const user = 'sip:+15555550100@ims.example.com';
// A network on which all rules are provisioned, and all are off.
const server = await createXcapServer({ users: { [user]: 'secret' }, quirks: 'ut' });
const phone = new XcapClient({ root: server.root, user, password: 'secret', profile: 'ut', identity: 'intended' });

await phone.edit(simservs, (doc) => {
  doc.forward('no-answer', 'tel:+15555550123', { after: 25 });
  doc.bar('outgoing', 'international');
  doc.restrictIdentity('originating', 'presentation-restricted');
});

const { value: doc } = await phone.get(simservs);
for (const { condition, active, target } of doc.forwarding())
  console.log(`${condition}: ${active ? `to ${target}` : 'off'}`);

const unanswered = doc.decide({ direction: 'incoming', caller: 'sip:bob@example.com', state: 'no-answer' });
console.log(`Bob calls, nobody answers: ${unanswered.action} to ${unanswered.target} after ${unanswered.after} s`);
const abroad = doc.decide({ direction: 'outgoing', international: true });
console.log(`a call abroad: ${abroad.action}, since ${abroad.reason}`);
console.log('warnings:', doc.lint({ user }).length);

await phone.close();
await server.close();
