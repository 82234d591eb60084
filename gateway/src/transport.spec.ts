import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpTransport, type SubgraphOperation, type Transport } from './transport';

const query: SubgraphOperation = { query: '{ a }', queryJson: '"{ a }"', variablesJson: '{}', isMutation: false };
const mutation: SubgraphOperation = { ...query, query: 'mutation { a }', queryJson: '"mutation { a }"', isMutation: true };

describe('calls to a remote subgraph', () => {
  let server: Server;
  let transport: Transport;
  let statuses: number[];
  let bodies: string[];

  beforeEach(async () => {
    [statuses, bodies] = [[], []];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += String(piece);
      bodies.push(body);
      const status = statuses.shift() ?? 200;
      if (status === 0) return void request.socket.destroy();
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 503 ? 'away' : '{"data":{"a":1}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    transport = httpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  });
  afterEach(async () => {
    await transport.close();
    server.close();
    server.closeAllConnections();
  });

  it.each([[503], [0]])('send a query once more when there was no answer (status %s)', async (status) => {
    statuses = [status];
    expect(await transport.send(query, {})).toEqual({ data: { a: 1 } });
    expect(bodies).toEqual(['{"query":"{ a }","variables":{}}', '{"query":"{ a }","variables":{}}']);
  });

  it('never send a mutation twice', async () => {
    statuses = [503];
    await expect(transport.send(mutation, {})).rejects.toMatchObject({ code: 'HTTP_503' });
    expect(bodies).toHaveLength(1);
  });

  it('give up after a second try', async () => {
    statuses = [503, 503];
    await expect(transport.send(query, {})).rejects.toMatchObject({ code: 'HTTP_503' });
    expect(bodies).toHaveLength(2);
  });

  it('take an answer with errors as an answer, whatever its status', async () => {
    statuses = [401];
    expect(await transport.send(query, {})).toEqual({ data: { a: 1 } });
  });

  it('leave a subgraph alone after many failures in a row, and find it again', async () => {
    statuses = Array.from({ length: 20 }, () => 503);
    for (let nth = 0; nth < 20; nth += 1) await expect(transport.send(mutation, {})).rejects.toMatchObject({ code: 'HTTP_503' });
    await expect(transport.send(mutation, {})).rejects.toThrow('open');
    expect(bodies).toHaveLength(20);
    let answer: unknown = null;
    while (!answer) answer = await transport.send(query, {}).catch(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(answer).toEqual({ data: { a: 1 } });
  });
});
