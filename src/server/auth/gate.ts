/** Decides who can log in at the time of each request: users can be replaced, or be looked up. */

import type { DigestAlgorithm } from '../../http/digest.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { type CompatibleClient, concessionsTo } from '../compat.ts';
import type { ServerRequest } from '../exchange.ts';
import type { Route } from '../route.ts';
import { canonicalXui } from '../xui.ts';
import { Access } from './access.ts';
import { Accounts, type UserSecret } from './accounts.ts';
import { Authenticator, type AuthMode, type AuthSettings, loginNameOf } from './authenticator.ts';
import type { AuthDialect } from './dialect.ts';
import { isDirectory, type ServerUsers, type UserDirectory } from './directory.ts';
import { NonceBook } from './nonces.ts';

/** The options of a server that concern its users. */
export interface GateOptions {
  readonly users?: ServerUsers | undefined;
  readonly admins?: readonly string[] | 'anyone' | undefined;
  readonly auth?: AuthMode | undefined;
  readonly realm?: string | undefined;
  readonly algorithms?: readonly DigestAlgorithm[] | undefined;
  readonly userhash?: boolean | undefined;
  readonly nonceLifetime?: number | undefined;
  readonly compat?: CompatibleClient | undefined;
}

/** The users of a server, and what they may do. */
export class Gate {
  readonly #options: GateOptions;
  readonly #nonces: NonceBook;
  #users: Access | DirectoryAccess;

  /**
   * @param readKey - reads the key that all servers on one store share, so that each accepts the nonces of the others
   * @throws InvalidArgumentError for options that contradict each other
   */
  constructor(options: GateOptions, readKey?: () => Promise<Buffer>) {
    this.#options = options;
    this.#nonces = new NonceBook(options.nonceLifetime ?? 300_000, readKey);
    this.#users = this.#accessOf(options);
  }

  /**
   * Replaces the users. Requests under way are answered as before.
   *
   * @throws InvalidArgumentError for users who could not log in; the users are then not replaced
   */
  replaceUsers(users: ServerUsers): void {
    this.#users = this.#accessOf({ ...this.#options, users });
  }

  /** Returns who can log in with a request, and what they may do. */
  async accessFor(request: ServerRequest, route: Route, dialect: AuthDialect): Promise<Access> {
    const users = this.#users;
    if (users instanceof Access && users.isAnonymous) return users;
    await this.#nonces.ready();
    if (users instanceof Access) return users;
    const name = loginNameOf(request, dialect);
    const login = name === undefined || name.includes('@') ? name : `${name}@${users.realm}`;
    return users.accessOf([route.user, login]);
  }

  /** Whether a user can log in. A server without users knows everyone. */
  async knows(user: string | undefined): Promise<boolean> {
    const access = this.#users instanceof Access ? this.#users : await this.#users.accessOf([user]);
    return access.knows(user);
  }

  /** Whether a user may read the documents of a tree. */
  mayRead(user: string | undefined, tree: Parameters<Access['mayRead']>[1]): boolean {
    return this.#users.mayRead(user, tree);
  }

  #accessOf(options: GateOptions): Access | DirectoryAccess {
    const { users, admins = [], realm } = options;
    const mode = options.auth ?? (users ? 'digest' : 'none');
    if (mode !== 'none' && !users)
      throw new InvalidArgumentError(`auth: '${mode}' needs users; name them with their passwords`);
    const administrators = new Set(admins === 'anyone' ? [] : admins.map(canonicalXui));
    const rules = {
      realm,
      isAdmin: (user: string | undefined) => admins === 'anyone' || (user !== undefined && administrators.has(user)),
      isAnonymous: mode === 'none',
    };
    const settings = (supports: (algorithm: DigestAlgorithm) => boolean): AuthSettings => ({
      mode,
      realm,
      algorithms: algorithmsFor(options, mode, supports),
      userhash: options.userhash ?? false,
    });
    const access = (accounts: Accounts | undefined, chosen: AuthSettings) =>
      new Access({
        ...rules,
        accounts,
        authenticator: new Authenticator(accounts ?? new Accounts({}), chosen, this.#nonces),
      });
    if (isDirectory(users)) {
      const checked = checkDirectory(users, options);
      const chosen = settings((algorithm) => checked.algorithms.some((known) => algorithm.startsWith(known)));
      return new DirectoryAccess(checked, realm ?? '', (found) => access(new Accounts(found), chosen));
    }
    const accounts = users && new Accounts(users);
    accounts?.refuseOtherRealms(realm);
    return access(
      accounts,
      settings((algorithm) => accounts?.support(algorithm) ?? true),
    );
  }
}

/** Looks users up in a directory. */
class DirectoryAccess {
  readonly realm: string;
  readonly #directory: UserDirectory;
  readonly #access: (found: Readonly<Record<string, UserSecret>>) => Access;
  readonly #withoutUsers: Access;

  constructor(
    directory: UserDirectory,
    realm: string,
    access: (found: Readonly<Record<string, UserSecret>>) => Access,
  ) {
    this.#directory = directory;
    this.realm = realm;
    this.#access = access;
    this.#withoutUsers = access({});
  }

  async accessOf(names: readonly (string | undefined)[]): Promise<Access> {
    const xuis = new Set(names.filter((name) => name !== undefined).map(canonicalXui));
    return xuis.size === 0 ? this.#withoutUsers : this.#access(await this.#directory.find([...xuis]));
  }

  mayRead(user: string | undefined, tree: Parameters<Access['mayRead']>[1]): boolean {
    return this.#withoutUsers.mayRead(user, tree);
  }
}

/** @throws InvalidArgumentError for a directory with options that need a list of all users */
function checkDirectory(directory: UserDirectory, { realm, userhash }: GateOptions): UserDirectory {
  if (realm === undefined)
    throw new InvalidArgumentError('users: a directory needs the option realm, for which its passwords are hashed');
  if (userhash)
    throw new InvalidArgumentError('userhash: names from a directory cannot be hashed; leave the option out');
  if (!Array.isArray(directory.algorithms) || directory.algorithms.length === 0)
    throw new InvalidArgumentError("users: a directory needs algorithms, such as ['MD5']");
  return directory;
}

function algorithmsFor(
  { algorithms, compat }: GateOptions,
  mode: AuthMode,
  supports: (algorithm: DigestAlgorithm) => boolean,
): readonly DigestAlgorithm[] {
  const understood = concessionsTo(compat).algorithms;
  const offered = (algorithms ?? DEFAULT_ALGORITHMS).filter((algorithm) => understood?.includes(algorithm) ?? true);
  const usable = offered.filter(supports);
  if (usable.length > 0 || mode !== 'digest') return usable;
  const reason =
    offered.length === 0 ? `${compat} understands ${understood?.join(', ')} only` : 'some users have no hash for them';
  throw new InvalidArgumentError(`algorithms: none of the digest algorithms can be used: ${reason}`);
}

const DEFAULT_ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256', 'MD5'];
