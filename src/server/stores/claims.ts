import type { DocumentPath } from '../route.ts';

/** The documents by the values that they claim. */
export class ClaimIndex {
  readonly #holders = new Map<string, DocumentPath>();
  readonly #claims = new Map<DocumentPath, readonly string[]>();

  /** Returns the holder of each claimed value; unclaimed ones are missing. */
  holdersOf(claims: readonly string[]): Map<string, DocumentPath> {
    const found = new Map<string, DocumentPath>();
    for (const claim of claims) {
      const holder = this.#holders.get(claim);
      if (holder !== undefined) found.set(claim, holder);
    }
    return found;
  }

  /** Returns the values that other documents hold. */
  taken(path: DocumentPath, claims: readonly string[]): string[] {
    return claims.filter((claim) => (this.#holders.get(claim) ?? path) !== path);
  }

  /** Replaces the claims of a document. A value that another document holds stays with it. @returns the former claims */
  replace(path: DocumentPath, claims: readonly string[]): readonly string[] {
    const former = this.#claims.get(path) ?? [];
    for (const claim of former) if (this.#holders.get(claim) === path) this.#holders.delete(claim);
    if (claims.length > 0) this.#claims.set(path, claims);
    else this.#claims.delete(path);
    for (const claim of claims) if (!this.#holders.has(claim)) this.#holders.set(claim, path);
    return former;
  }
}
