import type { UserSecret } from './accounts.ts';

/**
 * Users that are looked up when they send a request, such as those in a table of a database.
 *
 * @example
 * const directory: UserDirectory = {
 *   algorithms: ['MD5'],
 *   find: async (xuis) => Object.fromEntries(xuis.map((xui) => [xui, passwords[xui] ?? '']).filter(([, found]) => found)),
 * };
 * const server = await createXcapServer({ users: directory, realm: 'example.com' });
 */
export interface UserDirectory {
  /** The algorithms for which every user has a hash. */
  readonly algorithms: readonly ('MD5' | 'SHA-256')[];
  /**
   * Returns the users that exist among these, with their secrets. It is called for each request, so it should remember
   * what it found for some seconds.
   *
   * @param xuis - canonical XUIs: with `sip:`, scheme and host in lower case
   */
  find(xuis: readonly string[]): Promise<Readonly<Record<string, UserSecret>>>;
}

/** The users of a server: a list, or a directory. */
export type ServerUsers = Readonly<Record<string, UserSecret>> | UserDirectory;

/** Returns whether users are a directory. In a list, no password is a function. */
export const isDirectory = (users: ServerUsers | undefined): users is UserDirectory =>
  users !== undefined && typeof users['find'] === 'function';
