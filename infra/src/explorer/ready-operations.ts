import type { ReadyOperation } from '@xueji/gateway';
import { graduatingPupils } from '@xueji/registry/dist/seeds/demo/graduating-pupils';
import { personaUsername } from '@xueji/testing/dist/src/demo';
import { demoEvidenceIds } from '@xueji/transfers/dist/seeds/demo/evidence';

const PRIMARY = 's-2161000101';
const SECOND_PRIMARY = 's-2161000102';
const KINDERGARTEN = 's-1161000101';
const COUNTY = 'b-610113';
const CITY = 'b-6101';

const as = personaUsername;
// One pupil of the first school leaves for the pool, one of the second school moves to the first.
const [, GRADUATING, MOVING] = graduatingPupils.map(({ id }) => id);
const [APPLICATION, RESIDENCE] = demoEvidenceIds;

/**
 * A walk through the six services for somebody new, in this order, on fresh demonstration data and at any time of the year, save that a transfer is
 * refused in August and September. Lists take their page size from `$first`. The request ids are fixed: a second click on a command is answered
 * with what the first one did.
 */
export const readyOperations = (): ReadyOperation[] => [
  {
    title: '我是谁 · Who am I',
    persona: as('REGISTRY_ADMIN', PRIMARY),
    query: `query WhoAmI {
  me {
    realName
    duty
    scopes
    organization {
      name
      level
      competentAuthority { name }
    }
  }
}`,
  },
  {
    title: '西安市机构树 · Organisation tree of Xi’an',
    persona: as('REGISTRY_ADMIN', CITY),
    query: `query OrganizationTree($first: Int!) {
  organization(id: "${CITY}") {
    name
    division { name }
    children(first: $first) {
      edges { node {
        name
        level
        division { name }
        children(first: $first) {
          edges { node {
            name
            level
            division { name parent { name } }
            competentAuthority { name }
            school { schoolIdentifier }
          } }
        }
      } }
    }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: '区划检索 · Search divisions',
    persona: as('REGISTRY_ADMIN', CITY),
    query: `query Divisions($first: Int!) {
  divisions(prefix: "6101", first: $first) {
    edges { node {
      code
      name
      level
      parent { name }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { first: 20 },
  },
  {
    title: '代码表 · A code table',
    persona: as('REGISTRY_ADMIN', PRIMARY),
    query: `query CodeTable {
  codeTable(id: "ETHNICITY") {
    standard
    version
    source
    entries { code nameZh nameEn }
  }
}`,
  },
  {
    title: '在园幼儿与幼小交接 · Children and hand-overs',
    persona: as('REGISTRY_ADMIN', KINDERGARTEN),
    query: `query Kindergarten($first: Int!) {
  children(first: $first) {
    edges { node {
      name
      state
      nationalStudentNumber
      identityDocumentNumber
      class { name level }
      institution { name }
      availableCommands
      history { command toState realName at }
    } }
  }
  handovers(first: $first) {
    edges { node {
      state
      requestedOn
      dueAt
      child { name }
      institution { name }
      receivingSchool { name }
    } }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: '园所审核、编号 · Review an archive, issue the number',
    persona: as('REGISTRY_LEADER', KINDERGARTEN),
    query: `mutation ReviewArchive($input: ChildStepInput!) {
  reviewChildArchive(input: $input) {
    child {
      name
      state
      nationalStudentNumber
      history { command toState realName }
    }
  }
}`,
    variables: { input: { requestId: 'explorer-review-1', childId: 'child-demo-2' } },
  },
  {
    title: '本校学生 · Pupils of the school',
    persona: as('REGISTRY_ADMIN', PRIMARY),
    query: `query Pupils($first: Int!) {
  students(first: $first) {
    edges { node {
      name
      state
      grade
      class { name classTeacher }
      school {
        name
        schoolIdentifier
        competentAuthority { name }
      }
      nationalStudentNumber
      identityDocumentNumber
      timeline {
        kind
        at
        toSchool { name }
      }
      transfers {
        state
        inSchool { name }
      }
      availableCommands
    } }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: '办理毕业 · Graduate a pupil',
    persona: as('REGISTRY_ADMIN', PRIMARY),
    query: `mutation Graduate($input: GraduateStudentInput!) {
  graduateStudent(input: $input) {
    student {
      name
      state
      class { name }
      timeline { kind outcome at rule }
    }
  }
}`,
    variables: { input: { requestId: 'explorer-graduate-1', studentId: GRADUATING, outcome: 'GRADUATED' } },
  },
  {
    title: '毕业库 · Pool of graduates',
    persona: as('REGISTRY_ADMIN', COUNTY),
    query: `query GraduatePool($first: Int!) {
  graduatePool(first: $first) {
    edges { node {
      outcome
      graduatedOn
      onTime
      school { name }
      student { name nationalStudentNumber }
    } }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: '看着转学一步步办理（运行后在另一页办理） · Watch transfers move (run it, then act in another tab)',
    persona: as('REGISTRY_ADMIN', COUNTY),
    query: `subscription TransfersMove {
  transferUpdated {
    cursor
    transferCase {
      state
      dueAt
      awaits { name }
      student { name }
    }
  }
}`,
  },
  {
    title: '申请转学（10 月至 7 月） · File a transfer (Oct–Jul)',
    persona: as('REGISTRY_ADMIN', SECOND_PRIMARY),
    query: `mutation FileTransfer($input: FileTransferInput!) {
  fileTransfer(input: $input) {
    transferCase {
      state
      dueAt
      dueRule
      steps
      awaits { name }
      student { name }
    }
  }
}`,
    variables: {
      input: {
        requestId: 'explorer-transfer-1', studentId: MOVING, inSchoolId: PRIMARY, reasonCode: 'RESIDENCE_MOVED',
        documents: [{ kind: 'GUARDIAN_APPLICATION', evidenceId: APPLICATION }, { kind: 'RESIDENCE_PROOF', evidenceId: RESIDENCE }],
      },
    },
  },
  {
    title: '本辖区的转学 · Transfer cases of the area',
    persona: as('REGISTRY_ADMIN', COUNTY),
    query: `query TransferCases($first: Int!) {
  transferCases(first: $first, view: ALL) {
    edges { node {
      state
      filedAt
      dueAt
      dueRule
      overdue
      student { name class { name } }
      outSchool { name }
      inSchool { name }
      awaits { name }
      availableCommands
      history { command realName at }
      evidence { kind fileName size scan downloadPath }
    } }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: '我的孩子与转学 · My child and its transfer',
    persona: as('GUARDIAN', SECOND_PRIMARY),
    query: `query MyChildren($toSchool: ID!, $studentId: ID!) {
  myChildren {
    name
    grade
    state
    school { name }
    transfers {
      stateText
      dueAt
      overdue
      awaits { name }
      refusal { rule message text }
      progress { at text organization { name } }
    }
  }
  transferReadiness(studentId: $studentId, toSchool: $toSchool) {
    ready
    blockers { rule message clearedBy organization { name } }
    warnings { rule message }
  }
}`,
    variables: { studentId: MOVING, toSchool: PRIMARY },
  },
  {
    title: '在线咨询 · Open a consultation',
    persona: as('GUARDIAN', PRIMARY),
    query: `mutation OpenConsultation($input: OpenConsultationInput!) {
  openConsultation(input: $input) {
    form {
      title
      fields { name label required }
    }
    ticket { id state level desk { name } }
  }
}`,
    variables: { input: { requestId: 'explorer-consultation-1', channel: 'IME', subject: '如何查询孩子的学籍' } },
  },
  {
    title: '起草公告 · Draft an announcement',
    persona: as('REGISTRY_ADMIN', CITY),
    query: `mutation DraftAnnouncement($input: DraftAnnouncementInput!) {
  draftAnnouncement(input: $input) {
    announcement {
      title
      state
      availableCommands
      organization { name }
    }
  }
}`,
    variables: {
      input: { requestId: 'explorer-announcement-1', title: '转学工作提醒', body: '请各区县在三个工作日内审核。', filter: { divisions: ['6101'], duties: ['REGISTRY_ADMIN'], levels: ['COUNTY'] } },
    },
  },
  {
    title: '公告 · Announcements',
    persona: as('REGISTRY_ADMIN', CITY),
    query: `query Announcements($first: Int!) {
  announcements(first: $first) {
    edges { node {
      title
      state
      authorName
      organization { name level }
      filter { divisions duties levels }
      history { command toState realName at }
    } }
  }
  myAnnouncements(first: $first) {
    edges { node {
      title
      publishedAt
      readAt
      organization { name }
    } }
  }
}`,
    variables: { first: 10 },
  },
  {
    title: '其他部门能看什么 · What other agencies may read',
    persona: as('REGISTRY_ADMIN', 'b-61'),
    query: `query Agreements {
  agreements(first: 10) {
    edges { node {
      agencyName
      purpose
      legalBasis
      fields
      area { name }
      validUntil
      dailyQuota
      state
      requestedByName
      approvedByName
      keys { kid }
      history { command realName at }
      availableCommands
    } }
  }
}`,
  },
  {
    title: '被拒绝的查询 · A query that is refused',
    persona: as('SYSTEM_ADMIN', 'b-61'),
    query: `# 系统管理员看不到学生
# System administrators see no pupils
# extensions.rule: 依据 · the reason
query NotAllowed {
  students(first: 5) {
    edges { node { name } }
  }
}`,
  },
  {
    title: '拒绝的依据 · The rule behind the refusal',
    query: `# 不登录也能查 · No sign-in needed
query Rules($ids: [String!]) {
  rules(ids: $ids) {
    id
    titleZh
    titleEn
    statementZh
    statementEn
    source { citation }
  }
}`,
    variables: { ids: ['ACC-DUTY-06', 'REG-ENROL-07', 'TRF-GEN-06'] },
  },
];
