import { describeValue, refuseUnknownOptions } from '../../selector/arguments.ts';
import { InvalidArgumentError } from '../../selector/errors.ts';

/** How a network takes changes of supplementary services over Ut (3GPP TS 24.623): which elements are put, and how. */
export interface UtTraits {
  /**
   * What is put. `element`: the smallest element that phones put, such as the conditions of one rule. `service`: always
   * the element of the whole service. `document`: the whole document, for a network that has no selectors.
   */
  readonly unit: 'element' | 'service' | 'document';
  /** What is put to bar calls or to lift that: the rule, or its conditions where nothing else differs. */
  readonly barring: 'rule' | 'conditions';
  /**
   * Where a no-reply timer goes that the document does not have yet: to the service, or into the rule for no-answer.
   * `fixed`: the network keeps it, and a change is refused before anything is sent.
   */
  readonly timer: 'service' | 'rule' | 'fixed';
  /** Media type of the body of an element. */
  readonly elementType: string;
  /** Whether the body of an element declares the namespaces of its prefixes, or leaves that to the document. */
  readonly declaresNamespaces: boolean;
  /** Name of the document. */
  readonly documentName: string;
}

/** What most networks want. */
const TRAITS: UtTraits = {
  unit: 'element',
  barring: 'rule',
  timer: 'service',
  elementType: 'application/xcap-el+xml',
  declaresNamespaces: true,
  documentName: 'simservs.xml',
};

/** The names of the traits, to refuse others. */
export const UT_TRAIT_NAMES: Readonly<Record<keyof UtTraits, true>> = {
  unit: true,
  barring: true,
  timer: true,
  elementType: true,
  declaresNamespaces: true,
  documentName: true,
};

/** The values of each trait: a list, or a type. */
const VALUES: Readonly<Record<keyof UtTraits, readonly string[] | 'string' | 'boolean'>> = {
  unit: ['element', 'service', 'document'],
  barring: ['rule', 'conditions'],
  timer: ['service', 'rule', 'fixed'],
  elementType: 'string',
  declaresNamespaces: 'boolean',
  documentName: 'string',
};

/**
 * Checks traits that come from a caller or a file. Traits that are missing get their defaults.
 *
 * @throws InvalidArgumentError that names the trait
 */
export function readUtTraits(given: Partial<UtTraits>): UtTraits {
  refuseUnknownOptions(given, UT_TRAIT_NAMES, 'ut of a profile');
  const traits: UtTraits = { ...TRAITS, ...given };
  for (const [name, value] of Object.entries(traits)) {
    const wanted = VALUES[name as keyof UtTraits]; // unknown names were refused
    if (typeof wanted === 'string' ? typeof value === wanted : wanted.includes(String(value))) continue;
    const what = typeof wanted === 'string' ? `a ${wanted}` : wanted.map((each) => JSON.stringify(each)).join(' or ');
    throw new InvalidArgumentError(`ut of a profile: ${name} must be ${what}, not ${describeValue(value)}`);
  }
  if (traits.unit === 'document' && traits.timer !== 'service') {
    throw new InvalidArgumentError(
      `ut of a profile: timer must be "service" where unit is "document", not ${describeValue(traits.timer)}`,
    );
  }
  return traits;
}
