/** Colour where it helps: on a terminal, unless NO_COLOR is set. */
const colourful = process.stdout.isTTY && !process.env['NO_COLOR'];
const paint = (code: number) => (text: unknown) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : String(text));

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);
export const cyan = paint(36);

export const say = (text = '') => console.log(text);
export const scene = (number: number, title: string) => say(`\n${bold(`${number}. ${title}`)}`);
export const fact = (label: string, value: unknown) => say(`   ${dim(label.padEnd(16))} ${value}`);
