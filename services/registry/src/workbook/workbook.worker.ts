import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { DomainError } from '@xueji/workflow';
import { readWorkbook, type SheetRow } from './workbook.reader';
import type { WorkerJob, WorkerReply } from './workbook.worker-protocol';

/** Ends a batch early when its rows hold unusually long texts. */
const BATCH_CHARS = 1_000_000;

async function* replies({ filePath, limits, batchRows }: WorkerJob): AsyncGenerator<WorkerReply> {
  try {
    const { rows, sheetName, header, headerRow } = await readWorkbook(filePath, limits);
    yield { kind: 'opened', outline: { sheetName, header, headerRow } };
    let batch: SheetRow[] = [];
    let chars = 0;
    for await (const row of rows) {
      batch.push(row);
      for (const cell of row.cells) chars += cell.length;
      if (batch.length < batchRows && chars < BATCH_CHARS) continue;
      yield { kind: 'rows', batch };
      batch = [];
      chars = 0;
    }
    if (batch.length > 0) yield { kind: 'rows', batch };
    yield { kind: 'done' };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { code, rule, field, messages, details } = error;
    yield { kind: 'refused', refusal: { code, rule, field, ...messages, details } };
  }
}

/** One reply for each time it is asked, so that at most one batch waits for the reader. */
async function main(): Promise<void> {
  const port = parentPort!;
  const asked = on(port, 'message');
  for await (const reply of replies(workerData as WorkerJob)) {
    await asked.next();
    port.postMessage(reply);
  }
  port.close();
}

void main();
