import { describe, it } from 'vitest';
import { presRules, resourceLists, XcapClient } from '../../src/index.ts';

const client = new XcapClient({ root: 'https://xcap.example.com/xcap-root', user: 'sip:alice@example.com' });
const friends = resourceLists.list('friends');
const bob = friends.entry('sip:bob@example.com');
const doc = resourceLists.create();

describe('a mistake does not compile', () => {
  it('forgetting await', () => {
    // @ts-expect-error a promise has no value
    client.get(bob).value;
    // @ts-expect-error a promise is no document
    client.get(resourceLists).entries(friends);
    // @ts-expect-error a promise is no synchronised document
    client.open(resourceLists).document;
    // @ts-expect-error a promise is no list of versions
    for (const version of client.watch(resourceLists)) console.log(version);
  });

  it('a selector of another usage', () => {
    // @ts-expect-error rules are not in resource-lists documents
    doc.get(presRules.rule('a'));
    // @ts-expect-error nor can they be put there
    doc.put(presRules.rule('a'), '<rule/>');
    // @ts-expect-error a rule is no list
    doc.addEntry(presRules.rule('a'), { uri: 'sip:bob@example.com' });
  });

  it('a document of another usage', () => {
    // @ts-expect-error presence rules are no buddy lists
    client.put(resourceLists, presRules.create());
  });

  it('a selector where a usage belongs', () => {
    // @ts-expect-error an edit is of a whole document
    client.edit(friends, () => {});
    // @ts-expect-error as is opening
    client.open(friends);
  });

  it('text where a selector or usage belongs', () => {
    // @ts-expect-error parseSelector reads text
    client.get('/resource-lists/list[1]');
    // @ts-expect-error an AUID is no usage
    client.get('resource-lists');
    // @ts-expect-error the name of a list is no selector
    doc.addEntry('friends', { uri: 'sip:bob@example.com' });
  });

  it('data that the element has not', () => {
    // @ts-expect-error the URI is required
    doc.put(bob, { displayName: 'Bob' });
    // @ts-expect-error it is called displayName
    doc.put(bob, { uri: 'sip:bob@example.com', name: 'Bob' });
    // @ts-expect-error a value of an attribute is text
    doc.put(bob.attr('uri'), 5);
    // @ts-expect-error an entry has no entries
    bob.entry('sip:carol@example.com');
    // @ts-expect-error nor such an attribute
    bob.attr('url');
  });

  it('a value that may not be there', () => {
    // @ts-expect-error there may be no such entry
    doc.get(bob).uri;
    // @ts-expect-error there may be no display name
    doc.entries(friends)[0].displayName.text;
  });

  it('an option that does not exist', () => {
    // @ts-expect-error the user name is a part of auth
    new XcapClient({ root: 'https://xcap.example.com/xcap-root', username: 'alice' });
    // @ts-expect-error the built-in profiles are in lower case
    new XcapClient({ root: 'https://xcap.example.com/xcap-root', profile: 'Kamailio' });
    // @ts-expect-error the entity tag of an earlier read is given as ifMatch
    client.put(bob, { uri: 'sip:bob@example.com' }, { etag: '"1"' });
  });
});
