import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalSipUri, canonicalUri, sameUri } from '../../../../src/documents/index.ts';

describe('sameUri: the examples of RFC 3261 section 19.1.4', () => {
  it.each([
    { one: 'sip:%61lice@atlanta.com;transport=TCP', other: 'sip:alice@AtLanTa.CoM;Transport=tcp' },
    { one: 'sip:carol@chicago.com', other: 'sip:carol@chicago.com;newparam=5' },
    { one: 'sip:carol@chicago.com', other: 'sip:carol@chicago.com;security=on' },
    { one: 'sip:carol@chicago.com;newparam=5', other: 'sip:carol@chicago.com;security=on' },
    {
      one: 'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      other: 'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    },
    {
      one: 'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      other: 'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    },
  ])('$one equals $other', ({ one, other }) => {
    expect(sameUri(one, other)).toBe(true);
    expect(sameUri(other, one)).toBe(true);
  });

  it.each([
    { one: 'SIP:ALICE@AtLanTa.CoM;Transport=udp', other: 'sip:alice@AtLanTa.CoM;Transport=UDP' },
    { one: 'sip:bob@biloxi.com', other: 'sip:bob@biloxi.com:5060' },
    { one: 'sip:bob@biloxi.com', other: 'sip:bob@biloxi.com;transport=udp' },
    { one: 'sip:bob@biloxi.com', other: 'sip:bob@biloxi.com:6000;transport=tcp' },
    { one: 'sip:carol@chicago.com', other: 'sip:carol@chicago.com?Subject=next%20meeting' },
    { one: 'sip:bob@phone21.boxesbybob.com', other: 'sip:bob@192.0.2.4' },
    { one: 'sip:carol@chicago.com;security=on', other: 'sip:carol@chicago.com;security=off' },
  ])('$one does not equal $other', ({ one, other }) => {
    expect(sameUri(one, other)).toBe(false);
    expect(sameUri(other, one)).toBe(false);
  });
});

describe('sameUri: the rules of RFC 3261 section 19.1.4', () => {
  it.each([
    { rule: 'sip and sips differ', one: 'sip:a@b', other: 'sips:a@b', same: false },
    { rule: 'a user counts', one: 'sip:b', other: 'sip:a@b', same: false },
    { rule: 'a password counts', one: 'sip:a@b', other: 'sip:a:p@b', same: false },
    { rule: 'a password is case-sensitive', one: 'sip:a:p@b', other: 'sip:a:P@b', same: false },
    { rule: 'a reserved character differs from its escape', one: 'sip:a%2Bb@c', other: 'sip:a+b@c', same: false },
    { rule: 'the case of an escape does not count', one: 'sip:a%c3%bc@b', other: 'sip:a%C3%BC@b', same: true },
    { rule: 'user in one only counts', one: 'sip:+1@b', other: 'sip:+1@b;user=phone', same: false },
    { rule: 'ttl in one only counts', one: 'sip:a@b', other: 'sip:a@b;ttl=1', same: false },
    { rule: 'method in one only counts', one: 'sip:a@b', other: 'sip:a@b;method=INVITE', same: false },
    { rule: 'maddr in one only counts', one: 'sip:a@b', other: 'sip:a@b;maddr=1.2.3.4', same: false },
    { rule: 'lr in one only is ignored', one: 'sip:a@b', other: 'sip:a@b;lr', same: true },
    { rule: 'header names have no case', one: 'sip:a@b?Priority=Urgent', other: 'sip:a@b?priority=urgent', same: true },
    { rule: 'a Call-ID has case', one: 'sip:a@b?call-id=A', other: 'sip:a@b?call-id=a', same: false },
    { rule: 'a user in a header has case', one: 'sip:a@b?to=sip:A%40c', other: 'sip:a@b?to=sip:a%40c', same: false },
    { rule: 'tel and sip differ', one: 'tel:+1', other: 'sip:+1@b;user=phone', same: false },
  ])('$rule', ({ one, other, same }) => {
    expect(sameUri(one, other)).toBe(same);
    expect(sameUri(other, one)).toBe(same);
  });
});

describe('sameUri: tel URIs by RFC 3966 section 4', () => {
  it.each([
    { one: 'tel:+1-201-555-0123', other: 'TEL:+12015550123', same: true },
    { one: 'tel:+1(201)555.0123;ext=1-2', other: 'tel:+12015550123;EXT=12', same: true },
    { one: 'tel:7042;phone-context=example.com', other: 'tel:70-42;phone-context=EXAMPLE.com', same: true },
    { one: 'tel:863-1234;phone-context=+1-914-555', other: 'tel:8631234;phone-context=+1914555', same: true },
    { one: 'tel:+1;a=1;b=2', other: 'tel:+1;b=2;a=1', same: true },
    { one: 'tel:+1;isub=A', other: 'tel:+1;isub=a', same: true },
    { one: 'tel:+1', other: 'tel:1;phone-context=+', same: false },
    { one: 'tel:+1', other: 'tel:+1;a=1', same: false },
    { one: 'tel:%2.A', other: 'tel:%2A', same: false },
    { one: 'tel:%2.A-', other: 'tel:%2.A-', same: true },
    { one: 'tel:7042;phone-context=example.com', other: 'tel:7042;phone-context=example.net', same: false },
    { one: 'tel:7042;phone-context=ex-ample.com', other: 'tel:7042;phone-context=example.com', same: false },
  ])('$one and $other: $same', ({ one, other, same }) => {
    expect(sameUri(one, other)).toBe(same);
    expect(sameUri(other, one)).toBe(same);
  });
});

describe('canonical forms and comparison', () => {
  const uri = fc
    .tuple(
      fc.constantFrom('sip:', 'SIPS:', 'tel:'),
      fc.stringMatching(/^[a-zA-Z0-9%.+-]{1,6}$/),
      fc.constantFrom('', '@b', '@B:5060'),
      fc.constantFrom('', ';lr', ';transport=TCP', ';user=phone;x=1'),
    )
    .map((parts) => parts.join(''));

  it('a URI without header fields equals its canonical form', () => {
    fc.assert(fc.property(uri, (text) => sameUri(text, canonicalUri(text))));
  });

  it('a canonical form without header fields is equal to the URI', () => {
    expect(sameUri(canonicalSipUri('SIP:a%41@B;Y=1;x=2'), 'sip:aA@b;x=2;y=1')).toBe(true);
  });
});
