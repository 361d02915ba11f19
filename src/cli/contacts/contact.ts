/** A contact as a buddy list has it. */
export interface Contact {
  /** The path of its list; `undefined`: none is given. */
  readonly list: string | undefined;
  readonly uri: string | undefined;
  readonly name: string | undefined;
}

/** A contact as an address book has it. */
export interface BookContact {
  readonly line: number;
  readonly name: string | undefined;
  /** The URI that the file states for buddy lists. */
  readonly uri: string | undefined;
  readonly impp: readonly string[];
  readonly email: readonly string[];
  readonly tel: readonly string[];
  /** Paths of its lists. */
  readonly lists: readonly string[];
}

/** Something in a file that cannot be read. */
export interface Mistake {
  readonly line: number;
  readonly problem: string;
  /** Whether it hides other contacts of the file, so that it cannot be skipped. */
  readonly isOfFile?: boolean;
}

/** An address book: the contacts, and what could not be read. */
export interface AddressBook {
  readonly contacts: readonly BookContact[];
  readonly mistakes: readonly Mistake[];
}

/** Returns what is wrong with a URI; `undefined` if nothing is. */
export const uriProblem = (uri: string): string | undefined => {
  if (uri === '') return 'there is no URI';
  return /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(uri) ? undefined : `'${uri}' is not a URI such as sip:bob@example.com`;
};

/** Returns a URI with its scheme: `sip:` is added to an address without one. */
export const withScheme = (uri: string): string => (/^[^\s:@]+@[^\s:@]+$/.test(uri) ? `sip:${uri}` : uri);
