import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XcapParseError } from '../../../src/documents/errors.ts';
import { parseFragment, parseXml } from '../../../src/documents/xml/parse.ts';
import { printDocument, printNode } from '../../../src/documents/xml/print.ts';
import { spanOf } from '../../../src/documents/xml/spans.ts';
import { descendants } from '../../../src/documents/xml/walk.ts';

function errorOf(read: () => unknown): XcapParseError {
  try {
    read();
  } catch (error) {
    if (error instanceof XcapParseError) return error;
    throw error;
  }
  throw new XcapParseError('nothing was refused', 0, 0);
}

const refusal = (source: string): string => {
  const { line, column, reason } = errorOf(() => parseXml(source));
  return `${line}:${column} ${reason}`;
};

const root = (source: string) => {
  const element = parseXml(source).document.documentElement;
  if (!element) throw new XcapParseError('no root', 0, 0);
  return element;
};

describe('XML 1.0 section 2: what is not well-formed is refused, with its place', () => {
  it.each([
    ['', '1:1 there is no root element'],
    ['  \n', '2:1 there is no root element'],
    ['<!-- only -->', '1:14 there is no root element'],
    ['text', '1:1 text is only allowed inside the root element'],
    ['<a/>\n text', '2:2 text is only allowed inside the root element'],
    ['<a/>&amp;', '1:5 text is only allowed inside the root element'],
    ['<a/><![CDATA[x]]>', '1:5 text is only allowed inside the root element'],
    ['<a/><b/>', '1:5 a document has only one root element'],
    ['<a>\n <b>\n</a>', '3:1 the end tag </a> does not match the start tag <b>'],
    ['<a></ab>', '1:4 the end tag </ab> does not match the start tag <a>'],
    ['<a>\n  <b>', '2:3 the element <b> is not closed'],
    ['<a>\n  <b', '2:3 the text ends in the middle of a tag or other markup'],
    ['<a><!-- x', '1:4 the text ends in the middle of a tag or other markup'],
    ['</a>', '1:1 the end tag has no start tag'],
    ['<a/></a>', '1:5 the end tag has no start tag'],
    ['<a></>', '1:4 the end tag </> has no name'],
    ['<a></a b>', '1:8 the end tag contains a character that is not allowed'],
    ['<a>x & y</a>', '1:6 a bare & must be written as &amp;'],
    ['<a>x & y; z</a>', '1:6 a bare & must be written as &amp;'],
    ['<a b="?x=1&y=2"/>', '1:11 a bare & must be written as &amp;'],
    ['<a>\n&</a>', '2:1 a bare & must be written as &amp;'],
    ['<a>&;</a>', '1:4 a bare & must be written as &amp;'],
    ['<a>&nbsp;</a>', '1:4 the entity &nbsp; is not defined; only &amp; &lt; &gt; &quot; &apos; are'],
    ['<a>&toString;</a>', '1:4 the entity &toString; is not defined; only &amp; &lt; &gt; &quot; &apos; are'],
    ['<a>&#0;</a>', '1:4 the character reference &#0; is not a character that XML allows'],
    ['<a>&#xD800;</a>', '1:4 the character reference &#xD800; is not a character that XML allows'],
    ['<a>&#xFFFE;</a>', '1:4 the character reference &#xFFFE; is not a character that XML allows'],
    ['<a>&#X41;</a>', '1:4 the character reference &#X41; is not a character that XML allows'],
    ['<a>&#x110000;</a>', '1:4 the character reference &#x110000; is not a character that XML allows'],
    ['<a>\u0000</a>', '1:4 U+0000 is not a character that XML allows'],
    ['<a>\n\u000B</a>', '2:1 U+000B is not a character that XML allows'],
    ['<a>\uFFFE</a>', '1:4 U+FFFE is not a character that XML allows'],
    ['<a>\uD800x</a>', '1:4 U+D800 is not a character that XML allows'],
    ['<a>\uDC00</a>', '1:4 U+DC00 is not a character that XML allows'],
    ['<a b="\uD800"/>', '1:7 U+D800 is not a character that XML allows'],
    ['<a>x ]]> y</a>', '1:6 ]]> must be written ]]&gt; in text'],
    ['<a>< b</a>', '1:4 a bare < must be written as &lt;'],
    ['<1a/>', '1:1 a bare < must be written as &lt;'],
    ['<a><!-- x -- y --></a>', '1:11 a comment must not contain --'],
    ['<a><!-- x ---></a>', '1:11 a comment must not contain --'],
    ['<a><!ELEMENT b></a>', '1:4 <! starts neither a comment nor a CDATA section'],
    ['<a b="<"/>', '1:7 an attribute value must not contain <; write &lt;'],
    ['<a b=c/>', '1:6 an attribute value needs quotes'],
    ['<a b/>', '1:5 expected an attribute name, > or />'],
    ['<a b>', '1:5 an attribute needs a value: name="value"'],
    ['<a b="1"c="2"/>', '1:9 attributes must be separated by white space'],
    ['<a / b="1"/>', '1:5 / in a start tag must be followed by >'],
    ['<a b="1" b="2"/>', '1:10 the attribute b appears twice'],
    ['<a><?xml version="1.0"?></a>', '1:4 an XML declaration is only allowed at the very start of a document'],
    [' <?xml version="1.0"?><a/>', '1:2 an XML declaration is only allowed at the very start of a document'],
    ['<a><?XML x?></a>', '1:4 a processing instruction must not be called xml'],
    ['<a><? x?></a>', '1:4 the processing instruction has no legal name'],
    ['<a><?x:y z?></a>', '1:4 the processing instruction has no legal name'],
    ['<a><?x?y?></a>', '1:4 the name of a processing instruction must be followed by white space or ?>'],
  ])('%j', (source, message) => {
    expect(refusal(source)).toBe(message);
  });

  it.each([
    '<?xml?><a/>',
    '<?xml version="2.0"?><a/>',
    '<?xml version="1.0" standalone="maybe"?><a/>',
    '<?xml encoding="UTF-8"?><a/>',
    '<?xml encoding="UTF-8" version="1.0"?><a/>',
    '<?xml version="1.0"encoding="UTF-8"?><a/>',
    '<?xml version="1.0" encoding="8bit"?><a/>',
    '<?xml version=1.0?><a/>',
    '<?xml version="1.0" ? ><a/>',
    '<?xml version="1.0"><a/>',
    '<?xml version="1.0" foo="x"?><a/>',
  ])('a malformed XML declaration: %s', (source) => {
    expect(refusal(source)).toMatch(/^1:\d+ the XML declaration is malformed/);
  });

  it.each([
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '\n<!DOCTYPE a SYSTEM "x"><a/>',
    '<!DOCTYPE a [',
  ])('a document type declaration: %j', (source) => {
    expect(refusal(source)).toMatch(/^[12]:1 a document type declaration is not allowed/);
  });

  it.each(['ISO-8859-1', 'UTF-16', 'windows-1252'])('a declared encoding that is not UTF-8: %s', (encoding) => {
    expect(refusal(`<?xml version="1.0" encoding="${encoding}"?><a/>`)).toBe(
      `1:31 the declared encoding is ${encoding}, but XCAP documents are UTF-8`,
    );
  });
});

