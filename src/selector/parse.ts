import {
  type NodeSelector,
  nodeSelector,
  type QName,
  qname,
  type SelectorStep,
  type SelectorTerminal,
  step,
} from './ast.ts';
import { parseBindings } from './bindings.ts';
import { decodePercent } from './encode.ts';
import { SelectorSyntaxError } from './errors.ts';
import { leadingNCName, XML_NAMESPACE } from './names.ts';
import { illegalCharacter, resolveReference } from './xml-text.ts';

/** The namespaces that names in a selector are expanded with (RFC 4825 sections 5.2 and 6.4). */
export interface SelectorBindings {
  /** Namespace of unprefixed element names; `null` for none. */
  readonly defaultNamespace: string | null;
  /** Bindings by prefix. Those in the query of the selector take precedence. */
  readonly namespaces: ReadonlyMap<string, string>;
}

/** A parsed selector with the bindings that applied to it. */
export interface ParsedSelector {
  readonly node: NodeSelector;
  readonly namespaces: ReadonlyMap<string, string>;
}

/**
 * Parses a node selector in its readable form, with or without leading slash and with optional bindings after `?`.
 *
 * @throws SelectorSyntaxError with the position and the expected input
 */
export function parseSelectorText(text: string, outer: SelectorBindings): ParsedSelector {
  const { segments, end } = splitReadable(text);
  return read(text, segments, text.slice(end + 1), outer);
}

/**
 * Parses a percent-encoded node selector. Splits it at `/` before decoding, so that an escaped slash stays in its segment.
 *
 * @throws SelectorSyntaxError with the position in the encoded text and the expected input
 */
export function parseSelectorPath(path: string, outer: SelectorBindings): ParsedSelector {
  const question = path.indexOf('?');
  const end = question < 0 ? path.length : question;
  const query = decodePercent(path.slice(end + 1), path, end + 1);
  let offset = path.startsWith('/') ? 1 : 0;
  const segments = path
    .slice(offset, end)
    .split('/')
    .map((raw): Segment => {
      const start = offset;
      offset += raw.length + 1;
      return { text: decodePercent(raw, path, start), place: (index) => start + encodedOffset(raw, index) };
    });
  return read(path, segments, query, outer);
}

/** The text of one step or terminal. */
interface Segment {
  readonly text: string;
  /** Returns the offset in the whole input of a character of `text`. */
  place(index: number): number;
}

/** Splits at slashes outside quotes, up to a `?` outside quotes. */
function splitReadable(text: string): { readonly segments: Segment[]; readonly end: number } {
  const segments: Segment[] = [];
  let start = text.startsWith('/') ? 1 : 0;
  let quote = '';
  let at = start;
  const push = () => {
    const from = start;
    segments.push({ text: text.slice(from, at), place: (index) => from + index });
  };
  for (; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '?') break;
    else if (char === '/') {
      push();
      start = at + 1;
    }
  }
  push();
  return { segments, end: at };
}

/** Returns the offset in the encoded segment of the character at `index` in the decoded one. */
function encodedOffset(raw: string, index: number): number {
  let at = 0;
  for (let decoded = 0; decoded < index && at < raw.length; ) {
    const octets = /^(?:%[0-9A-Fa-f]{2})+/.exec(raw.slice(at))?.[0];
    if (octets === undefined) {
      at++;
      decoded++;
      continue;
    }
    for (const char of decodeURIComponent(octets)) {
      if (decoded >= index) break;
      at += encodeURIComponent(char).length === 1 ? 3 : encodeURIComponent(char).length;
      decoded += char.length;
    }
  }
  return at;
}

function read(input: string, segments: readonly Segment[], query: string, outer: SelectorBindings): ParsedSelector {
  const own = parseBindings(query);
  const namespaces = own.size === 0 ? outer.namespaces : new Map([...outer.namespaces, ...own]);
  const steps: SelectorStep[] = [];
  let terminal: SelectorTerminal | undefined;
  for (const [index, segment] of segments.entries()) {
    const reader = new SegmentReader(input, segment, { defaultNamespace: outer.defaultNamespace, namespaces });
    const isLast = index === segments.length - 1;
    terminal = isLast && index > 0 ? reader.terminal() : undefined;
    if (!terminal) steps.push(reader.step());
  }
  return { node: nodeSelector(steps, terminal), namespaces };
}

/** Parses one segment from left to right. */
class SegmentReader {
  readonly #input: string;
  readonly #segment: Segment;
  readonly #bindings: SelectorBindings;
  readonly #text: string;
  #at = 0;

