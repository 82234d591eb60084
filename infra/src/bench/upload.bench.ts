import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoOrganization } from '@xueji/testing/dist/src/demo';
import { Client } from '../journey/client';
import { megabytes, seconds, times, type Line } from './line';
import { memoryDuring } from './memory';
import { startProduct } from './product-process';
import { pupilCells } from './synthetic-pupils';
import { workbookOf } from './workbook';

const ROWS = 20_000;
const SCHOOLS = ['s-2161000102', 's-2161000201'];
const OPEN_DAY = '2026-09-01T02:00:00Z';

/** Two workbooks of 20,000 rows sent to the public address one after the other: receiving, unpacking, parsing in the worker, judging, keeping, answering. */
export async function measure(): Promise<Line[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xueji-bench-'));
  try {
    const product = await startProduct(dataDir);
    try {
      const client = new Client(product.url);
      await client.setClock(OPEN_DAY);
      const uploads = [];
      for (const [nth, schoolId] of SCHOOLS.entries()) {
        const { schoolIdentifier, name } = demoOrganization(schoolId);
        const school = { identifier: schoolIdentifier!, name, classNumber: '202601', className: '一年级(1)班' };
        const workbook = await workbookOf(Array.from({ length: ROWS }, (_, i) => pupilCells(nth * ROWS + i, school)));
        const started = performance.now();
        const { result, before, peak } = await memoryDuring(product.pid, () => client.upload(['REGISTRY_ADMIN', schoolId], `/uploads/intake?requestId=bench-upload-${nth}&fileName=bench.xlsx`, workbook));
        const ms = performance.now() - started;
        if (result.body.accepted !== ROWS) throw new Error(`answered ${result.status}: ${JSON.stringify(result.body).slice(0, 200)}`);
        uploads.push({ ms, before, peak, bytes: workbook.length });
      }
      const [first, second] = uploads as [(typeof uploads)[0], (typeof uploads)[0]];
      const memory = ({ before, peak }: typeof first) => `${megabytes(before)} → peak ${megabytes(peak)}`;
      return [
        { what: `upload: workbook of ${ROWS.toLocaleString('en')} rows, ${megabytes(first.bytes)}, over HTTP, second (baseline: first)`, baseline: seconds(first.ms), measured: seconds(second.ms), ratio: times(second.ms / first.ms) },
        { what: 'upload: resident memory of the whole product\'s Node.js, second (baseline: first)', baseline: memory(first), measured: memory(second), ratio: times(second.peak / first.peak) },
      ];
    } finally {
      await product.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
