/** Octets and text, with what every runtime has. */

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A text as the octets of its UTF-8 form, one character each. */
export const utf8AsLatin1 = (text: string): string => latin1Of(encoder.encode(text));

/** The text that octets, one character each, spell in UTF-8; `undefined` when they are not UTF-8. */
export function utf8FromLatin1(octets: string): string | undefined {
  try {
    return strict.decode(Uint8Array.from(octets, (octet) => octet.charCodeAt(0)));
  } catch {
    return undefined; // the decoder throws a TypeError for octets that are not UTF-8, and for nothing else
  }
}

const latin1Of = (octets: Uint8Array): string => Array.from(octets, (octet) => String.fromCharCode(octet)).join('');

/** A text as Base64 of its UTF-8 form (RFC 4648 section 4). */
export const base64Utf8 = (text: string): string => btoa(utf8AsLatin1(text));

/** The text of Base64; `undefined` when it is not Base64, or its octets are not UTF-8. */
export function fromBase64Utf8(base64: string): string | undefined {
  try {
    return utf8FromLatin1(atob(base64));
  } catch {
    return undefined; // atob throws a DOMException for characters outside the alphabet, and for nothing else
  }
}
