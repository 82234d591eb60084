import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoOrganization } from '@xueji/testing/dist/src/demo';
import { Client } from '../journey/client';
import { median, megabytes, seconds, times, type Line } from './line';
import { memoryDuring, residentMemory } from './memory';
import { startProduct } from './product-process';
import { pupilCells } from './synthetic-pupils';
import { workbookOf } from './workbook';

const ROWS = 20_000;
const SCHOOL_ID = 's-2161000102';
const UPLOADS = 4;
const OPEN_DAY = '2026-09-01T02:00:00Z';

/** Workbooks of 20,000 rows sent to the public address one after the other: receiving, unpacking, parsing in the worker, judging, keeping, answering. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  try {
    const product = await startProduct(dataDir);
    try {
      const client = new Client(product.url);
      await client.setClock(OPEN_DAY);
      const before = residentMemory(product.pid);
      const { schoolIdentifier, name } = demoOrganization(SCHOOL_ID);
      const school = { identifier: schoolIdentifier!, name, classNumber: '202601', className: '一年级(1)班' };
      const uploads = [];
      for (let nth = 0; nth < UPLOADS; nth += 1) {
        const workbook = await workbookOf(Array.from({ length: ROWS }, (_, i) => pupilCells(nth * ROWS + i, school)));
        const started = performance.now();
        const { result, peak } = await memoryDuring(product.pid, () => client.upload(['REGISTRY_ADMIN', SCHOOL_ID], `/uploads/intake?requestId=bench-upload-${nth}&fileName=bench.xlsx`, workbook));
        const ms = performance.now() - started;
        if (result.body.accepted !== ROWS) throw new Error(`answered ${result.status}: ${JSON.stringify(result.body).slice(0, 200)}`);
        uploads.push({ ms, peak, bytes: workbook.length });
      }
      const [first, ...later] = uploads as [(typeof uploads)[0], ...typeof uploads];
      const laterMs = median(later.map(({ ms }) => ms));
      return [
        { what: `upload: workbook of ${ROWS.toLocaleString('en')} rows, ${megabytes(first.bytes)}, over HTTP, median of ${later.length} (baseline: the first)`, baseline: seconds(first.ms), measured: seconds(laterMs), ratio: times(laterMs / first.ms) },
        { what: 'upload: peak resident memory of the whole product\'s Node.js, each of these (baseline: before)', baseline: megabytes(before), measured: [first, ...later].map(({ peak }) => megabytes(peak)).join(', '), ratio: times(Math.max(...uploads.map(({ peak }) => peak)) / before) },
      ];
    } finally {
      await product.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
