import { parse, print } from 'graphql';
import { stripSecurity } from './supergraph';

const supergraph = (links: string, more = '') => parse(`
  schema @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) ${links} { query: Query }
  directive @authenticated on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION
  directive @tag(name: String!) repeatable on FIELD_DEFINITION
  directive @guarded on FIELD_DEFINITION
  scalar requiresScopes__Scope
  enum link__Purpose { SECURITY EXECUTION }
  type Query { a: String @authenticated @tag(name: "public") b: String @requiresScopes(scopes: [["x"]]) c: String @guarded } ${more}
`);
const AUTHENTICATED = '@link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)';
const SCOPES = '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)';

it('takes away the security features with their links, definitions and uses, and nothing else', () => {
  const stripped = print(stripSecurity(supergraph(`${AUTHENTICATED} ${SCOPES}`)));
  expect(stripped).not.toMatch(/authenticated|requiresScopes|for: SECURITY/);
  expect(stripped).toContain('@tag(name: "public")');
  expect(stripped).toContain('for: EXECUTION');
  expect(stripped).toContain('c: String @guarded');
});

it('follows a feature that goes by another name', () => {
  const stripped = print(stripSecurity(supergraph('@link(url: "https://specs.apollo.dev/policy/v0.1", as: "guarded", for: SECURITY)')));
  expect(stripped).not.toContain('guarded');
  expect(stripped).toContain('a: String @authenticated');
});

it('leaves a supergraph without security features as it is', () => {
  expect(print(stripSecurity(supergraph('')))).toBe(print(supergraph('')));
});
