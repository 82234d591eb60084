import { LIMITS } from './operation-limits';
import { KnownDocuments } from './operations';

it('reads a text once, and says nothing about what is no document', () => {
  const documents = new KnownDocuments(false);
  expect(documents.find('{ a }')).toBe(documents.find('{ a }'));
  expect(documents.find('{')).toBeNull();
  expect(documents.find('')).toBeNull();
  expect(documents.find(`{ ${'a '.repeat(LIMITS.tokens)} }`)).toBeNull();
});
