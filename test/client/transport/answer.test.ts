import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../src/client/transport/answer.ts';
import type { RawAnswer } from '../../../src/client/transport/request.ts';
import { decodeText } from '../../../src/client/transport/text.ts';

const url = 'http://xcap.example.com/root/a';
const answer = (status: number, body: string | Uint8Array = '', more: Partial<RawAnswer> = {}): RawAnswer => ({
  status,
  url,
  method: 'PUT',
  headers: {},
  body: typeof body === 'string' ? Buffer.from(body) : body,
  isFiltered: false,
  ...more,
});

const thrown = (raw: RawAnswer) => {
  try {
    checkAnswer(raw);
  } catch (error) {
    return error;
  }
  return expect.unreachable('no error');
};

describe('statuses (RFC 4825 section 8)', () => {
  const METHODS = ['GET', 'PUT', 'DELETE'] as const;
  it.each(METHODS)('accept a 2xx only where it is an answer to %s', (method) => {
    const expected = { GET: [200], PUT: [200, 201, 204], DELETE: [200, 204] }[method];
    for (let status = 200; status < 300; status++) {
      const raw = answer(status, '', { method });
      if (expected.includes(status)) expect(checkAnswer(raw).status).toBe(status);
      else expect(thrown(raw)).toMatchObject({ code: 'http', status });
    }
  });

  it('leave out an entity tag that cannot be used in a condition', () => {
    for (const etag of ['*', '"a", "b"', '"a\tb"']) {
      expect(checkAnswer(answer(200, '', { headers: { etag, allow: 'GET' } })).headers).toEqual({ allow: 'GET' });
    }
    expect(checkAnswer(answer(200, '', { headers: { etag: '1a2b' } })).headers).toEqual({ etag: '1a2b' });
  });

  it('accept 304 only for a conditional request', () => {
    expect(checkAnswer(answer(304), { notModified: true }).status).toBe(304);
    expect(thrown(answer(304))).toMatchObject({ code: 'http' });
  });

  it.each([
    [400, 'http'],
    [401, 'authentication'],
    [403, 'authentication'],
    [404, 'not-found'],
    [405, 'method-not-allowed'],
    [409, 'conflict'],
    [412, 'precondition-failed'],
    [415, 'unsupported-media-type'],
    [301, 'http'],
    [500, 'http'],
    [503, 'http'],
  ])('report %i as an error of code %s that names the resource in one sentence', (status, code) => {
    const html = '<html>\n<body>Oh no</body></html>';
    const error = thrown(answer(status, html, { headers: { 'content-type': 'text/html' } }));
    expect(error).toMatchObject({ code, status, url, body: html });
    expect(error).toHaveProperty(
      'message',
      expect.stringMatching(/^PUT http:\/\/xcap\.example\.com\/root\/a: [^<\n]+$/),
    );
  });

  it('405 lists the allowed methods', () => {
    expect(thrown(answer(405, '', { headers: { allow: 'GET, PUT' } }))).toMatchObject({ allow: ['GET', 'PUT'] });
  });

  it('409 carries the report, whatever its media type', () => {
    const body =
      '<xcap-error xmlns="urn:ietf:params:xml:ns:xcap-error"><!-- x --><no-parent phrase="no list"><ancestor>/a</ancestor></no-parent></xcap-error>';
    expect(thrown(answer(409, body))).toMatchObject({ condition: 'no-parent', phrase: 'no list', ancestor: '/a' });
  });

  it('409 with anything else is a conflict without a condition', () => {
    expect(thrown(answer(409, '{"detail": "no"}'))).toMatchObject({ code: 'conflict', condition: undefined });
  });

  it('a redirect to another origin names the target and what to do', () => {
    const raw = answer(307, '', { redirect: { away: 'https://other.example/x' } });
    expect(thrown(raw)).toHaveProperty(
      'message',
      expect.stringMatching(/"https:\/\/other\.example\/x"; make a client/),
    );
  });

  it('show a body that is not UTF-8', () => {
    expect(thrown(answer(500, new Uint8Array([65, 255])))).toMatchObject({ body: 'A\ufffd' });
  });
});

describe('text (RFC 4825 section 6)', () => {
  it('keeps a byte order mark and accepts a declared UTF-8', () => {
    const headers = { 'content-type': 'application/xml; charset="UTF-8"' };
    expect(decodeText(answer(200, '\ufeff<ä/>', { headers }))).toBe('\ufeff<ä/>');
  });

  it('reports the position of the first octet that is not UTF-8', () => {
    const body = Buffer.concat([Buffer.from('<a>\n€\ufffd'), Buffer.from([0xe4]), Buffer.from('</a>')]);
    expect(() => decodeText(answer(200, body))).toThrow(
      expect.objectContaining({ code: 'parse', line: 2, column: 3, url }),
    );
  });

  it('refuses another declared charset', () => {
    const headers = { 'content-type': 'text/xml; charset=koi8-r' };
    expect(() => decodeText(answer(200, '<ä/>', { headers }))).toThrow('"koi8-r" is not supported');
  });
});
