import { SaxesParser } from 'saxes';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';

const OPTIONS = { xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

type Options = typeof OPTIONS & { fragment: boolean };

type Bindings = Readonly<Record<string, string>>;

/**
 * The SAX parser, strict about XML 1.0, with constant time for each prefix. The original searches every open element,
 * which takes minutes on deeply nested text.
 */
export class NamespaceParser extends SaxesParser<Options> {
  /** Namespaces by prefix, the innermost last. */
  readonly #bound = new Map<string, string[]>();
  /** The declarations of the tag that is being read. */
  #tag: Bindings = {};

  /** @param fragment - whether it reads fragments: elements without an XML declaration */
  constructor(fragment: boolean) {
    super({ ...OPTIONS, fragment });
    this.on('opentagstart', ({ ns }) => {
      this.#tag = ns;
    });
  }

  /** Starts a text in the scope of some bindings. The last text must have ended without an error. */
  begin(outer: Bindings): void {
    this.#bound.clear();
    for (const prefix in outer) this.#bound.set(prefix, [outer[prefix] ?? '']);
    this.#bound.set('xml', [XML_NAMESPACE]).set('xmlns', [XMLNS_NAMESPACE]);
  }

  override resolve(prefix: string): string | undefined {
    return this.#tag[prefix] ?? this.#bound.get(prefix)?.at(-1);
  }

  /** Adds the declarations of an element to the scope. */
  enter(declared: Bindings): void {
    for (const prefix in declared) {
      const uri = declared[prefix] ?? '';
      const bound = this.#bound.get(prefix);
      if (bound) bound.push(uri);
      else this.#bound.set(prefix, [uri]);
    }
  }

  /** Removes the declarations of an element from the scope. */
  leave(declared: Bindings): void {
    for (const prefix in declared) this.#bound.get(prefix)?.pop();
  }
}
