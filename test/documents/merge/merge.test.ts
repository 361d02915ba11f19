import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MergePreference, merge } from '../../../src/documents/merge/merge.ts';
import { defineApplicationUsage } from '../../../src/documents/usage.ts';
import { resourceLists } from '../../../src/documents/usages/resource-lists/usage.ts';
import { anyLists, validLists } from '../support/random-lists.ts';

const RL = 'urn:ietf:params:xml:ns:resource-lists';
const parse = (xml: string) => resourceLists.parse(xml);
const lists = (content: string) => parse(`<resource-lists xmlns="${RL}">${content}</resource-lists>`);
const entry = (uri: string, name = uri) => `<entry uri="${uri}"><display-name>${name}</display-name></entry>`;
const friends = (...entries: readonly string[]) => lists(`<list name="friends">${entries.join('')}</list>`);
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((uri) => entry(uri)) as [string, string, string, string]; // four of them
const outcome = (
  ...[base, mine, theirs, options]: Parameters<typeof merge<typeof resourceLists.definition, ReturnType<typeof lists>>>
) => {
  const { document, conflicts } = merge(base, mine, theirs, options);
  return { content: document.toString().replace(/^.*?resource-lists"[^>]*>|<\/resource-lists>$/gs, ''), conflicts };
};
const runs = { numRuns: 700 };
const sortMembers = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
const described = (conflicts: ReturnType<typeof outcome>['conflicts']) =>
  conflicts.map(({ selector, ...rest }) => ({ ...rest, selector: String(selector) }));

describe('merge: independent changes', () => {
  it('keeps entries added on both sides, theirs first', () => {
    expect(outcome(friends(a), friends(a, b), friends(a, c))).toEqual({
      content: `<list name="friends">${a}${c}${b}</list>`,
      conflicts: [],
    });
  });

  it('removes what either side removed', () => {
    expect(outcome(friends(a, b, c), friends(b, c), friends(a, b)).content).toBe(`<list name="friends">${b}</list>`);
  });

  it('adds to a list that the other side renamed', () => {
    const renamed = lists(`<list name="pals">${a}${b}</list>`);
    expect(outcome(friends(a, b), friends(a, b, c), renamed)).toEqual({
      content: `<list name="pals">${a}${b}${c}</list>`,
      conflicts: [],
    });
    expect(outcome(friends(a, b), renamed, friends(a, b, c)).content).toBe(`<list name="pals">${a}${b}${c}</list>`);
  });

  it('moves an entry that the other side changed', () => {
    const changed = entry('c', 'Carol');
    expect(outcome(friends(a, b, c), friends(c, a, b), friends(a, b, changed)).content).toBe(
      `<list name="friends">${changed}${a}${b}</list>`,
    );
  });

  it('applies the same change of both sides once', () => {
    const both = friends(entry('a', 'Anne'), d);
    expect(outcome(friends(a, b), both, both)).toEqual({
      content: `<list name="friends">${entry('a', 'Anne')}${d}</list>`,
      conflicts: [],
    });
  });

  it('puts my entry behind the display-name that they added', () => {
    const theirs = friends('<display-name>F</display-name>');
    expect(outcome(friends(), friends(a), theirs).content).toBe(
      `<list name="friends"><display-name>F</display-name>${a}</list>`,
    );
    expect(outcome(friends(), theirs, friends(a)).content).toBe(
      `<list name="friends"><display-name>F</display-name>${a}</list>`,
    );
  });

  it('keeps their comments, extensions and line breaks, and follows their indentation', () => {
    const theirs = lists(`\n  <!-- mine? -->\n  <list name="friends">\n    ${a}\n    <x xmlns="urn:x"/>\n  </list>\n`);
    expect(outcome(friends(a), friends(a, b), theirs).content).toBe(
      `\n  <!-- mine? -->\n  <list name="friends">\n    ${a}\n    ${b}\n    <x xmlns="urn:x"/>\n  </list>\n`,
    );
  });

  it('does not change the given documents', () => {
    const [base, mine, theirs] = [friends(a, b), friends(b, c), friends(a, d)];
    const texts = [base, mine, theirs].map(String);
    merge(base, mine, theirs);
    expect([base, mine, theirs].map(String)).toEqual(texts);
  });
});

describe('merge: conflicts', () => {
  const base = friends(a, b);

  it('lists a text changed on both sides', () => {
    const { content, conflicts } = outcome(base, friends(entry('a', 'M'), b), friends(entry('a', 'T'), b));
    expect(content).toContain(entry('a', 'T'));
    expect(described(conflicts)).toEqual([
      {
        kind: 'text',
        selector: '/resource-lists/list[@name="friends"]/entry[@uri="a"]/display-name',
        base: 'a',
        mine: 'M',
        theirs: 'T',
        xml: { base: 'a', mine: 'M', theirs: 'T' },
      },
    ]);
  });

  it('keeps my text if mine is preferred, and still lists the conflict', () => {
    const options = { prefer: 'mine' } as const;
    const { content, conflicts } = outcome(base, friends(entry('a', 'M'), b), friends(entry('a', 'T'), b), options);
    expect(content).toContain(entry('a', 'M'));
    expect(conflicts).toHaveLength(1);
  });

  it('lists an entry that one side removed and the other side changed', () => {
    const { content, conflicts } = outcome(base, friends(b), friends(entry('a', 'T'), b));
    expect(content).toContain(entry('a', 'T'));
    expect(described(conflicts)).toEqual([
      {
        kind: 'removed',
        selector: '/resource-lists/list[@name="friends"]/entry[@uri="a"]',
        base: { uri: 'a', displayName: { text: 'a' } },
        theirs: { uri: 'a', displayName: { text: 'T' } },
        xml: { base: a, theirs: entry('a', 'T') },
      },
    ]);
  });

  it('restores an entry that they removed and I changed if mine is preferred', () => {
    const { content } = outcome(base, friends(entry('a', 'M'), b), friends(b), { prefer: 'mine' });
    expect(content).toBe(`<list name="friends">${entry('a', 'M')}${b}</list>`);
  });

  it('lists an entry that both sides added with different content', () => {
    const { content, conflicts } = outcome(base, friends(a, b, entry('c', 'M')), friends(a, b, entry('c', 'T')));
    expect(content).toBe(`<list name="friends">${a}${b}${entry('c', 'T')}</list>`);
    expect(described(conflicts)).toMatchObject([
      { kind: 'added', xml: { mine: entry('c', 'M'), theirs: entry('c', 'T') } },
    ]);
  });

  it('lists an attribute that was changed to different values', () => {
    const [mine, theirs] = [lists(`<list name="m">${a}${b}</list>`), lists(`<list name="t">${a}${b}</list>`)];
    const { content, conflicts } = outcome(base, mine, theirs);
    expect(content).toContain('name="t"');
    expect(described(conflicts)).toEqual([
      {
        kind: 'attribute',
        selector: '/resource-lists/list[@name="friends"]/@name',
        base: 'friends',
        mine: 'm',
        theirs: 't',
        xml: { base: 'friends', mine: 'm', theirs: 't' },
      },
    ]);
  });

  it('lists two entries that got the same key, and never keeps both', () => {
    const named = (uri: string, name: string) => entry(uri, name);
    const [x, y] = [named('x', 'X'), named('y', 'Y')];
    const [mine, theirs] = [friends(named('z', 'X'), y), friends(x, named('z', 'Y'))];
    for (const prefer of ['mine', 'theirs'] as const) {
      const { document, conflicts } = merge(friends(x, y), mine, theirs, { prefer });
      expect(conflicts.map(({ kind }) => kind)).toEqual(['uniqueness']);
      expect(document.validate()).toEqual([]);
    }
  });

  it('lists an entry that was moved to different places', () => {
    const { conflicts } = outcome(friends(a, b, c, d), friends(d, a, b, c), friends(a, d, b, c));
    expect(described(conflicts)).toMatchObject([{ kind: 'order', base: 4, mine: 1, theirs: 2 }]);
  });
});

describe('merge: laws', () => {
  const equal = (merged: ReturnType<typeof lists>, wanted: ReturnType<typeof lists>) =>
    expect(merged.equals(wanted), `${merged}`).toBe(true);

  it('returns theirs, with the same text, if mine is the base', () => {
    fc.assert(
      fc.property(anyLists, anyLists, (base, theirs) => {
        const { document, conflicts } = merge(parse(base), parse(base), parse(theirs));
        expect([document.toString(), conflicts]).toEqual([theirs, []]);
      }),
      runs,
    );
  });

  it('returns mine if theirs is the base', () => {
    fc.assert(
      fc.property(anyLists, anyLists, (base, mine) => {
        const { document, conflicts } = merge(parse(base), parse(mine), parse(base));
        equal(document, parse(mine));
        expect(conflicts).toEqual([]);
      }),
      runs,
    );
  });

  it('returns the common version if both sides are equal', () => {
    fc.assert(
      fc.property(anyLists, anyLists, (base, both) => {
        const { document, conflicts } = merge(parse(base), parse(both), parse(both));
        expect([document.toString(), conflicts]).toEqual([both, []]);
      }),
      runs,
    );
  });

  it('reports the same conflicts with the sides exchanged', () => {
    fc.assert(
      fc.property(validLists, validLists, validLists, (base, mine, theirs) => {
        const one = described(merge(parse(base), parse(mine), parse(theirs)).conflicts);
        const other = described(merge(parse(base), parse(theirs), parse(mine)).conflicts).map(
          ({ mine: ours, theirs: others, xml: { mine: our, theirs: other, ...base }, ...rest }) => ({
            ...rest,
            ...(others === undefined ? {} : { mine: others }),
            ...(ours === undefined ? {} : { theirs: ours }),
            xml: { ...base, ...(other && { mine: other }), ...(our && { theirs: our }) },
          }),
        );
        const sorted = (conflicts: readonly object[]) =>
          conflicts.map((conflict) => JSON.stringify(conflict, (_, value) => sortMembers(value))).sort();
        expect(sorted(one)).toEqual(sorted(other));
      }),
      runs,
    );
  });

  it('never uses a unique key twice, whichever side is preferred', () => {
    fc.assert(
      fc.property(
        validLists,
        validLists,
        validLists,
        fc.constantFrom('mine', 'theirs'),
        (base, mine, theirs, prefer) => {
          const { document } = merge(parse(base), parse(mine), parse(theirs), { prefer });
          expect(document.validate().filter(({ rule }) => rule === 'unique')).toEqual([]);
        },
      ),
      runs,
    );
  });

  it('never fails, for any three documents', () => {
    fc.assert(
      fc.property(anyLists, anyLists, anyLists, fc.constantFrom('mine', 'theirs'), (base, mine, theirs, prefer) => {
        const { document } = merge(parse(base), parse(mine), parse(theirs), { prefer });
        expect(parse(document.toString()).equals(document)).toBe(true);
      }),
      runs,
    );
  });
});

describe('merge: keys that are unique in the whole document', () => {
  const rules = defineApplicationUsage({
    auid: 'org.example.rules',
    contentType: 'application/xml',
    namespaces: { '': 'urn:example:rules' },
    root: 'rules',
    elements: {
      rules: { children: { group: '*' } },
      group: { key: 'name', attributes: { name: { required: true } }, children: { rule: '*' } },
      rule: { key: 'id', unique: 'document', attributes: { id: { required: true } }, text: 'string' },
    },
  });
  const groups = (one: string, other: string) =>
    rules.parse(
      `<rules xmlns="urn:example:rules"><group name="1">${one}</group><group name="2">${other}</group></rules>`,
    );

  it.each(['mine', 'theirs'] as const)('keeps one of two rules added in different places, preferring %s', (prefer) => {
    const [mine, theirs] = [groups('<rule id="r">m</rule>', ''), groups('', '<rule id="r">t</rule>')];
    const { document, conflicts } = merge(groups('', ''), mine, theirs, { prefer });
    expect(document.validate()).toEqual([]);
    expect(document.toString()).toContain(prefer === 'mine' ? '>m<' : '>t<');
    expect(conflicts).toMatchObject([
      {
        kind: 'uniqueness',
        mine: { id: 'r', text: 'm' },
        theirs: { id: 'r', text: 't' },
        xml: { mine: '<rule id="r">m</rule>', theirs: '<rule id="r">t</rule>' },
      },
    ]);
  });

  it('moves a rule to another place without a conflict', () => {
    const rule = '<rule id="r">x</rule>';
    const { document, conflicts } = merge(groups(rule, ''), groups('', rule), groups(`${rule}<rule id="s"/>`, ''));
    expect(document.equals(groups('<rule id="s"/>', rule))).toBe(true);
    expect(conflicts).toEqual([]);
  });
});

describe('merge: renames', () => {
  const named = (uri: string) => entry(uri, 'Same');
  const content = (...entries: readonly string[]) => `<list name="friends">${entries.join('')}</list>`;

  it.each(['mine', 'theirs'] as const)(
    'treats a new key as an addition if the other side removed the element (preferring %s)',
    (prefer) => {
      const [old, none, fresh] = [friends(named('old')), friends(), friends(named('new'))];
      expect(outcome(old, none, fresh, { prefer }).content).toBe(content(named('new')));
      expect(outcome(old, fresh, none, { prefer }).content).toBe(content(named('new')));
    },
  );
});

describe('merge: a side for each conflict', () => {
  it('uses the side that a function returns', () => {
    const base = friends(a, b);
    const mine = friends(entry('a', 'my a'), entry('b', 'my b'));
    const theirs = friends(entry('a', 'their a'), entry('b', 'their b'));
    const prefer: MergePreference = ({ mine: value }) => (value === 'my a' ? 'mine' : 'theirs');
    const { content, conflicts } = outcome(base, mine, theirs, { prefer });
    expect(content).toBe(`<list name="friends">${entry('a', 'my a')}${entry('b', 'their b')}</list>`);
    expect(conflicts).toHaveLength(2);
  });

  it('returns the same for a function that always prefers one side as for that side', () => {
    fc.assert(
      fc.property(anyLists, anyLists, anyLists, fc.constantFrom('mine', 'theirs'), (base, mine, theirs, side) => {
        const merged = (prefer: typeof side | (() => typeof side)) =>
          merge(parse(base), parse(mine), parse(theirs), { prefer }).document.toString();
        expect(merged(() => side)).toBe(merged(side));
      }),
    );
  });

  it('calls the function once for each listed conflict', () => {
    fc.assert(
      fc.property(anyLists, anyLists, anyLists, fc.infiniteStream(fc.boolean()), (base, mine, theirs, coins) => {
        const asked: unknown[] = [];
        const { conflicts } = merge(parse(base), parse(mine), parse(theirs), {
          prefer(conflict) {
            asked.push(conflict);
            return coins.next().value ? 'mine' : 'theirs';
          },
        });
        expect(asked).toEqual(conflicts);
      }),
    );
  });

  it('returns a valid document for valid documents, however conflicts are resolved', () => {
    fc.assert(
      fc.property(validLists, validLists, validLists, fc.infiniteStream(fc.boolean()), (base, mine, theirs, coins) => {
        const prefer: MergePreference = () => (coins.next().value ? 'mine' : 'theirs');
        const { document } = merge(parse(base), parse(mine), parse(theirs), { prefer });
        expect(document.validate()).toEqual([]);
      }),
      runs,
    );
  });

  it('keeps the order of the schema if both sides added children', () => {
    const note = '<e:note xmlns:e="urn:e"/>';
    const mine = friends(c, a, note);
    expect(outcome(friends(), mine, friends(a)).content).toBe(`<list name="friends">${c}${a}${note}</list>`);
  });
});

describe('merge: a list that both sides added', () => {
  const none = lists('');

  it('contains the entries of both sides, theirs first', () => {
    expect(outcome(none, friends(a, b), friends(a, c))).toEqual({
      content: `<list name="friends">${a}${c}${b}</list>`,
      conflicts: [],
    });
  });

  it('contains the nested lists of both sides', () => {
    const nested = (entries: string) => lists(`<list name="x"><list name="y">${entries}</list></list>`);
    expect(outcome(none, nested(a), nested(b)).content).toBe(`<list name="x"><list name="y">${b}${a}</list></list>`);
  });

  it('has the address of the conflicting child', () => {
    const titled = (title: string) => lists(`<list name="x"><display-name>${title}</display-name></list>`);
    const { conflicts } = outcome(none, titled('M'), titled('T'));
    expect(described(conflicts)).toEqual([
      {
        kind: 'added',
        selector: '/resource-lists/list[@name="x"]/display-name',
        mine: { text: 'M' },
        theirs: { text: 'T' },
        xml: { mine: '<display-name>M</display-name>', theirs: '<display-name>T</display-name>' },
      },
    ]);
  });

  it('has the attributes of both sides', () => {
    const marked = (attribute: string) => lists(`<list name="x" xmlns:e="urn:e" ${attribute}/>`);
    const { content, conflicts } = outcome(none, marked('e:m="1"'), marked('e:t="1"'));
    expect(content).toContain('e:t="1"');
    expect(content).toContain('e:m="1"');
    expect(conflicts).toEqual([]);
  });
});