describe('Namespaces in XML: what is not namespace-well-formed is refused', () => {
  it.each([
    ['<p:a/>', '1:2 the prefix p is not bound to a namespace; declare xmlns:p="..."'],
    ['<a p:b=""/>', '1:4 the prefix p is not bound to a namespace; declare xmlns:p="..."'],
    [
      '<a xmlns:p="x"><b xmlns:q="y"/><q:c/></a>',
      '1:33 the prefix q is not bound to a namespace; declare xmlns:q="..."',
    ],
    ['<a xmlns:p="x" xmlns:q="x" p:b="" q:b=""/>', '1:37 the attribute {x}b appears twice'],
  ])('%s', (source, message) => {
    expect(refusal(source)).toBe(message);
  });

  it.each([
    '<a xmlns:p=""/>',
    '<a xmlns:p=" x "/>',
    '<a xmlns=" x"/>',
    '<a xmlns:xml="urn:x"/>',
    '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
    '<a xmlns="http://www.w3.org/XML/1998/namespace"/>',
    '<a xmlns:xmlns="urn:x"/>',
    '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>',
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    '<xmlns:a/>',
    '<a:b:c xmlns:a="x"/>',
    '<:a/>',
    '<a:/>',
    '<a:1b xmlns:a="x"/>',
    '<a xmlns:a="x" a:-b=""/>',
    '<a b:c:d=""/>',
    '<a :b=""/>',
    '<a xmlns:="x"/>',
  ])('%s', (source) => {
    expect(() => parseXml(source)).toThrow(XcapParseError);
  });
});

