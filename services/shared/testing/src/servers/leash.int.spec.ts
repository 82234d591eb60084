import { spawn } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { requireServer } from './require-server';

const running = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 20));
}

describe.each([
  { kind: 'redis' as const, start: 'startRedis' },
  { kind: 'postgres' as const, start: 'startTestPostgres' },
])('a $kind whose test run was killed', ({ kind, start }) => {
  requireServer(kind)('goes', () => {
    it('with its data', async () => {
      const script = `require(${JSON.stringify(__dirname)}).${start}({ own: true }).then(({ server }) => { console.log(server.pid); setInterval(() => {}, 1000); })`;
      const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const pid = await new Promise<number>((done) => owner.stdout.once('data', (text) => done(Number(text))));
      const folder = readlinkSync(`/proc/${pid}/cwd`);
      expect(running(pid)).toBe(true);
      owner.kill('SIGKILL');
      await until(() => !running(pid) && !existsSync(folder));
    });
  });
});
