/** The types that XML Schema derives from `xs:string` (XML Schema part 2, section 3.3), for `xsi:type`. */

import { isNCName } from '../../selector/names.ts';

interface StringType {
  readonly base: string;
  /** Whether a text is a value of the type, after its white space was collapsed. Default: any is. */
  readonly holds?: (text: string) => boolean;
}

const isNmtoken = (text: string): boolean => text !== '' && isName(`_${text}`);
const isName = (text: string): boolean => isNCName(text.replaceAll(':', '_'));

const TYPES: Readonly<Record<string, StringType>> = {
  normalizedString: { base: 'string' },
  token: { base: 'normalizedString' },
  language: { base: 'token', holds: (text) => /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/.test(text) },
  NMTOKEN: { base: 'token', holds: isNmtoken },
  Name: { base: 'token', holds: isName },
  NCName: { base: 'Name', holds: isNCName },
};

/** Whether a type is derived from another one. */
export function isStringType(name: string, base: string | undefined): boolean {
  for (let at = TYPES[name]?.base; at !== undefined; at = TYPES[at]?.base) if (at === base) return true;
  return false;
}

/** Whether a text is a value of the type; `true` for a type that is not one of these. */
export const isOfStringType = (text: string, name: string): boolean => TYPES[name]?.holds?.(text) ?? true;
