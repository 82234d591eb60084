import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../root';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' }, forgeries: { type: 'string', default: '2000' }, documents: { type: 'string', default: '50000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  },
});

/** `npm run test:front-door [-- --cases 10000 --forgeries 2000 --documents 50000 --seed 7]`: the long round. */
const settings = Object.entries(values).map(([name, value]) => [`FRONT_DOOR_${name.toUpperCase()}`, value]);
process.stdout.write(`${settings.map(([name, value]) => `${name}=${value}`).join(' ')}\n`);
const run = spawnSync(process.execPath, [join(ROOT, 'node_modules/jest/bin/jest.js'), 'infra/dist/src/front-door', '--runInBand', '--verbose', '--testTimeout', '3600000'], {
  // The chosen numbers and what it takes to find tools and servers; the rest of the environment is passed on as it is.
  cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...Object.fromEntries(settings) },
});
process.exit(run.status ?? 1);
