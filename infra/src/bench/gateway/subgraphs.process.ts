import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse } from 'graphql';
import { LIBRARY, libraryResolvers, sdlOf } from './library';

/**
 * The four subgraphs in one process. Each answer is worked out once for each request text and then only sent, so that what is measured is the
 * gateway. `/v1/<name>` shows the schema as the first version of federation writes it.
 */
async function main(): Promise<void> {
  const urls: Record<string, string> = {};
  for (const name of Object.keys(LIBRARY)) {
    const schema = buildSubgraphSchema({ typeDefs: parse(sdlOf(name)), resolvers: libraryResolvers[name] as any });
    const known = new Map<string, Buffer>();
    const answer = async (body: string, isFirstVersion: boolean): Promise<Buffer> => {
      const { query, variables, operationName } = JSON.parse(body) as { query: string; variables?: Record<string, unknown>; operationName?: string };
      if (isFirstVersion && query.includes('_service')) return Buffer.from(JSON.stringify({ data: { _service: { sdl: LIBRARY[name]!.firstVersion } } }));
      return Buffer.from(JSON.stringify(await execute({ schema, document: parse(query), variableValues: variables, operationName })));
    };
    const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece)).on('end', async () => {
        const body = pieces.length === 1 ? pieces[0]!.toString('latin1') : Buffer.concat(pieces).toString('latin1');
        let bytes = known.get(body);
        if (!bytes) {
          bytes = await answer(Buffer.from(body, 'latin1').toString('utf8'), request.url!.startsWith('/v1'));
          if (known.size < 2000) known.set(body, bytes);
        }
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
        response.end(bytes);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }
  process.send!({ urls });
  process.on('disconnect', () => process.exit(0));
}

void main();
