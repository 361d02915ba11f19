import type { Dispatcher } from 'undici';
import type { XcapClient } from '../../client/client.ts';
import { createTransport, type Transport } from '../../client/transport/transport.ts';
import { openAgent } from '../../client/transport/undici.ts';
import { wireLog } from '../output/wire-log.ts';
import type { Account } from './account.ts';
import { AnswerLog } from './answer-log.ts';
import { hasAuthorization, refuseRequestHeaders } from './headers.ts';
import { askPassword, canAsk } from './prompt.ts';

/** A connection to the server of an account. Every request of a command goes through it, with the account's headers. */
export interface Session extends AsyncDisposable {
  readonly account: Account;
  /** Sends requests and returns answers of any status. */
  readonly transport: Transport;
  /** The answers of the server so far. */
  readonly answers: AnswerLog;
  /** Opens a client. `through`: an interceptor that the requests of this client pass first. */
  client(through?: Dispatcher.DispatcherComposeInterceptor): Promise<XcapClient>;
}

/** Options of a session. */
export interface SessionOptions {
  readonly verbose?: boolean;
  /** Whether to ask for a missing password. Default: if there is a terminal. */
  readonly ask?: boolean;
}

/** Opens a session. It connects, and asks for a password, once a request needs it. */
export function openSession(account: Account, options: SessionOptions = {}): Session {
  const { verbose = false, ask = canAsk() } = options;
  const { root, user, username, timeout, tls, profile, headers, identity, allowBasic } = account;
  const answers = new AnswerLog();
  const agent = openAgent({ connections: 16, tls });
  const logged: Dispatcher = verbose ? agent.compose(wireLog) : agent;
  const dispatcher = logged.compose(answers.interceptor);
  const password = account.password ?? (ask ? askingOnce() : undefined);
  const credentials = password === undefined || hasAuthorization(headers) ? undefined : { username, password };
  const open: XcapClient[] = [];
  return {
    account,
    answers,
    transport: createTransport({ root, credentials, headers, allowBasic, dispatcher, timeout }),
    async client(through) {
      refuseRequestHeaders(account);
      // Raw requests and completion do without the client, and so without the time to load it.
      const { XcapClient } = await import('../../client/client.ts');
      const client = new XcapClient({
        root,
        user: { xui: user },
        auth: credentials && { ...credentials, allowBasic },
        headers,
        identity,
        dispatcher: through ? dispatcher.compose(through) : dispatcher,
        timeout,
        profile,
      });
      open.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(open.map((client) => client.close()));
      await agent.close();
    },
  };
}

/** Asks once per realm, however many clients the session opens. */
function askingOnce(): (realm: string) => Promise<string> {
  const asked = new Map<string, Promise<string>>();
  return (realm) => {
    const answer = asked.get(realm) ?? askPassword(realm);
    asked.set(realm, answer);
    return answer;
  };
}
