/** What can be chosen: application usages, each with a document to begin with. */

import {
  omaPresRules,
  pidfManipulation,
  presRules,
  resourceLists,
  rlsServices,
  type XcapDocument,
} from 'xcap/documents';
import type { AnySelector } from 'xcap/selector';
import pidf from '../samples/pidf.xml';
import presRulesSample from '../samples/pres-rules.xml';
import omaSample from '../samples/pres-rules-oma.xml';
import lists from '../samples/resource-lists.xml';
import services from '../samples/rls-services.xml';

/** One of them. */
export interface Choice {
  /** The name by which the package exports the usage. */
  readonly name: string;
  readonly usage: AnySelector;
  readonly parse: (xml: string) => XcapDocument;
  readonly sample: string;
  /** Where the selector begins. */
  readonly selector: string;
}

/** A watcher about whom the samples have something to say. */
export const WATCHER = 'sip:boss@example.com';

const choice = (
  name: string,
  usage: AnySelector,
  parse: Choice['parse'],
  sample: string,
  selector: AnySelector,
): Choice => ({
  name,
  usage,
  parse,
  sample,
  selector: String(selector),
});

/** By AUID. */
export const choices: Readonly<Record<string, Choice>> = {
  'resource-lists': choice(
    'resourceLists',
    resourceLists,
    (xml) => resourceLists.parse(xml),
    lists,
    resourceLists.list('friends').entry(1).displayName(),
  ),
  'pres-rules': choice(
    'presRules',
    presRules,
    (xml) => presRules.parse(xml),
    presRulesSample,
    presRules.rule('work').actions().subHandling(),
  ),
  'org.openmobilealliance.pres-rules': choice(
    'omaPresRules',
    omaPresRules,
    (xml) => omaPresRules.parse(xml),
    omaSample,
    omaPresRules.rule(1),
  ),
  'rls-services': choice(
    'rlsServices',
    rlsServices,
    (xml) => rlsServices.parse(xml),
    services,
    rlsServices.service(1).attr('uri'),
  ),
  'pidf-manipulation': choice(
    'pidfManipulation',
    pidfManipulation,
    (xml) => pidfManipulation.parse(xml),
    pidf,
    pidfManipulation.tuple(1),
  ),
};
