/** A SIP message (RFC 3261 section 7), as far as the tests need it: one value per header field. */
export interface SipMessage {
  /** `SUBSCRIBE sip:alice@example.com SIP/2.0`, or `SIP/2.0 200 OK`. */
  readonly start: string;
  /** By lower-case name. The first Via only, which is the one of the next hop. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  o: 'event',
  c: 'content-type',
  l: 'content-length',
};

export function readSip(text: string): SipMessage {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = (end < 0 ? text : text.slice(0, end)).trimStart().split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    headers[COMPACT[name] ?? name] ??= line.slice(colon + 1).trim();
  }
  return { start, headers, body: end < 0 ? '' : text.slice(end + 4) };
}

export function printSip({ start, headers, body }: SipMessage): string {
  const fields = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(fields).map(([name, value]) => `${titled(name)}: ${value}`);
  return `${[start, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

/** Some parsers know names only as the standards write them. */
const titled = (name: string): string =>
  name === 'call-id'
    ? 'Call-ID'
    : name === 'cseq'
      ? 'CSeq'
      : name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());

/** Returns a parameter of a header field, such as the tag of From. */
export const parameterOf = (value: string | undefined, name: string): string | undefined =>
  new RegExp(`;\\s*${name}=([^;>\\s]+)`, 'i').exec(value ?? '')?.[1];

/** Returns the URI of a name-addr, such as that of Contact. */
export const uriOf = (value: string | undefined): string => /<([^>]+)>/.exec(value ?? '')?.[1] ?? value ?? '';
