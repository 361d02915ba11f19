import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeContent } from '../../../src/client/transport/decode-content.ts';
import type { RawAnswer } from '../../../src/client/transport/request.ts';
import { decodeText } from '../../../src/client/transport/text.ts';
import {
  ContentDecodingError,
  ResponseTooLargeError,
  resourceLists,
  XcapClient,
  XcapParseError,
} from '../../../src/index.ts';
import { startHttpServer } from '../../support/http-server.ts';

const answer = (body: Uint8Array, contentType?: string): RawAnswer => ({
  method: 'GET',
  url: 'http://xcap.example.com/a',
  status: 200,
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  body,
  isFiltered: false,
});
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string, mark = '\uFEFF') => Buffer.from(mark + text, 'utf16le');
const bigEndian = (text: string, mark = '\uFEFF') => utf16(text, mark).swap16();

describe('charsets', () => {
  const xml = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>Zoë</a>`;

  it.each([
    { what: 'UTF-8 without a label', body: Buffer.from(xml('UTF-8')), type: 'text/xml' },
    { what: 'ISO-8859-1 by its label', body: latin1(xml('ISO-8859-1')), type: 'text/xml; charset=ISO-8859-1' },
    { what: 'ISO-8859-1 by its declaration', body: latin1(xml('ISO-8859-1')), type: 'text/xml' },
    { what: 'windows-1252 by its label', body: latin1(xml('windows-1252')), type: 'text/xml; charset="Windows-1252"' },
    { what: 'UTF-16 by its byte order mark', body: utf16(xml('UTF-16')), type: 'text/xml; charset=utf-8' },
    { what: 'big-endian UTF-16 by its byte order mark', body: bigEndian(xml('UTF-16')), type: 'text/xml' },
    { what: 'UTF-16 by its label', body: utf16(xml('UTF-16'), ''), type: 'text/xml; charset=utf-16' },
    { what: 'big-endian UTF-16 by its label', body: bigEndian(xml('UTF-16'), ''), type: 'text/xml; charset=utf-16' },
    {
      what: 'UTF-8 that a servlet labels ISO-8859-1',
      body: Buffer.from(xml('UTF-8')),
      type: 'text/xml;charset=ISO-8859-1',
    },
    {
      what: 'UTF-8 that its declaration denies',
      body: Buffer.from(xml('ISO-8859-1')),
      type: 'text/xml; charset=utf-8',
    },
  ])('decodes $what, and declares it as UTF-8', ({ body, type }) => {
    expect(decodeText(answer(body, type))).toBe(xml('UTF-8'));
  });

  it.each([utf16, bigEndian])('decodes UTF-16 of ASCII characters alone by its label', (encode) => {
    expect(decodeText(answer(encode('<a>Zoe</a>', ''), 'text/xml; charset=utf-16'))).toBe('<a>Zoe</a>');
  });

  it('decodes the euro sign of windows-1252', () => {
    const body = Uint8Array.from(latin1('<a>\x80</a>'));
    expect(decodeText(answer(body, 'text/xml; charset=windows-1252'))).toBe('<a>€</a>');
  });

  it.each(['koi8-r', 'iso-8859-1', 'utf-16', 'no such thing'])('decodes plain ASCII that is labelled %s', (label) => {
    const body = Buffer.from('<?xml version="1.0" encoding="koi8-r"?><a/>');
    expect(decodeText(answer(body, `text/xml; charset=${label}`))).toBe('<?xml version="1.0" encoding="UTF-8"?><a/>');
  });

  it.each(['koi8-r', 'shift_jis', '__proto__', 'constructor'])('refuses %s, and names it', (label) => {
    const decode = () => decodeText(answer(latin1('<a>\xe4</a>'), `text/xml; charset=${label}`));
    expect(decode).toThrow(XcapParseError);
    expect(decode).toThrow(label);
  });

  it('refuses octets that are not UTF-8 at their place', () => {
    const body = Buffer.concat([Buffer.from('<a>\nüx'), Buffer.of(0xff), Buffer.from('</a>')]);
    expect(() => decodeText(answer(body))).toThrow(expect.objectContaining({ kind: 'encoding', line: 2, column: 3 }));
  });

  it('leaves UTF-8 as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeText(answer(Buffer.from(`<a>${text}</a>`)))).toBe(`<a>${text}</a>`);
      }),
    );
  });
});

describe('content codings', () => {
  const text = Buffer.from('x'.repeat(5000));
  const where = 'GET http://xcap.example.com/a';

  it.each([
    { coding: 'gzip', body: gzipSync(text) },
    { coding: 'X-GZip', body: gzipSync(text) },
    { coding: 'deflate', body: deflateSync(text) },
    { coding: 'deflate', body: deflateRawSync(text) },
    { coding: 'br', body: brotliCompressSync(text) },
    { coding: 'identity', body: text },
    { coding: 'gzip, br', body: brotliCompressSync(gzipSync(text)) },
  ])('decodes $coding', async ({ coding, body }) => {
    expect(Buffer.from(await decodeContent(where, body, coding, 10_000))).toEqual(text);
  });

  it('refuses a body that expands beyond the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await expect(decodeContent(where, bomb, 'gzip', 100_000)).rejects.toBeInstanceOf(ResponseTooLargeError);
  });

  it('is refused if it has more codings than servers use, whatever they cost', async () => {
    const text = new TextEncoder().encode('text');
    expect(await decodeContent(where, text, 'identity, , identity, identity, identity', 100)).toEqual(text);
    const codings = Array.from({ length: 5 }, () => 'identity').join(',');
    await expect(decodeContent(where, text, codings, 100)).rejects.toThrow('5 content codings');
    await expect(decodeContent(where, text, codings, 100)).rejects.toBeInstanceOf(ContentDecodingError);
  });

  it.each([
    { coding: 'zstd', body: text, message: /"zstd" is not supported; gzip/ },
    { coding: 'constructor', body: text, message: /"constructor" is not supported/ },
    { coding: 'gzip', body: text, message: /not valid gzip/ },
    { coding: 'br', body: gzipSync(text), message: /not valid br/ },
    { coding: 'gzip', body: gzipSync(text).subarray(0, 20), message: /not valid gzip/ },
  ])('refuses $coding with $message', async ({ coding, body, message }) => {
    const decoding = decodeContent(where, body, coding, 10_000);
    await expect(decoding).rejects.toThrow(message);
    await expect(decoding).rejects.toBeInstanceOf(ContentDecodingError);
  });

  it('are undone for a client, which does not ask for them', async () => {
    const asked: unknown[] = [];
    await using server = await startHttpServer((request, response) => {
      asked.push(request.headers['accept-encoding']);
      response.setHeader('content-encoding', 'gzip').setHeader('etag', '"1"');
      response.end(
        gzipSync('<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list name="a"/></resource-lists>'),
      );
    });
    const client = new XcapClient({ root: `${server.origin}/xcap-root`, user: 'sip:alice@example.com' });
    const { value, etag } = await client.get(resourceLists);
    expect([value.lists().length, etag, asked]).toEqual([1, '"1"', ['identity']]);
    await client.close();
  });
});
