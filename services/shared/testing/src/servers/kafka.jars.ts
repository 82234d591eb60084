import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root';

export const KAFKA_FOLDER = join(PROJECT_ROOT, 'infra/kafka');

const POM = join(KAFKA_FOLDER, 'pom.xml');

function jarsFolder(): string {
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(readFileSync(POM, 'utf8'))![1]!;
  return join(PROJECT_ROOT, '.data/kafka-libs', version);
}

export const jarsAreCached = (): boolean => existsSync(jarsFolder());

/** The folder with the broker's jars, fetched with Maven the first time. */
export async function fetchJars(): Promise<string> {
  const folder = jarsFolder();
  if (jarsAreCached()) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const run = spawn('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${draft}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (chunk) => (output += chunk));
    const code = await new Promise<number | null>((done, fail) => run.once('error', fail).once('close', done));
    if (code !== 0) throw new Error(`mvn could not fetch the broker's jars: ${output.trim().split('\n')[0]}`);
    // Renamed when complete, so that an interrupted fetch is not taken for a whole one.
    if (!jarsAreCached()) renameSync(draft, folder);
    return folder;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
