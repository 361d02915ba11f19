/** A project that touches every entry point and every usage, as its author would write it. */
import {
  defineApplicationUsage,
  diff,
  omaPresRules,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  XcapClient,
  xcapCaps,
  xcapDirectory,
} from 'xcap';
import { type ElementData, parseDocument } from 'xcap/documents';
import { parseSelector } from 'xcap/selector';
import { createXcapServer } from 'xcap/server';

const notes = defineApplicationUsage({
  auid: 'org.example.notes',
  contentType: 'application/xml',
  namespaces: { '': 'urn:example:notes' },
  root: 'notes',
  elements: {
    notes: { children: { note: '*' } },
    note: { key: 'id', attributes: { id: { required: true } }, text: 'string' },
  },
});

const { list } = resourceLists;
export const bob = list('friends').entry('sip:bob@example.com');
export type Entry = ElementData<typeof resourceLists.definition, 'entry'>;

const lists = resourceLists.create();
lists.addList({ name: 'friends', displayName: 'Friends' });
lists.addEntry(list('friends'), { uri: 'sip:bob@example.com', displayName: 'Bob' });
const before = lists.clone();
lists.update(bob, { displayName: 'Bobby' });
export const changes = diff(before, lists);

const rules = presRules.create();
rules.allow(['sip:bob@example.com', { domain: 'example.org' }]);
export const { subHandling } = rules.decide({ watcher: 'sip:bob@example.com' });
const omaRules = omaPresRules.create();
omaRules.block('sip:carol@example.org');

const services = rlsServices.create();
services.addService({ uri: 'sip:friends@example.com', list: { name: 'friends' }, packages: { package: ['presence'] } });
export const caps = xcapCaps.create().toString();
export const folders = xcapDirectory.create().toString();
export const presence = pidfManipulation.auid;

const doc = notes.create();
doc.append(notes, { note: { id: 'n1', text: 'call Bob' } });
export const note: string | undefined = doc.get(notes.note('n1'))?.text;

const server = await createXcapServer({ users: { 'sip:alice@example.com': 'secret' } });
const client = new XcapClient({ root: server.root, user: 'sip:alice@example.com', auth: { password: 'secret' } });
await client.put(resourceLists, lists);
const { value }: { value: Entry } = await client.get(bob);
await client.close();
await server.close();

console.log(value.displayName?.text, String(parseSelector('/resource-lists/list[1]', resourceLists)), subHandling);
console.log(parseDocument('<a/>').toString());
