import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliFailure } from '../failure.ts';
import { readText } from '../files/read.ts';
import { fileTrouble } from '../output/file-trouble.ts';

/** The version of a document that an edit started from. */
export interface EditBase {
  readonly url: string;
  /** `null`: the document did not exist. */
  readonly text: string | null;
  readonly etag: string | null;
}

/** A file that is edited, in a private folder, with the version that the edit started from beside it. */
export class EditorFile {
  readonly path: string;
  /** Whether the folder was made for this file. */
  readonly #isOwn: boolean;

  private constructor(path: string, isOwn: boolean) {
    this.path = path;
    this.#isOwn = isOwn;
  }

  /** Writes a text for the editor. Throws {@link CliFailure} when there is no place for it. */
  static create(name: string, text: string, base: EditBase): EditorFile {
    try {
      const file = new EditorFile(join(mkdtempSync(join(tmpdir(), 'xcap-edit-')), `${name}.xml`), true);
      file.write(text, base);
      return file;
    } catch (error) {
      if (error instanceof CliFailure) throw error;
      throw new CliFailure(
        `The text cannot be written for the editor (${fileTrouble(error)}); name another folder in TMPDIR.`,
        undefined,
        { cause: error },
      );
    }
  }

  /** A file that an earlier edit kept. */
  static existing(path: string): EditorFile {
    readText(path, '--resume');
    return new EditorFile(path, existsSync(baseOf(path)));
  }

  /** The version that the edit started from; `undefined` for a file that no edit kept. */
  get base(): EditBase | undefined {
    if (!existsSync(baseOf(this.path))) return undefined;
    const base: unknown = JSON.parse(readFileSync(baseOf(this.path), 'utf8'));
    return base as EditBase; // written by this class
  }

  get text(): string {
    return readText(this.path, 'the edited text');
  }

  /** Replaces the text and the version it starts from. */
  write(text: string, base: EditBase): void {
    writeFileSync(this.path, text, { mode: 0o600 });
    writeFileSync(baseOf(this.path), JSON.stringify(base), { mode: 0o600 });
  }

  /**
   * Opens the file in $VISUAL, $EDITOR or vi, and waits.
   *
   * @returns the text afterwards
   * @throws CliFailure when the editor fails
   */
  edit(): string {
    const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi';
    const { status, error } = spawnSync(`${editor} "$XCAP_EDITED"`, {
      shell: true,
      stdio: 'inherit',
      env: { ...process.env, XCAP_EDITED: this.path },
    });
    if (error || status !== 0)
      throw new CliFailure(
        `The editor '${editor}' failed (status ${status ?? 'none'}), so nothing was sent; set EDITOR to one that works.`,
      );
    return this.text;
  }

  /** Removes what was made for the edit; a file of the user stays. */
  remove(): void {
    if (!this.#isOwn) return;
    rmSync(this.path, { force: true });
    rmSync(baseOf(this.path), { force: true });
    const folder = dirname(this.path);
    if (folder.startsWith(join(tmpdir(), 'xcap-edit-'))) rmSync(folder, { recursive: true, force: true });
  }
}

const baseOf = (path: string): string => `${path}.base`;
