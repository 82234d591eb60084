import { buildSchema, parse, validate } from 'graphql';
import type { Scope } from '@xueji/standards';
import type { Actor } from '../auth';
import { checkOperation, rulesOf } from './access-rules';

const sdl = parse(`
  directive @authenticated on FIELD_DEFINITION | OBJECT
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @tag(name: String!) repeatable on FIELD_DEFINITION
  type Query {
    health: String @tag(name: "public")
    me: Pupil @authenticated
    node: Node @tag(name: "public")
    anyone: Person @tag(name: "public")
    internal: String
    merged: String @tag(name: "public") @authenticated
    _entities: [Any] 
  }
  interface Node { id: ID!  note: String }
  type Pupil implements Node @authenticated { id: ID!  name: String  note: String @tag(name: "public")
    idNumber: String @requiresScopes(scopes: [["pupil.read", "identity.read"], ["bureau.approve"]])  friend: Pupil }
  type Teacher implements Node { id: ID! @tag(name: "public")  note: String @requiresScopes(scopes: [["class.confirm"]]) }
  union Person = Pupil | Teacher
  union Any = Pupil | Teacher
`);
const schema = buildSchema(`${sdl.loc!.source.body}`);
const rules = rulesOf(sdl);
const withScopes = (...scopes: Scope[]) => ({ scopes }) as Actor;

function refused(query: string, actor: Actor | null, variables?: Record<string, unknown>, operationName?: string) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return checkOperation({ schema, rules, document, variables, operationName, actor })?.map(({ code, field, rule }) => `${code} ${field} ${rule}`) ?? null;
}

describe('an operation', () => {
  it('may read public fields without signing in', () => {
    expect(refused('{ __typename health }', null)).toBeNull();
  });

  it('needs a sign-in for the rest', () => {
    expect(refused('{ health me { name } }', null)).toEqual(['UNAUTHENTICATED Query.me ACC-PWD-01', 'UNAUTHENTICATED Pupil.name ACC-PWD-01']);
    expect(refused('{ me { name } }', withScopes())).toBeNull();
  });

  it('follows the strictest of several directives', () => {
    expect(refused('{ merged }', null)).toEqual(['UNAUTHENTICATED Query.merged ACC-PWD-01']);
  });

  it('needs one of the scope lists, completely', () => {
    const query = '{ me { idNumber } }';
    expect(refused(query, withScopes('pupil.read'))).toEqual(['FIELD_FORBIDDEN Pupil.idNumber ACC-PERM-03']);
    expect(refused(query, withScopes())).toEqual(['FIELD_FORBIDDEN Pupil.idNumber ACC-DUTY-06']);
    expect(refused(query, withScopes('pupil.read', 'identity.read'))).toBeNull();
    expect(refused(query, withScopes('bureau.approve'))).toBeNull();
  });

  it('may not use a field without a rule, whoever asks', () => {
    expect(refused('{ internal }', withScopes('system.configure'))).toEqual(['FIELD_FORBIDDEN Query.internal null']);
  });

  it('is checked on each type an interface can be', () => {
    expect(refused('{ node { note } }', null)).toEqual(['UNAUTHENTICATED Teacher.note ACC-PWD-01']);
    expect(refused('{ node { note } }', withScopes())).toEqual(['FIELD_FORBIDDEN Teacher.note REG-CLASS-05']);
    expect(refused('{ node { id } }', null)).toEqual(['UNAUTHENTICATED Pupil.id ACC-PWD-01']);
    expect(refused('{ node { ... on Teacher { id } } }', null)).toBeNull();
  });

  it('is checked through fragments of any nesting', () => {
    const query = 'query { node { ...A } } fragment A on Node { ...B } fragment B on Pupil { ... { friend { ...C } } } fragment C on Pupil { idNumber }';
    expect(refused(query, withScopes())).toEqual(['FIELD_FORBIDDEN Pupil.idNumber ACC-DUTY-06']);
  });

  it('is checked through aliases and references', () => {
    expect(refused('{ x: me { health: idNumber } }', withScopes())).toEqual(['FIELD_FORBIDDEN Pupil.idNumber ACC-DUTY-06']);
    expect(refused('{ _entities { ... on Pupil { idNumber } ... on Teacher { id } } }', null)).toEqual(['UNAUTHENTICATED Pupil.idNumber ACC-PWD-01']);
  });

  it('is not checked where @skip or @include leaves a field out', () => {
    expect(refused('{ health me @skip(if: true) { name } }', null)).toBeNull();
    expect(refused('{ health ... @include(if: false) { internal } }', null)).toBeNull();
    const byVariable = 'query ($yes: Boolean = false) { health internal @include(if: $yes) ...F @include(if: $yes) } fragment F on Query { me { name } }';
    expect(refused(byVariable, withScopes())).toBeNull();
    expect(refused(byVariable, withScopes(), { yes: true })).toEqual(['FIELD_FORBIDDEN Query.internal null']);
    expect(refused('query ($no: Boolean!) { internal @skip(if: $no) }', withScopes(), {})).toEqual(['FIELD_FORBIDDEN Query.internal null']);
  });

  it('is the one named, not its neighbour', () => {
    const query = 'query A { health } query B { internal }';
    expect(refused(query, null, {}, 'A')).toBeNull();
    expect(refused(query, null, {}, 'B')).toHaveLength(1);
  });

  it('names the field and the reason in both languages', () => {
    const [refusal] = checkOperation({ schema, rules, document: parse('{ me { idNumber } }'), actor: withScopes() })!;
    expect(refusal!.messages).toEqual({ zh: '您的岗位无权使用 Pupil.idNumber', en: 'Your duty does not allow Pupil.idNumber.' });
  });
});
