/** Parses the `sel` of a patch operation: the subset of XPath in RFC 5261 section 4.1. */

import { isNCName, leadingNCName } from '../../selector/names.ts';

/** A qualified name. */
export interface PatchName {
  readonly prefix: string;
  readonly local: string;
}

/** A predicate: a position, or a comparison with a value. */
export type PatchPredicate =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'attribute' | 'child'; readonly name: PatchName; readonly value: string }
  | { readonly kind: 'self'; readonly value: string };

/** An element step. */
export interface PatchStep {
  readonly name: PatchName | '*';
  readonly predicates: readonly PatchPredicate[];
}

/** The last step, if it selects no element. */
export type PatchEnd =
  | { readonly kind: 'text' | 'comment'; readonly position?: number | undefined }
  | { readonly kind: 'instruction'; readonly target?: string | undefined; readonly position?: number | undefined }
  | { readonly kind: 'attribute'; readonly name: PatchName }
  | { readonly kind: 'namespace'; readonly prefix: string };

/** A selector. Without `id` the steps start at the document. */
export interface PatchSelector {
  readonly id?: string | undefined;
  readonly steps: readonly PatchStep[];
  readonly end?: PatchEnd | undefined;
}

/** @returns the selector, or the reason why the text is not a selector */
export function parsePatchSelector(text: string): PatchSelector | string {
  return new Reader(text).read();
}

/** @returns the attribute or prefix in the `type` of an `add`; `undefined` for any other text */
export function parsePatchType(text: string): Extract<PatchEnd, { kind: 'attribute' | 'namespace' }> | undefined {
  const parsed = parsePatchSelector(text.trim());
  if (typeof parsed === 'string' || parsed.id !== undefined || parsed.steps.length > 0) return undefined;
  return parsed.end?.kind === 'attribute' || parsed.end?.kind === 'namespace' ? parsed.end : undefined;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.trim();
  }

  read(): PatchSelector | string {
    const steps: PatchStep[] = [];
    let end: PatchEnd | undefined;
    let id: string | undefined;
    if (/^\/?id\(/.test(this.#text)) {
      this.#take('/');
      this.#take('id(');
      id = this.#literal();
      if (id === undefined || !this.#take(')')) return this.#expected('a quoted name and ")"');
      if (this.#at === this.#text.length) return { id, steps };
      if (!this.#take('/')) return this.#expected('"/"');
    } else this.#take('/');
    for (;;) {
      const failure = this.#part(steps, (found) => {
        end = found;
      });
      if (failure !== undefined) return failure;
      if (this.#at === this.#text.length) return { id, steps, end };
      if (end || !this.#take('/')) return this.#expected(end ? 'nothing more' : '"/" or "["');
    }
  }

  #part(steps: PatchStep[], ends: (end: PatchEnd) => void): string | undefined {
    this.#space();
    if (this.#take('@')) {
      const name = this.#name();
      if (!name) return this.#expected('the name of an attribute');
      ends({ kind: 'attribute', name });
      return undefined;
    }
    if (this.#take('namespace::')) {
      const prefix = this.#ncname();
      if (prefix === '') return this.#expected('a prefix');
      ends({ kind: 'namespace', prefix });
      return undefined;
    }
    for (const [token, kind] of [
      ['text()', 'text'],
      ['comment()', 'comment'],
    ] as const) {
      if (!this.#take(token)) continue;
      const position = this.#bracketedPosition();
      if (position === null) return this.#expected('a position in brackets');
      ends({ kind, position });
      return undefined;
    }
    if (this.#take('processing-instruction(')) {
      const target = this.#literal();
      if ((target !== undefined && !isNCName(target)) || !this.#take(')'))
        return this.#expected('a quoted name or ")"');
      const position = this.#bracketedPosition();
      if (position === null) return this.#expected('a position in brackets');
      ends({ kind: 'instruction', target, position });
      return undefined;
    }
    const name = this.#take('*') ? '*' : this.#name();
    if (!name) return this.#expected('the name of an element, "*", "@", text(), comment() or namespace::');
    const predicates: PatchPredicate[] = [];
    while (this.#take('[')) {
      const predicate = this.#predicate();
      if (!predicate || !this.#takeSpaced(']'))
        return this.#expected('a position, or a name or "." with = and a quoted value, and "]"');
      predicates.push(predicate);
    }
    steps.push({ name, predicates });
    return undefined;
  }

  #predicate(): PatchPredicate | undefined {
    this.#space();
    const digits = /^\d+/.exec(this.#text.slice(this.#at, this.#at + 12))?.[0];
    if (digits !== undefined) {
      this.#at += digits.length;
      return { kind: 'position', position: Number(digits) };
    }
    if (this.#take('.')) {
      const value = this.#equals();
      return value === undefined ? undefined : { kind: 'self', value };
    }
    const kind = this.#take('@') ? 'attribute' : 'child';
    const name = this.#name();
    const value = name && this.#equals();
    return name && value !== undefined ? { kind, name, value } : undefined;
  }

  #equals(): string | undefined {
    if (!this.#takeSpaced('=')) return undefined;
    this.#space();
    return this.#literal();
  }

  #literal(): string | undefined {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return undefined;
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) return undefined;
    const value = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return value;
  }

  /** @returns `undefined` if there is none, `null` if it is malformed */
  #bracketedPosition(): number | undefined | null {
    if (this.#text[this.#at] !== '[') return undefined;
    const match = /^\[\s*(\d{1,9})\s*\]/.exec(this.#text.slice(this.#at));
    if (!match) return null;
    this.#at += match[0].length;
    return Number(match[1]);
  }

  #name(): PatchName | undefined {
    const first = this.#ncname();
    if (first === '') return undefined;
    if (this.#text[this.#at] !== ':' || this.#text[this.#at + 1] === ':') return { prefix: '', local: first };
    this.#at++;
    const local = this.#ncname();
    return local === '' ? undefined : { prefix: first, local };
  }

  #ncname(): string {
    const name = leadingNCName(this.#text.slice(this.#at));
    this.#at += name.length;
    return name;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #takeSpaced(token: string): boolean {
    this.#space();
    return this.#take(token);
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #expected(what: string): string {
    return `its sel is no selector of RFC 5261: expected ${what} at character ${this.#at + 1} of ${JSON.stringify(this.#text)}`;
  }
}
