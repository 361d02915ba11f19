import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  canonicalSipUri,
  canonicalUri,
  combineWatcherinfo,
  documentSelector,
  documentUri,
  encodeNodeSelector,
  parseDocument,
  parsePath,
  parseSelector,
  parseXcapError,
  parseXcapUri,
  presRules,
  readWatcherinfo,
  readXcapDiff,
  resolveEntryRef,
  resourceLists,
  rlsServices,
  sameUri,
  simservs,
  waitingWatchers,
  XcapClient,
} from '../../src/index.ts';
import { budget, spent } from './cpu.ts';

/** No text of one megabyte keeps a public function busy: all of them take linear time. */

const SIZE = 1_000_000;
const NAMESPACE = 'urn:ietf:params:xml:ns:resource-lists';
const ROOT = 'http://xcap.example.com/root';
const fill = (piece: string): string => piece.repeat(Math.floor(SIZE / piece.length));
const { list } = resourceLists;

const TEXTS: readonly string[] = [
  ...[' ', '/', '<', '&', '"', '[', '(', '%', '%41', '@', ':', ';', 'a', '\r\n', '~~/', '../'].map(fill),
  ...['a/', '*/', 'a[1]/', '[@a="', '&#38;', 'xmlns(a=b)', 'http://a@', '<a ', '<a b="', '<!--', '</a>'].map(fill),
  `a[@b="${fill('"')}`,
  `a?${fill('xmlns(a=b)')}`,
  `http://${fill('@')}/`,
  `http://x${fill('/')}`,
  `sip:${fill('%41')}@x`,
  `sip:a@b${fill(';a=b')}`,
  `"${fill('&#38;')}"`,
  `${ROOT}/resource-lists/users/a/index/~~/${fill('a/')}b`,
];

const XML: readonly string[] = [
  `<a ${fill(' ')}/>`,
  `<a ${Array.from({ length: 80_000 }, (_, index) => `a${index}=""`).join(' ')}/>`,
  `${'<a>'.repeat(990)}${fill('<b/>')}${'</a>'.repeat(990)}`,
  `${Array.from({ length: 900 }, (_, index) => `<a xmlns:p${index}="u">`).join('')}${fill('<p0:b/>')}${'</a>'.repeat(900)}`,
  fill('<a>'),
  `<a>${fill('&')}</a>`,
  `<a b="${fill('&lt;')}"/>`,
  `<a>${fill('<!---->')}</a>`,
  `${fill('<?a?>')}<a/>`,
  `<${fill('a')}/>`,
  `<a b='${fill('>')}"/>`,
];

/** Many siblings, and many siblings at a great depth. */
const SEARCHED: readonly string[] = [
  `<a>${fill('<entry/>')}</a>`,
  `${'<a>'.repeat(980)}${fill('<b/>')}${'</a>'.repeat(980)}`,
];

const FUNCTIONS: Readonly<Record<string, (text: string) => unknown>> = {
  parseSelector: (text) => parseSelector(text, {}),
  parsePath: (text) => parsePath(text, {}),
  encodeNodeSelector,
  parseXcapUri: (text) => parseXcapUri(text, { root: ROOT }),
  'documentUri (names)': (text) =>
    documentUri({ root: ROOT, usage: 'a', tree: 'users', user: { xui: text }, document: text }),
  'documentUri (root)': (text) => documentUri({ root: text, usage: 'a', tree: 'global', document: 'b' }),
  documentSelector: (text) => documentSelector({ usage: 'a', tree: 'users', user: 'sip:a@b', document: text }),
  canonicalSipUri,
  canonicalUri,
  sameUri: (text) => sameUri(text, `${text}x`),
  'resolveEntryRef (reference)': (text) => resolveEntryRef(text, ROOT),
  'resolveEntryRef (root)': (text) => resolveEntryRef('a/b', text),
  parseXcapError: (text) => parseXcapError(`${text}urn:ietf:params:xml:ns:xcap-error`),
  readXcapDiff: (text) => readXcapDiff(text),
  applyPatch: (text) => applyPatch(parseDocument('<a/>'), text),
  'put of XML text': (text) => resourceLists.create().put(list('a'), text),
  'a key of a selector': (text) => `${list(text).entry(text)} ${list(text).toPath()}`,
  'data of an entry': (text) => {
    const document = resourceLists.create();
    document.addList('a');
    document.addEntry(list('a'), { uri: text, displayName: text });
    return document.find(text);
  },
  'an attribute': (text) => {
    const document = resourceLists.parse(`<resource-lists xmlns="${NAMESPACE}"><list name="a"/></resource-lists>`);
    document.put(list('a').attr('name'), text);
    return document.validate();
  },
  'pres-rules decide': (text) => presRules.create().decide({ watcher: text }),
  'pres-rules allow': (text) => presRules.create().allow(text),
  'rls-services': (text) => rlsServices.create().addService({ uri: text, resourceList: text, packages: [text] }),
  'new XcapClient (root)': (text) => new XcapClient({ root: text }),
  'new XcapClient (user)': (text) => new XcapClient({ root: ROOT, user: text, password: 'x' }),
};

