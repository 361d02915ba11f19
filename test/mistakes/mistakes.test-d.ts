import { describe, it } from 'vitest';
import { presRules, resourceLists, XcapClient } from '../../src/index.ts';

const client = new XcapClient({ root: 'https://xcap.example.com/xcap-root', user: 'sip:alice@example.com' });
const friends = resourceLists.list('friends');
const bob = friends.entry('sip:bob@example.com');
const doc = resourceLists.create();

describe('the compiler rejects', () => {
  it('a missing await', () => {
    // @ts-expect-error a promise has no value
    client.get(bob).value;
    // @ts-expect-error a promise is not a document
    client.get(resourceLists).entries(friends);
    // @ts-expect-error a promise is not a synced document
    client.open(resourceLists).document;
    // @ts-expect-error a promise is not an iterable of versions
    for (const version of client.watch(resourceLists)) console.log(version);
  });

  it('a selector of another usage', () => {
    // @ts-expect-error rules are not in resource-lists documents
    doc.get(presRules.rule('a'));
    // @ts-expect-error rules cannot be put into resource-lists documents
    doc.put(presRules.rule('a'), '<rule/>');
    // @ts-expect-error a rule is not a list
    doc.addEntry(presRules.rule('a'), { uri: 'sip:bob@example.com' });
  });

  it('a document of another usage', () => {
    // @ts-expect-error presence rules are not resource lists
    client.put(resourceLists, presRules.create());
  });

  it('a selector instead of a usage', () => {
    // @ts-expect-error an edit is of a whole document
    client.edit(friends, () => {});
    // @ts-expect-error open needs a whole document
    client.open(friends);
  });

  it('text instead of a selector or usage', () => {
    // @ts-expect-error parseSelector reads text
    client.get('/resource-lists/list[1]');
    // @ts-expect-error an AUID is not a usage
    client.get('resource-lists');
    // @ts-expect-error the name of a list is not a selector
    doc.addEntry('friends', { uri: 'sip:bob@example.com' });
  });

  it('data that the element does not have', () => {
    // @ts-expect-error the URI is required
    doc.put(bob, { displayName: 'Bob' });
    // @ts-expect-error the member is called displayName
    doc.put(bob, { uri: 'sip:bob@example.com', name: 'Bob' });
    // @ts-expect-error the value of an attribute is a string
    doc.put(bob.attr('uri'), 5);
    // @ts-expect-error an entry has no child entry
    bob.entry('sip:carol@example.com');
    // @ts-expect-error an entry has no attribute url
    bob.attr('url');
  });

  it('a value that may be undefined', () => {
    // @ts-expect-error the entry may not exist
    doc.get(bob).uri;
    // @ts-expect-error the display name may not exist
    doc.entries(friends)[0].displayName.text;
  });

  it('an unknown option', () => {
    // @ts-expect-error the user name is part of auth
    new XcapClient({ root: 'https://xcap.example.com/xcap-root', username: 'alice' });
    // @ts-expect-error the built-in profiles are in lower case
    new XcapClient({ root: 'https://xcap.example.com/xcap-root', profile: 'Kamailio' });
    // @ts-expect-error the entity tag of an earlier read is given as ifMatch
    client.put(bob, { uri: 'sip:bob@example.com' }, { etag: '"1"' });
  });
});
