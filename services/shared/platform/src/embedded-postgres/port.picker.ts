import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './embedded-postgres.error';

export const HOST = '127.0.0.1';

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => done(true)));
  });
}

/** A port of 127.0.0.1 that nothing listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, HOST, () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** The port asked for, which must be free, or the one remembered in `file`, or any free one. */
export async function choosePort(asked: number | undefined, file: string): Promise<number> {
  if (asked !== undefined) {
    if (await isFree(asked)) return asked;
    throw new EmbeddedPostgresError('EMBEDDED_POSTGRES_PORT_TAKEN', `port ${asked} is used by another program`);
  }
  const remembered = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return remembered && (await isFree(remembered)) ? remembered : freePort();
}
