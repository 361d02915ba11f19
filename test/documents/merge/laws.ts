/** What must be true of every merge. */
import type { Element } from '@xmldom/xmldom';
import { XcapDocument } from '../../../src/documents/document.ts';
import { merge } from '../../../src/documents/merge/merge.ts';
import { childElements, descendants } from '../../../src/documents/xml/walk.ts';
import type { Vocabulary } from './random-triples.ts';

type Doc = ReturnType<Vocabulary['parse']>;

/** What is wrong with a merge. */
export interface Breaches {
  /** Laws without exception. */
  readonly broken: readonly string[];
  /** Merging again changes something: the place of a child without a key that one side replaced and moved may change. */
  readonly changing: readonly string[];
}

/** Checks the laws of merge on three texts. */
export function breachesOf(
  { parse }: Vocabulary,
  texts: { base: string; mine: string; theirs: string },
  isWild: boolean,
): Breaches {
  const broken: string[] = [];
  const changing: string[] = [];
  const law = (holds: boolean, text: string): void => {
    if (!holds) broken.push(text);
  };
  const [base, mine, theirs] = [parse(texts.base), parse(texts.mine), parse(texts.theirs)];
  const isAmbiguous = [base, mine, theirs].some(hasTwins);
  for (const prefer of ['theirs', 'mine'] as const) {
    const again = (b: Doc, m: Doc, t: Doc) => merge(b, m, t, { prefer });
    const { document: result, conflicts } = again(base, mine, theirs);
    const at = `prefer ${prefer}: result ${result}; `;
    const reread = parse(result.toString());
    law(reread.equals(result), `${at}reads back as it is`);
    const swapped = merge(base, theirs, mine, { prefer: prefer === 'mine' ? 'theirs' : 'mine' });
    law(
      unordered(swapped.document) === unordered(result),
      `${at}is the same with the sides exchanged, but ${swapped.document}`,
    );
    const kinds = (list: typeof conflicts) =>
      list
        .map(({ kind }) => kind)
        .sort()
        .join(' ');
    law(
      kinds(swapped.conflicts) === kinds(conflicts),
      `${at}conflicts are the same with the sides exchanged: ${kinds(conflicts)} and ${kinds(swapped.conflicts)}`,
    );
    for (const [name, repeated] of [
      ['(base, mine, result)', again(base, mine, reread)],
      ['(base, result, theirs)', again(base, reread, theirs)],
      ['(theirs, result, theirs)', again(theirs, reread, theirs)],
      ['(mine, mine, result)', again(mine, mine, reread)],
    ] as const) {
      // Siblings of equal content have no order, and a conflict about the order may be decided again.
      const isSame =
        isAmbiguous || conflicts.length > 0
          ? unordered(repeated.document) === unordered(result)
          : repeated.document.equals(result);
      if (!isSame) changing.push(`${at}merge${name} changes it to ${repeated.document}`);
      if (conflicts.length === 0 && repeated.conflicts.length > 0)
        changing.push(`${at}merge${name} finds conflicts ${kinds(repeated.conflicts)}`);
    }
    if ([base, mine, theirs].every((document) => document.validate(1).length === 0))
      law(result.validate(1).length === 0, `${at}is valid: ${JSON.stringify(result.validate(1))}`);
    broken.push(...lostOrInvented(isWild, texts, result.toString(), conflicts).map((text) => at + text));
  }
  law(merge(base, base, theirs).document.toString() === texts.theirs, 'merge(base, base, theirs) is theirs');
  law(merge(base, mine, base).document.toString() === texts.mine, 'merge(base, mine, base) is mine');
  law(merge(base, mine, mine).document.toString() === texts.mine, 'merge(base, mine, mine) is mine');
  return { broken, changing };
}

/** Words that an edit invented: a letter and a number. */
const wordsOf = (xml: string): string[] => xml.match(/(?<=[">])[bcmt]\d+(?=["<])/g) ?? [];

/** Words that are keys. */
const keysOf = (xml: string): Set<string> => new Set(xml.match(/(?<=\b(?:name|uri|id|domain)=")[bcmt]\d+(?=")/g) ?? []);

function lostOrInvented(
  isWild: boolean,
  { base, mine, theirs }: { base: string; mine: string; theirs: string },
  result: string,
  conflicts: ReturnType<typeof merge>['conflicts'],
): string[] {
  const listed = new Set(conflicts.flatMap(({ xml }) => Object.values(xml)).flatMap((xml) => wordsOf(`"${xml}"`)));
  const [before, my, their, now] = [base, mine, theirs, result].map((xml) => new Set(wordsOf(xml)));
  const problems: string[] = [];
  for (const word of new Set([...(my ?? []), ...(their ?? [])])) {
    if (before?.has(word) || now?.has(word) || listed.has(word)) continue;
    problems.push(`the addition ${word} is lost`);
  }
  // Children without a key are compared by content, so that a changed one counts as added.
  for (const word of keysOf(base)) {
    if (isWild || (my?.has(word) && their?.has(word)) || !now?.has(word) || listed.has(word)) continue;
    problems.push(`the removal of ${word} is lost`);
  }
  for (const word of now ?? []) if (!my?.has(word) && !their?.has(word)) problems.push(`${word} is invented`);
  const count = (xml: string, word: string) => wordsOf(xml).filter((other) => other === word).length;
  for (const word of now ?? [])
    if (/^[mt]/.test(word) && count(result, word) > Math.max(count(mine, word), count(theirs, word)))
      problems.push(`${word} is doubled`);
  return problems;
}

/** A document as a text that is the same for every order of children. */
function unordered(document: Doc): string {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  return root ? textOf(root) : '';
}

/** Whether siblings of the same content are in the document. */
function hasTwins(document: Doc): boolean {
  const root = XcapDocument.stateOf(document).dom.documentElement;
  for (const element of root ? descendants(root) : []) {
    const texts = childElements(element).map(textOf);
    if (new Set(texts).size < texts.length) return true;
  }
  return false;
}

function textOf(element: Element): string {
  const attributes = Array.from(element.attributes as Iterable<{ name: string; value: string }>) // a NamedNodeMap iterates over its attributes
    .map(({ name, value }) => `${name}=${value}`)
    .sort();
  const children: string[] = [];
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 1)
      children.push(textOf(node as Element)); // by its type
    else text += node.nodeValue ?? '';
  }
  return `<${element.tagName} ${attributes.join(' ')}>${children.length > 0 ? text.trim() : text}${children.sort().join('')}</>`;
}