  constructor(input: string, segment: Segment, bindings: SelectorBindings) {
    this.#input = input;
    this.#segment = segment;
    this.#bindings = bindings;
    this.#text = segment.text;
  }

  /** Parses `@name` or `namespace::*`; returns undefined when the segment is a step. */
  terminal(): SelectorTerminal | undefined {
    if (this.#text === 'namespace::*') return Object.freeze({ kind: 'namespace-bindings' });
    if (!this.#accept('@')) return undefined;
    const name = this.#name('attribute');
    this.#end('the end of the selector, which an attribute ends');
    return Object.freeze({ kind: 'attribute', name });
  }

  step(): SelectorStep {
    if (this.#text.startsWith('@'))
      this.#fail('an element step: an attribute can only stand at the end, after an element');
    const name = this.#accept('*') ? '*' : this.#name('element');
    const position = /^\[[0-9]/.test(this.#text.slice(this.#at, this.#at + 2)) ? this.#position() : undefined;
    const attribute = this.#accept('[') ? this.#attributeTest(position !== undefined) : undefined;
    this.#end(
      attribute
        ? '"/" or the end: a step has at most one position and one attribute test, in this order'
        : '"[", "/" or the end',
    );
    return step(name, position, attribute);
  }

  #position(): number {
    this.#at++;
    const digits = /^[0-9]+/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += digits.length;
    this.#expect(']');
    return Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
  }

  #attributeTest(afterPosition: boolean): { name: QName; value: string } {
    this.#expect('@', afterPosition ? '"@" of an attribute test' : 'a position or "@" of an attribute test');
    const name = this.#name('attribute');
    this.#expect('=');
    const quote = this.#text.charAt(this.#at);
    if (quote !== '"' && quote !== "'") this.#fail('a quoted value');
    const start = ++this.#at;
    const close = this.#text.indexOf(quote, start);
    if (close < 0) {
      this.#at = this.#text.length;
      this.#fail(`the closing ${quote}`);
    }
    const value = this.#value(start, close);
    this.#at = close + 1;
    this.#expect(']');
    return { name, value };
  }

  /** The AttValue between the quotes with its references resolved (XML 1.0 sections 2.3, 3.3.3 and 4.1). */
  #value(start: number, close: number): string {
    const raw = this.#text.slice(start, close);
    this.#at = start;
    const less = raw.indexOf('<');
    if (less >= 0) this.#fail('"&lt;" instead of "<"', start + less);
    const illegal = illegalCharacter(raw);
    if (illegal >= 0) this.#fail('a character that XML allows', start + illegal);
    return raw.replace(/[\t\n\r]/g, ' ').replace(/&([^;&]*)(;?)/g, (_, name: string, end: string, offset: number) => {
      const char = end === '' ? undefined : resolveReference(name);
      return char ?? this.#fail('a character reference or one of &amp; &lt; &gt; &quot; &apos;', start + offset);
    });
  }

  #name(kind: 'element' | 'attribute'): QName {
    const start = this.#at;
    const first = leadingNCName(this.#text.slice(start));
    if (first === '') this.#fail(kind === 'element' ? 'an element name or *' : 'an attribute name');
    this.#at += first.length;
    if (this.#text.charAt(this.#at) !== ':') {
      return qname(kind === 'element' ? this.#bindings.defaultNamespace : null, first);
    }
    this.#at++;
    const local = leadingNCName(this.#text.slice(this.#at));
    if (local === '') this.#fail('a local name after the prefix');
    const namespace = first === 'xml' ? XML_NAMESPACE : this.#bindings.namespaces.get(first);
    if (namespace === undefined) this.#fail(`a prefix bound by xmlns(${first}=...)`, start, true);
    this.#at += local.length;
    return qname(namespace, local);
  }

  #accept(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string, what = `"${text}"`): void {
    if (!this.#accept(text)) this.#fail(what);
  }

  #end(expected: string): void {
    if (this.#at < this.#text.length) this.#fail(expected);
  }

  #fail(expected: string, at = this.#at, isUnboundPrefix = false): never {
    const options = { hint: hintFor(this.#input), isUnboundPrefix };
    throw new SelectorSyntaxError(this.#input, this.#segment.place(at), expected, options);
  }
}

/** Returns advice for a probable mistake. */
function hintFor(input: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(input)) return 'use parseXcapUri for a whole URI';
  if (/%5B|%22/i.test(input)) return 'use parsePath for a percent-encoded selector';
  if (/\/\/|\w\(|::/.test(input)) return 'a node selector is not XPath; use select() of a document for XPath';
  return undefined;
}
