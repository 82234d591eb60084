import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

/** An agency of the demonstration country: the aid office of the county, which may read who its pupils are and where they learn. */
export const DEMO_AGREEMENT = {
  id: 'demo-student-aid',
  agencyName: '示例区学生资助中心',
  purpose: 'STUDENT_AID',
  legalBasis: '《学生资助资金管理办法》',
  areaId: 'b-610113',
  fields: [
    'Query.students', 'Student.id', 'Student.name', 'Student.sex', 'Student.grade', 'Student.state', 'Student.nationalStudentNumber', 'Student.identityDocumentNumber', 'Student.school',
    'School.id', 'School.name',
  ],
  dailyQuota: 1000,
} as const;

/** Its key pair (Ed25519 JWK, base64url), made from words that anybody can read here; it opens demonstration data and nothing else. */
export const DEMO_CLIENT_KEY = keyPairFrom('the key of the demonstration agency');

function keyPairFrom(words: string): { privateKey: string; publicKey: string } {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = createPrivateKey({ key: Buffer.concat([head, createHash('sha256').update(words).digest()]), format: 'der', type: 'pkcs8' });
  const text = (jwk: object) => Buffer.from(JSON.stringify(jwk)).toString('base64url');
  return { privateKey: text(key.export({ format: 'jwk' })), publicKey: text(createPublicKey(key).export({ format: 'jwk' })) };
}
