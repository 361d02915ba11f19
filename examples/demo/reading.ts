import { resourceLists } from 'xcap';
import { cyan, dim, fact, green, red, scene } from './paint.ts';
import { friends, type Stage } from './stage.ts';
import { printTree } from './tree.ts';

/** What an address looks like to everybody who handles it. */
export async function selectors({ phone }: Stage): Promise<void> {
  scene(1, 'A selector is an address that the compiler checks');
  const bill = friends.entry('sip:bill@example.com').displayName();
  fact('you write', cyan("list('friends').entry('sip:bill@example.com').displayName()"));
  fact('people read', String(bill));
  fact('the wire sees', bill.toPath());
  fact('the server says', green(JSON.stringify((await phone.get(bill)).value)));
  fact('a typo', red("list('friends').entri(…)   does not compile"));
}

/** The whole document; gives its entity tag. */
export async function document({ phone }: Stage): Promise<string | undefined> {
  scene(2, "Alice's buddy list, read from the server");
  const { value: doc, etag } = await phone.get(resourceLists);
  printTree(doc);
  fact('entity tag', dim(etag));
  return etag;
}
