import { SaxesParser } from 'saxes';
import { XML_NAMESPACE, XMLNS_NAMESPACE } from '../../selector/names.ts';

const OPTIONS = { xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

type Options = typeof OPTIONS & { fragment: boolean; additionalNamespaces: Record<string, string> };

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

  constructor(settings: { readonly fragment: boolean; readonly namespaces: Bindings }) {
    super({ ...OPTIONS, fragment: settings.fragment, additionalNamespaces: settings.namespaces });
    const outer = { ...settings.namespaces, xml: XML_NAMESPACE, xmlns: XMLNS_NAMESPACE };
    for (const [prefix, uri] of Object.entries(outer)) this.#bound.set(prefix, [uri]);
    this.on('opentagstart', ({ ns }) => {
      this.#tag = ns;
    });
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
