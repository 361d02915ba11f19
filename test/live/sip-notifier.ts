import { randomUUID } from 'node:crypto';
import { type ServerSubscription, SubscriptionError, type XcapServer } from '../../src/server/index.ts';
import { gate } from '../server/notifier/support.ts';
import { parameterOf, printSip, readSip, type SipMessage, uriOf } from './sip-message.ts';

/** A dialog that a SUBSCRIBE request has created. */
interface Dialog {
  readonly request: SipMessage;
  /** Our tag, and the value of our From. */
  readonly from: string;
  readonly send: (text: string) => void;
  subscription: ServerSubscription | undefined;
  /** Number of notifications by the server. */
  delivered: number;
  sequence: number;
}

/** Seconds that are granted to each subscription: the shortest after which JsSIP does not refresh at once. */
const GRANTED = 6;

/**
 * A SIP notifier (RFC 6665) of xcap-diff for the user agents of one user, on top of `server.subscribe`. Messages arrive
 * whole, as over WebSocket (RFC 7118): there are no retransmissions.
 */
export class SipNotifier {
  readonly #server: XcapServer;
  readonly #user: string;
  readonly #dialogs = new Map<string, Dialog>();
  /** Callbacks that wait for the response to a NOTIFY request, by Call-ID and sequence number. */
  readonly #waiting = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  readonly #listeners = new Set<() => void>();
  /** SUBSCRIBE requests that were answered, by what they were. */
  readonly seen = { created: 0, refreshed: 0, ended: 0 };

  constructor(server: XcapServer, user: string) {
    this.#server = server;
    this.#user = user;
  }

  /** Takes a message of a user agent. */
  async receive(text: string, send: (text: string) => void): Promise<void> {
    const message = readSip(text);
    const { 'call-id': callId = '', cseq = '' } = message.headers;
    if (message.start.startsWith('SIP/2.0 ')) this.#answered(`${callId} ${cseq}`, Number(message.start.slice(8, 11)));
    else if (message.start.startsWith('SUBSCRIBE ')) await this.#subscribe(message, send);
    else if (!message.start.startsWith('ACK ')) send(reply(message, '405 Method Not Allowed', {}));
    for (const listener of this.#listeners) listener();
  }

  /** Resolves once something is so, which is looked at after each message. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        if (!isSo()) return;
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
      listener();
    });
  }

  /**
   * Ends all subscriptions, with a last NOTIFY request that says why.
   *
   * @param meanwhile - called before it is sent, when changes are no longer notified
   */
  async terminate(reason: string, meanwhile: () => Promise<unknown>): Promise<void> {
    const dialogs = [...this.#dialogs.values()];
    for (const { subscription } of dialogs) subscription?.close();
    await meanwhile();
    for (const dialog of dialogs) await this.#end(dialog, reason);
  }

  async #subscribe(message: SipMessage, send: (text: string) => void): Promise<void> {
    const { headers, body } = message;
    const expires = Number(headers['expires'] ?? 3600);
    const tag = parameterOf(headers['to'], 'tag');
    const known = tag === undefined ? undefined : this.#dialogs.get(tag);
    if (tag !== undefined && !known) return send(reply(message, '481 Subscription does not exist', {}));
    const dialog = known ?? {
      request: message,
      from: `${headers['to']};tag=${randomUUID()}`,
      send,
      subscription: undefined,
      delivered: 0,
      sequence: 0,
    };
    const accepted = gate();
    const { delivered } = dialog;
    const request = {
      event: headers['event'] ?? '',
      accept: headers['accept'],
      ...(body !== '' && { contentType: headers['content-type'], body }),
    };
    try {
      if (known) await (expires === 0 ? undefined : known.subscription?.refresh(request));
      else
        dialog.subscription = await this.#server.subscribe(
          this.#user,
          { ...request, expires },
          async (diff) => {
            dialog.delivered++;
            // The dialog begins with the response to the SUBSCRIBE request.
            await accepted.opened;
            await this.#notify(dialog, diff);
          },
          { interval: 0 },
        );
    } catch (error) {
      if (!(error instanceof SubscriptionError)) throw error;
      return send(reply(message, `${error.status} Refused`, {}));
    }
    this.#dialogs.set(parameterOf(dialog.from, 'tag') ?? '', dialog);
    const granted = String(Math.min(expires, GRANTED));
    send(reply(message, '200 OK', { to: dialog.from, expires: granted, contact: `<${ADDRESS}>` }));
    accepted.open();
    this.seen[expires === 0 ? 'ended' : known ? 'refreshed' : 'created']++;
    if (expires === 0) await this.#end(dialog, 'timeout');
    // Each SUBSCRIBE request is followed by a NOTIFY request (RFC 6665 section 4.2.1.2), even if there is nothing to say.
    else if (dialog.delivered === delivered) await this.#notify(dialog, '');
  }

  async #end(dialog: Dialog, reason: string): Promise<void> {
    dialog.subscription?.close();
    this.#dialogs.delete(parameterOf(dialog.from, 'tag') ?? '');
    await this.#notify(dialog, '', `terminated;reason=${reason}`);
  }

  /** Sends a NOTIFY request, and waits for the response. */
  #notify(dialog: Dialog, body: string, state = `active;expires=${GRANTED}`): Promise<void> {
    const { headers } = dialog.request;
    const cseq = `${++dialog.sequence} NOTIFY`;
    const request = {
      start: `NOTIFY ${uriOf(headers['contact'])} SIP/2.0`,
      headers: {
        via: `SIP/2.0/WS notifier.invalid;branch=z9hG4bK${randomUUID()}`,
        'max-forwards': '70',
        from: dialog.from,
        to: headers['from'] ?? '',
        'call-id': headers['call-id'] ?? '',
        cseq,
        contact: `<${ADDRESS}>`,
        event: headers['event'] ?? '',
        'subscription-state': state,
        ...(body !== '' && { 'content-type': 'application/xcap-diff+xml' }),
      },
      body,
    };
    return new Promise((resolve, reject) => {
      this.#waiting.set(`${headers['call-id']} ${cseq}`, { resolve, reject });
      dialog.send(printSip(request));
    });
  }

  #answered(key: string, status: number): void {
    const waiting = this.#waiting.get(key);
    if (status < 200 || !waiting) return;
    this.#waiting.delete(key);
    if (status < 300) waiting.resolve();
    else waiting.reject(new RangeError(`a NOTIFY request was answered with ${status}`));
  }
}

const ADDRESS = 'sip:notifier.invalid;transport=ws';

function reply({ headers }: SipMessage, status: string, more: Readonly<Record<string, string>>): string {
  const { via = '', from = '', to = '', 'call-id': callId = '', cseq = '' } = headers;
  return printSip({
    start: `SIP/2.0 ${status}`,
    headers: { via, from, to, 'call-id': callId, cseq, ...more },
    body: '',
  });
}