describe('XML 1.0: what is well-formed is read', () => {
  it.each([
    '\uFEFF<a/>',
    '\uFEFF<?xml version="1.0"?><a/>',
    "<?xml version='1.1' encoding='utf-8' standalone='no' ?>\r\n<a/>\r\n",
    '<?xml version="1.0" encoding="US-ASCII"?><a/>',
    '<!-- a --><?pi?><?pi x ? y?><a>]]&gt; ]] > <!-- - --><![CDATA[]]]]><![CDATA[>&<]]></a><!-- z --><?end?>\n',
    '<a b = \'"\' c="\'"\n\t>&#x10FFFF;&#9;😀</a\n>',
    '<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="de"/>',
    '<a xmlns="urn:x"><b xmlns=""><c/></b></a>',
    '<é·/>',
    '<__proto__ constructor="1" __proto__="2" xmlns:__proto__="urn:p"><__proto__:a/></__proto__>',
  ])('%j prints as it was read', (source) => {
    expect(printDocument(parseXml(source).document)).toBe(source);
  });

  it('normalises line ends in the DOM only', () => {
    expect(root('<a>1\r\n2\r3</a>').textContent).toBe('1\n2\n3');
  });

  it('normalises white space in attribute values but keeps referenced white space', () => {
    expect(root('<a b="1\t2\r\n3&#10;4"/>').getAttribute('b')).toBe('1 2 3\n4');
  });

  it('treats version 1.x as 1.0: NEL is no line end', () => {
    expect(root('<?xml version="1.1"?><a>\u0085</a>').textContent).toBe('\u0085');
  });

  it('keeps text and CDATA as separate nodes', () => {
    expect(Array.from(root('<a>x<![CDATA[y]]>z</a>').childNodes, (node) => node.nodeType)).toEqual([3, 4, 3]);
  });

  it('keeps comments and instructions outside the root in the document', () => {
    const { document } = parseXml('<!--a--><?b c?><d/><!--e-->');
    expect(Array.from(document.childNodes, (node) => node.nodeName)).toEqual(['#comment', 'b', 'd', '#comment']);
  });
});

describe('limits', () => {
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

  it('refuses elements deeper than maxDepth', () => {
    expect(() => parseXml(nested(3), { maxDepth: 3 })).not.toThrow();
    expect(errorOf(() => parseXml(nested(4), { maxDepth: 3 })).column).toBe(10);
  });

  it('survives great depth when it is allowed', () => {
    const source = nested(10_000);
    expect(printDocument(parseXml(source, { maxDepth: 10_000 }).document)).toBe(source);
  });

  it('refuses a hundred thousand start tags by default', () => {
    expect(() => parseXml('<a>'.repeat(100_000))).toThrow(XcapParseError);
  });

  it('refuses text longer than maxSize', () => {
    expect(errorOf(() => parseXml('<a/>   ', { maxSize: 6 })).reason).toMatch(/longer than 6/);
  });
});

describe('more limits', () => {
  const attributes = (count: number): string => Array.from({ length: count }, (_, i) => ` a${i}=""`).join('');

  it.each([
    { limit: 'maxNodes', text: '<a b=""><!-- --> <c/></a>', options: { maxNodes: 4 } },
    { limit: 'maxAttributes', text: `<a${attributes(3)}/>`, options: { maxAttributes: 2 } },
    { limit: 'maxDepth', text: '<a><b/></a>', options: { maxDepth: 1 } },
    { limit: 'maxSize', text: '<a/>', options: { maxSize: 3 } },
  ])('reports a text beyond $limit as kind "limit" and names the option', ({ limit, text, options }) => {
    const error = errorOf(() => parseXml(text, options));
    expect(error.kind).toBe('limit');
    expect(error.reason).toContain(`raise ${limit}`);
  });

  it('reads a text that reaches its limits exactly', () => {
    expect(() => parseXml('<a b=""><!-- --> <c/></a>', { maxNodes: 5, maxAttributes: 1, maxDepth: 2 })).not.toThrow();
  });

  it('refuses more than 256 attributes of one element by default', () => {
    expect(() => parseXml(`<a${attributes(256)}/>`)).not.toThrow();
    expect(errorOf(() => parseXml(`<a${attributes(257)}/>`)).kind).toBe('limit');
  });

  it('gives each declaration its scope, however often a prefix is declared again', () => {
    const text = '<p:a xmlns:p="1"><p:b xmlns:p="2"><p:c/></p:b><p:d xmlns:p="3"/><p:e/></p:a>';
    const elements = Array.from(parseXml(text).document.getElementsByTagName('*'));
    expect(elements.map(({ localName, namespaceURI }) => `${localName} ${namespaceURI}`)).toEqual([
      'a 1',
      'b 2',
      'c 2',
      'd 3',
      'e 1',
    ]);
  });
});

