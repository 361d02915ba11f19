import { expect, it } from 'vitest';
import { LanguageServer } from './language-server.ts';

/** Code of a user. In each line the name between bars is the one under the mouse. */
const WRITTEN = `
import { type ElementData, type ElementInput, observe, presRules, resourceLists, rlsServices, XcapClient } from 'xcap';
const client = new |XcapClient|({ root: 'https://xcap.example.com/xcap-root' });
const { list } = resourceLists;
const first = |list|(1);
const |friends| = resourceLists.list('friends');
const close = resourceLists.list('friends').|list|('close');
const rule = presRules.|rule|('a');
const identity = presRules.rule('a').conditions().|identity|();
const except = identity.many('example.com').|except|({ id: 'sip:bob@example.com' });
const |name| = friends.entry('sip:bob@example.com').displayName();
const bob = friends.|entry|(1);
const |uri| = bob.attr('uri');
const { |value|, etag } = await client.get(bob);
const |read| = await client.get(friends);
const { value: |address| } = await client.get(uri);
await client.|put|(name, 'Bobby');
await client.|edit|(resourceLists, (doc) => doc.addEntry(friends, { uri: 'sip:carol@example.com' }));
const |doc| = resourceLists.create();
doc.|addEntry|(friends, { uri: 'sip:dave@example.com' });
const |local| = doc.get(bob);
const |issues| = doc.validate();
type |Entry| = ElementData<typeof resourceLists.definition, 'entry'>;
type |NewEntry| = ElementInput<typeof resourceLists.definition, 'entry'>;
const |rules| = presRules.create();
const |decision| = rules.decide({ watcher: 'sip:bob@example.com' });
const |synced| = await client.open(resourceLists);
await synced.|save|();
for await (const |version| of client.watch(resourceLists)) console.log(version);
const |service| = rlsServices.service('sip:friends@example.com');
const stop = |observe|({});
`;

/** Maximum length of a readable hover, in characters. */
const LONGEST = 1200;

it('an editor shows the hovers in hovers.md', async () => {
  await using server = await LanguageServer.start();
  const lines = WRITTEN.trim().split('\n');
  const file = 'test/hover/written.ts';
  server.open(file, lines.join('\n').replaceAll('|', ''));
  const shown: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [before, name] = line.split('|');
    if (name === undefined) continue;
    const hover = await server.hover(file, index, before?.length ?? 0);
    expect(hover.length, `${name} is too long`).toBeLessThan(LONGEST);
    expect(hover).not.toMatch(/\bany\b|Flat<|infer |\*@link\*/);
    shown.push(`## \`${line.replaceAll('|', '')}\`\n\nover \`${name}\`:\n\n${hover.trim()}\n`);
  }
  await expect(`# What an editor shows\n\n${shown.join('\n')}`).toMatchFileSnapshot('hovers.md');
}, 120_000);
