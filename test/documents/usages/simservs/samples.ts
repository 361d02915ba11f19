import { readFileSync } from 'node:fs';
import { type SimservsDocument, simservs } from '../../../../src/documents/index.ts';

/** The text of a sample document. */
export const sampleText = (name: string): string => readFileSync(`examples/samples/simservs/${name}.xml`, 'utf8');

/** A sample document. */
export const sample = (name: string): SimservsDocument => simservs.parse(sampleText(name));

/** The names of all sample documents. */
export const SAMPLES = [
  'bent-timer-in-forward-to',
  'bent-xmlns-empty',
  'ir92-unprefixed',
  'same-rule-id-in-two-services',
  'ut-prefixed-provisioned',
  'with-serv-cap-and-vendor-extension',
] as const;