describe('the kind of a failure', () => {
  it.each([
    { kind: 'document-type', text: '<!DOCTYPE a><a/>' },
    { kind: 'entity', text: '<a>&boom;</a>' },
    { kind: 'encoding', text: '<?xml version="1.0" encoding="UTF-16"?><a/>' },
    { kind: 'not-well-formed', text: '<a>' },
  ])('is $kind for $text', ({ kind, text }) => {
    expect(errorOf(() => parseXml(text)).kind).toBe(kind);
  });

  it.each(['<x:a/>', '<a:b:c/>', '<a></b>', '<a>&name;</a>', '<a name="" name=""/>'])(
    'keeps the message of %s short when the name is long',
    (text) => {
      const long = text.replaceAll(/[a-z]+/g, (name) => name.repeat(100_000));
      expect(errorOf(() => parseXml(long)).message.length).toBeLessThan(500);
    },
  );
});

describe('RFC 4825 section 8.2.1: a fragment is exactly one element', () => {
  const scope = root('<a xmlns="urn:d" xmlns:p="urn:p"><b xmlns:q="urn:q"/></a>');
  const { ownerDocument } = scope;
  const read = (source: string) => {
    if (!ownerDocument) throw new XcapParseError('no document', 0, 0);
    return parseFragment(source, { scope }, ownerDocument);
  };

  it('drops the white space around it', () => {
    expect(printNode(read('\uFEFF \r\n<p:c  x = "1" />\n'))).toBe('<p:c  x = "1" />');
  });

  it('reads it in the scope of its place', () => {
    expect([read('<c/>').namespaceURI, read('<p:c/>').namespaceURI]).toEqual(['urn:d', 'urn:p']);
  });

  it('makes the nodes for the document without inserting them', () => {
    const element = read('<c/>');
    expect([element.ownerDocument === ownerDocument, element.parentNode]).toEqual([true, null]);
  });

  it('does not depend on the fragment before', () => {
    const texts = [
      '',
      ' <c/>\r',
      '\uFEFF<c/>',
      '<c x="&amp;&lt;"/>',
      '<c>one\r\ntwo<d/></c>\n',
      '<p:c p:x="1"/>',
      '<q:c/>',
      '<q:c xmlns:q="urn:q"/>',
      '<c xmlns="urn:other"><d/></c>',
      '<c xmlns:p="urn:other"><p:d/></c>',
      '<c><!-- comment --><?pi x?><![CDATA[x]]></c>',
      '<c x="1" x="2"/>',
      '<c x="1',
      '<c><d></c>',
      '<c>&none;</c>',
      '<c/>text',
      '<c/><c/>',
      '<c',
      '<c><d><e/></d></c>',
    ];
    const outcome = (source: string, maxDepth: number, isInScope: boolean): unknown => {
      if (!ownerDocument) throw new XcapParseError('no document', 0, 0);
      try {
        const read = parseFragment(source, isInScope ? { scope } : {}, ownerDocument, { maxDepth });
        return Array.from(descendants(read), (element) => ({
          ...spanOf(element),
          name: `${element.localName} ${element.namespaceURI}`,
          attributes: Array.from(element.attributes, ({ name, namespaceURI, value }) => [name, namespaceURI, value]),
          text: element.textContent,
        }));
      } catch (error) {
        if (!(error instanceof XcapParseError)) throw error;
        return [error.line, error.column, error.reason];
      }
    };
    const fragment = fc.tuple(fc.constantFrom(...texts), fc.constantFrom(4, 100), fc.boolean());
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 2, maxLength: 6 }), (fragments) => {
        const inTurn = fragments.map((each) => outcome(...each));
        const alone = fragments.map((each) => {
          outcome('<refused', 100, false); // no parser is used again after a refusal
          return outcome(...each);
        });
        expect(inTurn).toEqual(alone);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['', '1:1 there is no element'],
    ['text', '1:1 text is only allowed inside the root element'],
    ['<c/>x', '1:5 text is only allowed inside the root element'],
    ['<c/>&#32;', '1:5 text is only allowed inside the root element'],
    ['<c/>\n<c/>', '2:1 there is a second element, but only one is allowed'],
    ['<c/><!--x-->', '1:5 only white space is allowed around the element'],
    ['<?x?><c/>', '1:1 only white space is allowed around the element'],
    ['<![CDATA[ ]]><c/>', '1:1 text is only allowed inside the root element'],
    ['<?xml version="1.0"?><c/>', '1:1 an XML declaration is only allowed at the very start of a document'],
    ['<!DOCTYPE c><c/>', '1:1 a document type declaration is not allowed; remove <!DOCTYPE ...>'],
    ['<q:c/>', '1:2 the prefix q is not bound to a namespace; declare xmlns:q="..."'],
    ['<c>', '1:1 the element <c> is not closed'],
  ])('refuses %j', (source, message) => {
    const { line, column, reason } = errorOf(() => read(source));
    expect(`${line}:${column} ${reason}`).toBe(message);
  });
});
