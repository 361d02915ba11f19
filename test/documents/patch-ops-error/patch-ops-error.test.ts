import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  PatchError,
  type PatchOpsCondition,
  parseDocument,
  parsePatchOpsError,
  printPatchOpsError,
} from '../../../src/documents/index.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:patch-ops-error';

describe('patch-ops-error (RFC 5261 section 5)', () => {
  it('reads the example of the RFC', () => {
    const report = parsePatchOpsError(`<?xml version="1.0" encoding="UTF-8"?>
   <patch-ops-error
    xmlns:p="urn:ietf:params:xml:ns:pidf-diff"
    xmlns="${NAMESPACE}">
    <unlocated-node
     phrase="a unique node could not be located with the id() function."
     ><p:add sel='id("ert4773")'>
       <p:note>some text added</p:note>
     </p:add></unlocated-node>
   </patch-ops-error>`);
    expect(report).toEqual({
      condition: 'unlocated-node',
      phrase: 'a unique node could not be located with the id() function.',
      operation: expect.stringMatching(/^<p:add xmlns:p="urn:ietf:params:xml:ns:pidf-diff" sel='id\("ert4773"\)'>/),
    });
  });

  it('prints the failure of an operation, with the namespaces that its selector uses', () => {
    let failure: unknown;
    try {
      applyPatch(parseDocument('<t/>'), '<remove sel="q:t"/>', { namespaces: { q: 'urn:q' } });
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(PatchError);
    expect(failure instanceof PatchError && parsePatchOpsError(printPatchOpsError(failure))).toEqual({
      condition: 'unlocated-node',
      phrase: 'its sel matches no node of the document',
      operation: '<remove xmlns:q="urn:q" sel="q:t"/>',
    });
  });

  it.each([
    { report: { condition: 'invalid-node-types', phrase: 'a < "b"', language: 'en', operation: '<add sel="a"/>' } },
    { report: { condition: 'invalid-attribute-value' } },
    { report: { condition: 'invalid-diff-format', phrase: 'not XML' } },
  ] as const)('reads what it prints: $report', ({ report }) => {
    expect(parsePatchOpsError(printPatchOpsError(report))).toEqual(report);
  });

  it('prints no operation where the schema allows none', () => {
    const xml = printPatchOpsError({ condition: 'invalid-diff-format', operation: '<add sel="a"/>' });
    expect(parsePatchOpsError(xml)).toEqual({ condition: 'invalid-diff-format' });
  });

  it.each([
    { what: 'malformed XML', text: '<a' },
    { what: 'another root element', text: '<a/>' },
    { what: 'an unknown condition', text: `<patch-ops-error xmlns="${NAMESPACE}"><other/></patch-ops-error>` },
    {
      what: 'a condition in another namespace',
      text: `<e:patch-ops-error xmlns:e="${NAMESPACE}"><unlocated-node/></e:patch-ops-error>`,
    },
  ])('reads $what as no report', ({ text }) => {
    expect(parsePatchOpsError(text)).toBeUndefined();
  });

  it.each([
    { failure: new PatchError('etag-mismatch', 'the diff', 'another version') },
    { failure: { condition: 'nonsense' as PatchOpsCondition } }, // what JavaScript could pass
  ])('refuses to print $failure', ({ failure }) => {
    expect(() => printPatchOpsError(failure)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
