import { existsSync } from 'node:fs';
import Redis from 'ioredis';
import { startRedis, type RedisServer } from './redis';
import { requireServer } from './require-server';

requireServer('redis')('Redis for tests', () => {
  let server: RedisServer;

  beforeAll(async () => {
    const started = await startRedis({ own: true });
    if (started.reason !== null) throw new Error(started.reason);
    server = started.server;
  });

  afterAll(() => server.stop());

  it('keeps a value and carries a message to a subscriber', async () => {
    const client = new Redis(server.url);
    const subscriber = client.duplicate();
    try {
      await client.set('grade', '3');
      expect(await client.get('grade')).toBe('3');
      const heard = new Promise((done) => subscriber.on('message', (...message) => done(message)));
      await subscriber.subscribe('bell');
      await client.publish('bell', 'rings');
      expect(await heard).toEqual(['bell', 'rings']);
    } finally {
      client.disconnect();
      subscriber.disconnect();
    }
  });

  it('hands out the server named by REDIS_URL, and does not end it', async () => {
    const before = process.env['REDIS_URL'];
    process.env['REDIS_URL'] = server.url;
    try {
      const { server: given } = await startRedis();
      expect(given).toMatchObject({ url: server.url, pid: null });
      await given!.stop();
      expect(existsSync(`/proc/${server.pid}/exe`)).toBe(true);
    } finally {
      if (before === undefined) delete process.env['REDIS_URL'];
      else process.env['REDIS_URL'] = before;
    }
  });
});
