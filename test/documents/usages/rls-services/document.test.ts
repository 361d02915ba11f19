import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, ValidationError } from '../../../../src/documents/errors.ts';
import { rlsServices } from '../../../../src/documents/usages/rls-services/usage.ts';
import { sample } from '../../../support/sample.ts';

const RLS = 'urn:ietf:params:xml:ns:rls-services';
const RL = 'urn:ietf:params:xml:ns:resource-lists';
const BUDDIES = 'sip:mybuddies@example.com';
const MARKETING = 'sip:marketing@example.com';
const LIST =
  'https://xcap.example.com/xcap-root/resource-lists/users/sip:alice@example.com/index/~~/resource-lists/list%5B1%5D';

const parsed = () => rlsServices.parse(sample('rls-services.xml'));

describe('RFC 4826 section 4.4.4: a list and its content have different namespaces', () => {
  it('binds the prefix of the entry and not that of the list', () => {
    expect(String(rlsServices.service(MARKETING).list().entry('sip:joe@example.com'))).toBe(
      `/rls-services/service[@uri="${MARKETING}"]/list/rl:entry[@uri="sip:joe@example.com"]?xmlns(rl=${RL})`,
    );
  });

  it('reads and writes both', () => {
    const document = parsed();
    document.append(rlsServices.service(MARKETING).list(), {
      list: { name: 'more', entry: { uri: 'sip:x@example.com' } },
    });
    expect(document.get(rlsServices.service(MARKETING).list())?.list).toEqual([
      { name: 'more', entry: [{ uri: 'sip:x@example.com' }] },
    ]);
    expect(String(document)).toContain('<rl:list name="more">');
    expect(document.validate()).toEqual([]);
  });

  it('reports an entry in the namespace of the list', () => {
    const document = rlsServices.parse(
      `<rls-services xmlns="${RLS}"><service uri="sip:a@b"><list><entry uri="sip:c@d"/></list></service></rls-services>`,
    );
    expect(document.validate()).toMatchObject([
      { rule: 'not-in-schema', message: expect.stringContaining('rl:entry') },
    ]);
  });
});

describe('RFC 4826 section 4: services', () => {
  it('are returned in document order', () => {
    expect(parsed().services()).toMatchObject([
      { uri: BUDDIES, resourceList: expect.stringContaining('friends'), list: undefined, packages: ['presence'] },
      { uri: MARKETING, resourceList: undefined, packages: ['presence', 'dialog'] },
    ]);
  });

  it('are added with a reference or a list, and with packages', () => {
    const document = rlsServices.create();
    document.addService({ uri: 'sip:a@b', resourceList: LIST, packages: ['presence'] });
    document.addService({ uri: 'sip:c@d', list: { name: 'l', entry: [{ uri: 'sip:e@f', displayName: 'E' }] } });
    expect(document.validate()).toEqual([]);
    expect(document.services().map(({ uri, packages }) => [uri, packages])).toEqual([
      ['sip:a@b', ['presence']],
      ['sip:c@d', undefined],
    ]);
  });

  it('are removed by URI or selector', () => {
    const document = parsed();
    document.removeService(BUDDIES);
    document.removeService(rlsServices.service(MARKETING));
    expect(document.services()).toEqual([]);
  });

  it('have unique URIs', () => {
    const document = parsed();
    expect(() => document.addService({ uri: BUDDIES, resourceList: LIST })).toThrow(ConflictError);
    expect(String(document)).toBe(sample('rls-services.xml'));
  });

  it('need a list of one kind', () => {
    const document = parsed();
    expect(() => document.addService({ uri: 'sip:x@y' } as never)).toThrow(ValidationError);
    expect(() => document.addService({ uri: 'sip:x@y', list: {}, resourceList: LIST } as never)).toThrow(
      ValidationError,
    );
    expect(String(document)).toBe(sample('rls-services.xml'));
  });

  it('throw NotFoundError when they do not exist', () => {
    expect(() => parsed().removeService('sip:nobody@example.com')).toThrow(NotFoundError);
    expect(() => parsed().addPackage('sip:nobody@example.com', 'presence')).toThrow(NotFoundError);
  });
});

describe('RFC 4826 section 4.1: packages', () => {
  it('are added once', () => {
    const document = parsed();
    document.addPackage(BUDDIES, 'dialog');
    document.addPackage(BUDDIES, 'presence');
    expect(document.packages(BUDDIES)).toEqual(['presence', 'dialog']);
    expect(document.validate()).toEqual([]);
  });

  it('restrict a service that accepted every package', () => {
    const document = rlsServices.create();
    document.addService({ uri: 'sip:a@b', resourceList: LIST });
    document.addPackage('sip:a@b', 'presence');
    expect(document.packages('sip:a@b')).toEqual(['presence']);
  });

  it('remain as an empty list when the last is removed, because no list would accept every package', () => {
    const document = parsed();
    document.removePackage(BUDDIES, 'presence');
    expect(document.packages(BUDDIES)).toEqual([]);
  });

  it('are replaced as a whole, or removed', () => {
    const document = parsed();
    document.setPackages(MARKETING, ['dialog', 'reg', 'dialog']);
    expect(document.packages(MARKETING)).toEqual(['dialog', 'reg']);
    document.setPackages(MARKETING, null);
    expect(document.packages(MARKETING)).toBeUndefined();
  });
});

describe('RFC 4826 section 4.4.5: validation', () => {
  it('finds the sample valid', () => {
    expect(parsed().validate()).toEqual([]);
  });

  const rules = (inner: string) =>
    rlsServices
      .parse(`<rls-services xmlns="${RLS}" xmlns:rl="${RL}">${inner}</rls-services>`)
      .validate()
      .map(({ rule }) => rule);
  const service = (inner: string) => `<service uri="sip:a@b">${inner}</service>`;

  it.each([
    ['a relative list', service('<resource-list>resource-lists/users/a/index</resource-list>'), ['constraint']],
    [
      'a list of another AUID',
      service('<resource-list>http://h/pres-rules/users/a/index</resource-list>'),
      ['constraint'],
    ],
    [
      'a list of the global tree',
      service('<resource-list>http://h/resource-lists/global/index/~~/resource-lists/list</resource-list>'),
      [],
    ],
    ['no list', service(''), ['one-of']],
    ['both lists', service(`<resource-list>${LIST}</resource-list><list/>`), ['one-of']],
    ['the same URI twice', service('<list/>') + service('<list/>'), ['unique']],
    [
      'an entry twice',
      service('<list><rl:list><rl:entry uri="sip:a"/><rl:entry uri="sip:a"/></rl:list></list>'),
      ['unique'],
    ],
    ['an absolute entry-ref', service('<list><rl:entry-ref ref="http://h/x"/></list>'), ['constraint']],
    ['an external without anchor', service('<list><rl:external/></list>'), ['constraint']],
  ])('%s', (_, inner, expected) => {
    expect(rules(inner)).toEqual(expected);
  });
});
