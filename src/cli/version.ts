import { readFileSync } from 'node:fs';

/** The version in the package's own package.json. */
export function version(): string {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const manifest = manifestIn(folder);
    if (manifest !== undefined) return manifest;
    if (folder.pathname === '/' || /^\/[A-Za-z]:\/$/.test(folder.pathname)) return 'unknown';
  }
}

function manifestIn(folder: URL): string | undefined {
  let text: string;
  try {
    text = readFileSync(new URL('package.json', folder), 'utf8');
  } catch {
    return undefined; // not here: further up
  }
  const manifest: unknown = JSON.parse(text);
  const isOurs = typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'xcap';
  return isOurs && 'version' in manifest && typeof manifest.version === 'string' ? manifest.version : undefined;
}
