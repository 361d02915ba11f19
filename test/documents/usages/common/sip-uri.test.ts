import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameUri } from '../../../../src/documents/usages/common/compare-uris.ts';
import { canonicalSipUri, canonicalUri, resolveEntryRef } from '../../../../src/documents/usages/common/sip-uri.ts';
import { InvalidArgumentError } from '../../../../src/selector/errors.ts';

describe('RFC 4826 section 5: canonical SIP URIs', () => {
  it.each([
    ['sip:%41nn%20s@x.example', 'sip:Ann%20s@x.example'],
    ['SIP:Bob@Example.COM', 'sip:Bob@example.com'],
    ['sip:bob@example.com;Transport=UDP;LR', 'sip:bob@example.com;lr;transport=udp'],
    ['sip:bob@example.com;b=2;a=1?subject=hi', 'sip:bob@example.com;a=1;b=2'],
    ['sips:bob@example.com:5061', 'sips:bob@example.com:5061'],
    ['sip:a%40b@example.com', 'sip:a%40b@example.com'],
    ['sip:a%c3%bc@example.com', 'sip:a%C3%BC@example.com'],
    ['sip:Bob:Secret@example.com', 'sip:Bob:Secret@example.com'],
    ['sip:user;par=x?y@Example.com', 'sip:user;par=x?y@example.com'],
    ['sip:Example.com', 'sip:example.com'],
    ['sip:%3%30@example.com', 'sip:%3%30@example.com'],
    ['sip:%%33%30@example.com', 'sip:%%330@example.com'],
    ['sip:bob@[2001:DB8::1]:5060', 'sip:bob@[2001:db8::1]:5060'],
  ])('%s', (uri, expected) => {
    expect(canonicalSipUri(uri)).toBe(expected);
  });

  it('is its own canonical form', () => {
    const uri = fc
      .tuple(
        fc.stringMatching(/^(?:%|%3|%30|%33|[A-Za-z0-9%;=.-]){1,10}$/),
        fc.stringMatching(/^[A-Za-z0-9.-]{1,10}(;[A-Za-z]{1,3}=[A-Za-z0-9]{1,2}){0,3}$/),
      )
      .map(([user, host]) => `sip:${user}@${host}`);
    fc.assert(fc.property(uri, (text) => canonicalSipUri(canonicalSipUri(text)) === canonicalSipUri(text)));
  });

  it.each(['bob@example.com', 'tel:+49', 'sip:', 'sip:bob@', ''])('rejects %j', (uri) => {
    expect(() => canonicalSipUri(uri)).toThrow(InvalidArgumentError);
  });
});

describe('RFC 4826 section 3.4.7: other URIs', () => {
  it.each([
    ['HTTP://Example.com:80/A%7eb', 'http://example.com/A~b'],
    ['https://example.com:443/x', 'https://example.com/x'],
    ['https://example.com:8443/x', 'https://example.com:8443/x'],
    ['TEL:+49-30-(12).34;Phone-Context=X', 'tel:+49301234;phone-context=x'],
    ['tel:+1-201-555-0123;ext=1-2.3;isub=A', 'tel:+12015550123;ext=123;isub=a'],
    ['tel:863-1234;phone-context=+1-914-555', 'tel:8631234;phone-context=+1914555'],
    ['tel:7042;phone-context=Ex-ample.COM', 'tel:7042;phone-context=ex-ample.com'],
    ['pres:Bob@Example.com', 'pres:Bob@example.com'],
    ['no uri', 'no uri'],
    ['sip:', 'sip:'],
  ])('%s', (uri, expected) => {
    expect(canonicalUri(uri)).toBe(expected);
  });

  it('compares by canonical form', () => {
    expect(sameUri('sip:a@B', 'sip:a@b')).toBe(true);
    expect(sameUri('sip:a@b', 'sip:A@b')).toBe(false);
  });
});

describe('RFC 4826 section 3.1: entry-refs', () => {
  const ref = 'resource-lists/users/sip:u@x.example/index/~~/resource-lists/list%5B1%5D';

  it.each(['http://xcap.x.example/services/', 'http://xcap.x.example/services'])(
    'are relative to the root %s',
    (root) => {
      expect(resolveEntryRef(ref, root)).toBe(`http://xcap.x.example/services/${ref}`);
    },
  );

  it.each(['/resource-lists/x', 'http://elsewhere.example/x', '../x', 'a/../../x', 'a/./b'])('rejects %s', (bad) => {
    expect(() => resolveEntryRef(bad, 'http://h/r')).toThrow(InvalidArgumentError);
  });
});
