import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

export interface Load {
  url: string;
  headers: Record<string, string>;
  body: string;
  connections: number;
  ms: number;
}

export interface LoadOutcome {
  answers: number;
  /** answers with errors or another status than 200 */
  faults: number;
  /** one per answer, in milliseconds */
  latencies: number[];
}

/** Sends the same request over so many kept connections, each as soon as its last answer is there. */
async function run({ url, headers, body, connections, ms }: Load): Promise<LoadOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const outcome: LoadOutcome = { answers: 0, faults: 0, latencies: [] };
  const ask = () => new Promise<boolean>((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject).on('end', () => resolve(response.statusCode === 200 && !Buffer.concat(pieces).includes('"errors":[')));
    });
    sent.on('error', reject).end(body);
  });
  const end = performance.now() + ms;
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      const started = performance.now();
      if (!(await ask())) outcome.faults += 1;
      outcome.answers += 1;
      outcome.latencies.push(performance.now() - started);
    }
  }));
  agent.destroy();
  return outcome;
}

void run(workerData as Load).then((outcome) => parentPort!.postMessage(outcome));
