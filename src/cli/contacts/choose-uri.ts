import { illegalCharacter } from '../../selector/xml-text.ts';
import { type AddressBook, type BookContact, type Contact, type Mistake, uriProblem, withScheme } from './contact.ts';

/** Fields that a URI can come from. */
export const uriSources = ['impp', 'email', 'tel'] as const;
export type UriSource = (typeof uriSources)[number];

/** How URIs are chosen. */
export interface UriChoice {
  /** Tried in order; the URI that a file states for buddy lists always comes first. */
  readonly sources: readonly UriSource[];
  /** Where local phone numbers are valid (RFC 3966 section 5.1.5). */
  readonly phoneContext: string | undefined;
}

/** Returns a contact for each list of each contact of a book, and the contacts that have no usable URI. */
export function chooseUris(
  { contacts, mistakes }: AddressBook,
  choice: UriChoice,
): { readonly contacts: readonly Contact[]; readonly mistakes: readonly Mistake[] } {
  const chosen: Contact[] = [];
  const refused: Mistake[] = [...mistakes];
  for (const contact of contacts) {
    const chosenUri = uriOf(contact, choice);
    const found = 'problem' in chosenUri ? chosenUri : storable(chosenUri, contact);
    if ('problem' in found) {
      const who = contact.name === undefined ? '' : `${contact.name}: `;
      refused.push({ line: contact.line, problem: `${who}${found.problem}` });
      continue;
    }
    // Formats that demand a name give the URI as one.
    const name = contact.name === found.uri ? undefined : contact.name;
    const lists = contact.lists.length === 0 ? [undefined] : contact.lists;
    for (const list of lists) chosen.push({ list, uri: found.uri, name });
  }
  return { contacts: chosen, mistakes: refused.sort((a, b) => a.line - b.line) };
}

type Found = { readonly uri: string } | { readonly problem: string };

function uriOf(contact: BookContact, { sources, phoneContext }: UriChoice): Found {
  if (contact.uri !== undefined) return checked(withScheme(contact.uri));
  let problem: string | undefined;
  for (const source of sources) {
    for (const value of contact[source]) {
      const found = source === 'tel' ? telUri(value, phoneContext) : checked(withScheme(value));
      if ('uri' in found) return found;
      problem ??= found.problem;
    }
  }
  return { problem: problem ?? `there is no URI (${sources.join(', ')})${otherSources(contact, sources)}` };
}

function otherSources(contact: BookContact, sources: readonly UriSource[]): string {
  const others = uriSources.filter((source) => !sources.includes(source) && contact[source].length > 0);
  return others.length === 0 ? '' : `; it has ${others.join(' and ')}: use --uri-from ${others.join(',')}`;
}

const checked = (uri: string): Found => {
  const problem = uriProblem(uri);
  return problem === undefined ? { uri } : { problem };
};

/** Returns the URI unless it, the name or a list contains a character that no XML document can hold. */
function storable(found: { readonly uri: string }, { name = '', lists }: BookContact): Found {
  for (const text of [found.uri, name, ...lists]) {
    const at = illegalCharacter(text);
    if (at < 0) continue;
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    return { problem: `it contains U+${code}, a character that XML forbids; remove it` };
  }
  return found;
}

/**
 * Returns a phone number as a tel URI (RFC 3966): visual separators are dropped, an extension is kept. Local numbers
 * need a phone context, since they mean something else elsewhere.
 */
function telUri(text: string, phoneContext: string | undefined): Found {
  const number = text.trim();
  if (/^(?:tel|sips?):/i.test(number)) return checked(number);
  const found = /(?:;ext=|ext\.?|[x#,])[ ]?(\d{1,10})$/i.exec(number);
  const extension = found?.[1];
  const digits = number
    .slice(0, found?.index)
    .replace(/\(0\)/, '')
    .replace(/[\s().\-/\u00a0\u2010-\u2015]/g, '');
  if (!/^\+?[0-9*#]+$/.test(digits)) return { problem: `'${text}' is not a phone number` };
  const global = digits.startsWith('00') ? `+${digits.slice(2)}` : digits;
  const suffix = extension === undefined ? '' : `;ext=${extension}`;
  if (global.startsWith('+')) return { uri: `tel:${global}${suffix}` };
  if (phoneContext !== undefined) return { uri: `tel:${global}${suffix};phone-context=${phoneContext}` };
  return {
    problem: `'${text}' is a local number; write it with + and the country code, or say with --phone-context where it is valid`,
  };
}
