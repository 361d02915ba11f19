import { expect, it } from 'vitest';
import { put } from '../../../src/documents/edit/put.ts';
import {
  omaPresRules,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  XcapDocument,
} from '../../../src/documents/index.ts';
import { mayBecomeInvalid } from '../../../src/documents/validate/touched.ts';
import { XcapError } from '../../../src/selector/errors.ts';
import { mutate } from './mutate.ts';
import { makers } from './random-valid.ts';
import { print, Random } from './tree.ts';

const usages = { resourceLists, rlsServices, presRules, omaPresRules, pidfManipulation } as const;
const PAIRS = 40;
const PUTS = 12;

/** Returns the elements of a document, with their selectors and texts. */
const elementsOf = (document: XcapDocument) =>
  document.select('//*').map((node) => {
    const selector = document.selectorOf(node);
    return { name: node.nodeName, selector, body: document.xml(selector) ?? '' };
  });

it.each(Object.keys(usages) as (keyof typeof usages)[])(
  'a PUT of an element that makes a valid %s document invalid is found from the element and those around it',
  (name) => {
    const random = new Random(4825);
    const usage = usages[name];
    const [verdicts, missed]: [{ readonly isSuspect: boolean }[], string[]] = [[], []];
    for (let pair = 0; pair < PAIRS; pair++) {
      const text = print(makers[name](random));
      const other = makers[name](random);
      mutate(random, other);
      let bodies: ReturnType<typeof elementsOf>;
      try {
        bodies = elementsOf(usage.parse(print(other)));
      } catch (error) {
        if (error instanceof XcapError) continue; // a mutation made it another document
        throw error;
      }
      for (let count = 0; count < PUTS; count++) {
        const document: XcapDocument = usage.parse(text);
        if (document.validate().length > 0) break;
        const body = random.pick(bodies);
        const targets = elementsOf(document).filter((element) => element.name === body.name);
        if (targets.length === 0) continue;
        const { selector } = random.pick(targets);
        const state = XcapDocument.stateOf(document);
        let isSuspect: boolean;
        try {
          isSuspect = mayBecomeInvalid(state, () => put(state, selector.node, body.body, {}));
        } catch (error) {
          if (error instanceof XcapError) continue; // refused: the document is as it was
          throw error;
        }
        const [issue] = document.validate();
        verdicts.push({ isSuspect });
        if (issue && !isSuspect) missed.push(`${issue.message}: ${body.body}\n${text}`);
      }
    }
    expect(missed).toEqual([]);
    expect(verdicts.filter(({ isSuspect }) => isSuspect).length).toBeGreaterThan(0);
    expect(verdicts.filter(({ isSuspect }) => !isSuspect).length).toBeGreaterThan(4);
  },
);
