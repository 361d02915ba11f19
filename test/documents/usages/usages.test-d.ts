import { describe, expectTypeOf, it } from 'vitest';
import type {
  AnyUsage,
  FlatList,
  OmaPresRules,
  PresRules,
  PresRulesDocument,
  RlsServices,
  RlsServicesDocument,
  Selector,
  SubHandling,
} from '../../../src/index.ts';
import {
  builtInUsages,
  flattenList,
  omaPresRules,
  parseDocument,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  xcapDirectory,
} from '../../../src/index.ts';

const rules = presRules.create();

describe('selectors of the built-in usages', () => {
  it('are named after the usage and the element', () => {
    expectTypeOf(presRules.rule('work')).toEqualTypeOf<Selector<PresRules, 'cp:rule'>>();
    expectTypeOf(omaPresRules.rule().conditions().otherIdentity()).toEqualTypeOf<
      Selector<OmaPresRules, 'ocp:other-identity'>
    >();
    expectTypeOf(rlsServices.service('sip:a@b').list().entry(1)).toEqualTypeOf<Selector<RlsServices, 'rl:entry'>>();
  });

  it('have the children and keys of each element', () => {
    presRules.rule('a').conditions().identity().many('example.com').except({ id: 'sip:a@b' });
    pidfManipulation.tuple('t1').status().basic();
    // @ts-expect-error other-identity is OMA's
    presRules.rule('a').conditions().otherIdentity();
    // @ts-expect-error a validity has no key
    presRules.rule('a').conditions().validity('now');
    // @ts-expect-error the root has no such child
    presRules.list('friends');
    // @ts-expect-error a service has no name
    rlsServices.service({ name: 'x' });
  });
});

describe('data of the built-in usages', () => {
  it('are read with the types of the table', () => {
    const rule = rules.get(presRules.rule('work'));
    expectTypeOf(rule?.actions?.subHandling).toEqualTypeOf<SubHandling | undefined>();
    expectTypeOf(rule?.transformations?.provideMood).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(rule?.transformations?.provideUserInput).toEqualTypeOf<
      'false' | 'bare' | 'thresholds' | 'full' | undefined
    >();
    expectTypeOf(rule?.conditions?.identity?.[0]?.one?.[0]?.id).toEqualTypeOf<string | undefined>();
    expectTypeOf(xcapDirectory.create().get(xcapDirectory.folder('x').entry(1))?.size).toEqualTypeOf<
      number | undefined
    >();
    expectTypeOf(pidfManipulation.create().get(pidfManipulation.tuple('x').status().basic())).toEqualTypeOf<
      'open' | 'closed' | undefined
    >();
  });

  it('are written with or without arrays', () => {
    rules.append(presRules, { rule: { id: 'a', conditions: { identity: { one: { id: 'sip:a@b' } } } } });
    rules.append(presRules, { rule: { id: 'a', conditions: { identity: [{ one: [{ id: 'sip:a@b' }] }] } } });
    // @ts-expect-error no such sub-handling
    rules.append(presRules, { rule: { id: 'a', actions: { subHandling: 'maybe' } } });
    // @ts-expect-error an id is required
    rules.append(presRules, { rule: { actions: { subHandling: 'allow' } } });
    // @ts-expect-error provide-user-input is no truth value
    rules.append(presRules, { rule: { id: 'a', transformations: { provideUserInput: true } } });
    // @ts-expect-error a selector of another usage
    rules.get(resourceLists.list('friends'));
  });
});

describe('documents', () => {
  it('have the verbs of their usage', () => {
    expectTypeOf(presRules.create()).toEqualTypeOf<PresRulesDocument<PresRules>>();
    expectTypeOf(omaPresRules.create()).toEqualTypeOf<PresRulesDocument<OmaPresRules>>();
    expectTypeOf(rlsServices.create()).toEqualTypeOf<RlsServicesDocument>();
    expectTypeOf(rules.decide({}).subHandling).toEqualTypeOf<SubHandling>();
    expectTypeOf(rules.decide({}).transformations.provideMood).toEqualTypeOf<boolean | undefined>();
    expectTypeOf(omaPresRules.create().decide({}).transformations.provideWillingness).toEqualTypeOf<
      boolean | undefined
    >();
    // @ts-expect-error provide-willingness is OMA's
    rules.decide({}).transformations.provideWillingness;
    expectTypeOf(flattenList(resourceLists.create(), resourceLists.list('x'), async () => undefined)).toEqualTypeOf<
      Promise<FlatList>
    >();
  });

  it('take watchers and transformations', () => {
    rules.allow(['sip:a@b', { domain: 'example.com' }], { transformations: { provideMood: true } });
    omaPresRules.create().allow('others', { transformations: { provideWillingness: true } });
    // @ts-expect-error provide-willingness is OMA's
    rules.allow('sip:a@b', { transformations: { provideWillingness: true } });
    // @ts-expect-error a watcher is a URI or a domain
    rules.allow({ uri: 'sip:a@b' });
    // @ts-expect-error a service has one kind of list
    rlsServices.create().addService({ uri: 'sip:a@b', resourceList: 'http://h/l', list: {} });
  });

  it('of an unknown usage have unknown data', () => {
    expectTypeOf(builtInUsages).toEqualTypeOf<readonly AnyUsage[]>();
    expectTypeOf(parseDocument('<a/>').get(presRules.rule('a'))).toBeUnknown();
  });
});
