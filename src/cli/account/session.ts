import { Agent, type Dispatcher } from 'undici';
import type { Credentials } from '../../client/auth/credential-source.ts';
import type { XcapClient } from '../../client/client.ts';
import { createTransport, type Transport } from '../../client/transport/transport.ts';
import { wireLog } from '../output/wire-log.ts';
import type { Account } from './account.ts';
import { askPassword, canAsk } from './password.ts';

/** A way to the server of an account. */
export interface Session extends AsyncDisposable {
  readonly account: Account;
  /** For requests whose answers are shown as they are. */
  readonly transport: Transport;
  /** For everything else; `user` for another user's documents. */
  client(user?: string): Promise<XcapClient>;
}

/** How a session behaves besides its account. */
export interface SessionOptions {
  readonly verbose?: boolean;
  /** Whether a missing password may be asked for. Default: where there is a terminal. */
  readonly ask?: boolean;
}

/** Opens a session. Nothing is connected yet, and no password asked for. */
export function openSession(account: Account, { verbose = false, ask = canAsk() }: SessionOptions = {}): Session {
  const { root, user, username, timeout, tls, profile } = account;
  const agent: Dispatcher = new Agent({ connections: 16, connect: { ...tls } });
  const dispatcher = verbose ? agent.compose(wireLog) : agent;
  const password = account.password ?? (ask ? askingOnce() : undefined);
  const credentials: Credentials | undefined = password === undefined ? undefined : { username, password };
  const open: XcapClient[] = [];
  return {
    account,
    transport: createTransport({ root, credentials, dispatcher, timeout }),
    async client(other = user) {
      // The raw actions and completion do without it, and so without waiting for it to load.
      const { XcapClient } = await import('../../client/client.ts');
      const client = new XcapClient({ root, user: other, auth: credentials, dispatcher, timeout, profile });
      open.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((client) => client.close()));
      await agent.close();
    },
  };
}

/** One question per realm, however many clients the session opens. */
function askingOnce(): (realm: string) => Promise<string> {
  const asked = new Map<string, Promise<string>>();
  return (realm) => {
    const answer = asked.get(realm) ?? askPassword(realm);
    asked.set(realm, answer);
    return answer;
  };
}
