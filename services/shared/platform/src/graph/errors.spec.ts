import { GraphQLError } from 'graphql';
import { DomainError } from '@xueji/workflow';
import { formatGraphQLError, localeOf, withoutValues } from './errors';

const log = { error: jest.fn() };
const format = (error: unknown, locale: 'zh' | 'en' = 'zh') => formatGraphQLError(error, { locale, traceId: 't-1', log });
const inResolver = (originalError: Error) => new GraphQLError(originalError.message, { originalError, path: ['pupil', 'name'] });

beforeEach(() => log.error.mockClear());

describe('an error', () => {
  it('that was expected says which rule refused, in the language asked for', () => {
    const refusal = new DomainError({ code: 'PUPIL_NOT_ENROLLED', rule: 'REG-STAT-01', field: 'input.pupilId', zh: '学生不在籍', en: 'The pupil is not enrolled.', details: { state: 'LEFT' } });
    expect(format(inResolver(refusal))).toEqual({
      message: '学生不在籍', path: ['pupil', 'name'], extensions: { code: 'PUPIL_NOT_ENROLLED', rule: 'REG-STAT-01', field: 'input.pupilId', state: 'LEFT' },
    });
    expect(format(inResolver(refusal), 'en').message).toBe('The pupil is not enrolled.');
    expect(log.error).not.toHaveBeenCalled();
  });

  it('whose details name a code keeps its own code', () => {
    const refusal = new DomainError({ code: 'A_B', rule: 'R-1', zh: '甲', en: 'a', details: { code: 'OTHER', rule: 'OTHER' } });
    expect(format(refusal).extensions).toEqual({ code: 'A_B', rule: 'R-1', field: null });
  });

  it('that was not expected says nothing but a trace id, and logs no values', () => {
    const failure = Object.assign(new Error('duplicate key value: Key (id_number)=(999901201503070018) of 张三 at db.internal:5432'), {
      name: 'QueryFailedError', driverError: {}, code: '23505', constraint: 'pupil_number', table: 'pupil',
    });
    const formatted = format(inResolver(failure));
    expect(formatted).toEqual({ message: expect.stringContaining('系统内部错误'), path: ['pupil', 'name'], extensions: { code: 'INTERNAL_ERROR', traceId: 't-1' } });
    const logged = JSON.stringify(log.error.mock.calls);
    expect(logged).toContain('23505');
    expect(logged).toContain('pupil_number');
    for (const secret of ['9999012015', '张三', 'db.internal']) expect(JSON.stringify(formatted) + logged).not.toContain(secret);
  });

  it('thrown as a GraphQL error with an unknown code is masked like any other', () => {
    const formatted = format(new GraphQLError('connect ECONNREFUSED 10.0.0.1:5432', { extensions: { code: 'DOWNSTREAM', serviceName: 'registry' } }));
    expect(formatted.extensions).toEqual({ code: 'INTERNAL_ERROR', traceId: 't-1' });
    expect(formatted.message).not.toContain('10.0.0.1');
  });

  it('of the request keeps its text without hints about the schema', () => {
    const near = new GraphQLError('Cannot query field "nam" on type "Pupil". Did you mean "name"?', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', stacktrace: ['at x'] } });
    expect(format(near)).toEqual({ message: 'Cannot query field "nam" on type "Pupil".', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(format(new GraphQLError('Variable "$id" of required type "ID!" was not provided.')).extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(log.error).not.toHaveBeenCalled();
  });
});

describe('the language', () => {
  it.each([
    [undefined, 'zh'], ['', 'zh'], ['en', 'en'], ['en-US,en;q=0.9', 'en'], ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'], ['fr,en;q=0.5,zh;q=0.1', 'en'],
    ['en;q=0', 'zh'], ['EN-gb', 'en'], ['*', 'zh'], [';;;,q=,', 'zh'],
  ])('of %p is %s', (header, locale) => {
    expect(localeOf(header)).toBe(locale);
  });
});

it('a logged message loses quoted text, long numbers and Chinese text', () => {
  expect(withoutValues(`no such key "abc" for 6101130012015 of 张三 at 'x' 13`)).toBe('no such key "…" for # of … at "…" 13');
});
