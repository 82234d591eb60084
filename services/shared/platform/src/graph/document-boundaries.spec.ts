import { buildSchema, parse, validate } from 'graphql';
import { emptyFilters, SUBGRAPH_LIMITS, withinLimits } from './document-boundaries';

const schema = buildSchema(`
  type Query { pupils(classId: ID, name: String, states: [String!], first: Int! = 20, after: String): [Pupil!] pupil(id: ID!): Pupil }
  type Mutation { move(classId: ID): Pupil }
  type Pupil { id: ID! pupils(classId: ID): [Pupil!] }
`);
const empty = (query: string, variables: Record<string, unknown> = {}) => emptyFilters(schema, parse(query), null, variables);

describe('a filter', () => {
  it('is empty when it is an empty text, holds one, or is an id that is null', () => {
    expect(empty('{ pupils(classId: "") { id } }')).toEqual(['classId']);
    expect(empty('{ pupils(classId: null) { id } }')).toEqual(['classId']);
    expect(empty('query($c: ID) { pupils(classId: $c) { id } }', { c: null })).toEqual(['classId']);
    expect(empty('query($s: [String!]) { pupils(states: $s) { id } }', { s: ['A', ''] })).toEqual(['states']);
    expect(empty('query($n: String!) { pupils(states: ["A", $n]) { id } }', { n: '' })).toEqual(['states']);
    expect(empty('{ pupils(name: "x") { pupils(classId: "") { id } } }')).toEqual(['classId']);
    expect(empty('{ ...F } fragment F on Query { pupils(name: "") { id } }')).toEqual(['name']);
  });

  it('may be left out, and a text that is null is left out', () => {
    expect(empty('query($c: ID, $n: String) { pupils(classId: $c, name: $n) { id } }', { n: null })).toEqual([]);
    expect(empty('{ pupils(after: "", states: []) { id } }')).toEqual([]);
  });

  it('is not what a required argument or a command is asked with', () => {
    expect(empty('{ pupil(id: "") { id } }')).toEqual([]);
    expect(empty('mutation { move(classId: "") { id } }')).toEqual([]);
  });
});

describe('a document for a subgraph', () => {
  const codes = (query: string) => validate(schema, parse(query), [withinLimits]).map(({ originalError }) => (originalError as Error & { code?: string }).code);

  it('is refused when it is larger than a gateway would make it [OPS-RUN-06]', () => {
    const wide = (count: number) => `{ ${Array.from({ length: count }, (_, nth) => `a${nth}: pupil(id: "1") { id }`).join(' ')} }`;
    expect(codes(wide(SUBGRAPH_LIMITS.rootFields))).toEqual([]);
    expect(codes(wide(SUBGRAPH_LIMITS.rootFields + 1))).toEqual(['OPERATION_TOO_COMPLEX']);
    expect(codes('{ ...A } fragment A on Query { ...A }')).toEqual(['OPERATION_TOO_COMPLEX']);
  });
});
