import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import type { SaxesAttributeNS, SaxesTagNS } from 'saxes';
import { shortened } from '../../selector/errors.ts';
import { isNCName } from '../../selector/names.ts';
import { type ParseErrorKind, XcapParseError } from '../errors.ts';
import { NamespaceParser } from './namespace-parser.ts';
import { explainFailure, failureAt, malformedName, outsideRoot } from './parse-failure.ts';
import type { ParseLimits } from './parse-limits.ts';
import { type Span, setSpan, spanIn } from './spans.ts';

/** The text to read, and the document to build. */
export interface BuildSettings {
  readonly source: string;
  /** Creates the nodes. Without `fragment`, comments, instructions and the root become its children. */
  readonly document: Document;
  /** Whether the text is one element with only white space around it. */
  readonly fragment: boolean;
  /** Namespace bindings in the scope of a fragment. */
  readonly namespaces: Readonly<Record<string, string>>;
  readonly limits: Omit<ParseLimits, 'maxSize'>;
}

/** The root element and its span. */
export interface Built {
  readonly root: Element;
  readonly span: Span;
}

/**
 * Reads XML strictly (XML 1.0 fifth edition, Namespaces 1.0, no DOCTYPE) and builds the DOM, each node with its span.
 * `source` must contain only characters that XML allows.
 *
 * @throws XcapParseError at the first error
 */
export function buildDom(settings: BuildSettings): Built {
  return new DomBuilder(settings).build();
}

/**
 * Parsers that ended without an error, for the next text, by whether they read fragments. Creating a parser takes longer than
 * reading a small text.
 */
const idleParsers = new Map<boolean, NamespaceParser>();

class DomBuilder {
  readonly #settings: BuildSettings;
  readonly #source: string;
  readonly #document: Document;
  readonly #parser: NamespaceParser;
  /** Whether the text has tags and text alone, without comments, instructions and CDATA sections. */
  readonly #isPlain: boolean;
  readonly #goodNames = new Set<string>();
  /** End of the last complete construct; the next one starts here. */
  #last: number;
  /** End of the XML declaration; 0 if there is none. */
  readonly #declarationEnd: number;
  #ended = false;
  #nodes = 0;
  #current: Element | undefined;
  #spans: Span[] = [];
  #root: Element | undefined;
  #rootSpan: Span | undefined;
  /** The element closed last, because saxes reports a wrong end tag after it has closed the element. */
  #closed: { name: string; start: number } | undefined;

