/** RFC 4825 section 6.4: namespace bindings of a node selector, as XPointer `xmlns()` parts in the query. */

import { isNCName, XML_NAMESPACE, XMLNS_NAMESPACE } from './names.ts';

/** Prints bindings as `xmlns()` parts in the given order. */
export const printBindings = (bindings: Iterable<readonly [prefix: string, namespace: string]>): string =>
  Array.from(bindings, ([prefix, namespace]) => `xmlns(${prefix}=${escapePart(namespace)})`).join('');

/** Escapes `^` and unbalanced parentheses with `^` (XPointer Framework section 3.1). */
function escapePart(namespace: string): string {
  const text = namespace.replaceAll('^', '^^');
  if (!/[()]/.test(text)) return text;
  const open: number[] = [];
  const unbalanced = new Set<number>();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') open.push(at);
    if (text[at] === ')' && open.pop() === undefined) unbalanced.add(at);
  }
  for (const at of open) unbalanced.add(at);
  return Array.from(text, (char, at) => (unbalanced.has(at) ? `^${char}` : char)).join('');
}

/**
 * Reads the `xmlns()` parts of a decoded query. Ignores other schemes, as RFC 4825 section 6.4 requires, malformed parts,
 * and bindings of `xml` and `xmlns`. A later binding of a prefix replaces an earlier one.
 */
export function parseBindings(query: string): Map<string, string> {
  const bindings = new Map<string, string>();
  for (const { scheme, data } of pointerParts(query)) {
    if (scheme !== 'xmlns') continue;
    const equals = data.indexOf('=');
    const prefix = data.slice(0, Math.max(equals, 0)).trim();
    const namespace = data.slice(equals + 1).trim();
    if (!isNCName(prefix) || namespace === '' || prefix === 'xmlns' || namespace === XMLNS_NAMESPACE) continue;
    if ((prefix === 'xml') !== (namespace === XML_NAMESPACE)) continue;
    bindings.set(prefix, namespace);
  }
  return bindings;
}

/** Yields the `scheme(data)` parts of an XPointer with `^` escapes resolved; stops at the first text that is not a part. */
function* pointerParts(query: string): Generator<{ readonly scheme: string; readonly data: string }> {
  const head = /[\t\n\r ]*([^\s()^]+)\(/y;
  let at = 0;
  for (;;) {
    head.lastIndex = at;
    const match = head.exec(query);
    if (!match) return;
    let depth = 1;
    let data = '';
    for (at = head.lastIndex; depth > 0; at++) {
      const char = query.charAt(at);
      if (char === '') return;
      if (char === '^') {
        data += query.charAt(++at);
        continue;
      }
      if (char === '(') depth++;
      if (char === ')' && --depth === 0) continue;
      data += char;
    }
    yield { scheme: match[1] ?? '', data };
  }
}
