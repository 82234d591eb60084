import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createGateway } from '@xueji/gateway';
import { ACTOR_HEADER, createLogger, generateKeyPair, importSigningKey, importVerifyingKey, signActorToken, verifyAccessToken, verifyAudit, type Actor } from '@xueji/platform';
import { SHAREABLE_FIELDS, type Purpose } from '@xueji/standards';
import { actorFor, callProof, DEMO_AGREEMENT, DEMO_CLIENT_KEY, tokenRequest } from '@xueji/testing';
import { buildClientSchema, getIntrospectionQuery, Kind, parse, printSchema, type ObjectTypeDefinitionNode } from 'graphql';
import { startEmbedded, type Embedded } from '../deployment/embedded';
import { SERVICES, type ServiceName } from '../deployment/ground';
import { ROOT } from '../root';

const { privateKey } = DEMO_CLIENT_KEY;
const STUDENTS = '{ students(first: 100) { edges { node { id name sex grade state nationalStudentNumber identityDocumentNumber school { id name } } } pageInfo { hasNextPage } } }';
const supergraph = parse(readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'));
const typesOf = (document: typeof supergraph) => document.definitions.filter((node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION);
const isLeaf = (type: any): boolean => (type.kind === Kind.NAMED_TYPE ? ['String', 'ID', 'Int', 'Float', 'Boolean', 'DateTimeISO'].includes(type.name.value) : isLeaf(type.type));

describe.each(['compiled', 'stock'] as const)('an agency, by the %s executor', (gatewayExecutor) => {
  let dataDir: string;
  let product: Embedded;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'xueji-agencies-'));
    product = await startEmbedded({ dataDir, port: 0, durable: false, logLevel: 'fatal', gatewayExecutor });
  }, 120_000);
  afterAll(async () => {
    await product?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const tokenOf = async (clientId: string): Promise<string> => {
    const response = await fetch(`${product.url}/oauth/token`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: await tokenRequest(clientId, privateKey) });
    const body = (await response.json()) as any;
    if (!body.access_token) throw new Error(JSON.stringify(body));
    return body.access_token;
  };
  const read = async (response: Response) => ({ status: response.status, headers: response.headers, ...((await response.json()) as { data?: any; errors?: any[] }) });
  interface Call {
    at?: string;
    purpose?: string | null;
    proof?: string | null;
    scheme?: string;
    variables?: object;
    changes?: Record<string, unknown>;
    key?: string;
  }
  const call = async (token: string, query: string, { at = product.url, purpose = 'STUDENT_AID', proof, scheme = 'DPoP', variables, changes, key = privateKey }: Call = {}) => {
    const signed = proof === undefined ? await callProof(key, token, `${at}/graphql`, changes) : proof;
    return read(await fetch(`${at}/graphql`, {
      method: 'POST', body: JSON.stringify({ query, variables }),
      headers: { 'content-type': 'application/json', authorization: `${scheme} ${token}`, ...(purpose !== null && { 'x-xueji-purpose': purpose }), ...(signed !== null && { dpop: signed }) },
    }));
  };
  /** One operation at a subgraph itself, signed as the gateway would. */
  const direct = async (service: ServiceName, actor: Actor, query: string, variables: Record<string, unknown> = {}) => {
    const token = await signActorToken(await importSigningKey(product.ground.actorKeys.privateKey), actor, { audience: service });
    return (await product.services[service].execute({ query, variables }, { [ACTOR_HEADER]: token })) as { data?: any; errors?: any[] };
  };
  const actorOf = async (token: string): Promise<Actor> => verifyAccessToken(await importVerifyingKey(product.ground.accessKeys.publicKey), token);
  const agree = async (purpose: Purpose, fields: string[], more: object = {}): Promise<string> => {
    const give = async (actor: Actor, command: string, type: string, input: object) => {
      const answer = await direct('accounts', actor, `mutation($input: ${type}!) { ${command}(input: $input) { ${command === 'registerAgencyKey' ? 'key { kid }' : 'agreement { id }'} } }`, { input: { requestId: randomUUID(), ...input } });
      expect(answer.errors).toBeUndefined();
      return answer.data[command].agreement?.id as string;
    };
    const now = product.clock.now().getTime();
    const id = await give(actorFor('PROVINCIAL_ADMIN', 'b-61'), 'requestAgreement', 'RequestAgreementInput', {
      agencyName: '示例部门', purpose, legalBasis: '依据', fields, areaId: 'b-61', validFrom: new Date(now - 1000), validUntil: new Date(now + 86_400_000), dailyQuota: 1000, confidentialityAccepted: true, ...more,
    });
    await give(actorFor('REGISTRY_ADMIN', 'b-61'), 'approveAgreement', 'AgreementCommandInput', { agreementId: id });
    await give(actorFor('PROVINCIAL_ADMIN', 'b-61'), 'registerAgencyKey', 'RegisterAgencyKeyInput', { agreementId: id, publicKey: DEMO_CLIENT_KEY.publicKey });
    return id;
  };
  const refusals = (answer: { errors?: any[] }) => answer.errors?.map(({ extensions: { code, rule } }) => `${code} ${rule}`);

  it('reads the fields of its agreement, of its own area only, numbers masked [AGY-IF-01] [AGY-IF-08]', async () => {
    const answer = await call(await tokenOf(DEMO_AGREEMENT.id), STUDENTS);
    expect(answer.errors).toBeUndefined();
    const pupils = answer.data.students.edges.map((edge: any) => edge.node);
    const inArea = await product.services.registry.dataSource.query(`select id from student where holder_path like '/cn/b-61/b-6101/b-610113/%' order by id`);
    expect(pupils.map((pupil: any) => pupil.id).sort()).toEqual(inArea.map(({ id }: any) => id));
    expect(pupils.length).toBeGreaterThan(0);
    const next = await call(await tokenOf(await agree('STUDENT_AID', ['Query.students', 'Query.student', 'Student.name'], { areaId: 'b-610112' })), `{ students(first: 100) { edges { node { name } } } student(id: "${pupils[0].id}") { name } }`);
    expect(next.data).toEqual({ students: { edges: [] }, student: null });
    expect(pupils[0].school.name).toMatch(/示例区/);
    for (const pupil of pupils) expect(pupil.identityDocumentNumber).toMatch(/^\d{4}\*+\w{4}$/);
  });

  it('gets numbers in clear only where its agreement names them [AGY-IF-08]', async () => {
    const named = await agree('POLICE_IDENTITY', ['Query.students', 'Student.identityDocumentNumberFull']);
    const answer = await call(await tokenOf(named), '{ students(first: 1) { edges { node { identityDocumentNumberFull } } } }', { purpose: 'POLICE_IDENTITY' });
    expect(answer.data.students.edges[0].node.identityDocumentNumberFull).toMatch(/^9999\d{13}[\dX]$/);
    expect(refusals(await call(await tokenOf(DEMO_AGREEMENT.id), '{ students(first: 1) { edges { node { identityDocumentNumberFull } } } }'))).toEqual(['FIELD_NOT_AGREED AGY-IF-08']);
  });

  it('is refused whatever else it names, in every spelling, and never answered with null [AGY-IF-08] [AGY-IF-02]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    const documents = [
      '{ students { edges { node { name phone } } } }', '{ students { edges { node { x: phone } } } }', '{ students { edges { ... { node { ... on Student { phone } } } } } }',
      'query A { students { edges { node { ...F } } } } fragment F on Student { familyMembers { phone } }', '{ students(name: "示") { edges { node { name } } } }', '{ students(classId: "c") { edges { node { name } } } }',
      '{ me { realName } }', '{ students { edges { node { name enteredBy { realName } } } } }', 'mutation { signOut { signedOut } }', '{ _entities(representations: []) { __typename } }', '{ _service { sdl } }',
      '{ students { edges { node { name } } } accounts { pageInfo { hasNextPage } } }', '{ agreements { edges { node { id } } } }', '{ students { edges { node { school { name phone } } } } }', 'subscription { anything }',
      '{ students { edges { node @skip(if: true) { phone } } } }', '{ __schema { types { name } } students { edges { node { name } } } }',
    ];
    for (const document of documents) {
      const answer = await call(token, document);
      expect([document, answer.status, answer.data, refusals(answer)]).toEqual([document, 403, undefined, ['FIELD_NOT_AGREED AGY-IF-08']]);
    }
  });

  it('is held to its own agreement where another of the same document was let through, by the executor of this run [AGY-IF-08]', async () => {
    const document = '{ students(first: 1) { edges { node { name sex } } } }';
    const ran = async () => Number(/^xueji_gateway_compiled_total (\d+)/m.exec(await (await fetch(`${product.url}/metrics`)).text())![1]);
    const before = await ran();
    const [both, one] = await Promise.all([['Student.name', 'Student.sex'], ['Student.name']].map(async (fields) => tokenOf(await agree('STUDENT_AID', ['Query.students', ...fields]))));
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await call(both!, document)).data.students.edges).toHaveLength(1);
      expect(refusals(await call(one!, document))).toEqual(['FIELD_NOT_AGREED AGY-IF-08']);
    }
    expect((await ran()) - before).toBe(gatewayExecutor === 'compiled' ? 2 : 0);
  });

  it('is held to it by services of their own too, whose fetches travel together, and sends no arrays [AGY-IF-08]', async () => {
    const servers: Server[] = [];
    const subgraphs: Record<string, { url: string }> = {};
    for (const name of SERVICES) {
      const server = createServer((request, response) => void product.services[name].handleHttp(request, response)).listen(0, '127.0.0.1');
      await new Promise((listening) => server.once('listening', listening));
      servers.push(server);
      subgraphs[name] = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
    }
    const { ground } = product;
    const apart = await createGateway({
      supergraphSdl: readFileSync(join(ROOT, 'gateway', 'supergraph.graphql'), 'utf8'), subgraphs, accessTokenPublicKey: ground.accessKeys.publicKey, actorSigningKey: ground.actorKeys.privateKey,
      log: createLogger('gateway', 'fatal'), production: true, executor: gatewayExecutor,
    });
    const at = (await apart.listen(0)).url.replace('/graphql', '');
    try {
      const token = await tokenOf(DEMO_AGREEMENT.id);
      const two = (field: string) => `{ a: students(first: 2) { edges { node { name school { name } } } } b: students(first: 3) { edges { node { ${field} school { id name } } } } }`;
      const { data, errors } = await call(token, two('sex'), { at });
      expect([errors, data.a.edges.length, data.b.edges.length, data.b.edges[0].node.school.name]).toEqual([undefined, 2, 3, expect.stringMatching(/示例区/)]);
      const outside = await call(token, two('phone'), { at });
      expect([outside.status, outside.data, refusals(outside)]).toEqual([403, undefined, ['FIELD_NOT_AGREED AGY-IF-08']]);
      const schema = await call(token, '{ __schema { types { name } } }', { at });
      expect([schema.status, schema.data, schema.errors!.length]).toEqual([400, undefined, 1]);
      const proof = await callProof(privateKey, token, `${at}/graphql`);
      const batch = await read(await fetch(`${at}/graphql`, {
        method: 'POST', body: JSON.stringify([{ query: two('sex') }, { query: two('phone') }]), headers: { 'content-type': 'application/json', authorization: `DPoP ${token}`, dpop: proof, 'x-xueji-purpose': 'STUDENT_AID' },
      }));
      expect([batch.status, batch.errors![0].extensions.code]).toEqual([400, 'BATCH_NOT_SUPPORTED']);
    } finally {
      await apart.close();
      for (const server of servers) server.close();
    }
  });

  it('cannot tell a field outside its agreement from one that does not exist [AGY-IF-08]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    const [real, invented] = await Promise.all(['phone', 'phony'].map((field) => call(token, `{ students { edges { node { ${field} } } } }`)));
    expect(JSON.stringify(real!.errors).replaceAll('phone', '*')).toBe(JSON.stringify(invented!.errors).replaceAll('phony', '*'));
  });

  it('is refused each other field by the services themselves, as a reference too [AGY-IF-08]', async () => {
    const actor = await actorOf(await tokenOf(DEMO_AGREEMENT.id));
    const agreed = new Set<string>(DEMO_AGREEMENT.fields);
    let walked = 0;
    for (const service of SERVICES) {
      const types = typesOf(parse(product.services[service].sdl));
      for (const type of types.filter((each) => each.directives?.some(({ name, arguments: given }) => name.value === 'key' && !given?.some((argument) => argument.name.value === 'resolvable')))) {
        for (const field of type.fields!.filter((each) => isLeaf(each.type) && !each.arguments?.length && each.name.value !== 'id')) {
          const coordinate = `${type.name.value}.${field.name.value}`;
          const answer = await direct(service, actor, `query($r: [_Any!]!) { _entities(representations: $r) { ... on ${type.name.value} { ${field.name.value} } } }`, { r: [{ __typename: type.name.value, id: 'x' }] });
          expect([coordinate, refusals(answer)]).toEqual([coordinate, agreed.has(coordinate) ? undefined : ['FIELD_NOT_AGREED AGY-IF-08']]);
          walked += 1;
        }
      }
      for (const root of types.filter((each) => each.name.value === 'Query' || each.name.value === 'Mutation')) {
        for (const field of root.fields!.filter((each) => !(each.arguments ?? []).some((argument) => argument.type.kind === Kind.NON_NULL_TYPE && !argument.defaultValue) && !agreed.has(`${root.name.value}.${each.name.value}`))) {
          const selection = isLeaf(field.type) ? '' : ' { __typename }';
          expect([field.name.value, refusals(await direct(service, actor, `${root.name.value.toLowerCase()} { ${field.name.value}${selection} }`))]).toEqual([field.name.value, ['FIELD_NOT_AGREED AGY-IF-08']]);
          walked += 1;
        }
      }
    }
    expect(walked).toBeGreaterThan(100);
  }, 120_000);

  it('sees a schema of its own fields and no others [AGY-IF-08]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    const path = `${product.url}/agency/schema.graphql`;
    const proof = await callProof(privateKey, token, path, { htm: 'GET' });
    const response = await fetch(path, { headers: { authorization: `DPoP ${token}`, dpop: proof, 'x-xueji-purpose': 'STUDENT_AID' } });
    const sdl = await response.text();
    const shown = typesOf(parse(sdl)).flatMap((type) => type.fields!.map((field) => `${type.name.value}.${field.name.value}`));
    const frame = shown.filter((coordinate) => /^(StudentConnection|StudentEdge|PageInfo)\./.test(coordinate));
    expect(shown.filter((coordinate) => !frame.includes(coordinate)).sort()).toEqual([...DEMO_AGREEMENT.fields].sort());
    expect(sdl).toContain('students(');
    expect(sdl).not.toMatch(/classId|phone|@|Mutation/);
    const described = await call(token, getIntrospectionQuery());
    expect(printSchema(buildClientSchema(described.data)).replace(/"""[^"]*"""\s*/g, '')).not.toMatch(/phone|Mutation|Account/);
    expect((await fetch(path)).status).toBe(401);
  });

  it('signs each call; none can be made twice, late, by another key, for another address or without the proof [AGY-IF-02]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    const query = '{ students(first: 1) { edges { node { name } } } }';
    const once = await callProof(privateKey, token, `${product.url}/graphql`);
    const answers = await Promise.all(Array.from({ length: 100 }, () => call(token, query, { proof: once })));
    expect(answers.filter(({ data }) => data)).toHaveLength(1);
    expect(answers.filter((answer) => refusals(answer)?.[0] === 'CALL_REPLAYED AGY-IF-02')).toHaveLength(99);
    expect(refusals(await call(token, '{ students(first: 2) { edges { node { sex } } } }', { proof: once }))).toEqual(['CALL_REPLAYED AGY-IF-02']);
    const seconds = Math.floor(Date.now() / 1000);
    expect(refusals(await call(token, query, { changes: { iat: seconds - 360 } }))).toEqual(['CALL_PROOF_LATE AGY-IF-02']);
    expect(refusals(await call(token, query, { changes: { iat: seconds + 360 } }))).toEqual(['CALL_PROOF_LATE AGY-IF-02']);
    expect(refusals(await call(token, query, { proof: null }))).toEqual(['CALL_PROOF_MISSING AGY-IF-02']);
    for (const changes of [{ htm: 'GET' }, { htu: `${product.url}/other` }, { ath: 'x' }, { jti: 'short' }, { jti: undefined }]) expect(refusals(await call(token, query, { changes }))).toEqual(['CALL_PROOF_INVALID AGY-IF-02']);
    expect(refusals(await call(token, query, { key: (await generateKeyPair()).privateKey }))).toEqual(['CALL_PROOF_INVALID AGY-IF-02']);
    expect((await call(token, query, { scheme: 'Bearer' })).status).toBe(401);
    expect((await call(token, query)).data.students.edges).toHaveLength(1);
  });

  it('gets no files, whatever its agreement names [AGY-IF-08]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    for (const path of ['/downloads/exports/x.csv', '/downloads/intake/x.xlsx']) {
      const proof = await callProof(privateKey, token, `${product.url}${path}`, { htm: 'GET' });
      const answer = await read(await fetch(`${product.url}${path}`, { headers: { authorization: `DPoP ${token}`, dpop: proof, 'x-xueji-purpose': 'STUDENT_AID' } }));
      expect([answer.status, refusals(answer)]).toEqual([403, ['FIELD_NOT_AGREED AGY-IF-08']]);
    }
  });

  it('says in every call what it reads for [AGY-IF-07]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    expect(refusals(await call(token, STUDENTS, { purpose: null }))).toEqual(['PURPOSE_MISSING AGY-IF-07']);
    expect(refusals(await call(token, STUDENTS, { purpose: 'NUTRITION' }))).toEqual(['PURPOSE_NOT_AGREED AGY-IF-07']);
  });

  it('stops at its quota and is told when to come back [AGY-IF-02]', async () => {
    const token = await tokenOf(await agree('STUDENT_AID', ['Query.students', 'Student.name'], { dailyQuota: 2 }));
    const query = '{ students(first: 1) { edges { node { name } } } }';
    expect([(await call(token, query)).status, (await call(token, query)).status]).toEqual([200, 200]);
    const third = await call(token, query);
    expect([third.status, refusals(third)]).toEqual([429, ['QUOTA_EXCEEDED AGY-IF-02']]);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(80_000);
  });

  it('gets nothing from the moment its agreement is suspended, at the gateway and in every service [AGY-IF-12]', async () => {
    const id = await agree('STUDENT_AID', ['Query.students', 'Student.name', 'Student.school', 'School.name']);
    const token = await tokenOf(id);
    const query = '{ students(first: 1) { edges { node { name } } } }';
    expect((await call(token, query)).data).toBeDefined();
    const suspend = 'mutation($input: AgreementReasonInput!) { suspendAgreement(input: $input) { agreement { state } } }';
    expect((await direct('accounts', actorFor('REGISTRY_ADMIN', 'cn'), suspend, { input: { requestId: randomUUID(), agreementId: id, reason: '超范围使用' } })).data.suspendAgreement.agreement.state).toBe('SUSPENDED');
    const suspended = Date.now();
    expect(await call(token, query)).toMatchObject({ status: 401 });
    const actor = await actorOf(token);
    const calls: [ServiceName, string][] = [
      ['registry', query], ['school-codes', 'query { _entities(representations: [{ __typename: "School", id: "s-2161000101" }]) { ... on School { name } } }'],
      ['preschool', '{ _entities(representations: []) { __typename } }'],
    ];
    for (const [service, document] of calls) {
      while (refusals(await direct(service, actor, document))?.[0] !== 'AGREEMENT_ENDED AGY-IF-12') {
        expect(Date.now() - suspended).toBeLessThan(5_000);
        await pause(20);
      }
    }
  });

  it('for statistics gets counts in which no pupil can be found, and people of the bureau whole ones [AGY-IF-13] [AGY-IF-11]', async () => {
    const fields = ['Query.enrolmentCounts', 'EnrolmentCounts.minimumCell', 'EnrolmentCounts.areas', 'AreaEnrolment.organization', 'AreaEnrolment.total', 'AreaEnrolment.cells', 'EnrolmentCell.grade', 'EnrolmentCell.sex', 'EnrolmentCell.count', 'Organization.name'];
    const query = '{ enrolmentCounts { minimumCell areas { organization { name } total cells { grade sex count } } } }';
    const answer = await call(await tokenOf(await agree('STATISTICS', fields, { areaId: 'b-610113' })), query, { purpose: 'STATISTICS' });
    expect(answer.errors).toBeUndefined();
    const { minimumCell, areas } = answer.data.enrolmentCounts;
    const whole = (await direct('registry', actorFor('REGISTRY_LEADER', 'b-610113'), '{ enrolmentCounts { minimumCell areas { organization { id } total cells { grade sex count } } } }')).data.enrolmentCounts;
    expect([minimumCell, whole.minimumCell]).toEqual([5, 0]);
    const counts = (each: any[]) => each.flatMap((area) => [area.total, ...area.cells.map((cell: any) => cell.count)]);
    expect(counts(whole.areas).some((count: number) => count > 0 && count < 5)).toBe(true);
    expect(counts(areas).filter((count) => count !== null && count > 0 && count < 5)).toEqual([]);
    expect(counts(areas)).toContain(null);
    expect(whole.areas.reduce((sum: number, area: any) => sum + area.total, 0)).toBe(
      (await product.services.registry.dataSource.query(`select count(*)::int as n from student where state = 'ACTIVE' and holder_path like '/cn/b-61/b-6101/b-610113/%'`))[0].n,
    );
    expect(areas.map((area: any) => area.organization.name).sort()).toContain('示例区第一小学');
    expect((await direct('registry', actorFor('CLASS_TEACHER', 's-2161000101'), '{ enrolmentCounts { minimumCell } }')).errors![0].extensions.code).toBe('FIELD_FORBIDDEN');
  });

  it('leaves in the audit who read whom, which fields, when and for what; so do people [AGY-IF-02] [ACC-AUDIT-01]', async () => {
    const token = await tokenOf(DEMO_AGREEMENT.id);
    const { data } = await call(token, 'query Named { students(first: 3) { edges { node { id name sex school { name } } } } }');
    const last = async (accountId: string) => (await product.services.registry.dataSource.query(`select * from audit_entry where action = 'read' and account_id = $1 order by at desc, position desc limit 1`, [accountId]))[0];
    const entry = await last(`agency:${DEMO_AGREEMENT.id}`);
    expect(entry).toMatchObject({
      real_name: DEMO_AGREEMENT.agencyName, duty: 'AGENCY', source: 'graph',
      detail: {
        why: { purpose: 'STUDENT_AID', agreementId: DEMO_AGREEMENT.id }, pupils: data.students.edges.map((edge: any) => edge.node.id).sort(), searches: ['Query.students'],
        fields: ['Student.name', 'Student.school', 'Student.sex'],
      },
    });
    const clerk = actorFor('REGISTRY_ADMIN', 's-2161000101');
    await direct('registry', clerk, '{ students(first: 1, name: "没有这个人") { edges { node { name } } } }');
    expect((await last(clerk.accountId)).detail).toMatchObject({ why: { duty: 'REGISTRY_ADMIN' }, pupils: [], searches: ['Query.students(name:)'] });
    expect(JSON.stringify((await last(clerk.accountId)).detail)).not.toContain('没有');
    const [child] = await product.services.preschool.dataSource.query(`select id from child where path like '/cn/b-61/b-6101/b-610113/%' limit 1`);
    await direct('preschool', actorFor('REGISTRY_ADMIN', 'b-610113'), 'query($id: ID!) { child(id: $id) { name identityDocumentNumberFull } }', { id: child.id });
    const [seen] = await product.services.preschool.dataSource.query(`select detail from audit_entry where action = 'read' and detail -> 'pupils' ? $1 order by at desc limit 1`, [child.id]);
    expect(seen.detail).toMatchObject({ fields: ['Child.identityDocumentNumberFull', 'Child.name'], pupils: [child.id] });
    expect(await verifyAudit(product.services.registry.dataSource.manager)).toEqual([]);
  });
});

describe('what agreements may name', () => {
  it('exists in the graph, field by field and argument by argument [AGY-IF-08]', () => {
    const known = new Set(typesOf(supergraph).flatMap((type) => (type.fields ?? []).flatMap((field) =>
      [`${type.name.value}.${field.name.value}`, ...(field.arguments ?? []).map((argument) => `${type.name.value}.${field.name.value}(${argument.name.value}:)`)])));
    expect(SHAREABLE_FIELDS.map(({ coordinate }) => coordinate).filter((coordinate) => !known.has(coordinate))).toEqual([]);
  });

  it('holds a number in clear only where it is marked so', () => {
    expect(SHAREABLE_FIELDS.filter(({ unmasked }) => unmasked).map(({ coordinate }) => coordinate)).toEqual(SHAREABLE_FIELDS.map(({ coordinate }) => coordinate).filter((coordinate) => /Full$/.test(coordinate)));
  });
});