  constructor(settings: BuildSettings) {
    this.#settings = settings;
    this.#source = settings.source;
    this.#document = settings.document;
    const start = settings.source.startsWith('\uFEFF') ? 1 : 0;
    this.#declarationEnd = settings.fragment ? 0 : endOfDeclaration(settings.source, start);
    this.#last = this.#declarationEnd || outsideRoot(settings.source, start).at;
    this.#isPlain = !settings.source.includes('<!') && !settings.source.includes('<?', this.#last);
    const { fragment } = settings;
    this.#parser = (this.#isPlain ? idleParsers.get(fragment) : undefined) ?? new NamespaceParser(fragment);
    if (this.#isPlain) idleParsers.delete(fragment);
    this.#parser.begin(settings.namespaces);
  }

  build(): Built {
    this.#listen();
    // Saxes would read a byte order mark in a fragment as text.
    const skipped = this.#settings.fragment && this.#source.startsWith('\uFEFF');
    try {
      this.#parser.write(skipped ? ` ${this.#source.slice(1)}` : this.#source);
      this.#ended = true;
      this.#parser.close();
    } catch (error) {
      // Without an error listener the parser throws its first error.
      if (error instanceof XcapParseError || !(error instanceof Error)) throw error;
      throw this.#explained(error.message);
    }
    if (this.#isPlain) this.#release();
    const root = this.#root;
    const span = this.#rootSpan;
    if (!root || !span) throw failureAt(this.#source, this.#source.length, 'there is no element');
    return { root, span };
  }

  /**
   * Adds only the listeners that the text needs: with more than six, the engine no longer stores the parser object in its
   * fast representation, and reading takes several times as long.
   */
  #listen(): void {
    const parser = this.#parser;
    const source = this.#source;
    parser.on('opentag', (tag) => this.#openTag(tag));
    parser.on('closetag', (tag) => this.#closeTag(tag));
    parser.on('text', (text) => this.#text(text));
    if (this.#isPlain) return;
    if (source.includes('<!--')) {
      parser.on('comment', (text) => this.#leaf(() => this.#document.createComment(text), parser.position + 1));
    }
    if (source.includes('<?', this.#last)) {
      parser.on('processinginstruction', ({ target, body }) => this.#instruction(target, body));
    }
    if (source.includes('<![CDATA[')) parser.on('cdata', (text) => this.#cdata(text));
    if (source.includes('<!DOCTYPE')) {
      parser.on('doctype', () => {
        throw this.#explained('doctype');
      });
    }
  }

  /** Keeps the parser for the next text, without what would keep the document in memory. */
  #release(): void {
    for (const event of ['opentag', 'closetag', 'text'] as const) this.#parser.off(event);
    this.#parser.forget();
    idleParsers.set(this.#settings.fragment, this.#parser);
  }

  #explained(message: string): XcapParseError {
    const span = this.#spans.at(-1);
    const innermost = span && this.#current && { name: this.#current.tagName, start: span.start };
    const open = message.startsWith('unexpected close') ? this.#closed : innermost;
    const { position } = this.#parser;
    const inDeclaration = !this.#ended && position <= this.#declarationEnd;
    const last = inDeclaration ? 0 : this.#last;
    return explainFailure(message, { source: this.#source, last, position, inDeclaration, ended: this.#ended, open });
  }

  #fail(offset: number, reason: string, kind?: ParseErrorKind): never {
    throw failureAt(this.#source, offset, reason, kind);
  }

  #count(nodes: number): void {
    this.#nodes += nodes;
    const { maxNodes } = this.#settings.limits;
    if (this.#nodes > maxNodes) {
      this.#fail(this.#last, `there are more than ${maxNodes} nodes; raise maxNodes if that is intended`, 'limit');
    }
  }

  #checkEncoding(): void {
    const { encoding } = this.#parser.xmlDecl;
    if (encoding === undefined || /^(?:utf-?8|us-ascii)$/i.test(encoding)) return;
    const at = this.#source.indexOf(encoding, this.#source.indexOf('encoding'));
    this.#fail(at, `the declared encoding is ${shortened(encoding, 40)}, but XCAP documents are UTF-8`, 'encoding');
  }

  #checkRoot(): void {
    if (this.#root) this.#fail(this.#last, 'there is a second element, but only one is allowed');
    this.#checkEncoding();
  }

  #openTag({ name, uri, prefix, local }: SaxesTagNS): void {
    const attributes = this.#parser.enter();
    if (!this.#current) this.#checkRoot();
    const { maxDepth, maxAttributes } = this.#settings.limits;
    if (this.#spans.length >= maxDepth) {
      this.#fail(this.#last, 'elements are nested too deep; raise maxDepth if that is intended', 'limit');
    }
    if (attributes.length > maxAttributes) {
      this.#fail(
        this.#last,
        `an element has more than ${maxAttributes} attributes; raise maxAttributes if that is intended`,
        'limit',
      );
    }
    this.#count(1 + attributes.length);
    if (prefix !== '') this.#checkName(name, local);
    const element = this.#document.createElementNS(uri, name);
    const end = this.#parser.position;
    const span = spanIn(this.#source, this.#last, end);
    setSpan(element, span);
    for (const attribute of attributes) element.setAttributeNodeNS(this.#attributeNode(attribute));
    if (this.#current) this.#current.appendChild(element);
    else {
      if (!this.#settings.fragment) this.#document.appendChild(element);
      this.#root = element;
      this.#rootSpan = span;
    }
    this.#current = element;
    this.#spans.push(span);
    this.#last = end;
  }

  #attributeNode({ name, prefix, local, uri, value }: SaxesAttributeNS): Attr {
    if (prefix !== '') this.#checkName(name, local);
    if ((prefix === 'xmlns' || name === 'xmlns') && value !== value.trim()) {
      this.#fail(this.#source.indexOf(name, this.#last), 'a namespace must not have white space around it');
    }
    const attribute = this.#document.createAttributeNS(uri, name);
    attribute.nodeValue = value;
    attribute.value = value;
    return attribute;
  }

  /** Saxes checks whole names only, not the local part after a colon. */
  #checkName(name: string, local: string): void {
    if (this.#goodNames.has(name)) return;
    if (!isNCName(local)) this.#fail(this.#source.indexOf(name, this.#last), malformedName(name));
    this.#goodNames.add(name);
  }

  #closeTag({ isSelfClosing }: SaxesTagNS): void {
    this.#parser.leave();
    const span = this.#spans.pop();
    const element = this.#current;
    if (!span || !element) return;
    this.#closed = { name: element.tagName, start: span.start };
    span.end = this.#parser.position;
    span.closeStart = isSelfClosing ? span.end : this.#last;
    const parent = element.parentNode;
    this.#current = this.#spans.length > 0 && parent ? (parent as Element) : undefined; // an open element's parent is open
    this.#last = span.end;
  }

  #text(text: string): void {
    const end = this.#ended ? this.#source.length : this.#parser.position - 1;
    if (this.#current) this.#append(this.#document.createTextNode(text), end);
    else {
      const { reason, at } = outsideRoot(this.#source, this.#last);
      if (at < end) this.#fail(at, reason);
      this.#last = end;
    }
  }

  #cdata(text: string): void {
    if (!this.#current) this.#fail(this.#last, 'text is only allowed inside the root element');
    this.#append(this.#document.createCDATASection(text), this.#parser.position);
  }

  #instruction(target: string, body: string): void {
    const after = this.#source.slice(this.#last + 2 + target.length, this.#last + 4 + target.length);
    if (after !== '?>' && !/^[ \t\r\n]/.test(after)) {
      this.#fail(this.#last, 'the name of a processing instruction must be followed by white space or ?>');
    }
    this.#leaf(() => this.#document.createProcessingInstruction(target, body), this.#parser.position);
  }

  #leaf(make: () => Node, end: number): void {
    if (!this.#current && this.#settings.fragment) {
      this.#fail(this.#last, 'only white space is allowed around the element');
    }
    this.#append(make(), end);
  }

  #append(node: Node, end: number): void {
    this.#count(1);
    setSpan(node, spanIn(this.#source, this.#last, end));
    (this.#current ?? this.#document).appendChild(node);
    this.#last = end;
  }
}

function endOfDeclaration(source: string, start: number): number {
  if (!/^<\?xml[\s?]/.test(source.slice(start, start + 6))) return 0;
  const end = source.indexOf('?>', start);
  return end < 0 ? source.length : end + 2;
}
