import { campaign } from './campaign.fixture';
import { federationCases, supergraphOf, type FederationCase } from './federation-cases.fixture';
import { mockSubgraphs, NO_FAULTS, type Faults, type MockSubgraphs } from './mock-subgraphs.fixture';
import { NotCompiled } from './plan';
import { bothExecutors, documentOf, withoutIndexes, type BothExecutors, type Told } from './oracle.fixture';

/** A counter and a notebook of its own for each run, so that the order of mutations shows. */
function withOwnState(graph: FederationCase): FederationCase {
  if (!graph.subgraphs.counter) return graph;
  let value = 0;
  const notes: string[] = [];
  return {
    ...graph,
    resolvers: {
      counter: { Mutation: { add: (_: unknown, { by }: { by: number }) => ({ id: 's', value: (value += by) }), reset: () => ((value = 0), true) } },
      notes: { Mutation: { note: (_: unknown, { text }: { text: string }) => [...(notes.push(`${text}${value}`), notes)] }, Sum: { seen: () => [...notes, String(notes.length)] } },
    },
  };
}

describe.each([false, true])('with batches of fetches: %s', (batches) => {
  describe.each(federationCases)('$title', (graph) => {
    const supergraphSdl = supergraphOf(graph);

    let both: BothExecutors;
    let mock: MockSubgraphs;
    let faults: Faults;
    beforeAll(async () => {
      both = await bothExecutors(supergraphSdl, (name, operation) => mock.answer(name, operation, faults), { batches });
    });
    afterAll(() => both.stop());

    async function answer(which: 'stock' | 'compiled', text: string, variables: Record<string, unknown> | undefined): Promise<Told> {
      mock = mockSubgraphs(supergraphSdl, withOwnState(graph).resolvers);
      const told = await both[which](documentOf(text), variables);
      if (told instanceof NotCompiled) throw told;
      return told;
    }

    it.each(graph.operations)('is answered alike by both executors: $text', async ({ text, variables, data }) => {
      for (const each of [NO_FAULTS, { ...NO_FAULTS, away: [Object.keys(graph.subgraphs).at(-1)!] }]) {
        faults = each;
        const [stock, compiled] = [await answer('stock', text, variables), await answer('compiled', text, variables)];
        if (data && faults === NO_FAULTS) expect(JSON.parse(compiled.data!)).toEqual(data);
        expect({ ...compiled, errors: withoutIndexes(compiled.errors) }).toEqual({ ...stock, errors: withoutIndexes(stock.errors) });
      }
    });

    it('is answered alike when asked anything, whatever goes wrong', async () => {
      const { differences, compared, left } = await campaign({ supergraphSdl, resolvers: graph.subgraphs.counter ? {} : graph.resolvers ?? {}, operations: 60, seed: batches ? 5 : 6, batches });
      expect(differences).toEqual([]);
      expect(compared).toBe(60);
      expect(left).toEqual({});
    });
  });
});
