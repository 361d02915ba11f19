/** vCard 4.0 (RFC 6350): one card per buddy; the URI is IMPP, the lists are CATEGORIES. */

import { type Contact, type ContactFile, uriProblem, withScheme } from './contact.ts';

const escaped = (text: string): string => text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char));

/** Writes contacts, each as a card. */
export const writeVcards = (contacts: readonly Contact[]): string =>
  contacts
    .map(({ list, uri, name }) =>
      [
        'BEGIN:VCARD',
        'VERSION:4.0',
        `FN:${escaped(name ?? uri)}`,
        `IMPP:${uri}`,
        ...(list === undefined ? [] : [`CATEGORIES:${escaped(list)}`]),
        'END:VCARD',
      ]
        .map((line) => `${folded(line)}\r\n`)
        .join(''),
    )
    .join('');

/** At most 75 octets a line (section 3.2), and no character cut in two. */
function folded(line: string): string {
  let [out, length] = ['', 0];
  for (const char of line) {
    const octets = Buffer.byteLength(char);
    if (length + octets > 75) [out, length] = [`${out}\r\n `, 1];
    out += char;
    length += octets;
  }
  return out;
}

interface Property {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

/** Reads the cards of a file and tells what is wrong with each. Cards of earlier versions are read, too. */
export function readVcards(text: string): ContactFile {
  const contacts: Contact[] = [];
  const mistakes: { line: number; problem: string }[] = [];
  let card: Property[] | undefined;
  for (const property of properties(text)) {
    const isBegin = property.name === 'BEGIN' && /^vcard$/i.test(property.value);
    const isEnd = property.name === 'END' && /^vcard$/i.test(property.value);
    if (isBegin && card)
      mistakes.push({ line: property.line, problem: 'a card begins before the one above has ended' });
    if (isBegin) card = [property];
    else if (!card)
      mistakes.push({ line: property.line, problem: 'this is outside of any card (BEGIN:VCARD ... END:VCARD)' });
    else if (isEnd) {
      const read = contactsOf(card);
      if ('problem' in read) mistakes.push({ line: card[0]?.line ?? property.line, problem: read.problem });
      else contacts.push(...read.contacts);
      card = undefined;
    } else card.push(property);
  }
  if (card) mistakes.push({ line: card[0]?.line ?? 1, problem: 'the card does not end; END:VCARD is missing' });
  if (contacts.length + mistakes.length === 0) mistakes.push({ line: 1, problem: 'there is no card in it' });
  return { contacts, mistakes };
}

function contactsOf(card: readonly Property[]): { contacts: Contact[] } | { problem: string } {
  const values = (name: string): string[] =>
    card.filter((property) => property.name === name).map(({ value }) => value);
  const name = unescaped(values('FN')[0] ?? '').trim() || undefined;
  const addresses = [
    ...values('IMPP'),
    ...values('X-SIP'),
    ...values('TEL').filter((tel) => /^(?:sip|sips|tel):/i.test(tel)),
  ];
  const uri = withScheme(unescaped(addresses[0] ?? '').trim());
  const problem = uriProblem(uri);
  if (problem !== undefined)
    return {
      problem: `${name === undefined ? 'the card' : `the card of ${name}`}: ${problem}${addresses.length === 0 ? ' (IMPP)' : ''}`,
    };
  // A card must have a name (section 6.2.1), so one without a name carries its URI instead.
  const displayName = name === uri ? undefined : name;
  const lists = values('CATEGORIES')
    .flatMap((value) => value.split(/(?<!\\),/))
    .map((list) => unescaped(list).trim())
    .filter(Boolean);
  return {
    contacts:
      lists.length === 0
        ? [{ list: undefined, uri, name: displayName }]
        : lists.map((list) => ({ list, uri, name: displayName })),
  };
}

function* properties(text: string): Generator<Property> {
  let current: { line: number; text: string } | undefined;
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of [...lines, ''].entries()) {
    if (/^[ \t]/.test(raw) && current) {
      current.text += raw.slice(1);
      continue;
    }
    if (current) yield split(current);
    current = raw.trim() === '' ? undefined : { line: index + 1, text: raw };
  }
}

function split({ line, text }: { readonly line: number; readonly text: string }): Property {
  const [, name = '', value = ''] =
    /^(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)$/s.exec(text) ?? [];
  return { line, name: name.toUpperCase(), value };
}
