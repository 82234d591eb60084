import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@xueji/platform/dist/src/embedded-postgres';
import { availability, type Started } from './availability';
import { fetchJars, KAFKA_FOLDER } from './kafka.jars';
import { leash } from './leash';

export interface KafkaServer {
  /** host:port, or several with commas. */
  brokers: string;
  /** Process id of our own broker; null for one that was given. */
  pid: number | null;
  /** Ends our own broker and removes its data; leaves a given one alone. */
  stop(): Promise<void>;
  /** SIGKILL: what a power cut looks like. Data stays for restart(). Own broker only. */
  kill(): Promise<void>;
  /** Starts the killed or running broker again on the same port and data. Own broker only. */
  restart(): Promise<void>;
}

// Long, for machines that have much else to do.
const START_TIMEOUT = 180_000;

const JVM = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=file:${join(KAFKA_FOLDER, 'log4j2.properties')}`];

function given(brokers: string): KafkaServer {
  const notOurs = async (): Promise<void> => {
    throw new Error('KAFKA_NOT_OURS: this broker was given by KAFKA_BROKERS; ask for one of your own with startKafka({ own: true })');
  };
  return { brokers, pid: null, stop: async () => undefined, kill: notOurs, restart: notOurs };
}

const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((done) => child.once('exit', () => done()));

class OwnBroker implements KafkaServer {
  readonly brokers: string;
  private child: ChildProcess | null = null;
  private untie = (): void => undefined;

  private constructor(private readonly jars: string, private readonly folder: string, port: number) {
    this.brokers = `127.0.0.1:${port}`;
  }

  static async create(): Promise<OwnBroker> {
    const jars = await fetchJars();
    const folder = mkdtempSync(join(tmpdir(), 'xueji-kafka-'));
    const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
    const values: Record<string, string> = { port: String(port), controllerPort: String(controllerPort), dataDir: join(folder, 'data') };
    const template = readFileSync(join(KAFKA_FOLDER, 'server.properties.template'), 'utf8');
    const lines = template.split('\n').filter((line) => !line.startsWith('#'));
    writeFileSync(join(folder, 'server.properties'), lines.join('\n').replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]!));
    const broker = new OwnBroker(jars, folder, port);
    try {
      // A leading 0 byte keeps the text from starting with a dash, which would read as an option.
      const clusterId = Buffer.concat([Buffer.of(0), randomBytes(15)]).toString('base64url');
      const format = broker.java('kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', broker.file('server.properties'));
      await exited(format);
      if (format.exitCode !== 0) throw new Error(`Kafka could not format its data folder: ${broker.lastWords()}`);
      await broker.start();
      return broker;
    } catch (error) {
      await broker.stop();
      throw error;
    }
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private java(...args: string[]): ChildProcess {
    const log = openSync(this.file('broker.log'), 'w');
    try {
      return spawn('java', [...JVM, '-cp', join(this.jars, '*'), ...args], { cwd: this.folder, stdio: ['ignore', log, log] }).on('error', () => undefined);
    } finally {
      closeSync(log);
    }
  }

  private log(): string {
    return readFileSync(this.file('broker.log'), 'utf8');
  }

  private lastWords(): string {
    return this.log().trim().split('\n').slice(-5).join('\n');
  }

  private async start(): Promise<void> {
    const child = this.java('kafka.Kafka', this.file('server.properties'));
    this.child = child;
    if (child.pid !== undefined) this.untie = leash(child.pid, this.folder);
    const deadline = Date.now() + START_TIMEOUT;
    while (!this.log().includes('Kafka Server started')) {
      if (child.exitCode !== null || child.pid === undefined) throw new Error(`Kafka ended while starting: ${this.lastWords()}`);
      if (Date.now() > deadline) throw new Error(`Kafka did not start within ${START_TIMEOUT / 1000} s: ${this.lastWords()}`);
      await sleep(50);
    }
    child.unref();
  }

  async kill(): Promise<void> {
    this.untie();
    const child = this.child;
    this.child = null;
    if (!child) return;
    child.ref();
    child.kill('SIGKILL');
    await exited(child);
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** The data goes anyway, so nothing is lost by not asking politely. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * The broker at KAFKA_BROKERS, or a private single-node one (about 4 s; the first time ever Maven fetches
 * 43 MB of jars). `own: true` asks for a private one in any case, for tests that kill it.
 */
export async function startKafka({ own = false }: { own?: boolean } = {}): Promise<Started<KafkaServer>> {
  const brokers = process.env['KAFKA_BROKERS'];
  if (brokers && !own) return { server: given(brokers), reason: null };
  const { available, reason } = availability('kafka');
  if (!available && !own) return { server: null, reason };
  try {
    return { server: await OwnBroker.create(), reason: null };
  } catch (error) {
    return { server: null, reason: (error as Error).message };
  }
}
