import { Pool } from 'undici';

export interface LoadTask {
  url: string;
  body: string;
  connections: number;
  ms: number;
  /** each request takes the next; none: anonymous */
  tokens: string[];
}

export interface LoadResult {
  answers: number;
  /** answers that were errors, or did not come */
  faults: number;
  /** in milliseconds */
  latencies: number[];
  /** of one answer */
  bytes: number;
  ms: number;
}

let turn = 0;

async function run({ url, body, connections, ms, tokens }: LoadTask): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 10_000, bodyTimeout: 10_000 });
  const result: LoadResult = { answers: 0, faults: 0, latencies: [], bytes: 0, ms: 0 };
  const ask = () => new Promise<boolean>((resolve) => {
    const token = tokens.length > 0 ? tokens[(turn += 1) % tokens.length] : undefined;
    let [status, bytes, start] = [0, 0, ''];
    pool.dispatch({ path: pathname, method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body }, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => void (status = code),
      onResponseData: (_controller, piece) => {
        if (bytes === 0) start = piece.subarray(0, 20).toString('latin1');
        bytes += piece.length;
      },
      onResponseEnd: () => {
        result.bytes = bytes;
        resolve(status === 200 && start.startsWith('{"data":{'));
      },
      onResponseError: () => resolve(false),
    });
  });
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() - started < ms) {
      const asked = performance.now();
      if (!(await ask())) result.faults += 1;
      result.answers += 1;
      result.latencies.push(performance.now() - asked);
    }
  }));
  result.ms = performance.now() - started;
  await pool.destroy();
  return result;
}

process.on('message', (task: LoadTask) => void run(task).then((result) => process.send!(result)));
process.on('disconnect', () => process.exit(0));
