/** A word of a command line as a shell reads it. */
export interface ShellWord {
  /** Without its quotes. */
  readonly text: string;
  /** The quote that is still open at its end. */
  readonly open: '' | '"' | "'";
}

/** Cuts a command line into words by the shell's quoting rules. A line that ends in white space ends in an empty word. */
export function shellWords(line: string): ShellWord[] {
  const words: ShellWord[] = [];
  let text = '';
  let open: ShellWord['open'] = '';
  let started = false;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (open === "'" ? char === "'" : open === '"' && char === '"') open = '';
    else if (open === "'") text += char;
    else if (char === '\\' && (open === '' || '"\\$`'.includes(line.charAt(at + 1)))) text += line.charAt(++at);
    else if (open === '' && (char === "'" || char === '"')) [open, started] = [char, true];
    else if (open === '' && /\s/.test(char)) {
      if (started || text !== '') words.push({ text, open: '' });
      [text, started] = ['', false];
      continue;
    } else text += char;
    started = true;
  }
  words.push({ text, open });
  return words;
}
