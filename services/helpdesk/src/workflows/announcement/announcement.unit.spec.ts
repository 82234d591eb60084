import { systemActor, type Actor } from '@xueji/platform';
import { actorFor, demoOrganization, demoPath, walkTable } from '@xueji/testing';
import { decide } from '@xueji/workflow';
import { ImeAccountType } from '../../account/account-type.terms';
import { Announcement } from '../../announcement/announcement.entity';
import { ImeOrganizationType, type AudienceFilter } from '../../announcement/announcement.terms';
import { audienceOf } from '../../announcement/audience';
import type { AnnouncementSituation } from './announcement.rules';
import { announcementWorkflow, type AnnouncementState } from './announcement.workflow';

const COUNTY = 'b-610113';
const now = new Date('2026-09-10T02:00:00Z');
const clerk = actorFor('REGISTRY_ADMIN', COUNTY);
const everyone: AudienceFilter = { divisions: [], levels: [], organizationTypes: [], stages: [], duties: [], accountTypes: [], schoolTypes: [] };

const announcement = (state: AnnouncementState, changes: Partial<Announcement> = {}): Announcement =>
  Object.assign(new Announcement(), {
    id: 'n', state, version: 2, authorId: clerk.accountId, submittedBy: state === 'DRAFT' ? null : clerk.accountId, organizationId: COUNTY, holderPath: demoPath(COUNTY),
    filter: everyone, validUntil: null, dueAt: now, ...changes,
  });

const given = (command: string, changes: Partial<AnnouncementSituation> = {}): AnnouncementSituation => ({
  record: null, actor: clerk, input: { title: '通知', body: '正文', filter: everyone, reason: '内容有误' }, now, command,
  facts: { organization: { path: demoPath(COUNTY), divisionCode: '610113' } }, ...changes,
});

const outcome = (s: AnnouncementSituation) => {
  const decision = decide(announcementWorkflow, s);
  return decision.allowed ? decision.to : { code: decision.error.code, rule: decision.error.rule, field: decision.error.field, ...decision.error.details };
};

describe('the table of an announcement', () => {
  walkTable(announcementWorkflow, {
    allowed: (row, from, by) => {
      const person: Record<string, Actor> = {
        office: actorFor(by.duty === 'SYSTEM' ? 'SUPPORT' : by.duty, COUNTY), author: { ...clerk, duty: by.duty as never },
        ownOrSuperior: actorFor('IME_SUPER_ADMIN', 'b-61'), clock: systemActor,
      };
      return given(row.command, { record: from === null ? null : announcement(from), actor: person[by.relation]! });
    },
  });
});