describe('a text of one megabyte', { timeout: 300_000 }, () => {
  it.each(Object.entries(FUNCTIONS))('keeps %s busy for no longer than its budget', (_, run) => {
    for (const text of TEXTS)
      expect(
        spent(() => run(text)),
        text.slice(0, 40),
      ).toBeLessThan(budget);
  });

  it.each(XML.map((text) => ({ text, start: text.slice(0, 20) })))(
    'of XML that starts with $start is read, printed, copied and compared within the budget',
    ({ text }) => {
      expect(spent(() => parseDocument(text))).toBeLessThan(budget);
      const work = () => {
        const document = parseDocument(text);
        return document.equals(document.clone()) && document.toString();
      };
      expect(spent(work)).toBeLessThan(3 * budget);
    },
  );

  it('is searched by XPath expressions within the budget', () => {
    for (const text of SEARCHED) {
      const document = parseDocument(text);
      for (const path of ['//*', '//*[@uri]', '//a//b', '//entry[1]', '//b/ancestor::a', '//*/following-sibling::*']) {
        const search = () => document.selectValue(`count(${path})`);
        expect(spent(search), `${path} in ${text.slice(0, 40)}`).toBeLessThan(budget);
      }
      const select = () => document.select('//*');
      expect(spent(select), text.slice(0, 40)).toBeLessThan(budget);
    }
  });

  it('is refused as an XPath expression within the budget, or evaluated if it is as long as is allowed', () => {
    const document = parseDocument('<a/>');
    for (const piece of ['1,', '1|', '(', 'a[', '/a', '-', 'not(', '1 or ', "'"]) {
      const long = `concat(${fill(piece)}1)`;
      expect(() => document.selectValue(long), piece).toThrow(/characters/);
      const search = () => document.selectValue(`concat(${piece.repeat(90_000 / piece.length)}1)`);
      expect(spent(search), piece).toBeLessThan(budget);
    }
  });

  it('of call forwarding rules is read and checked by SimservsDocument within the budget', () => {
    const rule =
      '<cp:conditions><busy/></cp:conditions><cp:actions><forward-to><target>sip:a@b</target></forward-to></cp:actions>';
    const rules = Array.from({ length: 6000 }, (_, index) => `<cp:rule id="r${index}">${rule}</cp:rule>`).join('');
    const document = simservs.parse(
      `<simservs xmlns="http://uri.etsi.org/ngn/params/xml/simservs/xcap" xmlns:cp="urn:ietf:params:xml:ns:common-policy">
<communication-diversion active="true"><cp:ruleset>${rules}</cp:ruleset></communication-diversion></simservs>`,
    );
    expect(spent(() => expect(document.lint()).toEqual([]))).toBeLessThan(budget);
    expect(spent(() => expect(document.forwarding()).toHaveLength(6000))).toBeLessThan(budget);
    expect(spent(() => document.decide({ direction: 'incoming', state: 'busy' }))).toBeLessThan(budget);
  });

  it('of presence rules is read and changed by PresRulesDocument within the budget', () => {
    const others = ruleset(6000, (index) => `<cp:identity><cp:one id="sip:u${index}@x"/></cp:identity>`);
    const managed = ruleset(1, () => {
      const watchers = Array.from({ length: 25_000 }, (_, index) => `<cp:one id="sip:u${index}@x"/>`);
      return `<cp:identity>${watchers.join('')}</cp:identity>`;
    }).replace('id="r0"', 'id="xcap-allow"');
    const domain = ruleset(1, () => {
      const except = Array.from({ length: 20_000 }, (_, index) => `<cp:except id="sip:u${index}@x"/>`);
      return `<cp:identity><cp:many domain="x">${except.join('')}</cp:many></cp:identity>`;
    }).replace('id="r0"', 'id="xcap-allow"');
    const watchers = Array.from({ length: 1000 }, (_, index) => `sip:u${index}@x`);
    for (const text of [others, managed, domain]) {
      const document = presRules.parse(text);
      for (const verb of [
        () => document.lint(),
        () => document.rules(),
        () => document.decide({ watcher: 'sip:u5999@x' }),
        () => document.allow('sip:u1@x'),
        () => document.block(watchers),
        () => document.forget(watchers),
        () => document.validate(),
      ]) {
        expect(spent(verb), `${verb} of ${text.slice(120, 220)}`).toBeLessThan(budget);
      }
    }
  });

  it('of watcher information is read and combined within the budget', () => {
    const watchers = Array.from(
      { length: 8000 },
      (_, index) => `<watcher id="w${index}" status="pending" event="subscribe">sip:u${index}@x</watcher>`,
    );
    const text = `<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="1" state="partial">
<watcher-list resource="sip:a@x" package="presence">${watchers.join('')}</watcher-list></watcherinfo>`;
    const work = () => {
      const partial = readWatcherinfo(text);
      const known = combineWatcherinfo(undefined, { ...partial, version: 0, state: 'full' });
      return waitingWatchers(combineWatcherinfo(known, partial) ?? partial);
    };
    expect(spent(work)).toBeLessThan(budget);
  });
});

/** Presence rules with numbered rules. */
const ruleset = (count: number, conditions: (index: number) => string): string => {
  const actions = '<cp:actions><pr:sub-handling>allow</pr:sub-handling></cp:actions>';
  const rules = Array.from(
    { length: count },
    (_, index) => `<cp:rule id="r${index}"><cp:conditions>${conditions(index)}</cp:conditions>${actions}</cp:rule>`,
  );
  return `<cp:ruleset xmlns:cp="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules">${rules.join('')}</cp:ruleset>`;
};
