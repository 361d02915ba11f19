import { ConflictError } from '../../src/documents/index.ts';

/** Reads an AttValue of XML 1.0 the slow and plain way: by the grammar of section 2.3. */
export function decodeAttValue(body: string): string {
  const match =
    /^(?:"((?:[^<&"]|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)*)"|'((?:[^<&']|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)*)')$/.exec(
      body,
    );
  const inner = match?.[1] ?? match?.[2];
  if (inner === undefined) throw new ConflictError('not-xml-att-value', body);
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return inner
    .replace(/[\t\n\r]/g, ' ')
    .replace(/&#x([\da-f]+);|&#(\d+);/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    )
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: keyof typeof named) => named[name]);
}
