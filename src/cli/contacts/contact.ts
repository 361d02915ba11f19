/** A buddy as address books write it. */
export interface Contact {
  readonly list: string | undefined;
  readonly uri: string;
  readonly name: string | undefined;
}

/** What was read: the contacts, or what is wrong, by line. */
export interface ContactFile {
  readonly contacts: readonly Contact[];
  readonly mistakes: readonly { readonly line: number; readonly problem: string }[];
}

/** What is wrong with a URI; undefined when nothing is. */
export const uriProblem = (uri: string): string | undefined => {
  if (uri === '') return 'there is no URI';
  return /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(uri) ? undefined : `'${uri}' is no URI such as sip:bob@example.com`;
};

/** `sip:` goes before an address without scheme. */
export const withScheme = (uri: string): string => (/^[^\s:@]+@[^\s:@]+$/.test(uri) ? `sip:${uri}` : uri);
