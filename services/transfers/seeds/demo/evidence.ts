import { createHash } from 'node:crypto';
import type { CommandScope, FileFolder } from '@xueji/platform';
import { demoOrganization, persona, samplePdf } from '@xueji/testing/dist/src/demo';
import { TransferEvidence } from '../../src/evidence/evidence.entity';

/** The school whose clerk has two documents ready to file a transfer with. */
const SCHOOL = 's-2161000102';
const FILES = [['demo-evidence-application', '监护人申请.pdf', 'application of the guardian'], ['demo-evidence-residence', '居住证明.pdf', 'proof of residence']] as const;

/** Ids to name in a first filing; they do not expire, as the demonstration's calendar moves about. */
export const demoEvidenceIds = FILES.map(([id]) => id);

export async function seedEvidence({ manager, now }: CommandScope, files: FileFolder): Promise<void> {
  const { accountId, realName } = persona('REGISTRY_ADMIN', SCHOOL);
  for (const [id, fileName, text] of FILES) {
    if (await manager.existsBy(TransferEvidence, { id })) continue;
    const content = samplePdf(text);
    await files.write(id, content);
    await manager.insert(TransferEvidence, {
      id, fileKey: id, fileName, mediaType: 'application/pdf', size: content.length, sha256: createHash('sha256').update(content).digest('hex'), accountId, uploadedBy: realName,
      organizationId: demoOrganization(SCHOOL).id, uploadedAt: now, expiresAt: new Date('2099-12-31T00:00:00Z'), scan: 'CLEAN', scanAfter: null, scanAttempts: 1, scannedAt: now,
      scannedBy: 'seed', finding: null, caseId: null, kind: null, boundAt: null,
    });
  }
}
