import { expect, it } from 'vitest';
import { LanguageServer } from '../hover/language-server.ts';

const SETUP = `
import { defineApplicationUsage, parseSelector, presRules, resourceLists, XcapClient } from 'xcap';
const client = new XcapClient({ root: 'https://xcap.example.com/xcap-root', user: 'sip:alice@example.com' });
const doc = resourceLists.create();
const friends = resourceLists.list('friends');
const bob = friends.entry('sip:bob@example.com');
const common = { auid: 'x', contentType: 'application/xml', namespaces: { '': 'urn:x' } } as const;
`.trim();

/** Wrong calls, one per line. */
const WRONG = `
client.get('/resource-lists/list[1]');
client.get(bob, { ifNonMatch: '"1"' });
client.put(bob, { displayName: 'Bob' });
client.put(bob, { uri: 'sip:bob@example.com', name: 'Bob' });
client.put(bob.attr('uri'), 5);
client.put(bob.namespaceBindings(), 'x');
client.put(bob, { uri: 'sip:bob@example.com' }, { etag: '"1"' });
client.put(resourceLists, presRules.create());
client.put('resource-lists', doc);
client.insert(bob, { uri: 5 });
client.replace(friends, { nmae: 'Friends' });
doc.get('/resource-lists/list[1]');
doc.get(presRules.rule('a'));
doc.put(bob, { displayName: 'Bob' });
doc.put(bob, { uri: 'sip:bob@example.com', name: 'Bob' });
doc.put(presRules.rule('a'), '<rule/>');
doc.addEntry('friends', { uri: 'sip:bob@example.com' });
friends.displayName('x');
friends.entry({ url: 'sip:bob@example.com' });
defineApplicationUsage({ ...common, root: 'nope', elements: { r: {} } });
defineApplicationUsage({ ...common, root: 'r', elements: { r: { key: 'id' } } });
`.trim();

/** Longer messages are cut: their ends repeat the types involved. */
const LINES = 2;

it('a compile error marks the wrong argument and states the reason, as written in compile-errors.md', async () => {
  await using server = await LanguageServer.start();
  const file = 'test/mistakes/wrong.ts';
  const lines = `${SETUP}\n${WRONG}`.split('\n');
  server.open(file, lines.join('\n'));
  const errors = await server.errors(file);
  const described = lines.slice(SETUP.split('\n').length).map((line, index) => {
    const at = SETUP.split('\n').length + index;
    const found = errors.filter(({ range }) => range.start.line === at);
    expect(found, `${line} has ${found.length} errors`).toHaveLength(1);
    return found.map(({ range, message }) => {
      expect(message).not.toContain('No overload matches');
      const marks =
        ' '.repeat(range.start.character) + '^'.repeat(Math.max(1, range.end.character - range.start.character));
      return ['```text', line, marks, ...message.split('\n').slice(0, LINES), '```'].join('\n');
    });
  });
  await expect(`# Compile errors\n\n${described.flat().join('\n\n')}\n`).toMatchFileSnapshot('compile-errors.md');
}, 60_000);
