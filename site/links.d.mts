/** Returns the links of a static site that lead to no file, or to no anchor in it. */
export function brokenLinks(
  folder: string,
  base: string,
): { readonly pages: number; readonly links: number; readonly broken: readonly string[] };
