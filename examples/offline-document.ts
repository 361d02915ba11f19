/** Documents without any server: parse, edit, validate, and see that nothing else was touched. */
import { ConflictError, resourceLists } from 'xcap';

const { list } = resourceLists;
const doc = resourceLists.parse(`<?xml version="1.0"?>
<!-- written by a phone -->
<rl:resource-lists xmlns:rl='urn:ietf:params:xml:ns:resource-lists'>
	<rl:list name='friends'>
		<rl:entry uri='sip:bob@example.com'/><!-- from school -->
	</rl:list>
</rl:resource-lists>`);

doc.addEntry(list('friends'), { uri: 'sip:carol@example.com', displayName: { text: 'Carol', lang: 'en' } });
doc.put(list('friends').entry(1).attr('uri'), 'sip:robert@example.com');
console.log(doc.toString());

try {
  doc.addEntry(list('friends'), { uri: 'sip:carol@example.com' });
} catch (error) {
  if (!(error instanceof ConflictError)) throw error;
  console.log(error.condition, error.exists);
}

console.log('issues:', doc.validate().length);
for (const { method, selector } of doc.changes) console.log(method, String(selector));
