/** What a web page does with the library: the same in Node and in a browser. */

import { diff, merge, parseDocument, presRules, resourceLists, rlsServices, XcapParseError } from 'xcap/documents';
import { isXcapError, parseSelector } from 'xcap/selector';

const WRITTEN = `<?xml version='1.0'?>
<!-- by a phone -->
<rl:resource-lists xmlns:rl='urn:ietf:params:xml:ns:resource-lists'>
\t<rl:list name='friends'>
\t\t<rl:entry uri='sip:bob@example.com'/><!-- from school -->
\t</rl:list>
</rl:resource-lists>`;

/** Edits, asks and breaks documents, and tells what came of it. */
export function steps(): readonly string[] {
  const { list } = resourceLists;
  const told: string[] = [];
  const tell = (what: unknown): void => void told.push(typeof what === 'string' ? what : JSON.stringify(what));

  const bob = list('friends').entry('sip:bob@example.com');
  tell(String(bob.displayName()));
  tell(bob.attr('uri').toPath());
  tell(String(parseSelector('/resource-lists/list[2]/@name', resourceLists)));

  const doc = resourceLists.parse(WRITTEN);
  const before = doc.clone();
  doc.addEntry(list('friends'), { uri: 'sip:zoë@example.com', displayName: { text: 'Zoë & Co', lang: 'fr' } });
  doc.update(bob, { displayName: 'Bob' });
  tell(doc.toString());
  tell(doc.get(list('friends')));
  tell(doc.select('//rl:entry').map((node) => String(doc.selectorOf(node))));
  tell(diff(before, doc).map(({ method, selector }) => `${method} ${selector}`));
  doc.delete(list('friends').entry(2));
  tell(doc.toString());
  tell(doc.validate());
  tell(String(merge(before, doc, before.clone()).document));

  const rules = presRules.create();
  rules.allow(['sip:bob@example.com', { domain: 'example.org' }]);
  tell(rules.decide({ watcher: 'sip:BOB@example.com', at: '2026-01-01T00:00:00Z' }));
  tell(rlsServices.create().toString());

  for (const mistake of [
    () => resourceLists.parse('<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list></resource-lists>'),
    () => parseDocument('<!DOCTYPE a><a/>'),
    () => parseSelector('/resource-lists/list[@name=x]', resourceLists),
    () => doc.addEntry(list('friends'), { uri: 'sip:bob@example.com' }),
  ]) {
    try {
      mistake();
      tell('nothing was thrown');
    } catch (error) {
      const place = error instanceof XcapParseError ? ` at ${error.line}:${error.column}` : '';
      tell(isXcapError(error) ? `${error.name} ${error.code}${place}: ${error.message}` : String(error));
    }
  }
  return told;
}
