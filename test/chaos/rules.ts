import { type PresRulesDocument, presRules } from 'xcap';
import type { Items } from './ledger.ts';
import { type Edit, elementsIn, ItemCollector, MOST_ITEMS, type Subject } from './subject.ts';

const HANDLINGS = ['allow', 'block', 'politeBlock'] as const;
const everyone = presRules.rule('everyone').conditions().identity().many();

/** Watchers that move between rules which all devices share, and exceptions of a rule for everyone, which have no key. */
export const rules: Subject<PresRulesDocument> = {
  name: 'rules',
  initial: () => {
    const document = presRules.create();
    // Each rule keeps a watcher, since a device that empties a rule removes it, in contradiction to one that adds to it.
    for (const handling of HANDLINGS) document[handling](`sip:nobody.${handling}@example.com`);
    const rule = presRules.rule('everyone');
    document.put(rule, EVERYONE);
    return document.toString();
  },

  items(document, device): Items {
    const collector = new ItemCollector(device);
    for (const rule of elementsIn(document, 'rule')) {
      const [handling] = elementsIn(rule, 'sub-handling');
      for (const kind of ['one', 'except']) {
        for (const element of elementsIn(rule, kind)) {
          const item = /^sip:([^@.]*)/.exec(element.getAttribute('id') ?? '')?.[1] ?? '';
          collector.add(item, `${kind} ${handling?.textContent}`);
        }
      }
    }
    return collector.items;
  },

  invent(document, device, random, name): Edit {
    const mine = [...rules.items(document, device)];
    const known = random.pick(mine);
    const handling = random.pick(HANDLINGS) ?? 'allow';
    const kind = mine.length >= MOST_ITEMS ? 'remove' : (random.pick(known ? KNOWN : NEW) ?? 'decide');
    const item = known && kind !== 'decide' && kind !== 'except' ? known[0] : name;
    const uri = `sip:${item}@example.com`;
    if (kind === 'except') {
      return { kind, items: [item], change: () => document.append(everyone, `<except id="${uri}"/>`) };
    }
    const isExcept = known?.[1][0]?.startsWith('except');
    if (kind === 'remove' || isExcept) {
      if (!isExcept) return { kind: 'remove', items: [item], change: () => document.forget(uri) };
      const change = () => {
        // By selector, an element without key cannot be deleted before others of its name.
        const many = document.element(everyone);
        const excepts = Array.from(many?.getElementsByTagNameNS('*', 'except') ?? []);
        for (const except of excepts) if (except.getAttribute('id') === uri) many?.removeChild(except);
      };
      return { kind: 'remove except', items: [item], change };
    }
    return { kind, items: [item], change: () => document[handling](uri) };
  },
};

const NEW = ['decide', 'except'];
const KNOWN = [...NEW, 'change', 'change', 'change', 'remove'];

const EVERYONE =
  '<rule id="everyone" xmlns="urn:ietf:params:xml:ns:common-policy" xmlns:pr="urn:ietf:params:xml:ns:pres-rules"><conditions><identity><many><except domain="example.net"/></many></identity></conditions><actions><pr:sub-handling>confirm</pr:sub-handling></actions></rule>';
