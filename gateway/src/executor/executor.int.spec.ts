import { supergraphOf } from './federation-cases.fixture';
import { mockSubgraphs, NO_FAULTS, type MockSubgraphs } from './mock-subgraphs.fixture';
import { bothExecutors, documentOf, type BothExecutors, type Told } from './oracle.fixture';
import { NotCompiled } from './plan';

/** Where the specification is followed rather than the stock executor, and what is asked of subgraphs. */
describe('the compiled executor', () => {
  const supergraphSdl = supergraphOf({
    title: 'shelves', operations: [],
    subgraphs: {
      shelves: 'type Query { things: [Thing]! rows: [[Book!]!]! shelf: Shelf } union Thing = Book | Lamp type Book @key(fields: "id") { id: ID! } type Lamp { watts: Int } type Shelf { books: [Book!]! }',
      books: 'type Book @key(fields: "id") { id: ID! title: String }',
    },
  });
  let both: BothExecutors;
  let mock: MockSubgraphs;
  let spoil: (data: any) => void = () => undefined;
  beforeAll(async () => {
    mock = mockSubgraphs(supergraphSdl, {
      shelves: { Query: {
        things: () => [{ __typename: 'Lamp', watts: 5 }, { __typename: 'Book', id: '1' }, { __typename: 'Book', id: '2' }, { __typename: 'Book', id: '1' }],
        rows: () => [[{ id: '1' }], [{ id: '2' }, { id: '3' }]], shelf: () => ({ books: [{ id: '4' }] }),
      } },
      books: { Book: { title: ({ id }) => { if (id === '1') throw new Error('torn'); return `title ${id}`; } } },
    });
    both = await bothExecutors(supergraphSdl, (name, operation) => {
      const result = mock.answer(name, operation, NO_FAULTS);
      spoil(result.data);
      return result;
    });
  });
  beforeEach(() => {
    mock.asked.length = 0;
    spoil = () => undefined;
  });
  afterAll(() => both.stop());
  const ask = async (text: string, variables = {}): Promise<Told> => {
    const told = await both.compiled(documentOf(text), variables);
    if (told instanceof NotCompiled) throw told;
    return told;
  };
  const paths = ({ errors }: Told) => errors.map((error) => JSON.parse(error)[1]);

  it('names each place of an entity that failed, and no other', async () => {
    const told = await ask('{ things { ... on Book { title } } }');
    expect(JSON.parse(told.data!)).toEqual({ things: [{}, { title: null }, { title: 'title 2' }, { title: null }] });
    expect(paths(told)).toEqual([['things', 1, 'title'], ['things', 3, 'title']]);
    // The stock executor counts past the lamp.
    expect(paths(await both.stock(documentOf('{ things { ... on Book { title } } }')))).toContainEqual(['things', 0, 'title']);
  });

  it('asks for equal entities once', async () => {
    await ask('{ things { ... on Book { title } } }');
    expect(mock.asked.filter(({ name }) => name === 'books').map(({ variables }) => variables.representations)).toEqual([[{ __typename: 'Book', id: '1' }, { __typename: 'Book', id: '2' }]]);
  });

  it('joins lists of lists', async () => {
    expect(JSON.parse((await ask('{ rows { id title } }')).data!)).toEqual({ rows: [[{ id: '1', title: null }], [{ id: '2', title: 'title 2' }, { id: '3', title: 'title 3' }]] });
  });

  it('makes a value of the wrong shape null and keeps the rest', async () => {
    spoil = (data) => {
      if (data.shelf) data.shelf.books = 'none';
    };
    const told = await ask('{ shelf { books { id } } rows { id } }');
    expect(JSON.parse(told.data!)).toEqual({ shelf: null, rows: [[{ id: '1' }], [{ id: '2' }, { id: '3' }]] });
    expect(told.faults).toEqual(['["shelf","books"]']);
  });

  it('leaves names that every object inherits alone', async () => {
    const told = await ask('{ constructor: shelf { toString: __typename hasOwnProperty: books { valueOf: id __proto__: title } } }');
    expect(told.data).toBe('{"constructor":{"toString":"Shelf","hasOwnProperty":[{"valueOf":"4","__proto__":"title 4"}]}}');
    expect(({} as Record<string, unknown>).title).toBeUndefined();
  });

  it.each([['introspection', '{ __schema { queryType { name } } }', {}], ['condition', 'query ($a: Boolean = true) { shelf @include(if: $a) { __typename } }', { a: null }]])('leaves %s to the stock executor', async (reason, text, variables) => {
    expect(await both.compiled(documentOf(text), variables)).toMatchObject({ reason });
  });
});
