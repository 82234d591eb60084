import type { Actor } from '@xueji/platform';
import { DUTIES, isInDivision, isKnownDivision, LEVELS } from '@xueji/standards';
import type { Rule, Situation } from '@xueji/workflow';
import type { Announcement } from '../../announcement/announcement.entity';
import type { AudienceFilter } from '../../announcement/announcement.terms';
import type { AnnouncementFacts } from './announcement.facts';
import type { AnnouncementInput } from './announcement.inputs';

export type AnnouncementSituation = Situation<Announcement, AnnouncementInput, AnnouncementFacts, Actor>;
type AnnouncementRule = Rule<Announcement, AnnouncementInput, AnnouncementFacts, Actor>;

const LONGEST_TITLE = 200;
const LONGEST_BODY = 20_000;
const STAGES = ['PRESCHOOL', 'PRIMARY', 'JUNIOR', 'SENIOR'];

const fits = (text: string | undefined, longest: number) => !!text && text.trim() !== '' && text.length <= longest;

export const textIsGiven: AnnouncementRule = {
  name: 'title and body are given', cites: 'HLP-ANN-01', code: 'ANNOUNCEMENT_TEXT_INVALID', field: 'title',
  allows: ({ input }) => fits(input.title, LONGEST_TITLE) && fits(input.body, LONGEST_BODY),
  message: { zh: `请填写标题（不超过${LONGEST_TITLE}字）和正文（不超过${LONGEST_BODY}字）`, en: `A title of at most ${LONGEST_TITLE} and a body of at most ${LONGEST_BODY} characters are needed` },
};

const strangers = ({ input }: AnnouncementSituation): Partial<AudienceFilter> => {
  const filter = input.filter!;
  const unknown = {
    divisions: filter.divisions.filter((code) => !isKnownDivision(code)),
    levels: filter.levels.filter((level) => !(LEVELS as readonly string[]).includes(level)),
    stages: filter.stages.filter((stage) => !STAGES.includes(stage)),
    duties: filter.duties.filter((duty) => !(DUTIES as readonly string[]).includes(duty)),
    schoolTypes: filter.schoolTypes.filter((type) => !/^\d{2}$/.test(type)),
  };
  return Object.fromEntries(Object.entries(unknown).filter(([, values]) => values.length > 0));
};

export const filterValuesAreKnown: AnnouncementRule = {
  name: 'every value of the filter exists', cites: 'HLP-ANN-02', code: 'ANNOUNCEMENT_FILTER_UNKNOWN', field: 'filter',
  allows: (s) => Object.keys(strangers(s)).length === 0,
  message: { zh: '筛选条件中有不存在的值', en: 'The filter names values that do not exist' },
  details: (s) => ({ unknown: strangers(s) }),
};

const outside = ({ input, facts }: AnnouncementSituation) => input.filter!.divisions.filter((code) => !facts.organization || !isInDivision(code, facts.organization.divisionCode));

export const filterIsInOwnArea: AnnouncementRule = {
  name: 'every division of the filter lies in the own area', cites: 'HLP-ANN-04', code: 'ANNOUNCEMENT_OUT_OF_AREA', field: 'filter',
  allows: (s) => outside(s).length === 0,
  message: { zh: '只能向本辖区发布公告', en: 'A level announces to its own area only' },
  details: (s) => ({ divisions: outside(s) }),
};

export const expiryIsAhead: AnnouncementRule = {
  name: 'the announcement has not expired', cites: 'HLP-ANN-01', code: 'ANNOUNCEMENT_EXPIRED', field: 'validUntil',
  allows: ({ record, input, now }) => {
    const validUntil = input.validUntil === undefined ? record?.validUntil : input.validUntil;
    return !validUntil || validUntil > now;
  },
  message: { zh: '有效期须在当前时间之后', en: 'validUntil must lie ahead' },
};

export const hasExpired: AnnouncementRule = {
  name: 'the announcement has expired', cites: 'HLP-ANN-01', code: 'ANNOUNCEMENT_NOT_EXPIRED',
  allows: ({ record, now }) => record!.dueAt !== null && record!.dueAt <= now,
  message: { zh: '公告尚在有效期内', en: 'The announcement is still valid' },
};
