import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';

const OPTIONS = { xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

type Options = typeof OPTIONS & { fragment: boolean };

const NONE: readonly SaxesAttributeNS[] = [];

/**
 * The SAX parser, strict about XML 1.0, with constant time for each prefix and a list of attributes. The original searches
 * every open element for a prefix, which takes minutes on deeply nested text, and its objects of attributes have no
 * prototype, which makes them slow to read.
 */
export class NamespaceParser extends SaxesParser<Options> {
  /** Namespaces by prefix, the innermost last. */
  readonly #bound = new Map<string, string[]>();
  /** The prefixes that each open element declares; `undefined` for none. */
  readonly #open: (readonly string[] | undefined)[] = [];
  /** The attributes of the tag that is being read, and the prefixes that these declare. */
  #attributes: SaxesAttributeNS[] | undefined;
  #declared: string[] | undefined;

  /** @param fragment - whether it reads fragments: elements without an XML declaration */
  constructor(fragment: boolean) {
    super({ ...OPTIONS, fragment });
    this.on('attribute', (attribute) => this.#add(attribute));
  }

  /** Starts a text in the scope of some bindings. The last text must have ended without an error. */
  begin(outer: Readonly<Record<string, string>>): void {
    this.#bound.clear();
    for (const prefix in outer) this.#bound.set(prefix, [outer[prefix] ?? '']);
    this.#bound.set('xml', [XML_NAMESPACE]).set('xmlns', [XMLNS_NAMESPACE]);
  }

  /** Drops the bindings of the last text, which an idle parser would keep in memory. */
  forget(): void {
    this.#bound.clear();
  }

  override resolve(prefix: string): string | undefined {
    return this.#bound.get(prefix)?.at(-1);
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
    for (const prefix of this.#open.pop() ?? []) this.#bound.get(prefix)?.pop();
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
    this.#declared.push(prefix);
    const bound = this.#bound.get(prefix);
    if (bound) bound.push(uri);
    else this.#bound.set(prefix, [uri]);
  }
}
