import { on } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DomainError } from '@xueji/workflow';
import { WORKBOOK_LIMITS, type WorkbookLimits } from './workbook.limits';
import type { SheetOutline, SheetRow } from './workbook.reader';
import { fileIsZipBomb } from './workbook.refusals';
import type { WorkerJob, WorkerReply } from './workbook.worker-protocol';

const BATCH_ROWS = 500;

export interface WorkbookInWorker extends SheetOutline {
  /** rows in order, up to 500 at a time; to be read once. The worker waits while a batch is being used. */
  batches: AsyncGenerator<SheetRow[]>;
  /** needed only when `batches` is not read */
  close(): Promise<void>;
}

/**
 * `readWorkbook` in a thread with a heap and a time of its own, so that a hostile file cannot take the service with it.
 * Running out of either is refused as FILE_ZIP_BOMB.
 */
export async function openInWorker(filePath: string, limits: Partial<WorkbookLimits> = {}): Promise<WorkbookInWorker> {
  const bounds = { ...WORKBOOK_LIMITS, ...limits };
  const job: WorkerJob = { filePath, limits: bounds, batchRows: BATCH_ROWS };
  const worker = new Worker(join(__dirname, 'workbook.worker.js'), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: bounds.heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 },
  });
  const replies = on(worker, 'message', { close: ['exit'] });
  const close = async () => void (await worker.terminate());
  let leftMs = bounds.parseMs;

  const ask = async (): Promise<WorkerReply> => {
    const askedAt = performance.now();
    const timer = setTimeout(close, leftMs);
    worker.postMessage('next');
    try {
      const { value, done } = (await replies.next()) as IteratorResult<[WorkerReply], undefined>;
      leftMs -= performance.now() - askedAt;
      if (done) throw fileIsZipBomb(leftMs <= 0 ? 'TIME' : 'CRASH');
      const [reply] = value;
      if (reply.kind === 'refused') throw new DomainError(reply.refusal);
      return reply;
    } catch (error) {
      throw (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY' ? fileIsZipBomb('MEMORY') : error;
    } finally {
      clearTimeout(timer);
    }
  };

  async function* batches(): AsyncGenerator<SheetRow[]> {
    try {
      for (let reply = await ask(); reply.kind === 'rows'; reply = await ask()) yield reply.batch;
    } finally {
      await close();
    }
  }

  try {
    const reply = await ask();
    if (reply.kind !== 'opened') throw new Error(`the workbook worker began with ${reply.kind}`);
    return { ...reply.outline, batches: batches(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Hands every batch of rows to `onRows` and waits for it; what it throws ends the reading.
 * Rows may already have been handed on when a fault further down is thrown: keep them apart until this resolves.
 */
export async function parseInWorker(
  filePath: string,
  onRows: (batch: SheetRow[], outline: SheetOutline) => void | Promise<void>,
  limits: Partial<WorkbookLimits> = {},
): Promise<SheetOutline & { rowCount: number }> {
  const { batches, sheetName, header, headerRow } = await openInWorker(filePath, limits);
  const outline = { sheetName, header, headerRow };
  let rowCount = 0;
  for await (const batch of batches) {
    await onRows(batch, outline);
    rowCount += batch.length;
  }
  return { ...outline, rowCount };
}
