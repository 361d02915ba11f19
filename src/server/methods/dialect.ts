/** How a server carries out writes. */
export interface WriteDialect {
  /** Whether documents are checked against schema, uniqueness and constraints. */
  readonly validates: boolean;
  /** Whether an element moves to the end of its parent when it is created, or when it is replaced. */
  readonly movesToEnd: { readonly created: boolean; readonly replaced: boolean };
}

/** Writes as RFC 4825 section 8.2 defines them. */
export const STANDARD_WRITES: WriteDialect = {
  validates: true,
  movesToEnd: { created: false, replaced: false },
};
