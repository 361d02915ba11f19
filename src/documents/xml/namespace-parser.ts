import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';

const OPTIONS = { xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

type Options = typeof OPTIONS & { fragment: boolean };

/** A prefix that an element declares, and its namespace around the element. */
interface Declaration {
  readonly prefix: string;
  readonly former: string | undefined;
}

const NONE: readonly SaxesAttributeNS[] = [];

/**
 * The SAX parser, strict about XML 1.0, with constant time for each prefix and a list of attributes. The original searches
 * every open element for a prefix, which takes minutes on deeply nested text, and its objects of attributes have no
 * prototype, which makes them slow to read.
 */
export class NamespaceParser extends SaxesParser<Options> {
  /** Namespaces by prefix. */
  readonly #bound = new Map<string, string>();
  /** Declarations of each open element; `undefined` if it has none. */
  readonly #open: (readonly Declaration[] | undefined)[] = [];
  /** Attributes of the tag that is being read, and the declarations among them. */
  #attributes: SaxesAttributeNS[] | undefined;
  #declared: Declaration[] | undefined;

  /** @param fragment - whether it reads fragments: elements without an XML declaration */
  constructor(fragment: boolean) {
    super({ ...OPTIONS, fragment });
    this.on('attribute', (attribute) => this.#add(attribute));
  }

  /** Starts a text in the scope of some bindings. The last text must have ended without an error. */
  begin(outer: Readonly<Record<string, string>>): void {
    this.#bound.clear();
    for (const prefix in outer) this.#bound.set(prefix, outer[prefix] ?? '');
    this.#bound.set('xml', XML_NAMESPACE).set('xmlns', XMLNS_NAMESPACE);
  }

  /** Drops the bindings of the last text, which an idle parser would keep in memory. */
  forget(): void {
    this.#bound.clear();
  }

  override resolve(prefix: string): string | undefined {
    return this.#bound.get(prefix);
  }

  /** Opens the element whose start tag was read last, and returns its attributes. */
  enter(): readonly SaxesAttributeNS[] {
    const attributes = this.#attributes ?? NONE;
    this.#open.push(this.#declared);
    this.#attributes = undefined;
    this.#declared = undefined;
    return attributes;
  }

  /** Closes the innermost element. */
  leave(): void {
    for (const { prefix, former } of this.#open.pop() ?? []) {
      if (former === undefined) this.#bound.delete(prefix);
      else this.#bound.set(prefix, former);
    }
  }

  /** Takes note of an attribute. Its namespace is not known yet, because a declaration may follow it. */
  #add(attribute: SaxesAttributeNS): void {
    this.#attributes ??= [];
    this.#attributes.push(attribute);
    const { name, prefix, local, value } = attribute;
    if (prefix === 'xmlns') this.#declare(local, value.trim());
    else if (name === 'xmlns') this.#declare('', value.trim());
  }

  #declare(prefix: string, uri: string): void {
    this.#declared ??= [];
    this.#declared.push({ prefix, former: this.#bound.get(prefix) });
    this.#bound.set(prefix, uri);
  }
}