describe('an announcement', () => {
  const draft = (organizationId: string, filter: Partial<AudienceFilter>, duty = 'REGISTRY_ADMIN') =>
    outcome(given('draftAnnouncement', {
      actor: actorFor(duty, organizationId), input: { title: '通知', body: '正文', filter: { ...everyone, ...filter } },
      facts: { organization: { path: demoPath(organizationId), divisionCode: demoOrganization(organizationId).divisionCode } },
    }));

  it.each([
    ['b-610113', '610112'], ['b-610113', '6101'], ['b-610113', '61'], ['b-6101', '610302'], ['b-61', '34'], ['b-61', '340102'],
  ])('of %s naming %s is refused, for that lies outside [HLP-ANN-04]', (organizationId, division) => {
    expect(draft(organizationId, { divisions: [demoOrganization(organizationId).divisionCode, division] })).toEqual({ code: 'ANNOUNCEMENT_OUT_OF_AREA', rule: 'HLP-ANN-04', field: 'filter', divisions: [division] });
  });

  it.each([['b-610113', '610113'], ['b-6101', '610112'], ['b-61', '6103'], ['b-61', '610000'], ['cn', '340102'], ['cn', '41']])('of %s may name %s [HLP-ANN-04]', (organizationId, division) => {
    expect(draft(organizationId, { divisions: [division] })).toBe('DRAFT');
  });

  it('is refused when its filter names what does not exist, and says which [HLP-ANN-02]', () => {
    expect(draft('cn', { divisions: ['61', '990000'], levels: ['VILLAGE'], duties: ['KING'], stages: ['PRIMARY', 'NIGHT'], schoolTypes: ['2'] })).toEqual({
      code: 'ANNOUNCEMENT_FILTER_UNKNOWN', rule: 'HLP-ANN-02', field: 'filter', unknown: { divisions: ['990000'], levels: ['VILLAGE'], duties: ['KING'], stages: ['NIGHT'], schoolTypes: ['2'] },
    });
  });

  it('is not for those whose level lacks the permission to write [HLP-ANN-01]', () => {
    expect(draft('s-2161000101', {}, 'REGISTRY_ADMIN')).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(draft('s-2161000101', {}, 'IME_SUPER_ADMIN')).toBe('DRAFT');
  });

  it('is audited by another super admin of the own organisation or one above it, never by its author [HLP-ANN-03] [GEN-FLOW-05]', () => {
    const audit = (actor: Actor, record = announcement('PENDING_AUDIT')) => outcome(given('approveAnnouncement', { record, actor }));
    const own = actorFor('IME_SUPER_ADMIN', COUNTY);
    expect(audit(own)).toBe('PUBLISHED');
    expect(audit(actorFor('IME_SUPER_ADMIN', 'b-6101'))).toBe('PUBLISHED');
    expect(audit(actorFor('IME_SUPER_ADMIN', 'b-610112'))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(audit(actorFor('IME_SUPER_ADMIN', 's-2161000101'))).toMatchObject({ code: 'ACTOR_NOT_PERMITTED' });
    expect(audit(own, announcement('PENDING_AUDIT', { authorId: own.accountId, submittedBy: own.accountId }))).toMatchObject({ code: 'REVIEW_NOT_INDEPENDENT', rule: 'GEN-FLOW-05' });
  });

  it('cannot be drafted or published once its time is over, and expires by itself', () => {
    const past = new Date(now.getTime() - 1);
    expect(outcome(given('draftAnnouncement', { input: { title: '通知', body: '正文', filter: everyone, validUntil: past } }))).toMatchObject({ code: 'ANNOUNCEMENT_EXPIRED', field: 'validUntil' });
    expect(outcome(given('approveAnnouncement', { record: announcement('PENDING_AUDIT', { validUntil: past }), actor: actorFor('IME_SUPER_ADMIN', 'b-61'), input: {} }))).toMatchObject({ code: 'ANNOUNCEMENT_EXPIRED' });
    expect(outcome(given('reviseAnnouncement', { record: announcement('DRAFT', { validUntil: past }), input: { title: '通知', body: '正文', filter: everyone, validUntil: null } }))).toBe('DRAFT');
    expect(outcome(given('expireAnnouncement', { record: announcement('PUBLISHED', { dueAt: new Date(now.getTime() + 1) }), actor: systemActor }))).toMatchObject({ code: 'ANNOUNCEMENT_NOT_EXPIRED' });
  });

  it('joins the attributes: account types narrow duties, organisation types narrow levels [HLP-ANN-02]', () => {
    expect(audienceOf(everyone)).toEqual({ divisions: null, levels: null, duties: null, stages: null, schoolTypes: null });
    expect(audienceOf({ ...everyone, divisions: ['610000', '6101', '610113'] }).divisions).toEqual(['61%', '6101%', '610113%']);
    expect(audienceOf({ ...everyone, duties: ['REGISTRY_ADMIN', 'TEACHER'], accountTypes: [ImeAccountType.ORDINARY_USER] }).duties).toEqual(['TEACHER']);
    expect(audienceOf({ ...everyone, levels: ['COUNTY', 'SCHOOL'], organizationTypes: [ImeOrganizationType.BUREAU] }).levels).toEqual(['COUNTY']);
    expect(audienceOf({ ...everyone, duties: ['TEACHER'], accountTypes: [ImeAccountType.SUPER_ADMIN] }).duties).toEqual([]);
  });
});
