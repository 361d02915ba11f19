import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xmlDocuments } from '../../src/cli/files/xml-documents.ts';

/** Returns the documents in some octets that arrive in pieces of these lengths, and then in one piece. */
async function documentsIn(text: string, lengths: readonly number[] = []): Promise<string[]> {
  const octets = new TextEncoder().encode(text);
  async function* pieces() {
    let rest = octets;
    for (const length of [...lengths, octets.length]) {
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
  const documents: string[] = [];
  for await (const document of xmlDocuments(pieces())) documents.push(document);
  return documents;
}

const EMPTY = '<d:xcap-diff xmlns:d="urn:ietf:params:xml:ns:xcap-diff" xcap-root="http://x/"/>';
const NESTED = '<?xml version="1.0"?>\n<a><!-- </a> --><a x="</a>"><![CDATA[</a>]]></a>é€😀</a>';

describe('xmlDocuments', () => {
  it('separates documents, whatever they contain and however they arrive', async () => {
    const document = fc.constantFrom(EMPTY, NESTED, '<b></b>');
    const space = fc.constantFrom('', '\n', ' \r\n\t');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(space, document), { maxLength: 5 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        async (parts, lengths) => {
          const text = parts.map((part) => part.join('')).join('');
          expect(await documentsIn(text, lengths)).toEqual(parts.map(([, each]) => each));
        },
      ),
    );
  });

  it.each([
    { name: 'text without elements', text: 'hello', documents: ['hello'] },
    { name: 'a document that is cut off', text: `${EMPTY}\n<a><b>`, documents: [EMPTY, '<a><b>'] },
    {
      name: 'unescaped text',
      text: `<a sel="x?a&b"/><a>&</a>${EMPTY}`,
      documents: ['<a sel="x?a&b"/>', '<a>&</a>', EMPTY],
    },
    { name: 'words before a document', text: `hello\n${EMPTY}${EMPTY}`, documents: [`hello\n${EMPTY}`, EMPTY] },
    { name: 'nothing', text: ' \n', documents: [] },
  ])('returns $name as it is', async ({ text, documents }) => {
    expect(await documentsIn(text)).toEqual(documents);
  });
});
