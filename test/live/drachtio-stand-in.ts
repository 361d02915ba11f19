import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { parameterOf, printSip, readSip, type SipMessage, uriOf } from './sip-message.ts';

/** The side of a dialog that drachtio-srf leaves to the server. */
interface Dialog {
  readonly id: string;
  readonly headers: Record<string, string>;
  target: string;
  sequence: number;
}

/** Something that exchanges SIP messages with user agents. */
interface Peer {
  receive(text: string, send: (text: string) => void): Promise<void>;
}

const CONTACT = '<sip:app@drachtio.invalid;transport=ws>';

/**
 * Speaks the protocol of a drachtio server with drachtio-srf, for subscriptions: completes requests and responses of the
 * application, and hands it those of a peer. Frames are `LENGTH#ID|...`, as `lib/wire-protocol.js` of the package reads them.
 */
export async function startDrachtioStandIn(peer: Peer) {
  const server = createServer((socket) => new Connection(socket, peer));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    close: () => server.close(),
  };
}

class Connection {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #dialogs = new Map<string, Dialog>();
  /** Requests of the application that are not answered, by Call-ID and sequence number, and those of the peer by transaction. */
  readonly #sent = new Map<string, { readonly transaction: string; readonly dialog: Dialog }>();
  readonly #received = new Map<string, SipMessage>();
  #rest = Buffer.alloc(0);

  constructor(socket: Socket, peer: Peer) {
    this.#socket = socket;
    this.#peer = peer;
    socket.on('data', (data: Buffer) => this.#data(data));
    socket.on('error', () => undefined);
  }

  #data(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const mark = this.#rest.indexOf('#');
      const end = mark + 1 + Number(this.#rest.toString('latin1', 0, mark));
      if (mark < 0 || this.#rest.length < end) return;
      const frame = this.#rest.toString('utf8', mark + 1, end);
      this.#rest = this.#rest.subarray(end);
      this.#frame(frame);
    }
  }

  #frame(frame: string): void {
    const [first = ''] = frame.split('\r\n', 1);
    const [id = '', command, transaction = '', dialogId = ''] = first.split('|');
    const message = readSip(frame.slice(first.length + 2));
    if (command !== 'sip') this.#write(`response|${id}|OK|127.0.0.1:5060`);
    else if (message.start.startsWith('SIP/2.0')) this.#respond(id, transaction, message);
    else this.#request(id, dialogId, message);
  }

  /** Completes a request of the application, and sends it. */
  #request(id: string, dialogId: string, { start, headers, body }: SipMessage): void {
    const method = start.split(' ', 1)[0] ?? '';
    const dialog = this.#dialogs.get(dialogId) ?? newDialog(start.split(' ')[1] ?? '');
    this.#dialogs.set(dialog.id, dialog);
    const transaction = randomUUID();
    const request: SipMessage = {
      start: `${method} ${dialog.target} SIP/2.0`,
      headers: {
        via: `SIP/2.0/WS drachtio.invalid;branch=z9hG4bK${transaction}`,
        'max-forwards': '70',
        ...headers,
        ...dialog.headers,
        cseq: `${++dialog.sequence} ${method}`,
        contact: CONTACT,
      },
      body,
    };
    this.#sent.set(`${dialog.headers['call-id']} ${request.headers['cseq']}`, { transaction, dialog });
    this.#write(`response|${id}|OK|${meta('application', transaction, dialog.id)}\r\n${printSip(request)}`);
    void this.#peer.receive(printSip(request), (text) => this.#arrive(text));
  }

  /** Completes a response of the application, and sends it. */
  #respond(id: string, transaction: string, { start, headers, body }: SipMessage): void {
    const request = this.#received.get(transaction);
    if (!request) {
      this.#write(`response|${id}|NOK|there is no such transaction`);
      return;
    }
    this.#received.delete(transaction);
    const { via = '', from = '', to = '', 'call-id': callId = '', cseq = '' } = request.headers;
    const response = printSip({ start, headers: { ...headers, via, from, to, 'call-id': callId, cseq }, body });
    this.#write(`response|${id}|OK|${meta('application', transaction, '')}\r\n${response}`);
    void this.#peer.receive(response, (text) => this.#arrive(text));
  }

  /** Hands a message of the peer to the application. */
  #arrive(text: string): void {
    const message = readSip(text);
    const { 'call-id': callId = '', cseq = '', to = '' } = message.headers;
    if (message.start.startsWith('SIP/2.0')) {
      const sent = this.#sent.get(`${callId} ${cseq}`);
      if (!sent) return;
      const { transaction, dialog } = sent;
      dialog.headers['to'] = to;
      if (message.headers['contact']) dialog.target = uriOf(message.headers['contact']);
      this.#write(`sip|${meta('network', transaction, dialog.id)}\r\n${text}`);
      return;
    }
    const dialog = [...this.#dialogs.values()].find((one) => one.headers['call-id'] === callId);
    if (!dialog || parameterOf(to, 'tag') !== parameterOf(dialog.headers['from'], 'tag')) return;
    const transaction = randomUUID();
    this.#received.set(transaction, message);
    this.#write(`sip|${meta('network', transaction, dialog.id)}\r\n${text}`);
  }

  #write(text: string): void {
    const frame = `${randomUUID()}|${text}`;
    this.#socket.write(`${Buffer.byteLength(frame)}#${frame}`);
  }
}

const newDialog = (target: string): Dialog => ({
  id: randomUUID(),
  headers: { from: `<${target}>;tag=${randomUUID()}`, to: `<${target}>`, 'call-id': randomUUID() },
  target,
  sequence: 0,
});

/** The fields before a message: source, length, protocol, address, port, time, transaction and dialog. */
const meta = (source: 'network' | 'application', transaction: string, dialog: string): string =>
  [source, 0, 'ws', '127.0.0.1', 5060, '00:00:00.000', transaction, dialog].join('|');
