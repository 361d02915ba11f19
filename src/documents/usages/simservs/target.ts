/** 3GPP TS 24.604 clause 4.9.1.4 and RFC 3966: targets of forwarding, and the forms that networks want them in. */

import { InvalidArgumentError, quoteShortened } from '../../../selector/errors.ts';
import { sameUri } from '../common/compare-uris.ts';

/** A telephone number as a target shows it. */
export interface PhoneNumber {
  /** Digits, with `+` where it is global; visual separators removed. */
  readonly digits: string;
  /** Where a local number is valid (RFC 3966 section 5.1.5). */
  readonly context?: string | undefined;
  /** `tel:`, or `sip:...;user=phone` with this domain. */
  readonly form: 'tel' | 'sip' | 'sips';
  readonly domain?: string | undefined;
}

/** Reads the number of a `tel:` URI or of a SIP URI with `user=phone`; `undefined` for any other URI. */
export function phoneNumberOf(uri: string): PhoneNumber | undefined {
  const colon = uri.indexOf(':');
  const scheme = uri.slice(0, colon).toLowerCase();
  const [address = '', ...parameters] = uri.slice(colon + 1).split(';');
  if (scheme === 'tel') {
    const digits = digitsOf(address);
    return digits === undefined
      ? undefined
      : { digits, context: parameterOf(parameters, 'phone-context'), form: 'tel' };
  }
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const rest = uri.slice(colon + 1);
  const at = rest.lastIndexOf('@');
  if (at < 0) return undefined;
  const [user = '', ...userParameters] = rest.slice(0, at).split(';');
  const [domain = '', ...uriParameters] = rest.slice(at + 1).split(';');
  if (parameterOf(uriParameters, 'user')?.toLowerCase() !== 'phone') return undefined;
  const digits = digitsOf(user);
  if (digits === undefined) return undefined;
  return { digits, context: parameterOf(userParameters, 'phone-context'), form: scheme, domain };
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    if (equals > 0 && parameter.slice(0, equals).trim().toLowerCase() === name)
      return parameter.slice(equals + 1).trim();
  }
  return undefined;
}

/** Removes visual separators; `undefined` when the text is no telephone number (RFC 3966 section 3). */
function digitsOf(text: string): string | undefined {
  const digits = Array.from(text)
    .filter((character) => !'-.() '.includes(character))
    .join('');
  return /^\+?[0-9*#]+$/.test(digits) && /[0-9]/.test(digits) ? digits : undefined;
}

/**
 * The target to write: the caller's number or URI, in the form that the document shows.
 *
 * @param shown - targets of the document, the closest first
 * @throws InvalidArgumentError for an empty target, a number with letters, or a local number without context
 */
export function targetFor(given: unknown, shown: readonly string[]): string {
  const text = typeof given === 'string' ? given.trim() : '';
  if (text === '')
    throw new InvalidArgumentError('the target is empty: give a number such as tel:+15555550123 or a SIP URI');
  const isUri = /^[a-z][a-z0-9+.-]*:/i.test(text);
  const uri = isUri ? text : `tel:${text}`;
  if (/[\s<>"\p{Cc}]/u.test(isUri ? uri : uri.replaceAll(' ', '')))
    throw new InvalidArgumentError(`the target ${quoteShortened(text)} is no URI: it contains spaces or quotes`);
  const number = phoneNumberOf(uri);
  if (!number) return checkedUri(uri, text);
  return inForm(number, uri, shown);
}

function checkedUri(uri: string, given: string): string {
  const scheme = uri.slice(0, uri.indexOf(':')).toLowerCase();
  if (scheme === 'tel')
    throw new InvalidArgumentError(
      `the target ${quoteShortened(given)} is not a telephone number: use digits, with + and the country code, such as tel:+15555550123`,
    );
  const isSip = scheme === 'sip' || scheme === 'sips';
  if (isSip && !/^sips?:(?:[^@]+@)?[^@;?\s]+/i.test(uri))
    throw new InvalidArgumentError(`the target ${quoteShortened(given)} is no SIP URI: it names no host`);
  if (isSip && /;user=phone(?:;|$|\?)/i.test(uri))
    throw new InvalidArgumentError(
      `the target ${quoteShortened(given)} says user=phone, but its user part is not a telephone number`,
    );
  return uri;
}

/** A number in the form of the closest target that is a number, too. */
function inForm(number: PhoneNumber, uri: string, shown: readonly string[]): string {
  const numbers = shown.flatMap((target) => phoneNumberOf(target) ?? []);
  const model = numbers[0];
  const isGlobal = number.digits.startsWith('+');
  const context = number.context ?? (isGlobal ? undefined : numbers.find((one) => one.context !== undefined)?.context);
  const form = model?.form ?? number.form;
  if (form === number.form && (isGlobal || number.context !== undefined)) {
    // A separator such as a hyphen is legal in a tel URI, but servers compare digits.
    return form === 'tel' ? tel(number.digits, number.context) : uri;
  }
  if (form === 'tel') return tel(number.digits, needed(context, number));
  const domain = model?.domain ?? number.domain ?? '';
  const local = isGlobal || context === undefined || context === domain ? '' : `;phone-context=${context}`;
  return `${form}:${number.digits}${local}@${domain};user=phone`;
}

const tel = (digits: string, context: string | undefined): string =>
  context === undefined ? `tel:${digits}` : `tel:${digits};phone-context=${context}`;

function needed(context: string | undefined, { digits, domain }: PhoneNumber): string | undefined {
  if (digits.startsWith('+')) return undefined;
  const known = context ?? domain;
  if (known !== undefined) return known;
  throw new InvalidArgumentError(
    `the number ${digits} is local: give it with + and the country code, or as tel:${digits};phone-context=ims.example.com`,
  );
}

/** Whether two URIs reach the same subscriber: the same URI, or the same global number in any form. */
export function isSameSubscriber(one: string, other: string): boolean {
  if (sameUri(one, other)) return true;
  const [a, b] = [globalNumberOf(one), globalNumberOf(other)];
  return a !== undefined && a === b;
}

/** The global number of a URI. The public identities of a mobile network are SIP URIs with it, without `user=phone`. */
function globalNumberOf(uri: string): string | undefined {
  const digits = phoneNumberOf(uri)?.digits ?? /^sips?:(\+[0-9]+)[:;@]/i.exec(uri)?.[1];
  return digits?.startsWith('+') ? digits : undefined;
}
