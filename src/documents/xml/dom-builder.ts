import type { Attr, Document, Element, Node } from '@xmldom/xmldom';
import { shortened } from '../../selector/errors.ts';
import { type ParseErrorKind, XcapParseError } from '../errors.ts';
import { appendNew } from './child-lists.ts';
import {
  NamespaceParser,
  type NamespaceProblem,
  type Namespaces,
  type ResolvedAttribute,
  type StartTag,
  type XmlHandler,
} from './namespace-parser.ts';
import {
  explainFailure,
  explainNamespace,
  type FailurePlace,
  failureAt,
  NO_LEGAL_NAME,
  outsideRoot,
} from './parse-failure.ts';
import type { ParseLimits } from './parse-limits.ts';
import { skipSpace } from './scan.ts';
import { type Span, setSpan, spanIn, spanOf } from './spans.ts';

/** The text to read, and the document to build. */
export interface BuildSettings {
  readonly source: string;
  /** Creates the nodes. Without `fragment`, comments, instructions and the root become its children. */
  readonly document: Document;
  /** Whether the text is one element with only white space around it. */
  readonly fragment: boolean;
  /** Namespace bindings in the scope of a fragment. */
  readonly namespaces: Namespaces;
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
 * Parsers that ended without an error, for the next text. Creating a parser takes longer than reading a small text.
 */
const idle: { document: NamespaceParser | undefined; fragment: NamespaceParser | undefined } = {
  document: undefined,
  fragment: undefined,
};

class DomBuilder implements XmlHandler {
  readonly #settings: BuildSettings;
  readonly #source: string;
  readonly #document: Document;
  readonly #parser: NamespaceParser;
  /** Whether the text has tags and text alone, without comments, instructions and CDATA sections. */
  readonly #isPlain: boolean;
  /** End of the last complete construct; the next one starts here. */
  #last: number;
  /** End of the XML declaration; 0 if there is none. */
  readonly #declarationEnd: number;
  #ended = false;
  #nodes = 0;
  #current: Element | undefined;
  #root: Element | undefined;
  #rootSpan: Span | undefined;
  /** Spans of the open elements. */
  readonly #spans: Span[] = [];
  /** The element closed last, because saxes reports a wrong end tag after it has closed the element. */
  #closed: Element | undefined;

  constructor(settings: BuildSettings) {
    const { source, document, fragment } = settings;
    const start = source.startsWith('\uFEFF') ? 1 : 0;
    this.#settings = settings;
    this.#source = source;
    this.#document = document;
    this.#declarationEnd = fragment ? 0 : endOfDeclaration(source, start);
    this.#last = this.#declarationEnd || skipSpace(source, start);
    this.#isPlain = !source.includes('<!') && !source.includes('<?', this.#last);
    const kind = fragment ? 'fragment' : 'document';
    this.#parser = (this.#isPlain ? idle[kind] : undefined) ?? new NamespaceParser(fragment);
    if (this.#isPlain) idle[kind] = undefined;
    else this.#listen();
  }

  build(): Built {
    const { namespaces, fragment } = this.#settings;
    // Saxes would read a byte order mark in a fragment as text.
    const skipped = fragment && this.#source.startsWith('\uFEFF');
    try {
      this.#parser.read(skipped ? ` ${this.#source.slice(1)}` : this.#source, namespaces, this);
      this.#ended = true;
      this.#parser.close();
    } catch (error) {
      // Without an error listener the parser throws its first error.
      if (error instanceof XcapParseError || !(error instanceof Error)) throw error;
      throw explainFailure(error.message, this.#place());
    }
    if (this.#isPlain) {
      this.#parser.forget(namespaces);
      idle[fragment ? 'fragment' : 'document'] = this.#parser;
    }
    const root = this.#root;
    const span = this.#rootSpan;
    if (!root || !span) throw failureAt(this.#source, this.#source.length, 'there is no element');
    return { root, span };
  }

  /**
   * Adds the listeners that the text needs besides those of the parser: with more than six, the engine no longer stores the
   * parser object in its fast representation, and reading takes several times as long.
   */
  #listen(): void {
    const parser = this.#parser;
    const source = this.#source;
    if (source.includes('<!--')) {
      parser.on('comment', (text) => this.#leaf(() => this.#document.createComment(text), parser.position + 1));
    }
    if (source.includes('<?', this.#last)) {
      parser.on('processinginstruction', ({ target, body }) => this.#instruction(target, body));
    }
    if (source.includes('<![CDATA[')) parser.on('cdata', (text) => this.#cdata(text));
    if (source.includes('<!DOCTYPE')) {
      parser.on('doctype', () => {
        throw explainFailure('doctype', this.#place());
      });
    }
  }

  refuse(problem: NamespaceProblem): never {
    throw explainNamespace(problem, this.#place());
  }

  /** The place of a failure that the parser has just found. */
  #place(): FailurePlace {
    const { position } = this.#parser;
    const inDeclaration = !this.#ended && position <= this.#declarationEnd;
    return {
      source: this.#source,
      last: inDeclaration ? 0 : this.#last,
      position,
      inDeclaration,
      ended: this.#ended,
      open: openedAt(this.#current),
      closed: this.#closed?.tagName,
    };
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

  openTag({ name, uri, attributes }: StartTag): void {
    const parent = this.#current;
    if (!parent) this.#checkRoot();
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
    const element = this.#document.createElementNS(uri, name);
    const end = this.#parser.position;
    const span = spanIn(this.#source, this.#last, end);
    setSpan(element, span);
    for (const attribute of attributes) element.setAttributeNodeNS(this.#attributeNode(attribute));
    if (parent) appendNew(parent, element);
    else {
      if (!this.#settings.fragment) this.#document.appendChild(element);
      this.#root = element;
      this.#rootSpan = span;
    }
    this.#current = element;
    this.#spans.push(span);
    this.#last = end;
  }

  #attributeNode({ name, uri, value }: ResolvedAttribute): Attr {
    const attribute = this.#document.createAttributeNS(uri, name);
    attribute.nodeValue = value;
    attribute.value = value;
    return attribute;
  }

  closeTag(isSelfClosing: boolean): void {
    const span = this.#spans.pop();
    const element = this.#current;
    if (!span || !element) return;
    this.#closed = element;
    span.end = this.#parser.position;
    span.closeStart = isSelfClosing ? span.end : this.#last;
    const parent = element.parentNode;
    this.#current = this.#spans.length > 0 && parent ? (parent as Element) : undefined; // an open element's parent is open
    this.#last = span.end;
  }

  text(text: string): void {
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
    if (target.includes(':')) this.#fail(this.#last, NO_LEGAL_NAME);
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
    if (this.#current) appendNew(this.#current, node);
    else this.#document.appendChild(node);
    this.#last = end;
  }
}

/** Name and offset of an open element. */
function openedAt(element: Element | undefined): FailurePlace['open'] {
  const span = element && spanOf(element);
  return span && { name: element.tagName, start: span.start };
}

function endOfDeclaration(source: string, start: number): number {
  if (!/^<\?xml[\s?]/.test(source.slice(start, start + 6))) return 0;
  const end = source.indexOf('?>', start);
  return end < 0 ? source.length : end + 2;
}
