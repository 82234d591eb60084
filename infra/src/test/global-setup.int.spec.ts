import { Client } from 'pg';
import { requireServer } from '@xueji/testing/dist/src/servers';

requireServer('postgres')('the servers of a test run', () => {
  it('are announced to every worker, and take a superuser of a throw-away cluster', async () => {
    const client = new Client({ connectionString: process.env['PG_ADMIN_URL'] });
    await client.connect();
    try {
      const { rows } = await client.query<{ super: string }>(`select current_setting('is_superuser') as super`);
      expect(rows).toEqual([{ super: 'on' }]);
    } finally {
      await client.end();
    }
  });
});

requireServer('redis')('Redis of a test run', () => {
  it('is announced to every worker', () => {
    expect(process.env['REDIS_URL']).toMatch(/^redis:\/\//);
  });
});
