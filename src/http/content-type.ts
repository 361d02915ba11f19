/** A media type with its parameters (RFC 9110 section 8.3.1). */
export interface ContentType {
  /** Type and subtype in lower case, such as `application/xcap-el+xml`. */
  readonly essence: string;
  /** Names in lower case, values without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

const ESSENCE = /^\s*([!#$%&'*+\-.^_`|~\w]+\/[!#$%&'*+\-.^_`|~\w]+)\s*(?=$|;)/;
const PARAMETER = /\s*;\s*(?:([!#$%&'*+\-.^_`|~\w]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/sy;

/** Reads a `Content-Type` field; `undefined` if it is missing or not a media type. */
export function parseContentType(field: string | undefined): ContentType | undefined {
  const essence = field === undefined ? null : ESSENCE.exec(field);
  if (field === undefined || !essence?.[1]) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = essence[0].length;
  for (let match = PARAMETER.exec(field); match; match = PARAMETER.exec(field)) {
    const name = match[1]?.toLowerCase();
    if (name !== undefined && !parameters.has(name)) {
      parameters.set(name, match[3] ?? (match[2] ?? '').replace(/\\(.)/gs, '$1'));
    }
  }
  return { essence: essence[1].toLowerCase(), parameters };
}

/** Whether a `Content-Type` field names this media type, whatever its parameters and letter case. */
export const hasEssence = (field: string | undefined, essence: string): boolean =>
  parseContentType(field)?.essence === essence.toLowerCase();
