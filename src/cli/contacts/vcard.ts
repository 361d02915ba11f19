/** vCards: written as 4.0 (RFC 6350), one card per buddy; the URI is IMPP, the lists are CATEGORIES. */

import { printListPath } from '../documents/list-path.ts';
import type { AddressBook, BookContact, Contact, Mistake } from './contact.ts';
import { type Property, properties } from './vcard-lines.ts';

const escaped = (text: string): string => text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
const unescaped = (text: string): string =>
  text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char));

/** A URI in which nothing ends the line or the value: what URIs cannot contain is percent-encoded. */
const safeUri = (uri: string): string => uri.replace(/[\p{Cc}\s<>"\\]/gu, (char) => encodeURIComponent(char));

/** Writes contacts, each as a card. */
export const writeVcards = (contacts: readonly Contact[]): string =>
  contacts
    .map(({ list, uri, name }) =>
      [
        'BEGIN:VCARD',
        'VERSION:4.0',
        `FN:${escaped(name ?? uri ?? '')}`,
        ...(uri === undefined ? [] : [`IMPP:${safeUri(uri)}`]),
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

/** A card with its first line. */
interface Card {
  readonly line: number;
  readonly properties: Property[];
}

/** Reads the cards of a file, of any version, and reports what is wrong with each. */
export function readVcards(bytes: Uint8Array): AddressBook {
  const { cards, mistakes } = cardsOf(bytes);
  const contacts: BookContact[] = [];
  /** The paths of the groups of each member. */
  const groups = new Map<string, string[]>();
  const uids = new Map<BookContact, string>();
  for (const card of cards) {
    const reader = new CardReader(card);
    const name = reader.name();
    if (reader.isGroup)
      for (const member of new Set(reader.members())) {
        const path = printListPath([name ?? '']);
        const known = groups.get(member);
        if (known) known.push(path);
        else groups.set(member, [path]);
      }
    else {
      const contact = reader.contact(name);
      const uid = reader.first('UID');
      contacts.push(contact);
      if (uid !== undefined) uids.set(contact, uid);
    }
    for (const mistake of reader.mistakes) mistakes.push(mistake);
  }
  const bad = new Set(mistakes.map(({ line }) => line));
  // A card of which something could not be read is reported, and not imported in part.
  const partial = new Set(cards.filter((card) => card.properties.some((p) => bad.has(p.line))).map(({ line }) => line));
  return {
    contacts: contacts
      .filter(({ line }) => !partial.has(line))
      .map((contact) => {
        const uid = uids.get(contact);
        const lists = uid === undefined ? undefined : groups.get(plainUid(uid));
        return lists ? { ...contact, lists: [...contact.lists, ...lists] } : contact;
      }),
    mistakes,
  };
}

const plainUid = (uid: string): string => uid.replace(/^urn:uuid:/i, '').toLowerCase();

function cardsOf(bytes: Uint8Array): { cards: Card[]; mistakes: Mistake[] } {
  const cards: Card[] = [];
  const mistakes: Mistake[] = [];
  let card: Card | undefined;
  for (const property of properties(bytes)) {
    const { line, name } = property;
    const isCard = (name === 'BEGIN' || name === 'END') && isVcard(property);
    if (isCard && name === 'BEGIN') {
      if (card) mistakes.push({ line, problem: 'a card begins before the one above has ended' });
      card = { line, properties: [property] };
    } else if (!card) mistakes.push({ line, problem: 'this is outside of any card (BEGIN:VCARD ... END:VCARD)' });
    else if (isCard) {
      cards.push(card);
      card = undefined;
    } else card.properties.push(property);
  }
  if (card) mistakes.push({ line: card.line, problem: 'the card does not end; END:VCARD is missing' });
  if (cards.length + mistakes.length === 0) mistakes.push({ line: 1, problem: 'there is no card in it' });
  if (cards.length === 0) return { cards, mistakes: mistakes.map((mistake) => ({ ...mistake, isOfFile: true })) };
  return { cards, mistakes };
}

function isVcard({ value }: Property): boolean {
  const read = value();
  return 'text' in read && /^\s*vcard\s*$/i.test(read.text);
}

/** Reads the properties of one card, and collects what is wrong with them. */
class CardReader {
  readonly #card: Card;
  /** By line. */
  readonly #mistakes = new Map<number, Mistake>();

  constructor(card: Card) {
    this.#card = card;
  }

  get mistakes(): Mistake[] {
    return Array.from(this.#mistakes.values());
  }

  /** A group of RFC 6350 section 6.1.4, or of Apple. */
  get isGroup(): boolean {
    return [...this.#texts('KIND'), ...this.#texts('X-ADDRESSBOOKSERVER-KIND')].some((kind) =>
      /^group$/i.test(kind.trim()),
    );
  }

  members(): string[] {
    return [...this.#texts('MEMBER'), ...this.#texts('X-ADDRESSBOOKSERVER-MEMBER')].map((member) =>
      plainUid(member.trim()),
    );
  }

  first(name: string): string | undefined {
    return this.#texts(name)[0]?.trim();
  }

  /** The formatted name, else the parts of the name, else the nickname or the organization. */
  name(): string | undefined {
    const [formatted = ''] = this.#texts('FN');
    if (formatted.trim() !== '') return unescaped(formatted).trim();
    const [family = '', given = '', middle = ''] = this.#components('N');
    const parts = [given, middle, family].filter(Boolean).join(' ');
    return parts || this.#components('NICKNAME')[0] || this.#components('ORG').filter(Boolean)[0] || undefined;
  }

  contact(name: string | undefined): BookContact {
    const tels = this.#texts('TEL').map((tel) => unescaped(tel).trim());
    const isSip = (text: string): boolean => /^sips?:/i.test(text);
    const impp = [
      ...this.#texts('IMPP'),
      ...this.#texts('X-SIP'),
      ...tels.filter((tel) => /^(?:sips?|tel):/i.test(tel)),
    ].map((address) => unescaped(address).trim());
    return {
      line: this.#card.line,
      name,
      uri: undefined,
      impp: [...impp.filter(isSip), ...impp.filter((address) => !isSip(address))].filter(Boolean),
      email: this.#texts('EMAIL')
        .map((email) => unescaped(email).trim())
        .filter(Boolean),
      tel: tels.filter((tel) => tel !== '' && !isSip(tel)),
      lists: this.#texts('CATEGORIES')
        .flatMap((text) => {
          const parts = splitUnescaped(text, ',').map(unescaped);
          return parts.length > 1 ? parts.map((part) => part.trim()) : parts;
        })
        .filter((list) => list.trim() !== ''),
    };
  }

  #components(name: string): string[] {
    const [text = ''] = this.#texts(name);
    return splitUnescaped(text, ';').map((part) => unescaped(part).trim());
  }

  /** The values of a property, the preferred one first. */
  #texts(name: string): string[] {
    const properties = this.#card.properties.filter((property) => property.name === name);
    properties.sort((a, b) => preference(a) - preference(b));
    return properties.flatMap((property) => {
      const read = property.value();
      if ('text' in read) return [read.text];
      const { line } = property;
      if (!this.#mistakes.has(line)) this.#mistakes.set(line, { line, problem: `${name}: ${read.problem}` });
      return [];
    });
  }
}

/** The rank of a property among those of its name: PREF of vCard 4.0, or TYPE=PREF of the versions before. */
function preference({ parameters }: Property): number {
  const rank = Number(parameters.get('PREF')?.[0]);
  if (rank >= 1) return rank;
  return parameters.get('TYPE')?.some((type) => type.toUpperCase() === 'PREF') ? 1 : LAST_RANK;
}

/** PREF is at most 100 (RFC 6350 section 5.3). */
const LAST_RANK = 101;

/** Splits at separators that no backslash escapes. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') parts[parts.length - 1] += char + text.charAt(++at);
    else if (char === separator) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}
