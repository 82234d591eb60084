import { ADDRESS_VARIABLE, availability, failureVariable, type ServerKind } from './availability';
import { requireServer } from './require-server';

const before = { ...process.env };

describe.each(['postgres', 'kafka', 'redis'] as ServerKind[])('requiring %s', (kind) => {
  beforeEach(() => {
    delete process.env[ADDRESS_VARIABLE[kind]];
    delete process.env['CI'];
    process.env[failureVariable(kind)] = 'it would not start';
  });

  afterEach(() => {
    process.env = { ...before };
    jest.restoreAllMocks();
  });

  it('has it when its address is given', () => {
    process.env[ADDRESS_VARIABLE[kind]] = 'somewhere:1';
    expect(availability(kind)).toEqual({ available: true, reason: null });
    expect(requireServer(kind)).toBe(describe);
  });

  it('skips and says why when it cannot be had', () => {
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(requireServer(kind)).toBe(describe.skip);
    expect(said).toHaveBeenCalledWith(expect.stringContaining(`no ${kind}: it would not start`));
  });

  it('fails under CI=true when it cannot be had', () => {
    process.env['CI'] = 'true';
    expect(() => requireServer(kind)).toThrow(`SERVER_UNAVAILABLE: ${kind}: it would not start`);
  });
});

it('names what to install when a program is missing', () => {
  process.env = { PATH: '/nowhere' };
  try {
    expect(availability('redis').reason).toContain('redis-server is not on the PATH');
    expect(availability('kafka').reason).toContain('java (17 or newer) is not on the PATH');
  } finally {
    process.env = { ...before };
  }
});
