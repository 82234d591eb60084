import { clerk, startTwoSubgraphs, type TwoSubgraphs } from './two-subgraphs.fixture';

describe('a subgraph that answers with the names of inner properties', () => {
  let two: TwoSubgraphs;
  beforeAll(async () => {
    two = await startTwoSubgraphs();
  });
  afterAll(() => two.stop());

  it('changes no object of the gateway', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    const poison = '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"prototype":{"polluted":"yes"}';
    for (const server of Object.values(two.servers)) {
      const { execute } = server;
      server.execute = async (operation, headers) => JSON.parse(`{"data":${poison},${JSON.stringify((await execute(operation, headers)).data ?? {}).slice(1)},"extensions":${poison}},"__proto__":{"polluted":"yes"}}`) as never;
    }
    const { url } = await two.start('local');
    const token = await two.tokenOf(clerk);
    for (const query of ['{ motto }', '{ __proto__: motto constructor: motto }', '{ pupil(id: "1") { id name school { id name pupilCount } } }']) {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query }) });
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('polluted');
    }
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
  });
});
