import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ADDRESS_VARIABLE, failureVariable, startKafka, startRedis, startTestPostgres, type ServerKind, type Started } from '@xueji/testing/dist/src/servers';
import { runningServers } from './running-servers';

/** What this reads of jest's configuration of the run. */
interface Run {
  rootDir: string;
  testPathPatterns?: { patterns: string[] };
}

/** Compiled test files under `folder`; sources and installed packages are not looked into. */
function testFiles(folder: string, inDist = false): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return inDist && entry.name.endsWith('.spec.js') ? [path] : [];
    if (!entry.isDirectory() || entry.name === 'node_modules' || (!inDist && (entry.name === 'src' || entry.name.startsWith('.')))) return [];
    return testFiles(path, inDist || entry.name === 'dist');
  });
}

function chosenFiles({ rootDir, testPathPatterns }: Run): string[] {
  const patterns = (testPathPatterns?.patterns ?? []).map((pattern) => new RegExp(pattern.replace(/^\.\//, ''), 'i'));
  return testFiles(rootDir).filter((file) => patterns.length === 0 || patterns.some((pattern) => pattern.test(file))).map((file) => relative(rootDir, file));
}

async function provide<S extends { stop(): Promise<void> }>(kind: ServerKind, start: () => Promise<Started<S>>, addressOf: (server: S) => string): Promise<void> {
  const variable = ADDRESS_VARIABLE[kind];
  if (process.env[variable]) return;
  const { server, reason } = await start();
  if (reason === null) {
    runningServers.push(server);
    process.env[variable] = addressOf(server);
    return;
  }
  process.env[failureVariable(kind)] = reason;
  process.stderr.write(`\n!!! NO ${kind.toUpperCase()} for these tests: ${reason}\n`);
}

/**
 * Starts the servers the chosen tests need, once for the whole run, and announces them in PG_ADMIN_URL,
 * REDIS_URL and KAFKA_BROKERS, which every worker inherits. Unit tests alone start nothing.
 * XUEJI_TEST_KAFKA=off leaves Kafka out.
 */
export default async function globalSetup(run: Run): Promise<void> {
  const files = chosenFiles(run);
  const starts: Promise<void>[] = [];
  if (files.some((file) => /\.(int|e2e)\.spec\.js$/.test(file))) {
    starts.push(provide('postgres', startTestPostgres, ({ adminUrl }) => adminUrl), provide('redis', startRedis, ({ url }) => url));
  }
  if (files.some((file) => /kafka|distributed/.test(file))) {
    if (process.env['XUEJI_TEST_KAFKA'] === 'off') process.env[failureVariable('kafka')] = 'switched off by XUEJI_TEST_KAFKA';
    else starts.push(provide('kafka', startKafka, ({ brokers }) => brokers));
  }
  await Promise.all(starts);
}
