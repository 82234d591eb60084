import type { Actor } from '@xueji/platform';
import { buildSchema } from 'graphql';
import { LIMITS } from './operation-limits';
import { KnownDocuments } from './operations';

it('reads a text once, and says nothing about what is no document', () => {
  const documents = new KnownDocuments(false);
  expect(documents.find('{ a }')).toBe(documents.find('{ a }'));
  expect(documents.find('{')).toBeNull();
  expect(documents.find('')).toBeNull();
  expect(documents.find(`{ ${'a '.repeat(LIMITS.tokens)} }`)).toBeNull();
});

it('asks anew for each agreement what a document may read: agencies have no duty in common [AGY-IF-08]', () => {
  const operation = new KnownDocuments(false).find('{ a }')!.operation(undefined)!;
  const agency = (...fields: string[]) => ({ scopes: [], agency: { fields } }) as unknown as Actor;
  const isAllowed = (actor: Actor) => operation.isAllowed(buildSchema('type Query { a: Int b: Int }'), new Map(), actor, {});
  expect([isAllowed(agency('Query.a')), isAllowed(agency('Query.b')), isAllowed(agency('Query.a'))]).toEqual([true, false, true]);
});
