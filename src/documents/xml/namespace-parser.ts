import { SaxesParser } from 'saxes';
import { InvalidArgumentError } from '../../selector/errors.ts';
import { isNCName, XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';

const OPTIONS = { xmlns: false, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

type Options = typeof OPTIONS & { fragment: boolean };

/** A name in a start tag with its namespace; the namespace is empty if there is none. */
interface ResolvedName {
  readonly name: string;
  readonly uri: string;
}

/** An attribute with its namespace. */
export interface ResolvedAttribute extends ResolvedName {
  readonly value: string;
}

/** A start tag with the namespaces of its names. */
export interface StartTag extends ResolvedName {
  readonly attributes: readonly ResolvedAttribute[];
}

/** A breach of Namespaces in XML 1.0, with the name that it is found at. */
export interface NamespaceProblem {
  readonly kind:
    | 'malformed-name'
    | 'element-xmlns'
    | 'unbound-prefix'
    | 'repeated-attribute'
    | 'undeclared-prefix'
    | 'xml-prefix'
    | 'xmlns-declaration'
    | 'default-xml'
    | 'xml-namespace'
    | 'spaced-namespace';
  readonly name: string;
  /** Index in the start tag of the attribute with the name; `undefined` for the name of the element. */
  readonly attribute?: number | undefined;
}

/** Namespaces by prefix; that of the empty prefix is the default. */
export type Namespaces = ReadonlyMap<string, string>;

/** Whether a prefix has the same namespace everywhere. */
const isFixed = (prefix: string): boolean => prefix === 'xml' || prefix === 'xmlns';

/** A prefix that an element declares, and its namespace around the element. */
interface Declaration {
  readonly prefix: string;
  readonly former: string | undefined;
}

/** An attribute whose namespace is known at the end of the tag, because a declaration may follow it. */
interface Attribute extends ResolvedAttribute {
  readonly prefix: string;
  readonly local: string;
  uri: string;
}

const NONE: readonly ResolvedAttribute[] = [];

/** Handler of a parser that reads nothing. */
const IDLE: XmlHandler = {
  openTag() {},
  closeTag() {},
  text() {},
  refuse() {
    throw new InvalidArgumentError('the parser was not given a text to read');
  },
};

/** Receives the parts of a text in their order. */
export interface XmlHandler {
  openTag(tag: StartTag): void;
  /** @param isSelfClosing - whether it is the end of an empty-element tag */
  closeTag(isSelfClosing: boolean): void;
  text(text: string): void;
  /** Throws the error for a breach. */
  refuse(problem: NamespaceProblem): never;
}

/**
 * The SAX parser, strict about XML 1.0, with the namespaces of names. Those of the original search every open element for a
 * prefix, which takes minutes on deeply nested text, and need several tables for each element.
 */
export class NamespaceParser extends SaxesParser<Options> {
  #handler: XmlHandler = IDLE;
  /** Namespaces by prefix. */
  readonly #bound = new Map<string, string>([
    ['xml', XML_NAMESPACE],
    ['xmlns', XMLNS_NAMESPACE],
  ]);
  /** Declarations of each open element; `undefined` if it has none. */
  readonly #open: (readonly Declaration[] | undefined)[] = [];
  /** Attributes of the tag that is being read, and the declarations among them. */
  #attributes: Attribute[] | undefined;
  #declared: Declaration[] | undefined;
  /** Whether two attributes may have the same name once prefixes are resolved. */
  #mayRepeat = false;
  #hasPrefixed = false;

  /** @param fragment - whether it reads fragments: elements without an XML declaration */
  constructor(fragment: boolean) {
    super({ ...OPTIONS, fragment });
    this.on('attribute', ({ name, value }) => this.#add(name, value));
    this.on('opentag', ({ name }) => this.#handler.openTag(this.#enter(name)));
    this.on('closetag', ({ isSelfClosing }) => {
      this.#leave();
      this.#handler.closeTag(isSelfClosing);
    });
    this.on('text', (text) => this.#handler.text(text));
  }

  /**
   * Reads a text up to its end, which `close` checks. After an error, the parser must not be used again.
   *
   * @param namespaces - the namespaces around a fragment
   */
  read(text: string, namespaces: Namespaces, handler: XmlHandler): void {
    for (const [prefix, uri] of namespaces) if (!isFixed(prefix)) this.#bound.set(prefix, uri);
    this.#handler = handler;
    this.write(text);
  }

  /** Drops the handler and the namespaces of the last text, which an idle parser would keep in memory. */
  forget(namespaces: Namespaces): void {
    for (const [prefix] of namespaces) if (!isFixed(prefix)) this.#bound.delete(prefix);
    this.#handler = IDLE;
  }

  /** Leaves it to `#enter` to refuse a repeated attribute, because a problem of an earlier name comes first. */
  override fail(message: string): this {
    if (!message.startsWith('duplicate attribute')) return super.fail(message);
    this.#mayRepeat = true;
    return this;
  }

  /** Opens the element of a start tag that was read, and returns it with its namespaces. */
  #enter(name: string): StartTag {
    const attributes = this.#attributes ?? NONE;
    this.#open.push(this.#declared);
    const colon = name.indexOf(':');
    const prefix = colon < 0 ? '' : name.slice(0, colon);
    if (colon >= 0) this.#checkParts(prefix, name.slice(colon + 1));
    // Without a prefix, XML permits the name, but no DOM can have the element.
    if (prefix === 'xmlns' || name === 'xmlns') this.#handler.refuse({ kind: 'element-xmlns', name });
    const uri = prefix === '' ? (this.#bound.get('') ?? '') : this.#resolve(prefix);
    if (this.#attributes) {
      this.#resolveAttributes(this.#attributes);
      this.#attributes = undefined;
      this.#declared = undefined;
      this.#mayRepeat = false;
      this.#hasPrefixed = false;
    }
    return { name, uri, attributes };
  }

  /** Closes the innermost element. */
  #leave(): void {
    const declared = this.#open.pop();
    if (!declared) return;
    for (const { prefix, former } of declared) {
      if (former === undefined) this.#bound.delete(prefix);
      else this.#bound.set(prefix, former);
    }
  }

  #add(name: string, value: string): void {
    const colon = name.indexOf(':');
    const prefix = colon < 0 ? '' : name.slice(0, colon);
    const local = colon < 0 ? name : name.slice(colon + 1);
    this.#attributes ??= [];
    const index = this.#attributes.length;
    if (colon >= 0) this.#checkParts(prefix, local, index);
    this.#attributes.push({ name, prefix, local, uri: '', value });
    if (prefix === 'xmlns') this.#declare(local, value, index);
    else if (prefix !== '') {
      this.#mayRepeat ||= this.#hasPrefixed;
      this.#hasPrefixed = true;
    } else if (name === 'xmlns') this.#declare('', value, index);
  }

  /** Checks the parts of a name with a colon. Saxes checks only the whole name, which may have colons anywhere. */
  #checkParts(prefix: string, local: string, attribute?: number): void {
    if (prefix !== '' && isNCName(local)) return;
    this.#handler.refuse({ kind: 'malformed-name', name: `${prefix}:${local}`, attribute });
  }

  #resolve(prefix: string, attribute?: number): string {
    const uri = this.#bound.get(prefix);
    if (uri === undefined || uri === '') this.#handler.refuse({ kind: 'unbound-prefix', name: prefix, attribute });
    return uri;
  }

  #declare(prefix: string, value: string, attribute: number): void {
    const uri = value.trim();
    this.#checkDeclaration(prefix, uri);
    if (uri !== value) this.#handler.refuse({ kind: 'spaced-namespace', name: prefix, attribute });
    this.#declared ??= [];
    this.#declared.push({ prefix, former: this.#bound.get(prefix) });
    this.#bound.set(prefix, uri);
  }

  #checkDeclaration(prefix: string, uri: string): void {
    const isXml = uri === XML_NAMESPACE;
    const isXmlns = uri === XMLNS_NAMESPACE;
    if (prefix !== '' && uri === '') this.#handler.refuse({ kind: 'undeclared-prefix', name: prefix });
    if (prefix === 'xml' && !isXml) this.#handler.refuse({ kind: 'xml-prefix', name: prefix });
    if (prefix === '' && (isXml || isXmlns)) this.#handler.refuse({ kind: 'default-xml', name: prefix });
    if (prefix === 'xmlns' || isXmlns) this.#handler.refuse({ kind: 'xmlns-declaration', name: prefix });
    if (isXml && prefix !== 'xml') this.#handler.refuse({ kind: 'xml-namespace', name: prefix });
  }

  #resolveAttributes(attributes: readonly Attribute[]): void {
    const names = this.#mayRepeat ? new Set<string>() : undefined;
    let index = 0;
    for (const attribute of attributes) {
      const { name, prefix, local } = attribute;
      if (prefix === 'xmlns' || name === 'xmlns') attribute.uri = XMLNS_NAMESPACE;
      else if (prefix !== '') attribute.uri = this.#resolve(prefix, index);
      if (names) {
        const isItself = prefix === '' || prefix === 'xmlns';
        const expanded = isItself ? name : `{${attribute.uri}}${local}`;
        if (names.has(expanded)) {
          this.#handler.refuse({ kind: 'repeated-attribute', name: expanded, attribute: index });
        }
        names.add(expanded);
      }
      index++;
    }
  }
}
