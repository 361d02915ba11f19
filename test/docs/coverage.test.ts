import { describe, expect, it } from 'vitest';
import { type Declaration, examplesIn, type Member, publicDeclarations } from './declarations.ts';

const declarations = publicDeclarations();
const interfaces = new Map(declarations.map((declaration) => [declaration.name, declaration]));
const examples = declarations
  .flatMap(({ comment, members }) => [comment, ...members.map((member) => member.comment)])
  .flatMap(examplesIn)
  .join('\n');

/** An object of optional members that a caller passes to a function. */
const options = declarations.filter(
  ({ kind, name }) =>
    kind === 'interface' && /Options$|Fault$|^(?:SyncPolicy|SyncSettings|ServerLimits|ProvisionJob)$/.test(name),
);

/** Whether an example of a member, of its type, or of the interface that its class implements calls a method. */
function isShown(declaration: Declaration, member: Member): boolean {
  const overloads = declaration.members.filter(({ name }) => name === member.name);
  if (overloads.some(({ comment }) => examplesIn(comment).length > 0)) return true;
  if (examplesIn(declaration.comment).some((code) => mentions(code, member.name))) return true;
  return declaration.implemented.some((name) =>
    interfaces.get(name)?.members.some((other) => other.name === member.name),
  );
}

const mentions = (code: string, name: string): boolean => code.match(/[\w$]+/g)?.includes(name) ?? false;

describe('every public', () => {
  it('function, class and constant has an example', () => {
    const called = declarations.filter(({ kind }) => ['function', 'class', 'const'].includes(kind));
    expect(called.length).toBeGreaterThan(80);
    expect(called.filter(({ comment }) => examplesIn(comment).length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('method is in an example of its own, of its class or of the interface that it implements', () => {
    const methods = declarations.flatMap((declaration) =>
      declaration.members
        .filter(({ isMethod, name }) => isMethod && name !== 'constructor')
        .map((member) => ({ declaration, member })),
    );
    expect(methods.length).toBeGreaterThan(120);
    const missing = methods.filter(({ declaration, member }) => !isShown(declaration, member));
    expect(missing.map(({ declaration, member }) => `${declaration.name}.${member.name}`)).toEqual([]);
  });

  it('option is in an example', () => {
    const members = options.flatMap(({ name, members: all }) => all.map((member) => ({ name, member })));
    expect(members.length).toBeGreaterThan(150);
    const missing = members.filter(({ member }) => !mentions(examples, member.name));
    expect(missing.map(({ name, member }) => `${name}.${member.name}`)).toEqual([]);
  });

  it('option that may be left out states its default', () => {
    const missing = options.flatMap(({ name, members }) =>
      members
        .filter(({ isOptional, comment }) => isOptional && !/Default:\s/.test(comment))
        .map((member) => `${name}.${member.name}`),
    );
    expect(missing).toEqual([]);
  });
});
