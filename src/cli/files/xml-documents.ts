/**
 * Splits a stream into the XML documents that it contains one after the other. A document ends with the end tag of its root
 * element; nothing else of it needs to be well-formed. What has no end is the last one.
 */
export async function* xmlDocuments(octets: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const splitter = new Splitter();
  for await (const chunk of octets) yield* splitter.take(decoder.decode(chunk, { stream: true }));
  yield* splitter.take(decoder.decode());
  const rest = splitter.rest.trim();
  if (rest !== '') yield rest;
}

/** Markup other than tags: how it begins, and how it ends. */
const NO_TAGS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** Finds the ends of documents in text that arrives in pieces. */
class Splitter {
  /** The text of the present document, as far as it has arrived, and what follows it. */
  rest = '';
  /** Where the next markup is looked for. */
  #at = 0;
  /** Number of open elements. */
  #depth = 0;

  /** Takes a piece, and returns the documents that it completes. */
  *take(piece: string): Generator<string, void, undefined> {
    this.rest += piece;
    for (let markup = this.#next(); markup !== undefined; markup = this.#next()) {
      if (!isTag(markup)) continue;
      if (markup.startsWith('</')) this.#depth--;
      else if (!markup.endsWith('/>')) this.#depth++;
      if (this.#depth > 0) continue;
      yield this.rest.slice(0, this.#at).trim();
      this.rest = this.rest.slice(this.#at);
      this.#at = 0;
      this.#depth = 0;
    }
  }

  /** Goes past the next markup, and returns it; `undefined` while its end has not arrived. */
  #next(): string | undefined {
    const start = this.rest.indexOf('<', this.#at);
    if (start < 0) return undefined;
    this.#at = start;
    const text = this.rest.slice(start, start + LONGEST_START);
    // The piece may end within a start that decides how the markup ends.
    if (NO_TAGS.some(([opening]) => text.length < opening.length && opening.startsWith(text))) return undefined;
    const [opening = '<', closing] = NO_TAGS.find(([each]) => text.startsWith(each)) ?? [];
    const end = closing === undefined ? this.#endOfTag(start) : this.rest.indexOf(closing, start + opening.length);
    if (end < 0) return undefined;
    this.#at = end + (closing?.length ?? 1);
    return this.rest.slice(start, this.#at);
  }

  /** Returns the position of the `>` that ends a tag, which is in no attribute value; -1 if it has not arrived. */
  #endOfTag(start: number): number {
    let quote = '';
    for (let at = start; at < this.rest.length; at++) {
      const char = this.rest.charAt(at);
      if (quote === '' && char === '>') return at;
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
    }
    return -1;
  }
}

const LONGEST_START = Math.max(...NO_TAGS.map(([opening]) => opening.length));

/** Whether markup is the tag of an element, and not a comment or declaration. */
const isTag = (markup: string): boolean => !markup.startsWith('<!') && !markup.startsWith('<?');
