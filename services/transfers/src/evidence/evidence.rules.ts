import { DOCUMENT_KINDS } from '@xueji/standards';
import type { Rule, Situation, WorkflowActor } from '@xueji/workflow';
import { EVIDENCE_LIMITS, EVIDENCE_RULE, type EvidenceFacts, type NamedEvidence } from './evidence.terms';

/** What a filing names and what is known of it; what a review looks at. */
interface Facts {
  filing: { evidence: readonly EvidenceFacts[] } | null;
  evidence: readonly EvidenceFacts[];
}
type EvidenceRule = Rule<any, object, Facts, any>;
type EvidenceSituation = Situation<any, object, Facts, WorkflowActor>;

const named = (s: EvidenceSituation): readonly NamedEvidence[] => (s.input as { documents: NamedEvidence[] }).documents;
const uploadOf = (s: EvidenceSituation, { evidenceId }: NamedEvidence): EvidenceFacts | undefined => s.facts.filing!.evidence.find(({ id }) => id === evidenceId);
const uploads = (s: EvidenceSituation): EvidenceFacts[] => named(s).flatMap((document) => uploadOf(s, document) ?? []);
const ids = (evidence: readonly EvidenceFacts[]): string[] => evidence.map(({ id }) => id);

const documentsAreSound: EvidenceRule = {
  name: 'each document is of a known kind and is a file of its own',
  cites: EVIDENCE_RULE,
  code: 'TRANSFER_DOCUMENT_INVALID',
  field: 'documents',
  allows: (s) =>
    named(s).length <= EVIDENCE_LIMITS.perCase && named(s).every(({ kind }) => DOCUMENT_KINDS.some(({ code }) => code === kind)) &&
    new Set(named(s).map(({ evidenceId }) => evidenceId)).size === named(s).length,
  message: { zh: `材料最多${EVIDENCE_LIMITS.perCase}份，种类须在规定之内，每份一个文件`, en: `At most ${EVIDENCE_LIMITS.perCase} documents, each of a known kind and a file of its own` },
};

const documentsAreUploaded: EvidenceRule = {
  name: 'each document is a file that the school has uploaded',
  cites: EVIDENCE_RULE,
  code: 'EVIDENCE_NOT_FOUND',
  field: 'documents',
  allows: (s) => named(s).every((document) => uploadOf(s, document)),
  message: { zh: '材料文件不存在、不是本校上传或已过期，请重新上传', en: 'There is no such file of your school, or it has expired; upload it again' },
  details: (s) => ({ evidenceIds: named(s).filter((document) => !uploadOf(s, document)).map(({ evidenceId }) => evidenceId) }),
};

const documentsAreUnbound: EvidenceRule = {
  name: 'no document belongs to another case',
  cites: EVIDENCE_RULE,
  code: 'EVIDENCE_BOUND',
  field: 'documents',
  allows: (s) => uploads(s).every(({ caseId }) => caseId === null),
  message: { zh: '材料文件已用于另一件转学，请重新上传', en: 'The file belongs to another case already; upload it again' },
  details: (s) => ({ evidenceIds: ids(uploads(s).filter(({ caseId }) => caseId !== null)) }),
};

const isInfected = ({ scan }: EvidenceFacts) => scan === 'INFECTED';

const documentsAreUninfected: EvidenceRule = {
  name: 'no document has a virus',
  cites: EVIDENCE_RULE,
  code: 'EVIDENCE_INFECTED',
  field: 'documents',
  allows: (s) => !uploads(s).some(isInfected),
  message: { zh: '材料文件查出病毒，请清除后重新上传', en: 'A virus was found in the file; upload a clean one' },
  details: (s) => ({ evidenceIds: ids(uploads(s).filter(isInfected)) }),
};

/** What a filing's documents must be. A file that no scanner has seen yet does not keep a case from being filed: a system that is down is no reason [TRF-GEN-01]. */
export const documentsAreEvidence: readonly EvidenceRule[] = [documentsAreSound, documentsAreUploaded, documentsAreUnbound, documentsAreUninfected];

/** Nobody agrees to papers that nobody could read. */
export const documentsAreCleared: EvidenceRule = {
  name: 'every document of the case was scanned and is clean',
  cites: EVIDENCE_RULE,
  code: 'EVIDENCE_NOT_CLEARED',
  allows: (s) => s.facts.evidence.every(({ scan }) => scan === 'CLEAN'),
  message: (s) =>
    s.facts.evidence.some(isInfected)
      ? { zh: '材料文件查出病毒，不能同意；请以材料不全为由不同意，由申请学校重新上传', en: 'A virus was found in a document: refuse for incomplete documents, so that the applicant uploads it again' }
      : { zh: '材料文件尚未查毒完毕，请稍后再试', en: 'A document has not been scanned yet; try again later' },
  details: (s) => ({ held: ids(s.facts.evidence.filter(({ scan }) => scan === 'PENDING')), infected: ids(s.facts.evidence.filter(isInfected)) }),
};
